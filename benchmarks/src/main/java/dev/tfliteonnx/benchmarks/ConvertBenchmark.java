package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Times the conversion of models: a cold process, a warm library call and a plain copy of the same file, in turn, with
 * medians; and finds whether a process converts within a heap of 64 MiB and the size of the file.
 *
 * <p>Arguments: the runnable jar of the command line, then {@code .tflite} files. Prints a table and writes
 * {@code convert.csv} into the working folder.
 */
public final class ConvertBenchmark {
    private static final int COLD_RUNS = 7;
    private static final int WARM_RUNS = 60;
    private static final int WARM_UP = 40;

    private ConvertBenchmark() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException, ConversionException {
        if (args.length < 2) {
            System.err.println("usage: ConvertBenchmark tflite-onnx.jar MODEL.tflite ...");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("convert-benchmark");
        List<String> rows = new ArrayList<>();
        rows.add("model,bytes,cold_ms,warm_ms,copy_ms,warm_over_copy,converts_in_64MiB_plus_file");
        System.out.printf(
                "%-60s %9s %8s %8s %8s %7s %s%n", "model", "bytes", "cold ms", "warm ms", "copy ms", "ratio", "heap");
        for (String model : Arrays.asList(args).subList(1, args.length)) {
            rows.add(measure(Path.of(args[0]), Path.of(model), folder));
        }
        Files.write(Path.of("convert.csv"), rows);
    }

    private static String measure(Path jar, Path model, Path folder)
            throws IOException, InterruptedException, ConversionException {
        Path out = folder.resolve("out.onnx");
        Path copy = folder.resolve("copy");
        double[] cold = new double[COLD_RUNS];
        for (int i = 0; i < COLD_RUNS; i++) {
            cold[i] = process(jar, model, out, "-XX:TieredStopAtLevel=1");
        }
        double[] warm = new double[WARM_RUNS];
        double[] copied = new double[WARM_RUNS];
        for (int i = -WARM_UP; i < WARM_RUNS; i++) {
            long start = System.nanoTime();
            Converter.convert(model, ConversionOptions.DEFAULT).write(out, WriteOptions.DEFAULT.withForce(true));
            long between = System.nanoTime();
            Files.copy(model, copy, StandardCopyOption.REPLACE_EXISTING);
            long end = System.nanoTime();
            if (i >= 0) {
                warm[i] = (between - start) / 1e6;
                copied[i] = (end - between) / 1e6;
            }
        }
        long bytes = Files.size(model);
        boolean fits = process(jar, model, out, "-Xmx" + ((64L << 20) + bytes)) >= 0;
        double ratio = median(warm) / median(copied);
        System.out.printf(
                Locale.ROOT,
                "%-60s %9d %8.0f %8.1f %8.1f %7.1f %s%n",
                model.getFileName(),
                bytes,
                median(cold),
                median(warm),
                median(copied),
                ratio,
                fits ? "fits" : "DOES NOT FIT");
        return String.format(
                Locale.ROOT,
                "%s,%d,%.1f,%.2f,%.2f,%.2f,%s",
                model.getFileName(),
                bytes,
                median(cold),
                median(warm),
                median(copied),
                ratio,
                fits);
    }

    /** Milliseconds of a whole process; negative if it failed. */
    private static double process(Path jar, Path model, Path out, String option)
            throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-XX:+UseSerialGC",
                option,
                "-jar",
                jar.toString(),
                "convert",
                model.toString(),
                "-o",
                out.toString(),
                "--force");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.waitFor(60, TimeUnit.SECONDS);
        double ms = (System.nanoTime() - start) / 1e6;
        return process.exitValue() == 0 ? ms : -1;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
