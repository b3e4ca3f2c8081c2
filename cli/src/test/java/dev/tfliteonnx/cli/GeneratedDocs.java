package dev.tfliteonnx.cli;

import dev.tfliteonnx.cli.SupportTable.Support;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.handlers.OpRow;
import dev.tfliteonnx.ir.OpType;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The documents that are made from tables of the program. */
final class GeneratedDocs {
    static final String HEAD = "<!-- Generated from the tables of the program; do not edit. -->\n\n";

    private GeneratedDocs() {}

    /** Each document by its file name. */
    static Map<String, String> all() {
        return Map.of("SUPPORTED_OPS.md", supportedOps(), "DIAGNOSTICS.md", diagnostics(), "RULES.md", RulesDoc.text());
    }

    private static String supportedOps() {
        StringBuilder text = new StringBuilder(HEAD).append("# What becomes of each TFLite operator\n\n");
        List<OpRow> handled = SupportTable.rows(Support.HANDLED);
        List<OpRow> planned = SupportTable.rows(Support.PLANNED);
        List<OpRow> impossible = SupportTable.rows(Support.IMPOSSIBLE);
        text.append("Handled: ")
                .append(handled.size())
                .append(". Not handled yet: ")
                .append(planned.size());
        text.append(". Without a form in ONNX: ").append(impossible.size()).append(".\n");
        text.append("`tflite-onnx inspect FILE` tells which of them a model needs.\n\n## Handled\n\n");
        text.append("Types are those that the first result may have as it is stored; quantized ones become float\n");
        text.append("operators between DequantizeLinear and QuantizeLinear.\n\n");
        text.append("| operator | ONNX form | types |\n|---|---|---|\n");
        for (OpRow row : handled) {
            cells(text, code(SupportTable.name(row.op())), row.note(), SupportTable.types(row));
        }
        refused(text, "Not handled yet", planned);
        refused(text, "Without a form in ONNX", impossible);
        return text.append(customs()).toString();
    }

    private static void refused(StringBuilder text, String title, List<OpRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append("\n## ").append(title).append("\n\n| operator | reason | what to do |\n|---|---|---|\n");
        for (OpRow row : rows) {
            cells(text, code(SupportTable.name(row.op())), row.note(), row.remedy());
        }
    }

    private static String customs() {
        StringBuilder text = new StringBuilder("\n## Other custom operators\n\n");
        text.append("| custom code | error | reason | what to do |\n|---|---|---|---|\n");
        for (String custom : List.of("FlexUnicodeDecode", "edgetpu-custom-op", "ethos-u", "AnythingElse")) {
            OpRow row = HandlerTable.standard().find(OpType.custom(custom));
            cells(text, code(custom), row.refusal().code(), row.note(), row.remedy());
        }
        return text.toString();
    }

    private static String diagnostics() {
        StringBuilder text = new StringBuilder(HEAD).append("# Diagnostics\n\n");
        text.append("TFO1… is about the file, TFO2… about what a model needs and ONNX or this program lacks,\n");
        text.append(
                "TFO3… about results that are not exact, TFO4… about options, TFO5… about files read and written.\n");
        text.append("`tflite-onnx explain TFO2003` prints the same.\n");
        for (DiagnosticCode code : DiagnosticCode.values()) {
            ExitCode exit = ExitCode.of(code);
            boolean error = exit != ExitCode.OK && code.severity() == dev.tfliteonnx.diag.Severity.ERROR;
            text.append("\n## ")
                    .append(code.code())
                    .append(": ")
                    .append(code.title())
                    .append("\n\n");
            text.append(code.severity().name().toLowerCase(Locale.ROOT));
            text.append(error ? ", exit code " + exit.number() : "").append(". ");
            text.append(code.explanation()).append('\n');
        }
        return text.toString();
    }

    private static void cells(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ")
                    .append(cell.replace("|", "\\|").replace("\n", " "))
                    .append(' ');
        }
        text.append("|\n");
    }

    private static String code(String name) {
        return "`" + name + "`";
    }
}
