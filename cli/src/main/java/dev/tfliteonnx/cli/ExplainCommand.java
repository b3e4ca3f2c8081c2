package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code explain}: what a code means. */
final class ExplainCommand implements Command {
    private static final int WIDTH = 96;

    @Override
    public String arguments() {
        return "CODE...";
    }

    @Override
    public String description() {
        return "Says what error codes such as TFO2003 mean. Without a code, all are listed.";
    }

    @Override
    public Options options() {
        return new Options();
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException {
        List<DiagnosticCode> codes = new ArrayList<>();
        for (String typed : line.getArgList()) {
            codes.add(find(typed));
        }
        if (codes.isEmpty()) {
            TextTable table = new TextTable("");
            for (DiagnosticCode code : DiagnosticCode.values()) {
                table.row(code.code(), severity(code), code.title());
            }
            terminal.say(table.toText());
        }
        for (DiagnosticCode code : codes) {
            terminal.say(code.code() + "  " + severity(code) + ": " + code.title() + "\n" + wrapped(code.explanation())
                    + exit(code));
        }
        return ExitCode.OK;
    }

    private static DiagnosticCode find(String typed) throws UsageException {
        Optional<DiagnosticCode> code = DiagnosticCode.of(typed);
        if (code.isPresent()) {
            return code.get();
        }
        List<String> known = new ArrayList<>();
        for (DiagnosticCode each : DiagnosticCode.values()) {
            known.add(each.code());
        }
        String meant = Suggestions.nearest(typed.toUpperCase(Locale.ROOT), known)
                .map(s -> "; did you mean " + s + "?")
                .orElse("");
        throw new UsageException("there is no code \"" + typed + "\"" + meant);
    }

    private static String exit(DiagnosticCode code) {
        ExitCode exit = ExitCode.of(code);
        return exit == ExitCode.OK ? "" : "\n  The exit code is " + exit.number() + ".";
    }

    private static String severity(DiagnosticCode code) {
        return code.severity().name().toLowerCase(Locale.ROOT);
    }

    /** The text in indented lines of limited width. */
    private static String wrapped(String text) {
        StringBuilder lines = new StringBuilder("  ");
        int from = 0;
        while (text.length() - from > WIDTH) {
            int space = text.lastIndexOf(' ', from + WIDTH);
            if (space <= from) {
                break;
            }
            lines.append(text, from, space).append("\n  ");
            from = space + 1;
        }
        return lines.append(text.substring(from)).toString();
    }
}
