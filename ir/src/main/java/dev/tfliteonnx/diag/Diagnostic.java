package dev.tfliteonnx.diag;

/**
 * A problem, told so that a user can act on it.
 *
 * @param code its kind
 * @param where its place
 * @param reason why, with the offending value
 * @param remedy what to do; empty if nothing can be done
 */
public record Diagnostic(DiagnosticCode code, Where where, String reason, String remedy) {
    /** How much it matters. */
    public Severity severity() {
        return code.severity();
    }

    /** On several lines: what, where, reason, remedy. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(severity().name().toLowerCase(java.util.Locale.ROOT))
                .append(' ')
                .append(code.code());
        text.append("  ").append(where.op().isEmpty() ? code.title() : where.op());
        where.operator().ifPresent(n -> text.append("  #").append(n));
        if (!where.node().isEmpty()) {
            text.append("  \"").append(where.node()).append('"');
        }
        if (!where.tensors().isEmpty()) {
            text.append("  tensor \"")
                    .append(String.join("\", \"", where.tensors()))
                    .append('"');
        }
        if (!where.file().isEmpty()) {
            text.append("  in ").append(where.file());
        }
        text.append("\n  reason  ").append(reason);
        if (!remedy.isEmpty()) {
            text.append("\n  remedy  ").append(remedy);
        }
        return text.toString();
    }
}
