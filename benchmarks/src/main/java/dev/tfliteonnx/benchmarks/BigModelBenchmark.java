package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * A model of more bytes than a FlatBuffer can have: makes it, copies it, converts it with a heap of 256 MiB in turn with
 * the copies, then runs the result in ONNX Runtime and compares with what is known to come out.
 *
 * <p>Arguments: a folder with room for three times the model, how many layers of 128 MiB it has (24, that is 3 GiB, if left
 * out), and how many rounds are timed (3). Ends with status 1 if a number is wrong.
 */
public final class BigModelBenchmark {
    private static final int WIDE = 8192;
    private static final int NARROW = 4096;
    private static final String HEAP = "-Xmx256m";

    private BigModelBenchmark() {}

    /** Runs it. */
    public static void main(String[] args)
            throws IOException, InterruptedException, ConversionException, EngineException {
        if (args.length == 0) {
            System.err.println("usage: BigModelBenchmark FOLDER [LAYERS [ROUNDS]]");
            System.exit(2);
        }
        if (args[0].equals("--convert")) {
            Converter.convert(Path.of(args[1]), ConversionOptions.DEFAULT)
                    .write(
                            Path.of(args[2]),
                            WriteOptions.DEFAULT.withForce(true).withExternalData(true));
            return;
        }
        Path folder = Path.of(args[0]);
        int layers = args.length > 1 ? Integer.parseInt(args[1]) : 24;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        Path model = folder.resolve("big.tflite");
        write(model, layers);
        double[] copies = new double[rounds];
        double[] conversions = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            copies[i] = copy(model, folder.resolve("copy"));
            conversions[i] = convert(model, folder.resolve("big.onnx"));
        }
        System.out.printf(
                Locale.ROOT,
                "%.2f GiB: copied in %.1f s, converted with %s in %.1f s, %.2f times as long%n",
                Files.size(model) / (double) (1L << 30),
                Race.median(copies),
                HEAP,
                Race.median(conversions),
                Race.median(conversions) / Race.median(copies));
        System.exit(run(folder.resolve("big.onnx"), layers) ? 0 : 1);
    }

    /** Fully connected layers, each of weights of one number of its own with few digits, so that the result is known. */
    private static void write(Path to, int layers) throws IOException {
        TfliteBuilder builder = TfliteBuilder.model();
        TensorRef x = builder.input("x", DataType.FLOAT32, 1, NARROW);
        for (int i = 0; i < layers; i++) {
            int in = i % 2 == 0 ? NARROW : WIDE;
            int out = i % 2 == 0 ? WIDE : NARROW;
            Tensor weights = Tensor.splat(DataType.FLOAT32, Shape.of(out, in), weight(i));
            TensorRef w = builder.tensor(TensorSpec.of(weights).named("w" + i).behind());
            x = builder.op(
                    "FULLY_CONNECTED",
                    Attributes.NONE,
                    TensorSpec.of(DataType.FLOAT32, 1, out).named("y" + i),
                    x,
                    w,
                    TensorRef.ABSENT);
        }
        builder.outputs(x);
        try (FileChannel out = FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            builder.write(out);
            // what is not on the disk yet would be written while others are timed
            out.force(true);
        }
    }

    private static float weight(int layer) {
        return (64 + layer) / (64f * 8192);
    }

    /** Seconds to copy a file and to wait until it is on the disk. */
    private static double copy(Path from, Path to) throws IOException {
        long start = System.nanoTime();
        try (FileChannel in = FileChannel.open(from);
                FileChannel out = FileChannel.open(
                        to,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            for (long at = 0; at < in.size(); ) {
                at += in.transferTo(at, in.size() - at, out);
            }
            out.force(true);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Seconds of a whole process that converts. */
    private static double convert(Path model, Path to) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                BigModelBenchmark.class.getName(),
                "--convert",
                model.toString(),
                to.toString());
        long start = System.nanoTime();
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("the conversion ended with " + status);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static boolean run(Path model, int layers) throws EngineException {
        double expected = 1;
        for (int i = 0; i < layers; i++) {
            expected *= (i % 2 == 0 ? NARROW : WIDE) * (double) weight(i);
        }
        // weights that are laid out anew for the kernels would be in memory twice
        try (Engine engine = OnnxRuntimeOptions.plain()
                .withConfig("session.disable_prepacking", "1")
                .open(model)) {
            Tensor x = Tensor.splat(DataType.FLOAT32, Shape.of(1, NARROW), 1);
            double worst = 0;
            for (float y : engine.run(List.of(x)).get(0).toFloats()) {
                worst = Math.max(worst, Math.abs(y / expected - 1));
            }
            boolean right = worst < 1e-4;
            System.out.printf(
                    Locale.ROOT,
                    "runs in ONNX Runtime; greatest relative distance from %.4g is %.2g: %s%n",
                    expected,
                    worst,
                    right ? "right" : "WRONG");
            return right;
        }
    }
}
