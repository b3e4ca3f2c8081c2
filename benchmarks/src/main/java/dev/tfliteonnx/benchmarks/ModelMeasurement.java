package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Invocation;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Measures models one after the other and prints a line of {@link Row} for each; runs in a process of its own, since the
 * native engines may end it.
 */
final class ModelMeasurement {
    /** What a line of results begins with; the engines print lines of their own. */
    static final String MARK = "row:";

    private static final int WARM_RUNS = 9;
    /** Some models never come to an end on random inputs. */
    private static final long LIMIT_MILLIS = 180_000;

    private static final long SEED = 42;

    private final Path folder;
    private final long budget;
    private final double leastMicros;
    private final boolean single;

    private ModelMeasurement(Path folder, long budget, double leastMicros, boolean single) {
        this.folder = folder;
        this.budget = budget;
        this.leastMicros = leastMicros;
        this.single = single;
    }

    /**
     * Arguments: a folder for files, the budget of a race in ms, the least time of TFLite in µs, whether to race on one
     * thread only, and models.
     */
    public static void main(String[] args) throws IOException {
        ModelMeasurement measurement = new ModelMeasurement(
                Path.of(args[0]), Long.parseLong(args[1]), Double.parseDouble(args[2]), Boolean.parseBoolean(args[3]));
        for (int i = 4; i < args.length; i++) {
            Timer timer = new Timer(true);
            timer.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            Runtime.getRuntime().halt(1);
                        }
                    },
                    LIMIT_MILLIS);
            System.out.println(MARK + measurement.measure(Path.of(args[i])));
            timer.cancel();
        }
    }

    private String measure(Path model) throws IOException {
        Row row = new Row();
        row.put("bytes_in", Files.size(model));
        try {
            race(model, convert(model, row), row);
        } catch (ConversionException e) {
            row.put("note", "refused: " + e.diagnostics().get(0).reason());
        } catch (EngineException e) {
            row.put("note", String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return row.toString();
    }

    private List<Path> convert(Path model, Row row) throws IOException, ConversionException {
        Path out = folder.resolve("ours.onnx");
        Conversion conversion = Converter.convert(model, ConversionOptions.DEFAULT);
        ModelFacts facts = ModelFacts.of(conversion.model().main());
        row.put("operators", conversion.report().operators());
        row.put("nodes", facts.nodes());
        row.put("computing", facts.computing());
        row.put("transposes", facts.transposes());
        row.put("inner_transposes", facts.inner());
        row.put("quantized", facts.quantized() ? "yes" : "no");
        double[] warm = new double[WARM_RUNS];
        for (int i = -1; i < WARM_RUNS; i++) {
            long start = System.nanoTime();
            Converter.convert(model, ConversionOptions.DEFAULT).write(out, WriteOptions.DEFAULT.withForce(true));
            if (i >= 0) {
                warm[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        row.put("warm_ms", Race.median(warm));
        row.put("bytes_out", Files.size(out));
        if (!facts.quantized()) {
            return List.of(out);
        }
        Path rival = folder.resolve("tf2onnx.onnx");
        Tf2onnxForm.write(model, rival);
        return List.of(out, rival);
    }

    private void race(Path model, List<Path> rivals, Row row) throws IOException, EngineException {
        int all = Runtime.getRuntime().availableProcessors();
        List<Tensor> inputs;
        try (Engine tflite = TfliteOptions.of(Kernels.XNNPACK).open(model)) {
            inputs = inputs(tflite.inputs());
        }
        for (int threads : all == 1 ? new int[] {1} : new int[] {1, all}) {
            if (!race(model, rivals, inputs, threads, row) || single) {
                return;
            }
        }
    }

    /** Races TFLite against the converted forms; false if the model is too small to say anything. */
    private boolean race(Path model, List<Path> forms, List<Tensor> inputs, int threads, Row row)
            throws EngineException {
        // a pool that spins after its run would slow down the next in turn
        OnnxRuntimeOptions onnxruntime =
                OnnxRuntimeOptions.plain().withThreads(threads).withConfig("session.force_spinning_stop", "1");
        List<Engine> engines = new ArrayList<>();
        List<Invocation> runners = new ArrayList<>();
        try {
            engines.add(TfliteOptions.of(Kernels.XNNPACK).withThreads(threads).open(model));
            for (Path form : forms) {
                engines.add(onnxruntime.open(form));
            }
            for (Engine engine : engines) {
                runners.add(engine.prepare(inputs));
            }
            Race race = threads == 1 ? Race.runInThread(runners, budget) : Race.run(runners, budget);
            String suffix = threads == 1 ? "_1" : "_all";
            row.put("tflite_us" + suffix, race.micros()[0]);
            row.put("ours_us" + suffix, race.micros()[1]);
            row.put("ratio" + suffix, race.ratios()[1]);
            if (forms.size() > 1) {
                row.put("tf2onnx_ratio" + suffix, race.ratios()[2]);
            }
            return race.micros()[0] >= leastMicros;
        } finally {
            runners.forEach(Invocation::close);
            engines.forEach(Engine::close);
        }
    }

    /** Noise, but for a single whole number, which counts or indexes something, 1. */
    private static List<Tensor> inputs(List<TensorSpec> specs) {
        List<Tensor> inputs = new ArrayList<>(SeededInputs.of(SEED).make(specs));
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input = inputs.get(i);
            boolean whole = input.type() == DataType.INT32 || input.type() == DataType.INT64;
            if (whole && input.elementCount() == 1) {
                inputs.set(i, Tensor.ofIntegers(input.type(), input.shape(), 1));
            }
        }
        return inputs;
    }
}
