package dev.tfliteonnx.cli;

/** The command line cannot be followed. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong with it, in one sentence. */
    UsageException(String message) {
        super(message);
    }

    /** What is wrong. */
    String reason() {
        return String.valueOf(getMessage());
    }
}
