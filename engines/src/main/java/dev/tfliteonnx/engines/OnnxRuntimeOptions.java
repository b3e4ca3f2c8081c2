package dev.tfliteonnx.engines;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How ONNX Runtime is to run a model, on the CPU.
 *
 * @param threads how many threads an op may use; at least 1
 * @param level how far the graph is optimized when it is loaded
 * @param config session configuration entries
 * @param saveOptimized where to save the optimized graph, {@code .onnx} or {@code .ort}; empty for nowhere
 * @param libraries native libraries with custom operators
 */
public record OnnxRuntimeOptions(
        int threads, Level level, Map<String, String> config, String saveOptimized, List<String> libraries)
        implements EngineOptions {
    /**
     * Makes products of uint8 with int8 exact on x86 processors without VNNI, where pairs of them are otherwise summed
     * in 16 bits and saturate.
     */
    public static final String X64_QUANT_PRECISION = "session.x64quantprecision";

    /** How far a graph is optimized. */
    public enum Level {
        /** Not at all. */
        NONE,
        /** Constant folding and removal of what is not needed. */
        BASIC,
        /** Fusions too. */
        EXTENDED,
        /** Changes of layout too; what applications get. */
        ALL
    }

    /** Copies the entries and rejects a thread count below 1. */
    public OnnxRuntimeOptions {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads");
        }
        config = Map.copyOf(config);
        libraries = List.copyOf(libraries);
    }

    /** Without custom operators. */
    public OnnxRuntimeOptions(int threads, Level level, Map<String, String> config, String saveOptimized) {
        this(threads, level, config, saveOptimized, List.of());
    }

    /** For judging numbers: one thread, fully optimized, and {@link #X64_QUANT_PRECISION} set. */
    public static OnnxRuntimeOptions exact() {
        return plain().withConfig(X64_QUANT_PRECISION, "1");
    }

    /** As applications run it, but on one thread: fully optimized, no configuration entries. */
    public static OnnxRuntimeOptions plain() {
        return new OnnxRuntimeOptions(1, Level.ALL, Map.of(), "");
    }

    /** These options with another number of threads. */
    public OnnxRuntimeOptions withThreads(int count) {
        return new OnnxRuntimeOptions(count, level, config, saveOptimized, libraries);
    }

    /** These options with another level of optimization. */
    public OnnxRuntimeOptions withLevel(Level other) {
        return new OnnxRuntimeOptions(threads, other, config, saveOptimized, libraries);
    }

    /** These options with one more configuration entry. */
    public OnnxRuntimeOptions withConfig(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(config);
        more.put(key, value);
        return new OnnxRuntimeOptions(threads, level, more, saveOptimized, libraries);
    }

    /** These options, saving the optimized graph to a file. */
    public OnnxRuntimeOptions savingOptimized(Path file) {
        return new OnnxRuntimeOptions(threads, level, config, file.toString(), libraries);
    }

    /** These options with one more library of custom operators. */
    public OnnxRuntimeOptions withLibrary(Path library) {
        List<String> more = new ArrayList<>(libraries);
        more.add(library.toString());
        return new OnnxRuntimeOptions(threads, level, config, saveOptimized, more);
    }

    @Override
    public OnnxRuntimeEngine open(Path model) throws EngineException {
        return OnnxRuntimeEngine.open(model, this);
    }

    @Override
    public OnnxRuntimeEngine open(byte[] model) throws EngineException {
        return OnnxRuntimeEngine.open(model, this);
    }

    @Override
    public boolean isAvailable() {
        return Engines.hasOnnxRuntime();
    }
}
