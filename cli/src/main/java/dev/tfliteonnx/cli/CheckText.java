package dev.tfliteonnx.cli;

import dev.tfliteonnx.checker.CheckResult;
import dev.tfliteonnx.checker.Divergence;
import dev.tfliteonnx.checker.OutputCheck;
import dev.tfliteonnx.engines.Comparison;
import java.nio.file.Path;
import java.util.Locale;

/** What a check found, as text. */
final class CheckText {
    private CheckText() {}

    /** The outputs as a table, and the verdict. */
    static String of(Path file, CheckResult result) {
        TextTable table = new TextTable("  ")
                .row(
                        "output",
                        "max error",
                        "mean error",
                        "SQNR dB",
                        "cosine",
                        "equal",
                        "within a step",
                        "same top",
                        "TFLite's own",
                        "verdict");
        for (OutputCheck output : result.outputs()) {
            Comparison c = output.comparison();
            table.row(
                    output.source().equals(output.result())
                            ? output.source()
                            : output.source() + " = " + output.result(),
                    number(c.maxAbs()),
                    number(c.meanAbs()),
                    number(c.sqnr()),
                    String.format(Locale.ROOT, "%.6f", c.cosine()),
                    share(c.equal()),
                    share(c.within()),
                    c.sameTop() ? "yes" : "no",
                    output.among().isPresent() ? number(output.among().getAsDouble()) : "-",
                    verdict(output.verdict()));
        }
        return file + ": " + result.sourceEngine() + " against " + result.resultEngine() + ", "
                + Amounts.count(result.runs(), "run", "runs") + "\n" + table.toText() + "\n"
                + (result.holds() ? "check passed" : "check FAILED");
    }

    /** The same as JSON, under the key {@code check}. */
    static void write(Json json, CheckResult result) {
        json.key("check").object().key("holds").value(result.holds());
        json.key("source_engine").value(result.sourceEngine());
        json.key("result_engine").value(result.resultEngine());
        json.key("runs").value(result.runs());
        json.key("outputs").array();
        for (OutputCheck output : result.outputs()) {
            json.object().key("name").value(output.result());
            json.key("max_error").value(output.comparison().maxAbs());
            json.key("verdict").value(output.verdict().name().toLowerCase(Locale.ROOT));
            json.end();
        }
        json.end().end();
    }

    /** The walk along the tensors inside. */
    static String of(Divergence walk) {
        TextTable table = new TextTable("  ").row("tensor", "by", "in the result", "max error", "SQNR dB", "equal");
        for (Divergence.Step step : walk.steps()) {
            Comparison c = step.comparison();
            table.row(
                    step.source(),
                    step.op() + " #" + step.operator(),
                    step.result(),
                    number(c.maxAbs()),
                    number(c.sqnr()),
                    share(c.equal()));
        }
        String first = walk.first()
                .map(s -> "first to differ: \"" + s.source() + "\", computed by " + s.op() + " #" + s.operator()
                        + "; in the result \"" + s.result() + "\"")
                .orElse("none of them differs");
        return "tensors that both sides name, in plain Java\n" + table.toText() + "\n" + first;
    }

    private static String verdict(OutputCheck.Verdict verdict) {
        return switch (verdict) {
            case EQUAL -> "equal";
            case WITHIN -> "within the bound";
            case AS_NEAR_AS_KERNELS -> "as near as TFLite's kernels are to each other";
            case WITHIN_NOISE -> "within the noise of quantization";
            case DIFFERENT -> "DIFFERENT";
        };
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "inf" : String.format(Locale.ROOT, "%.3g", value);
    }

    private static String share(double value) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * value);
    }
}
