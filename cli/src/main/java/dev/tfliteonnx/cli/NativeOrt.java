package dev.tfliteonnx.cli;

import dev.tfliteonnx.Converter;
import dev.tfliteonnx.cli.OrtRequest.Style;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.OnnxRuntimeOptions.Level;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * ONNX Runtime's native library as what makes {@code .ort} files, as its own converter does.
 *
 * @param request how they are made
 */
record NativeOrt(OrtRequest request) implements OrtEngine {
    private static final String MINIMAL = "optimization.minimal_build_optimizations";

    /** The engine; refused if the library is not on the class path. */
    static NativeOrt of(OrtRequest request) throws UsageException {
        if (!Engines.hasOnnxRuntime()) {
            throw new UsageException("--engine onnxruntime needs ONNX Runtime on the class path:"
                    + " com.microsoft.onnxruntime:onnxruntime; --engine java needs nothing");
        }
        return new NativeOrt(request);
    }

    @Override
    public List<Model> convert(Path model, Target to) throws ConversionException, IOException {
        Path folder = Files.createTempDirectory("tflite-onnx-ort");
        try {
            Path onnx = model;
            if (!model.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
                onnx = folder.resolve("plain.onnx");
                Converter.convert(model, request.options().conversion()).write(onnx, WriteOptions.DEFAULT);
            }
            boolean later = to.style() == Style.RUNTIME;
            List<Model> made = new ArrayList<>();
            Path saved = save(onnx, folder.resolve("saved.ort"), later ? "save" : "");
            made.add(OrtReader.read(saved).model());
            if (later) {
                Path applied = save(onnx, folder.resolve("applied.ort"), "apply");
                made.add(OrtReader.read(applied).model());
            }
            if (to.onnx().isPresent()) {
                move(
                        save(onnx, folder.resolve("saved.onnx"), later ? "apply" : ""),
                        to.onnx().get());
            }
            move(saved, to.ort());
            return made;
        } catch (EngineException e) {
            throw new ConversionException(
                    DiagnosticCode.INVALID_MODEL,
                    Where.file(model.toString()),
                    String.valueOf(e.getMessage()),
                    "leave out --engine onnxruntime");
        } finally {
            delete(folder);
        }
    }

    private Path save(Path onnx, Path to, String minimal) throws EngineException {
        OnnxRuntimeOptions options = OnnxRuntimeOptions.plain()
                .withLevel(level(request.options().level()))
                .withConfig(
                        "session.qdqisint8allowed", request.options().platform().takesInt8() ? "1" : "0");
        if (request.options().platform() != TargetPlatform.AMD64) {
            options = options.withConfig("optimization.disable_specified_optimizers", "NchwcTransformer");
        }
        if (!minimal.isEmpty()) {
            options = options.withConfig(MINIMAL, minimal);
        }
        if (request.library().isPresent()) {
            options = options.withLibrary(request.library().get().toAbsolutePath());
        }
        options.savingOptimized(to).open(onnx).close();
        return to;
    }

    private static Level level(OrtLevel level) {
        return switch (level) {
            case DISABLE -> Level.NONE;
            case BASIC -> Level.BASIC;
            case EXTENDED -> Level.EXTENDED;
            case LAYOUT, ALL -> Level.ALL;
        };
    }

    private void move(Path from, Path to) throws IOException, ConversionException {
        try {
            if (request.force()) {
                Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(from, to);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ConversionException(
                    DiagnosticCode.OUTPUT_EXISTS, Where.file(to.toString()), "the file exists", "use --force");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
