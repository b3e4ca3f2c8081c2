package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.report.ConversionReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code demo}: the main job on the model that is at hand, with proof. */
final class DemoCommand implements Command {
    /** How far a stored number may be from that of the TFLite interpreter, in steps of its quantization. */
    private static final long MOST_STEPS = 1;

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public String description() {
        return "Converts the small model that comes with this program, runs the result on its sample inputs in plain\n"
                + "Java, and compares with what the TFLite interpreter computed from the same inputs.";
    }

    @Override
    public Options options() {
        return new Options();
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        if (!line.getArgList().isEmpty()) {
            throw new UsageException("demo takes no arguments");
        }
        try {
            return run(DemoModel.load(), terminal);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Converts and checks. */
    static ExitCode run(DemoModel demo, Terminal terminal) throws ConversionException, IOException {
        Conversion conversion = Converter.convert(demo.bytes(), "model.tflite", ConversionOptions.DEFAULT);
        ConversionReport report = conversion.report();
        Graph graph = conversion.model().main();
        Value in = graph.inputs().get(0);
        Value out = graph.outputs().get(0);
        terminal.say("converted the model that comes with " + Help.PROGRAM + ": "
                + Amounts.bytes(report.sourceBytes()) + " TFLite in, "
                + Amounts.bytes(conversion.toBytes().length) + " ONNX out\n  "
                + report.operators() + " operators became "
                + Amounts.count(report.nodes(), "node", "nodes") + ", "
                + Amounts.count(report.transposes(), "Transpose", "Transposes") + " among them; opset "
                + report.opset() + "\n  from " + in + " to " + out + "\n");
        Executor executor = Executor.of(graph);
        TextTable table = new TextTable("  ").row("sample", "label", "label by TFLite", "equal", "largest difference");
        boolean good = true;
        for (DemoModel.Sample sample : demo.samples()) {
            Tensor input = Tensor.of(in.type(), in.shape(), sample.input());
            Tensor golden = Tensor.of(out.type(), out.shape(), sample.golden());
            Match match = Match.of(executor.run(List.of(input)).get(0), golden);
            table.row(
                    sample.name(),
                    label(demo, match.label()),
                    label(demo, match.goldenLabel()),
                    match.equal() + " of " + match.elements(),
                    Amounts.count(match.steps(), "step", "steps"));
            good &= match.label() == match.goldenLabel() && match.steps() <= MOST_STEPS;
        }
        terminal.say("ran it in plain Java on inputs of which the TFLite interpreter's results are known\n"
                + table.toText() + "\n");
        terminal.say(
                good
                        ? "check passed: the same labels, no number off by more than one step of its quantization"
                        : "check FAILED: a label differs, or a number is off by more than one step");
        return good ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    private static String label(DemoModel demo, int index) {
        return index < demo.labels().size() ? demo.labels().get(index) : "#" + index;
    }

    /**
     * How a result compares with that of the TFLite interpreter.
     *
     * @param elements how many numbers there are
     * @param equal how many of them are the same
     * @param steps the largest difference of stored numbers
     * @param label the place of the greatest number
     * @param goldenLabel its place in the interpreter's result
     */
    record Match(int elements, int equal, long steps, int label, int goldenLabel) {
        static Match of(Tensor result, Tensor golden) {
            long[] a = result.toLongs();
            long[] b = golden.toLongs();
            int equal = 0;
            long steps = 0;
            int label = 0;
            int goldenLabel = 0;
            for (int i = 0; i < b.length; i++) {
                long difference = Math.abs(a[i] - b[i]);
                equal += difference == 0 ? 1 : 0;
                steps = Math.max(steps, difference);
                label = a[i] > a[label] ? i : label;
                goldenLabel = b[i] > b[goldenLabel] ? i : goldenLabel;
            }
            return new Match(b.length, equal, steps, label, goldenLabel);
        }
    }
}
