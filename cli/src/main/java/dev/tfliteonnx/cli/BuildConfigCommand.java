package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.exporter.AtomicFiles;
import dev.tfliteonnx.exporter.AtomicFiles.Output;
import dev.tfliteonnx.exporter.ort.config.RequiredOperators;
import dev.tfliteonnx.importer.ort.OrtReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** {@code build-config}: what a build of ONNX Runtime needs that is reduced to some models. */
final class BuildConfigCommand implements Command {
    private static final String OUTPUT = "output";
    private static final String TYPES = "enable-type-reduction";
    private static final String FORCE = "force";

    @Override
    public String arguments() {
        return "FILE...";
    }

    @Override
    public String description() {
        return "Says what a reduced build of ONNX Runtime needs for models (.ort) and configurations (.config) together.\n"
                + "With --output, writes it as one configuration; what any of the files needs, that one keeps.";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Option.builder("o")
                        .longOpt(OUTPUT)
                        .hasArg()
                        .argName("FILE")
                        .desc("the configuration to write")
                        .get())
                .addOption(Option.builder()
                        .longOpt(TYPES)
                        .desc("put the element types of operators into it too")
                        .get())
                .addOption(Option.builder().longOpt(FORCE).desc("overwrite it").get());
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        List<String> files = line.getArgList();
        if (files.isEmpty()) {
            throw new UsageException("there is no file; give .ort and .config files");
        }
        RequiredOperators required = new RequiredOperators();
        for (String file : files) {
            add(file, required);
        }
        if (line.hasOption(OUTPUT)) {
            Path to = Path.of(line.getOptionValue(OUTPUT));
            byte[] text = required.toText(line.hasOption(TYPES)).getBytes(StandardCharsets.UTF_8);
            AtomicFiles.write(List.of(new Output(to, out -> out.write(ByteBuffer.wrap(text)))), line.hasOption(FORCE));
            terminal.say(to.toString());
        } else {
            terminal.say(required.toReport().stripTrailing());
        }
        return ExitCode.OK;
    }

    private static void add(String file, RequiredOperators required) throws ConversionException {
        if (file.toLowerCase(Locale.ROOT).endsWith(".ort")) {
            try {
                required.add(file, OrtReader.read(Path.of(file)).model());
            } catch (IllegalArgumentException e) {
                throw new ConversionException(
                        DiagnosticCode.UNSUPPORTED_TYPE, Where.file(file), String.valueOf(e.getMessage()), "");
            }
            return;
        }
        try {
            required.addAll(RequiredOperators.parse(Files.readString(Path.of(file)), file));
        } catch (IOException e) {
            throw new ConversionException(
                    DiagnosticCode.INPUT_FAILED, Where.file(file), String.valueOf(e.getMessage()), "");
        }
    }
}
