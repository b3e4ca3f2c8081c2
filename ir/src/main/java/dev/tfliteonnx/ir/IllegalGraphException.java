package dev.tfliteonnx.ir;

/** A graph breaks a rule that it must keep; if the file is not at fault, this program is. */
public final class IllegalGraphException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong, where. */
    public IllegalGraphException(String message) {
        super(message);
    }
}
