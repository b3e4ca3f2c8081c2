package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.checker.Bisection;
import dev.tfliteonnx.checker.CheckOptions;
import dev.tfliteonnx.checker.PartFiles;
import dev.tfliteonnx.checker.Subject;
import dev.tfliteonnx.checker.files.Npy;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code bisect}: the smallest part of a model whose conversion differs. */
final class BisectCommand implements Command {
    @Override
    public String arguments() {
        return "MODEL.tflite [MODEL.onnx] --output DIR [OPTIONS]";
    }

    @Override
    public String description() {
        return """
                Checks a conversion, and if it differs finds the smallest part of the model that does, by itself, on the values
                that the source computes there. Writes it to a folder as part.tflite and part.onnx, with its inputs as
                .npy files, for a report of the fault. Without MODEL.onnx each part is converted by itself; with it, parts are
                cut out of both files at tensors that both name. The exit code is 5 if a part was found, 0 if the check passes.""";
    }

    @Override
    public Options options() {
        return ModelInputs.addTo(ConvertRequest.conversion())
                .addOption(ConvertRequest.option("output", "DIR", "the folder that the part is written to"))
                .addOption(ConvertRequest.option("engine", "auto|java", "java: run both sides in plain Java"));
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        List<String> files = line.getArgList();
        Optional<String> output = ConvertRequest.value(line, "output");
        if (files.isEmpty() || files.size() > 2 || output.isEmpty()) {
            throw new UsageException("bisect wants a .tflite file, the .onnx file that it became if there is one, and"
                    + " a folder: --output DIR");
        }
        Subject source = Subject.read(Jobs.path(files.get(0)));
        if (source.model().main().dialect() != Dialect.TFLITE) {
            throw new UsageException("the first file is the source, a .tflite file");
        }
        Map<String, Tensor> inputs =
                ModelInputs.of(line, source.inputs(), source.model().metadata());
        CheckOptions options = new CheckOptions(CheckCommand.engines(line), 1, 1, inputs);
        Path folder = Jobs.path(output.get());
        try {
            Files.createDirectories(folder);
            Optional<Bisection.Found> found = files.size() == 2
                    ? ofBoth(source, Subject.read(Jobs.path(files.get(1))), folder, options)
                    : ofSource(source, folder, ConvertRequest.options(line), options);
            if (found.isEmpty()) {
                terminal.say("check passed: no part differs");
                return ExitCode.OK;
            }
            write(found.get(), folder);
            terminal.say(text(found.get(), source, folder));
            return ExitCode.CHECK_FAILED;
        } catch (IOException e) {
            throw new ConversionException(
                    DiagnosticCode.OUTPUT_FAILED,
                    Where.file(folder.toString()),
                    String.valueOf(e.getMessage()),
                    "check the path and its permissions");
        }
    }

    private static Optional<Bisection.Found> ofBoth(Subject source, Subject result, Path folder, CheckOptions options)
            throws ConversionException, IOException {
        Bisection.Parts parts = PartFiles.cut(source.model(), result.model(), folder);
        return Bisection.find(source, result, parts, options);
    }

    private static Optional<Bisection.Found> ofSource(
            Subject source, Path folder, ConversionOptions conversion, CheckOptions options)
            throws ConversionException, IOException {
        Bisection.Parts parts = PartFiles.converted(source.model(), folder, (from, to) -> {
            Conversion made = Converter.convert(from, conversion);
            made.write(to, WriteOptions.DEFAULT.withForce(true));
            return made.model();
        });
        Conversion whole = Converter.convert(source.file(), conversion);
        // not whileWritten(): what the action throws is of two kinds
        Path onnx = folder.resolve("part.onnx");
        whole.write(onnx, WriteOptions.DEFAULT.withForce(true));
        Optional<Bisection.Found> found = Bisection.find(source, new Subject(onnx, whole.model()), parts, options);
        if (found.isEmpty()) {
            Files.delete(onnx);
        }
        return found;
    }

    private static void write(Bisection.Found found, Path folder) throws IOException {
        int number = 0;
        for (Tensor input : found.inputs().values()) {
            Files.write(folder.resolve("input" + number++ + ".npy"), Npy.write(input));
        }
    }

    private static String text(Bisection.Found found, Subject source, Path folder) {
        int whole = source.model().main().size();
        int part = found.part().source().model().main().size();
        StringBuilder text = new StringBuilder("the smallest part that differs has "
                + Amounts.count(part, "operator", "operators") + " of " + whole + " and computes \"" + found.output()
                + "\"\n");
        int number = 0;
        for (String name : found.inputs().keySet()) {
            text.append("  input")
                    .append(number++)
                    .append(".npy is \"")
                    .append(name)
                    .append("\"\n");
        }
        return text + CheckText.of(folder.resolve("part.tflite"), found.check());
    }
}
