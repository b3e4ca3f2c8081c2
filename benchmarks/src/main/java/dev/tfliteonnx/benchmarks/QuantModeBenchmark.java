package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.handlers.QuantMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Races models that are exact in integers against the default form, which ONNX Runtime fuses, in turn, on one thread, by
 * the time that the thread had a processor.
 *
 * <p>Arguments: {@code MODEL.tflite...}. Prints the median times, their ratio and the geometric mean of the ratios.
 */
public final class QuantModeBenchmark {
    private static final long BUDGET_MILLIS = 1500;
    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.plain().withThreads(1);

    private QuantModeBenchmark() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, ConversionException, EngineException {
        if (args.length == 0) {
            System.err.println("usage: QuantModeBenchmark MODEL.tflite ...");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("quant-mode");
        List<Double> ratios = new ArrayList<>();
        for (String model : args) {
            ratios.add(measure(Path.of(model), folder));
        }
        double mean = Race.geometricMean(
                ratios.stream().mapToDouble(Double::doubleValue).toArray());
        print(String.format(Locale.ROOT, "%-60s %30.2f", "geometric mean of " + ratios.size(), mean));
    }

    private static double measure(Path model, Path folder) throws IOException, ConversionException, EngineException {
        Path usual = folder.resolve("qdq.onnx");
        Path exact = folder.resolve("integer.onnx");
        WriteOptions write = WriteOptions.DEFAULT.withForce(true);
        Converter.convert(model, ConversionOptions.DEFAULT).write(usual, write);
        Converter.convert(model, ConversionOptions.DEFAULT.withQuant(QuantMode.INTEGER))
                .write(exact, write);
        Race race = Race.ofModels(usual, exact, RUNTIME, BUDGET_MILLIS);
        print(String.format(
                Locale.ROOT,
                "%-60s %9.1f µs %9.1f µs %7.2f",
                model.getFileName(),
                race.micros()[0],
                race.micros()[1],
                race.ratios()[1]));
        return race.ratios()[1];
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
