package dev.tfliteonnx.cli;

import dev.tfliteonnx.State;
import dev.tfliteonnx.Version;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.report.ConversionReport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells what became of conversions: one in full, several as a table. */
final class ConvertReport {
    private static final int FAILURES = 10;

    private final Terminal terminal;
    private final WriteOptions writing;
    private final boolean quiet;

    ConvertReport(Terminal terminal, WriteOptions writing, boolean quiet) {
        this.terminal = terminal;
        this.writing = writing;
        this.quiet = quiet;
    }

    /** Prints results, and errors apart from them. */
    void print(List<Outcome> outcomes) {
        if (outcomes.size() == 1 || isOneFile(outcomes)) {
            outcomes.forEach(this::printOne);
        } else {
            printMany(outcomes);
        }
    }

    private void printOne(Outcome outcome) {
        if (!outcome.isDone()) {
            terminal.complain(problems(outcome));
        } else if (!quiet) {
            ConversionReport report = outcome.report().orElseThrow();
            terminal.say(outcome.job().label() + " -> " + outcome.job().output());
            terminal.say(table(outcome, report));
            outcome.check()
                    .ifPresent(found -> terminal.say(CheckText.of(outcome.job().input(), found)));
            if (!report.notes().isEmpty()) {
                terminal.say(new DiagnosticText(report.notes()).toText());
            }
            sayTrace(report);
        }
    }

    private void sayTrace(ConversionReport report) {
        String trace = TraceText.of(report.trace());
        if (!trace.isEmpty()) {
            terminal.say(trace);
        }
    }

    private String table(Outcome outcome, ConversionReport report) {
        TextTable table = new TextTable("  ")
                .row(
                        "operators",
                        report.operators() + " in, " + Amounts.count(report.nodes(), "node", "nodes") + " out")
                .row("Transposes", Integer.toString(report.transposes()))
                .row("size", Amounts.bytes(report.sourceBytes()) + " in, " + Amounts.bytes(outcome.bytesOut()) + " out")
                .row("opset", Integer.toString(opset(report, writing)))
                .row("time", Amounts.seconds(outcome.nanos()));
        if (!outcome.states().isEmpty()) {
            State first = outcome.states().get(0);
            table.row(
                    "states",
                    outcome.states().size() + ", fed back from one run to the next: " + first.input() + " = "
                            + first.output() + (outcome.states().size() > 1 ? ", ..." : ""));
        }
        return table.toText();
    }

    /** A file of which several signatures were converted. */
    private static boolean isOneFile(List<Outcome> outcomes) {
        return outcomes.stream()
                .allMatch(o -> o.isDone()
                        && o.job().input().equals(outcomes.get(0).job().input()));
    }

    private void printMany(List<Outcome> outcomes) {
        TextTable table = new TextTable("")
                .row("file", "result", "operators", "nodes", "Transposes", "in", "out", "opset", "time", "notes");
        List<Outcome> failed = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            table.row(row(outcome));
            if (!outcome.isDone()) {
                failed.add(outcome);
            }
        }
        if (!quiet) {
            terminal.say(table.toText());
            outcomes.forEach(o -> o.report().ifPresent(this::sayTrace));
            terminal.say(outcomes.size() - failed.size() + " of " + outcomes.size() + " converted");
        }
        printFailures(failed);
    }

    private List<String> row(Outcome outcome) {
        String file = outcome.job().label();
        String time = Amounts.seconds(outcome.nanos());
        if (outcome.report().isEmpty()) {
            return List.of(file, result(outcome), "", "", "", "", "", "", time);
        }
        ConversionReport report = outcome.report().get();
        return List.of(
                file,
                outcome.check().isPresent() ? "ok, checked" : "ok",
                Integer.toString(report.operators()),
                Integer.toString(report.nodes()),
                Integer.toString(report.transposes()),
                Amounts.bytes(report.sourceBytes()),
                Amounts.bytes(outcome.bytesOut()),
                Integer.toString(opset(report, writing)),
                time,
                codes(report.notes()));
    }

    private static String result(Outcome outcome) {
        if (outcome.check().isPresent()) {
            return "check FAILED";
        }
        return outcome.problems().isEmpty() ? "internal error" : codes(outcome.problems());
    }

    private static String codes(List<Diagnostic> diagnostics) {
        Set<String> codes = new LinkedHashSet<>();
        diagnostics.forEach(d -> codes.add(d.code().code()));
        return String.join(" ", codes);
    }

    /** Of each failure its first problem, on two lines. */
    private void printFailures(List<Outcome> failed) {
        Set<String> seen = new LinkedHashSet<>();
        for (int i = 0; i < Math.min(failed.size(), FAILURES); i++) {
            Outcome outcome = failed.get(i);
            if (outcome.check().isPresent()) {
                terminal.complain(problems(outcome));
                continue;
            }
            if (outcome.problems().isEmpty()) {
                terminal.complain("error in " + outcome.job().input() + "\n" + outcome.fault());
                continue;
            }
            Diagnostic first = outcome.problems().get(0);
            int more = new DiagnosticText(outcome.problems()).kinds() - 1;
            seen.add(first.code().code());
            String what = first.where().op().isEmpty()
                    ? first.code().title()
                    : first.where().op();
            terminal.complain("error " + first.code().code() + "  " + what + "  in "
                    + outcome.job().input()
                    + (more > 0 ? "  and " + Amounts.count(more, "more kind", "more kinds") : "") + "\n  reason  "
                    + first.reason());
        }
        if (failed.size() > FAILURES) {
            terminal.complain("and " + (failed.size() - FAILURES) + " more files");
        }
        if (!seen.isEmpty()) {
            terminal.complain(DiagnosticText.see(seen) + "; all problems of a file: " + Help.PROGRAM + " inspect FILE");
        }
    }

    private static String problems(Outcome outcome) {
        if (outcome.check().isPresent()) {
            return CheckText.of(outcome.job().input(), outcome.check().get()) + "\nnothing is written; " + Help.PROGRAM
                    + " bisect finds the operators that differ";
        }
        return outcome.problems().isEmpty() ? outcome.fault() : new DiagnosticText(outcome.problems()).toText();
    }

    private static int opset(ConversionReport report, WriteOptions writing) {
        return Math.max(report.opset(), writing.opset());
    }

    /** All of it as JSON. */
    static String json(List<Outcome> outcomes, WriteOptions writing) {
        Json json = new Json()
                .object()
                .key("version")
                .value(Version.STRING)
                .key("files")
                .array();
        for (Outcome outcome : outcomes) {
            json.object().key("input").value(outcome.job().input().toString());
            if (!outcome.job().signature().isEmpty()) {
                json.key("signature").value(outcome.job().signature());
            }
            json.key("exit").value(outcome.exit().number());
            json.key("seconds").value(outcome.nanos() / 1e9);
            outcome.report().ifPresent(report -> write(json, outcome, report, opset(report, writing)));
            json.key("diagnostics");
            DiagnosticText.write(
                    json, outcome.report().map(ConversionReport::diagnostics).orElse(outcome.problems()));
            outcome.check().ifPresent(found -> CheckText.write(json, found));
            if (!outcome.fault().isEmpty()) {
                json.key("fault").value(outcome.fault());
            }
            json.end();
        }
        return json.end().end().toText();
    }

    private static void write(Json json, Outcome outcome, ConversionReport report, int opset) {
        json.key("output").value(outcome.job().output().toString());
        json.key("written").array();
        outcome.files().forEach(file -> json.value(file.toString()));
        json.end();
        json.key("operators").value(report.operators());
        json.key("nodes").value(report.nodes());
        json.key("transposes").value(report.transposes());
        json.key("bytes_in").value(report.sourceBytes());
        json.key("bytes_out").value(outcome.bytesOut());
        json.key("opset").value(opset);
        json.key("states").array();
        outcome.states().forEach(state -> {
            json.object().key("input").value(state.input());
            json.key("output").value(state.output()).end();
        });
        json.end();
        json.key("rules").object();
        report.rulesFired().forEach((rule, times) -> json.key(rule).value(times));
        json.end();
        TraceText.write(json, report.trace());
    }
}
