package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.testmodels.DecoderBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What the operators of opset 23 gain in ONNX Runtime: {@code LaterOpsetBenchmark [MODEL.tflite ...]} races, in one thread,
 * the default conversion of each model against the one for opset 23; without models, that of layers of a language model of
 * several sizes. Prints nodes, times and the ratio.
 */
public final class LaterOpsetBenchmark {
    private static final int OPSET = 23;
    private static final long BUDGET_MILLIS = 3000;

    private static final List<DecoderBlock.Size> SIZES = List.of(
            new DecoderBlock.Size(1, 8, 2, 64, 1024),
            new DecoderBlock.Size(32, 8, 8, 64, 1024),
            new DecoderBlock.Size(128, 8, 2, 64, 1024));

    private final Path folder;

    private LaterOpsetBenchmark(Path folder) {
        this.folder = folder;
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException, ConversionException, EngineException {
        LaterOpsetBenchmark benchmark = new LaterOpsetBenchmark(Files.createTempDirectory("later-opset"));
        print(String.format(
                Locale.ROOT, "%-60s %6s %6s %12s %12s %7s", "model", "nodes", "at 23", "default", "at 23", "ratio"));
        for (String model : args) {
            Path file = Path.of(model);
            Bytes bytes = Bytes.of(Files.readAllBytes(file), model);
            benchmark.measure(String.valueOf(file.getFileName()), bytes);
        }
        for (DecoderBlock.Size size : args.length == 0 ? SIZES : List.<DecoderBlock.Size>of()) {
            benchmark.measure(size.toString(), DecoderBlock.of(size).bytes());
        }
    }

    private void measure(String name, Bytes model) throws IOException, ConversionException, EngineException {
        Path plain = folder.resolve("plain.onnx");
        Path later = folder.resolve("later.onnx");
        WriteOptions write = WriteOptions.DEFAULT.withForce(true);
        Conversion first = Converter.convert(model, name, ConversionOptions.DEFAULT);
        Conversion second = Converter.convert(model, name, ConversionOptions.DEFAULT.withOpset(OPSET));
        first.write(plain, write);
        second.write(later, write);
        Race race = Race.ofModels(plain, later, OnnxRuntimeOptions.plain().withThreads(1), BUDGET_MILLIS);
        print(String.format(
                Locale.ROOT,
                "%-60s %6d %6d %9.1f µs %9.1f µs %7.3f",
                name,
                first.report().nodes(),
                second.report().nodes(),
                race.micros()[0],
                race.micros()[1],
                race.ratios()[1]));
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
