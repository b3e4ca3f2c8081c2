package dev.tfliteonnx.cli;

import dev.tfliteonnx.cli.OrtRequest.Style;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.exporter.ort.config.RequiredOperators;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code to-ort}: ONNX and TFLite files become files of ONNX Runtime's own format. */
final class ToOrtCommand implements Command {
    @Override
    public String arguments() {
        return "FILE|FOLDER [OPTIONS]";
    }

    @Override
    public String description() {
        return "Turns ONNX and TFLite models into .ort files for ONNX Runtime, full or reduced, and says in\n"
                + "required_operators.config what a reduced build needs. Folders are searched.";
    }

    @Override
    public Options options() {
        return OrtRequest.known();
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        OrtRequest request = OrtRequest.of(line);
        OrtEngine engine = request.engine(line, terminal);
        Path root = request.model();
        request.withoutEffect(line).forEach(terminal::complain);
        ExitCode worst = ExitCode.OK;
        try {
            List<Path> models = models(root);
            for (Style style : request.styles()) {
                worst = worst.or(new Batch(request, engine, terminal, style).all(models));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ConversionException(
                    DiagnosticCode.OUTPUT_FAILED, Where.file(root.toString()), String.valueOf(e.getMessage()), "");
        }
        return worst;
    }

    private static List<Path> models(Path root) throws IOException, ConversionException {
        if (!Files.isDirectory(root)) {
            return List.of(root);
        }
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> models = all.filter(Files::isRegularFile)
                    .filter(ToOrtCommand::isModel)
                    .sorted()
                    .toList();
            if (models.isEmpty()) {
                throw new ConversionException(
                        DiagnosticCode.INPUT_FAILED, Where.file(root.toString()), "it holds no models", "");
            }
            return models;
        }
    }

    private static boolean isModel(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".tflite") || (name.endsWith(".onnx") && !name.endsWith(".optimized.onnx"));
    }

    /** One style of optimization over all models. */
    private record Batch(OrtRequest request, OrtEngine engine, Terminal terminal, Style style) {
        ExitCode all(List<Path> models) throws ConversionException, IOException {
            RequiredOperators required = new RequiredOperators();
            int done = 0;
            ExitCode worst = ExitCode.OK;
            for (Path model : models) {
                try {
                    convert(model, required);
                    done++;
                } catch (ConversionException e) {
                    if (!request.goOn()) {
                        throw e;
                    }
                    terminal.complain(String.valueOf(e.getMessage()));
                }
            }
            terminal.say("Converted " + done + "/" + models.size() + " models successfully.");
            if (done > 0) {
                Path config = config();
                Files.writeString(config, required.toText(request.types()));
                terminal.say(config.toString());
            }
            return worst;
        }

        private void convert(Path model, RequiredOperators required) throws ConversionException, IOException {
            Path to = target(model, ".ort");
            Path parent = to.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Optional<Path> onnx = request.saveOnnx() ? Optional.of(target(model, ".optimized.onnx")) : Optional.empty();
            for (Model made : engine.convert(model, new OrtEngine.Target(to, onnx, style))) {
                required.add(to.toString(), made);
            }
            terminal.say(to.toString());
        }

        private Path target(Path model, String ending) {
            String name = String.valueOf(model.getFileName());
            int dot = name.lastIndexOf('.');
            String file = (dot > 0 ? name.substring(0, dot) : name) + suffix() + ending;
            Path beside = model.resolveSibling(file);
            if (request.outputDir().isEmpty()) {
                return beside;
            }
            Path root = request.model();
            Path inside = Files.isDirectory(root) ? root.relativize(beside) : Path.of(file);
            return request.outputDir().get().resolve(inside);
        }

        private String suffix() {
            OrtLevel level = request.options().level();
            String of = level == OrtLevel.ALL ? "" : "." + level.name().toLowerCase(Locale.ROOT);
            return of + (style == Style.RUNTIME ? ".with_runtime_opt" : "");
        }

        private Path config() {
            String name =
                    (request.types() ? "required_operators_and_types" : "required_operators") + suffix() + ".config";
            Path root = request.model();
            if (Files.isDirectory(root)) {
                return request.outputDir().orElse(root).resolve(name);
            }
            String stem = String.valueOf(root.getFileName()).replaceFirst("\\.[^.]*$", "");
            Path folder = request.outputDir().orElse(root.resolveSibling(""));
            return folder.resolve(stem + "." + name);
        }
    }
}
