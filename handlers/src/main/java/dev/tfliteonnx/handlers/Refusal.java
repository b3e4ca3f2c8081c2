package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.Diagnostic;

/** A handler cannot express its operator; {@link Lowering} collects these, nobody else sees them. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Diagnostic diagnostic;

    Refusal(Diagnostic diagnostic) {
        super(diagnostic.reason(), null, false, false);
        this.diagnostic = diagnostic;
    }

    /** Why, and what to do. */
    public Diagnostic diagnostic() {
        return diagnostic;
    }
}
