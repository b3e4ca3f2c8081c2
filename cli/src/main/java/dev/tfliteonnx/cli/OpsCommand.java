package dev.tfliteonnx.cli;

import dev.tfliteonnx.Version;
import dev.tfliteonnx.cli.SupportTable.Support;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.handlers.OpRow;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** {@code ops}: the support table. */
final class OpsCommand implements Command {
    @Override
    public String arguments() {
        return "[--json]";
    }

    @Override
    public String description() {
        return "Lists the TFLite operators: handled ones with the element types and the ONNX form that they take,\n"
                + "others with the reason.";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Option.builder()
                        .longOpt("json")
                        .desc("print the table as JSON")
                        .get());
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException {
        if (!line.getArgList().isEmpty()) {
            throw new UsageException("ops takes no arguments");
        }
        terminal.say(line.hasOption("json") ? json() : text());
        return ExitCode.OK;
    }

    private static String text() {
        StringBuilder text = new StringBuilder();
        TextTable handled = new TextTable("  ");
        for (OpRow row : SupportTable.rows(Support.HANDLED)) {
            handled.row(SupportTable.name(row.op()), row.note(), SupportTable.types(row));
        }
        text.append("handled: operator, ONNX form, element types\n").append(handled.toText());
        append(text, "not handled yet", Support.PLANNED);
        append(text, "without an ONNX form", Support.IMPOSSIBLE);
        return text.toString();
    }

    private static void append(StringBuilder text, String title, Support support) {
        TextTable table = new TextTable("  ");
        for (OpRow row : SupportTable.rows(support)) {
            table.row(SupportTable.name(row.op()), row.note());
        }
        if (!table.isEmpty()) {
            text.append("\n\n").append(title).append('\n').append(table.toText());
        }
    }

    private static String json() {
        Json json = new Json()
                .object()
                .key("version")
                .value(Version.STRING)
                .key("ops")
                .array();
        for (OpRow row : HandlerTable.all()) {
            json.object().key("op").value(row.op().name());
            json.key("custom").value(!row.op().domain().isEmpty());
            json.key("handled").value(row.isHandled());
            if (row.isHandled()) {
                json.key("types").value(SupportTable.types(row));
                json.key("onnx").value(row.note());
            } else {
                json.key("code").value(row.refusal().code());
                json.key("reason").value(row.note());
                json.key("remedy").value(row.remedy());
            }
            json.end();
        }
        return json.end().end().toText();
    }
}
