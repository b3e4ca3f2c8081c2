package dev.tfliteonnx.engines;

/** An engine could not load or run a model; the message holds what it said. */
public final class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what the engine said. */
    public EngineException(String message) {
        super(message);
    }

    /** With what the engine said and what it threw. */
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
