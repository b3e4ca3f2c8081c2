package dev.tfliteonnx.cli;

import dev.tfliteonnx.Converter;
import dev.tfliteonnx.checker.Check;
import dev.tfliteonnx.checker.CheckOptions;
import dev.tfliteonnx.checker.CheckResult;
import dev.tfliteonnx.checker.Divergence;
import dev.tfliteonnx.checker.Subject;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code check}: do the numbers still hold. */
final class CheckCommand implements Command {
    @Override
    public String arguments() {
        return "MODEL.tflite [MODEL.onnx] [OPTIONS]";
    }

    @Override
    public String description() {
        return """
                Converts a TFLite model, or takes its conversion, runs both on the same inputs, and prints how far apart each output is. The source
                runs in TFLite and the result in ONNX Runtime if their libraries are on the class path, otherwise both run
                in plain Java. Real numbers must agree to 1e-4 of the greatest, quantized ones to one step, or be no
                further apart than TFLite's own sets of kernels; the exit code is 5 if they are not.""";
    }

    @Override
    public Options options() {
        return ModelInputs.addTo(ConvertRequest.conversion())
                .addOption(ConvertRequest.option("runs", "N", "how many inputs are tried; otherwise 3"))
                .addOption(ConvertRequest.option("seed", "N", "where random inputs start; otherwise 1"))
                .addOption(ConvertRequest.option("engine", "auto|java", "java: run both sides in plain Java"))
                .addOption(ConvertRequest.flag(
                        "per-tensor", "compare what is computed on the way and show the first that differs"));
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        List<String> files = line.getArgList();
        if (files.isEmpty() || files.size() > 2) {
            throw new UsageException("check wants a .tflite file, and the .onnx file that it became if there is one");
        }
        Subject source = Subject.read(Jobs.path(files.get(0)));
        if (source.model().main().dialect() != Dialect.TFLITE) {
            throw new UsageException("the first file is the source, a .tflite file");
        }
        Map<String, Tensor> inputs =
                ModelInputs.of(line, source.inputs(), source.model().metadata());
        CheckOptions options =
                new CheckOptions(engines(line), number(line, "runs", 3), number(line, "seed", 1), inputs);
        if (files.size() == 2) {
            return check(
                    source, Subject.read(Jobs.path(files.get(1))), options, line.hasOption("per-tensor"), terminal);
        }
        try {
            return CheckedConversion.whileWritten(
                    Converter.convert(source.file(), ConvertRequest.options(line)),
                    result -> check(source, result, options, line.hasOption("per-tensor"), terminal));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ExitCode check(
            Subject source, Subject result, CheckOptions options, boolean perTensor, Terminal terminal)
            throws ConversionException {
        CheckResult found = Check.run(source, result, options);
        terminal.say(CheckText.of(source.file(), found));
        if (perTensor) {
            terminal.say(CheckText.of(Divergence.find(source.model(), result.model(), options)));
        }
        return found.holds() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    static CheckOptions.Engines engines(CommandLine line) throws UsageException {
        String name = ConvertRequest.value(line, "engine").orElse("auto");
        return switch (name) {
            case "auto" -> CheckOptions.Engines.NATIVE_IF_PRESENT;
            case "java" -> CheckOptions.Engines.JAVA;
            default -> throw new UsageException("--engine is auto or java, not \"" + name + "\"");
        };
    }

    private static int number(CommandLine line, String option, int otherwise) throws UsageException {
        String text = ConvertRequest.value(line, option).orElse(Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("--" + option + " wants a number, not \"" + text + "\"");
        }
        throw new UsageException("--" + option + " wants a number above 0, not " + text);
    }
}
