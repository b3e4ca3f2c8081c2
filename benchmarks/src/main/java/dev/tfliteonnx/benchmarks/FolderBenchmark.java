package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * How fast a folder of models is converted in one process, and how a warm conversion compares with reading a file into
 * memory and writing it again.
 *
 * <p>Arguments: a folder, how many threads (2 if left out), and how often the folder is gone through (4). Prints models a
 * second for each round, the first of which is the start-up, and for files above 1 MB what {@link WarmConversion} finds,
 * which it also writes to {@code folder.csv} in the working folder.
 */
public final class FolderBenchmark {
    private static final int RUNS = 25;
    private static final long LARGE = 1_000_000;

    private final Path out;

    private FolderBenchmark(Path out) {
        this.out = out;
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        if (args.length == 0) {
            System.err.println("usage: FolderBenchmark FOLDER [THREADS [ROUNDS]]");
            System.exit(2);
        }
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 4;
        List<Path> models;
        try (Stream<Path> found = Files.walk(Path.of(args[0]))) {
            models =
                    found.filter(p -> p.toString().endsWith(".tflite")).sorted().toList();
        }
        FolderBenchmark benchmark = new FolderBenchmark(Files.createTempDirectory("folder-benchmark"));
        for (int round = 0; round < rounds; round++) {
            benchmark.convertAll(models, threads, round);
        }
        benchmark.compare(models);
    }

    private void convertAll(List<Path> models, int threads, int round) throws InterruptedException, ExecutionException {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            Path model = models.get(i);
            Path to = out.resolve(i + ".onnx");
            tasks.add(() -> convert(model, to) ? 1 : 0);
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long start = System.nanoTime();
        int converted = 0;
        for (Future<Integer> done : pool.invokeAll(tasks)) {
            converted += done.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        pool.shutdown();
        System.out.printf(
                Locale.ROOT,
                "round %d: %d models, %d converted, %d threads, %.1f s, %.1f models a second%n",
                round,
                models.size(),
                converted,
                threads,
                seconds,
                models.size() / seconds);
    }

    private static boolean convert(Path model, Path to) throws IOException {
        try {
            Converter.convert(model, ConversionOptions.DEFAULT).write(to, WriteOptions.DEFAULT.withForce(true));
            return true;
        } catch (ConversionException e) {
            return false;
        }
    }

    private void compare(List<Path> models) throws IOException {
        List<WarmConversion> measured = new ArrayList<>();
        List<String> lines = new ArrayList<>(List.of(WarmConversion.COLUMNS));
        for (Path model : models) {
            if (Files.size(model) > LARGE && convert(model, out.resolve("warm.onnx"))) {
                WarmConversion row = warm(model);
                measured.add(row);
                lines.add(row.toString());
                System.out.println(row.text());
            }
        }
        Files.write(Path.of("folder.csv"), lines);
        double[] wall = measured.stream().mapToDouble(WarmConversion::ratio).toArray();
        double[] cpu = measured.stream().mapToDouble(WarmConversion::cpuRatio).toArray();
        if (wall.length > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "files above 1 MB: %d, ratio to the copy in the geometric mean %.2f on the wall, %.2f in processor"
                            + " time; %d above 3 on the wall%n",
                    wall.length,
                    Race.geometricMean(wall),
                    Race.geometricMean(cpu),
                    Arrays.stream(wall).filter(r -> r > 3).count());
        }
    }

    private WarmConversion warm(Path model) throws IOException {
        try {
            return WarmConversion.measure(model, out, RUNS);
        } catch (ConversionException e) {
            throw new IllegalStateException(model + " was converted before", e);
        }
    }
}
