package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Severity;
import java.util.List;

/** How a command ended, as the number that the process returns; the worse the later. */
enum ExitCode {
    /** Everything was done. */
    OK(0),
    /** The command line, or an option that the model cannot meet. */
    USAGE(2),
    /** A file is no model, or a broken one. */
    INVALID_INPUT(3),
    /** A model needs what ONNX or this program lacks. */
    UNSUPPORTED(4),
    /** Results differ from those of the TFLite interpreter. */
    CHECK_FAILED(5),
    /** A file cannot be read or written. */
    IO(6),
    /** This program is at fault. */
    INTERNAL(1);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the process returns. */
    int number() {
        return number;
    }

    /** The worse of two. */
    ExitCode or(ExitCode other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** That of the worst error among diagnostics. */
    static ExitCode of(List<Diagnostic> diagnostics) {
        ExitCode worst = OK;
        for (Diagnostic d : diagnostics) {
            worst = d.severity() == Severity.ERROR ? worst.or(of(d.code())) : worst;
        }
        return worst;
    }

    /** That of a kind of error, by the family that its number belongs to. */
    static ExitCode of(DiagnosticCode code) {
        return switch (code.code().charAt(3)) {
            case '1' -> INVALID_INPUT;
            case '2' -> UNSUPPORTED;
            case '3' -> OK;
            case '4' -> USAGE;
            default -> IO;
        };
    }
}
