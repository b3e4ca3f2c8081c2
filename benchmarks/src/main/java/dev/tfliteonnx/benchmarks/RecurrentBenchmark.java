package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeEngine;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.TfliteEngine;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.RealModel;
import dev.tfliteonnx.testmodels.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Loops that became recurrent operators against the loops that they were, in ONNX Runtime on one thread by the time that the
 * thread had a processor, and against TFLite's numbers.
 *
 * <p>Arguments: {@code [MODEL.tflite...]}; otherwise the recurrent models that tests have. For each: what the loop became,
 * nodes with those of bodies, as a loop and now; the greatest errors against TFLite; the times and their ratio.
 */
public final class RecurrentBenchmark {
    private static final long BUDGET_MILLIS = 1500;
    private static final String PASS = "recurrent-loops";
    private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN", "Loop");

    private final Path folder;
    private final List<Double> ratios = new ArrayList<>();

    private RecurrentBenchmark(Path folder) {
        this.folder = folder;
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException, ConversionException, EngineException {
        RecurrentBenchmark benchmark = new RecurrentBenchmark(Files.createTempDirectory("recurrent"));
        print(String.format(
                Locale.ROOT,
                "%-26s %-12s %10s %10s %9s %10s %9s %6s",
                "model",
                "form",
                "nodes",
                "loop error",
                "error",
                "loop µs",
                "now µs",
                "times"));
        if (args.length == 0) {
            List<RealModel> models = Stream.concat(RealModels.recurrent().stream(), RealModels.programs().stream())
                    .toList();
            for (RealModel model : models) {
                benchmark.measure(model.name(), model.array());
            }
        }
        for (String model : args) {
            benchmark.measure(Path.of(model).getFileName().toString(), Files.readAllBytes(Path.of(model)));
        }
        double mean = Race.geometricMean(
                benchmark.ratios.stream().mapToDouble(Double::doubleValue).toArray());
        print(String.format(Locale.ROOT, "geometric mean of %d: %.2f times as fast", benchmark.ratios.size(), mean));
    }

    private void measure(String name, byte[] source) throws IOException, ConversionException, EngineException {
        Path model = Files.write(folder.resolve("model.tflite"), source);
        Conversion loop = Converter.convert(model, ConversionOptions.DEFAULT.withSkipped(PASS));
        Conversion now = Converter.convert(model, ConversionOptions.DEFAULT);
        if (!forms(loop.model().main()).contains("Loop")) {
            return;
        }
        Path before = folder.resolve("loop.onnx");
        Path after = folder.resolve("now.onnx");
        WriteOptions write = WriteOptions.DEFAULT.withForce(true);
        loop.write(before, write);
        now.write(after, write);
        String facts = String.format(
                Locale.ROOT,
                "%-26s %-12s %4d → %3d %10.2g %9.2g",
                name,
                String.join(", ", forms(now.model().main())),
                size(loop.model().main()),
                size(now.model().main()),
                error(source, before),
                error(source, after));
        if (forms(now.model().main()).contains("Loop")) {
            print(facts);
            return;
        }
        Race race = Race.ofModels(before, after, OnnxRuntimeOptions.exact(), BUDGET_MILLIS);
        ratios.add(1 / race.ratios()[1]);
        print(String.format(
                Locale.ROOT, "%s %10.1f %9.1f %6.1f", facts, race.micros()[0], race.micros()[1], 1 / race.ratios()[1]));
    }

    private static double error(byte[] source, Path converted) throws EngineException {
        try (Engine tflite = TfliteEngine.open(source, TfliteOptions.of(Kernels.REFERENCE));
                Engine onnx = OnnxRuntimeEngine.open(converted, OnnxRuntimeOptions.exact())) {
            List<Tensor> inputs = SeededInputs.of(1).make(tflite.inputs());
            return Comparison.all(onnx.run(inputs), tflite.run(inputs), Tolerance.FLOAT).stream()
                    .mapToDouble(Comparison::maxAbs)
                    .max()
                    .orElse(0);
        }
    }

    private static List<String> forms(Graph graph) {
        List<String> forms = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (RECURRENT.contains(node.op().name())) {
                forms.add(node.op().name());
            }
            node.subgraphs().forEach(g -> forms.addAll(forms(g)));
        }
        return forms;
    }

    private static int size(Graph graph) {
        return graph.nodes().stream()
                .mapToInt(n -> 1
                        + n.subgraphs().stream()
                                .mapToInt(RecurrentBenchmark::size)
                                .sum())
                .sum();
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
