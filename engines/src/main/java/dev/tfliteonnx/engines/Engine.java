package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Tensor;
import java.util.List;

/** A model loaded into an engine, ready to run. Only one thread may use it at a time. */
public interface Engine extends AutoCloseable {
    /** What goes in, in the order that {@link #run} wants. */
    List<TensorSpec> inputs();

    /** What comes out, in the order that {@link #run} returns; shapes as the file states them. */
    List<TensorSpec> outputs();

    /**
     * Runs the model once. State that the model keeps between runs lives on from the run before.
     *
     * @param inputs one tensor for each of {@link #inputs()}, of its type; a shape other than the stated one is asked
     *     of the engine first
     * @return copies of the outputs
     * @throws EngineException if the inputs do not fit, or the engine refuses them or cannot finish
     */
    List<Tensor> run(List<Tensor> inputs) throws EngineException;

    /**
     * Puts inputs in their place, to run the model on them again and again; for measuring.
     *
     * @param inputs as for {@link #run}
     * @throws EngineException if the inputs do not fit
     */
    Invocation prepare(List<Tensor> inputs) throws EngineException;

    /** Frees the native memory; the engine must not be used afterwards. */
    @Override
    void close();
}
