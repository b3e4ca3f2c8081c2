package dev.tfliteonnx.engines;

import java.nio.file.Path;

/**
 * How TFLite is to run a model.
 *
 * @param kernels which kernels
 * @param threads how many threads kernels may use; at least 1
 * @param preserveAllTensors keep every tensor inside the graph for {@link TfliteEngine#tensors()}; tensors inside a
 *     part that XNNPACK took over are not written all the same
 * @param signature the key of the signature to run; empty for the primary subgraph
 */
public record TfliteOptions(Kernels kernels, int threads, boolean preserveAllTensors, String signature)
        implements EngineOptions {
    /** Rejects a thread count below 1. */
    public TfliteOptions {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads");
        }
    }

    /** The primary subgraph on one thread. */
    public static TfliteOptions of(Kernels kernels) {
        return new TfliteOptions(kernels, 1, false, "");
    }

    /** These options with another number of threads. */
    public TfliteOptions withThreads(int count) {
        return new TfliteOptions(kernels, count, preserveAllTensors, signature);
    }

    /** These options, keeping every tensor inside the graph. */
    public TfliteOptions preservingAllTensors() {
        return new TfliteOptions(kernels, threads, true, signature);
    }

    /** These options for the signature with that key. */
    public TfliteOptions withSignature(String key) {
        return new TfliteOptions(kernels, threads, preserveAllTensors, key);
    }

    @Override
    public TfliteEngine open(Path model) throws EngineException {
        return TfliteEngine.open(model, this);
    }

    @Override
    public TfliteEngine open(byte[] model) throws EngineException {
        return TfliteEngine.open(model, this);
    }

    @Override
    public boolean isAvailable() {
        return Engines.hasTflite();
    }
}
