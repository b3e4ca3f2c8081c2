package dev.tfliteonnx.engines;

/** A model with its inputs in place. It lives as long as its engine, which must not run anything else meanwhile. */
public interface Invocation extends AutoCloseable {
    /**
     * Runs the model once; what it computes stays inside the engine.
     *
     * @throws EngineException if the engine cannot finish
     */
    void run() throws EngineException;

    /** Frees the inputs. */
    @Override
    void close();
}
