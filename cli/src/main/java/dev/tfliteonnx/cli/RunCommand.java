package dev.tfliteonnx.cli;

import dev.tfliteonnx.checker.CheckOptions;
import dev.tfliteonnx.checker.ModelRun;
import dev.tfliteonnx.checker.Subject;
import dev.tfliteonnx.checker.files.Npy;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code run}: a model on given inputs. */
final class RunCommand implements Command {
    private static final int TOP = 5;

    @Override
    public String arguments() {
        return "MODEL [--input NAME=FILE...] [--output DIR]";
    }

    @Override
    public String description() {
        return """
                Runs a .tflite, .onnx or .ort model once and prints what comes out; inputs without a file get random numbers.
                TFLite or ONNX Runtime runs it if its library is on the class path, otherwise it runs in plain Java.""";
    }

    @Override
    public Options options() {
        return ModelInputs.addTo(new Options())
                .addOption(ConvertRequest.option("output", "DIR", "write each output there as an .npy file"))
                .addOption(ConvertRequest.option("engine", "auto|java", "java: run it in plain Java"))
                .addOption(ConvertRequest.flag(
                        "profile", "run it in plain Java and print the time and the range of every operator"));
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        if (line.getArgList().size() != 1) {
            throw new UsageException("run wants one model file");
        }
        Path file = Jobs.path(line.getArgList().get(0));
        Subject subject = Subject.read(file);
        Map<String, String> metadata = subject.model().metadata();
        Map<String, Tensor> inputs = ModelInputs.of(line, subject.inputs(), metadata);
        CheckOptions options = new CheckOptions(CheckCommand.engines(line), 1, 1, inputs);
        if (line.hasOption("profile")) {
            terminal.say(ProfileText.of(file, ModelRun.profile(subject, options)));
            return ExitCode.OK;
        }
        ModelRun run = ModelRun.of(subject, options);
        terminal.say(file + ", run by " + run.engine());
        for (int i = 0; i < run.outputs().size(); i++) {
            terminal.say(describe(i, run.outputs().get(i), metadata));
        }
        Optional<String> folder = ConvertRequest.value(line, "output");
        if (folder.isPresent()) {
            write(run, Jobs.path(folder.get()));
        }
        return ExitCode.OK;
    }

    private static String describe(int index, ModelRun.Output output, Map<String, String> metadata) {
        Tensor tensor = output.tensor();
        StringBuilder text = new StringBuilder(
                "  " + output.spec().name() + ": " + tensor.type().name() + tensor.shape());
        if (tensor.type() == DataType.STRING || tensor.elementCount() == 0) {
            return text.toString();
        }
        Optional<QuantParams> quant =
                output.spec().quant().filter(q -> !tensor.type().isFloat());
        float[] values = quant.map(tensor::dequantized)
                .orElse(tensor.cast(DataType.FLOAT32))
                .toFloats();
        List<String> labels = metadata.getOrDefault("tflite.output." + index + ".labels", "")
                .lines()
                .toList();
        List<Integer> top = IntStream.range(0, values.length)
                .boxed()
                .sorted((a, b) -> Float.compare(values[b], values[a]))
                .limit(TOP)
                .toList();
        for (int at : top) {
            String label = labels.size() == values.length ? "  " + labels.get(at) : "";
            text.append(String.format(Locale.ROOT, "%n    [%d] %.6g%s", at, values[at], label));
        }
        return text.toString();
    }

    private static void write(ModelRun run, Path folder) throws ConversionException {
        try {
            Files.createDirectories(folder);
            for (ModelRun.Output output : run.outputs()) {
                String name = output.spec().name().replaceAll("[^A-Za-z0-9._-]", "_");
                Files.write(folder.resolve(name + ".npy"), Npy.write(output.tensor()));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new ConversionException(
                    DiagnosticCode.OUTPUT_FAILED,
                    Where.file(folder.toString()),
                    String.valueOf(e.getMessage()),
                    "check the path and its permissions");
        }
    }
}
