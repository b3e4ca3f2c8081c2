package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.OrtConverter;
import dev.tfliteonnx.OrtOptions;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.OnnxRuntimeEngine;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.OnnxRuntimeOptions.Level;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.OrtPasses;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Races the {@code .ort} files that are written here against those that ONNX Runtime writes of the same converted models
 * at the same level, loaded in one process, in turn, on one thread, by the time that the thread had a processor.
 *
 * <p>Arguments: {@code extended|all any|arm|amd64 MODEL.tflite...}. Prints the median times, their ratio and the geometric
 * mean of the ratios.
 */
public final class OrtLatencyBenchmark {
    private static final long BUDGET_MILLIS = 1500;
    private static final OnnxRuntimeOptions AS_IT_IS =
            OnnxRuntimeOptions.plain().withLevel(Level.NONE);

    private final OrtLevel level;
    private final TargetPlatform platform;
    private final Path folder;

    private OrtLatencyBenchmark(OrtLevel level, TargetPlatform platform, Path folder) {
        this.level = level;
        this.platform = platform;
        this.folder = folder;
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException, ConversionException, EngineException {
        if (args.length < 3) {
            System.err.println("usage: OrtLatencyBenchmark extended|all any|arm|amd64 MODEL.tflite ...");
            System.exit(2);
        }
        OrtLevel level = OrtLevel.valueOf(args[0].toUpperCase(Locale.ROOT));
        TargetPlatform platform = TargetPlatform.valueOf(args[1].toUpperCase(Locale.ROOT));
        OrtLatencyBenchmark benchmark =
                new OrtLatencyBenchmark(level, platform, Files.createTempDirectory("ort-latency"));
        List<Double> ratios = new ArrayList<>();
        for (String model : List.of(args).subList(2, args.length)) {
            ratios.add(benchmark.measure(Path.of(model)));
        }
        double mean = Race.geometricMean(
                ratios.stream().mapToDouble(Double::doubleValue).toArray());
        print(String.format(Locale.ROOT, "%-60s %30.3f", "geometric mean of " + ratios.size(), mean));
    }

    private double measure(Path model) throws IOException, ConversionException, EngineException {
        Path plain = folder.resolve("plain.onnx");
        Path theirs = folder.resolve("theirs.ort");
        Path ours = folder.resolve("ours.ort");
        Files.deleteIfExists(theirs);
        WriteOptions write = WriteOptions.DEFAULT.withForce(true);
        ConversionOptions options = ConversionOptions.DEFAULT;
        for (String unwanted : OrtPasses.unwanted(platform)) {
            options = options.withSkipped(unwanted);
        }
        Converter.convert(model, options).write(plain, write);
        OnnxRuntimeEngine.open(plain, saving(theirs)).close();
        OrtConverter.convert(model, OrtOptions.DEFAULT.withLevel(level).withPlatform(platform))
                .write(ours, write);
        Race race = Race.ofModels(theirs, ours, AS_IT_IS, BUDGET_MILLIS);
        print(String.format(
                Locale.ROOT,
                "%-60s %9.1f µs %9.1f µs %7.3f",
                model.getFileName(),
                race.micros()[0],
                race.micros()[1],
                race.ratios()[1]));
        return race.ratios()[1];
    }

    private OnnxRuntimeOptions saving(Path to) {
        Level theirLevel = level == OrtLevel.EXTENDED ? Level.EXTENDED : Level.ALL;
        Map<String, String> config = Map.of(
                "optimization.disable_specified_optimizers",
                "NchwcTransformer",
                "session.qdqisint8allowed",
                platform.takesInt8() ? "1" : "0");
        return new OnnxRuntimeOptions(1, theirLevel, config, to.toString());
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
