package dev.tfliteonnx.diag;

import java.util.List;
import java.util.stream.Collectors;

/** The model, the options or the files are at fault; says all that is known to be wrong. */
public final class ConversionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Diagnostic> diagnostics;

    /** With at least one error. */
    public ConversionException(List<Diagnostic> diagnostics) {
        super(diagnostics.stream().map(Diagnostic::toText).collect(Collectors.joining("\n")));
        this.diagnostics = List.copyOf(diagnostics);
    }

    /** With one error. */
    public ConversionException(DiagnosticCode code, Where where, String reason, String remedy) {
        this(List.of(new Diagnostic(code, where, reason, remedy)));
    }

    /** What is wrong. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
