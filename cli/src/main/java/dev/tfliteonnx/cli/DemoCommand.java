package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
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
    /**
     * How far a number may be from that of TFLite's reference kernels, in steps of its quantization, even where TFLite's
     * other kernels agree with them.
     */
    private static final long STEPS = 1;

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public String description() {
        return "Converts the small model that comes with this program, which tells drawn shapes apart, runs the result\n"
                + "on four drawings in plain Java, and compares with what the TFLite interpreter computed from the same inputs.";
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
        Conversion conversion = Converter.convert(demo.bytes(), "shapes.tflite", ConversionOptions.DEFAULT);
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
        List<String> labels = labels(conversion.model());
        Executor executor = Executor.of(graph);
        TextTable table = new TextTable("  ")
                .row("drawing", "label", "by TFLite", "equal", "largest difference", "of TFLite's own kernels");
        boolean good = !demo.samples().isEmpty();
        for (int i = 0; i < demo.samples().size(); i++) {
            DemoModel.Sample sample = demo.samples().get(i);
            Tensor result = executor.run(List.of(tensor(in, sample.input()))).get(0);
            Tensor reference = tensor(out, sample.reference());
            Match match = Match.of(result, reference);
            long own = Match.of(tensor(out, sample.usual()), reference).steps();
            table.row(
                    label(labels, i),
                    label(labels, match.label()),
                    label(labels, match.goldenLabel()),
                    match.equal() + " of " + match.elements(),
                    Amounts.count(match.steps(), "step", "steps"),
                    Amounts.count(own, "step", "steps"));
            good &= match.label() == match.goldenLabel() && match.steps() <= Math.max(STEPS, own);
        }
        terminal.say("ran it in plain Java on drawings, and compared with the reference kernels of TFLite\n"
                + table.toText() + "\n");
        terminal.say((good ? "check passed: " : "check FAILED, which asks for ")
                + "the same labels, and numbers that are off by one step of their quantization\n"
                + "at most, or no more than TFLite's own two sets of kernels are from each other");
        return good ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    /** Elements of an input or output, with 1 for extents that are open: the batch. */
    private static Tensor tensor(Value like, Bytes elements) {
        return Tensor.of(like.type(), like.shape().closed(), elements);
    }

    /** What the elements of the output stand for, as the converted model tells it. */
    private static List<String> labels(Model model) {
        return model.metadata()
                .getOrDefault("tflite.output.0.labels", "")
                .lines()
                .toList();
    }

    private static String label(List<String> labels, int index) {
        return index < labels.size() ? labels.get(index) : "#" + index;
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
