package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Invocation;
import dev.tfliteonnx.engines.OnnxRuntimeEngine;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.function.LongSupplier;

/**
 * Races the reference executor against ONNX Runtime on one thread, on the same converted models in turn: on one thread by
 * the time that the thread had a processor, on all by the clock on the wall. Where a Python with the package
 * {@code onnx} is named, its reference evaluator runs the same models beside.
 *
 * <p>Arguments: {@code [--python EXE SCRIPT] [--budget MS] [--only TEXT] [--csv FILE] FOLDER}: the program, and
 * {@code tools/reference_evaluator.py}; how long one race may take; a part of the names to measure; where to write the
 * table; and the folder of the models. Prints the table and the geometric means.
 */
public final class ExecutorBenchmark {
    /** A model, and whether its quantization is taken out before it runs. */
    private record Entry(String name, String file, QuantMode quant) {}

    private static final List<Entry> MODELS = List.of(
            new Entry(
                    "MobileNet v1 0.25 224 float",
                    "tensorflow+tflite-support/mobilenet_v1_0.25_224_1_metadata_1.tflite",
                    QuantMode.QDQ),
            new Entry(
                    "MobileNet v1 0.25 128 int8",
                    "google-coral+test_data/mobilenet_v1_0.25_128_quant.tflite",
                    QuantMode.QDQ),
            new Entry(
                    "MobileNet v2 1.0 224 float",
                    "google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite",
                    QuantMode.FLOAT),
            new Entry(
                    "MobileNet v2 1.0 224 int8",
                    "google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite",
                    QuantMode.QDQ),
            new Entry("DeepLab v3 257 float", "tensorflow+tflite-support/deeplabv3.tflite", QuantMode.QDQ),
            new Entry("EDSR 540x960 float", "mlcommons+mobile_models/edsr_f32b5_fp32.tflite", QuantMode.QDQ),
            new Entry("EDSR 540x960 int8", "mlcommons+mobile_models/edsr_f32b5_full_qint8.tflite", QuantMode.QDQ));

    private static final List<String> COLUMNS = List.of(
            "model", "onnxruntime_us_1", "ours_us_1", "ratio_1", "ours_us_all", "ratio_all", "python_us", "gain");

    /** Models that take longer are raced over fewer rounds. */
    private static final long SLOW_NANOS = 1_000_000_000;

    private static final int SLOW_ROUNDS = 3;

    private String python = "";
    private Path script = Path.of("tools", "reference_evaluator.py");
    private long budget = 3000;
    private String only = "";
    private Path csv = Path.of("executor.csv");
    private Path folder = Path.of("");

    private ExecutorBenchmark() {}

    /** Runs it. */
    public static void main(String[] args)
            throws IOException, ConversionException, EngineException, InterruptedException, ExecutionException {
        ExecutorBenchmark benchmark = new ExecutorBenchmark();
        if (!benchmark.parse(args)) {
            System.err.println("usage: ExecutorBenchmark [--python EXE SCRIPT] [--budget MS] [--only TEXT] [--csv FILE]"
                    + " FOLDER");
            System.exit(2);
        }
        benchmark.run();
    }

    private boolean parse(String[] args) {
        boolean isNamed = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--python" -> {
                    python = args[++i];
                    script = Path.of(args[++i]);
                }
                case "--budget" -> budget = Long.parseLong(args[++i]);
                case "--only" -> only = args[++i];
                case "--csv" -> csv = Path.of(args[++i]);
                default -> {
                    folder = Path.of(args[i]);
                    isNamed = true;
                }
            }
        }
        return isNamed;
    }

    private void run()
            throws IOException, ConversionException, EngineException, InterruptedException, ExecutionException {
        List<String> lines = new ArrayList<>(List.of(String.join(",", COLUMNS)));
        List<Double> ratios = new ArrayList<>();
        print(String.format(
                "%-30s %12s %12s %6s %12s %6s %12s %7s",
                "model", "ORT 1 µs", "ours 1 µs", "ratio", "ours all µs", "ratio", "Python µs", "gain"));
        for (Entry entry : MODELS) {
            Path model = folder.resolve(entry.file);
            if (entry.name.contains(only) && Files.exists(model)) {
                double[] row = measure(entry, model);
                ratios.add(row[2]);
                print(String.format(
                        Locale.ROOT,
                        "%-30s %12.0f %12.0f %6.2f %12.0f %6.2f %12.0f %7.1f",
                        entry.name,
                        row[0],
                        row[1],
                        row[2],
                        row[3],
                        row[4],
                        row[5],
                        row[6]));
                StringBuilder line = new StringBuilder(entry.name);
                for (double cell : row) {
                    line.append(',').append(Double.isNaN(cell) ? "" : String.format(Locale.ROOT, "%.3f", cell));
                }
                lines.add(line.toString());
            }
        }
        Files.write(csv, lines);
        double mean = Race.geometricMean(
                ratios.stream().mapToDouble(Double::doubleValue).toArray());
        print(String.format(
                Locale.ROOT, "geometric mean of %d: ours / ONNX Runtime, one thread: %.2f", ratios.size(), mean));
    }

    /** The cells behind the name. */
    private double[] measure(Entry entry, Path model)
            throws IOException, ConversionException, EngineException, InterruptedException, ExecutionException {
        Path onnx = Files.createTempFile("executor", ".onnx");
        Conversion conversion = Converter.convert(model, ConversionOptions.DEFAULT.withQuant(entry.quant));
        conversion.write(onnx, WriteOptions.DEFAULT.withForce(true));
        Executor executor = Executor.of(conversion.model().main());
        OnnxRuntimeOptions options = OnnxRuntimeOptions.plain().withConfig("session.force_spinning_stop", "1");
        ForkJoinPool single = new ForkJoinPool(1);
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(onnx, options)) {
            List<Tensor> inputs = SeededInputs.of(1).make(engine.inputs());
            try (Invocation theirs = engine.prepare(inputs);
                    Invocation ours = running(executor, inputs)) {
                // the executor's loops run in the pool of the thread that calls it
                LongSupplier processor = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
                boolean isSlow = single.submit(() -> time(ours, processor)).get() > SLOW_NANOS;
                Race one = single.submit(() -> isSlow
                                ? slowRace(theirs, ours, processor)
                                : Race.runInThread(List.of(theirs, ours), budget))
                        .get();
                Race all = isSlow ? slowRace(theirs, ours, System::nanoTime) : Race.run(List.of(theirs, ours), budget);
                double evaluator = python.isEmpty() ? Double.NaN : python(onnx);
                return new double[] {
                    one.micros()[0],
                    one.micros()[1],
                    one.ratios()[1],
                    all.micros()[1],
                    all.ratios()[1],
                    evaluator,
                    evaluator / one.micros()[1]
                };
            }
        } finally {
            single.shutdown();
            Files.deleteIfExists(onnx);
        }
    }

    /** A race of few rounds, without a budget. */
    private static Race slowRace(Invocation theirs, Invocation ours, LongSupplier clock) throws EngineException {
        double[] first = new double[SLOW_ROUNDS];
        double[] second = new double[SLOW_ROUNDS];
        double[] ratios = new double[SLOW_ROUNDS];
        for (int i = 0; i < SLOW_ROUNDS; i++) {
            first[i] = time(theirs, clock) / 1e3;
            second[i] = time(ours, clock) / 1e3;
            ratios[i] = second[i] / first[i];
        }
        return new Race(new double[] {Race.median(first), Race.median(second)}, new double[] {1, Race.median(ratios)});
    }

    private static long time(Invocation runner, LongSupplier clock) throws EngineException {
        long start = clock.getAsLong();
        runner.run();
        return clock.getAsLong() - start;
    }

    private static Invocation running(Executor executor, List<Tensor> inputs) {
        return new Invocation() {
            @Override
            public void run() {
                executor.run(inputs);
            }

            @Override
            public void close() {}
        };
    }

    /** The median time of the Python evaluator in µs; NaN if it cannot run the model. */
    private double python(Path onnx) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(python, script.toString(), onnx.toString(), Long.toString(budget))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String last = "";
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last = line;
            }
        }
        return process.waitFor() == 0 ? Double.parseDouble(last) : Double.NaN;
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
