package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.NodeTime;
import dev.tfliteonnx.engines.OnnxRuntimeEngine;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells where ONNX Runtime spends its time in converted models, by its own profile on one thread: the share of each
 * operator, and the nodes that take most.
 *
 * <p>Arguments: {@code [--top N] [--runs N] MODEL.tflite|MODEL.onnx...}.
 */
public final class ModelProfile {
    private int top = 12;
    private int runs = 25;

    private ModelProfile() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, ConversionException, EngineException {
        ModelProfile profile = new ModelProfile();
        List<Path> models = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--top" -> profile.top = Integer.parseInt(args[++i]);
                case "--runs" -> profile.runs = Integer.parseInt(args[++i]);
                default -> models.add(Path.of(args[i]));
            }
        }
        if (models.isEmpty()) {
            System.err.println("usage: ModelProfile [--top N] [--runs N] MODEL.tflite|MODEL.onnx ...");
            System.exit(2);
        }
        for (Path model : models) {
            profile.print(model);
        }
    }

    private void print(Path model) throws IOException, ConversionException, EngineException {
        Path onnx = model;
        if (model.toString().endsWith(".tflite")) {
            onnx = Files.createTempDirectory("model-profile").resolve("model.onnx");
            Converter.convert(model, ConversionOptions.DEFAULT).write(onnx, WriteOptions.DEFAULT.withForce(true));
        }
        List<Tensor> inputs;
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(onnx, OnnxRuntimeOptions.plain())) {
            inputs = SeededInputs.of(1).make(engine.inputs());
        }
        List<NodeTime> nodes = NodeTime.of(onnx, OnnxRuntimeOptions.plain(), inputs, runs);
        double all = nodes.stream().mapToDouble(NodeTime::micros).sum();
        line("%s: %.0f µs in %d nodes", model, all, nodes.size());
        Map<String, double[]> operators = new TreeMap<>();
        for (NodeTime node : nodes) {
            double[] sums = operators.computeIfAbsent(node.op(), op -> new double[2]);
            sums[0] += node.micros();
            sums[1]++;
        }
        operators.entrySet().stream()
                .sorted(Comparator.comparingDouble(e -> -e.getValue()[0]))
                .forEach(e -> line(
                        "  %5.1f %%  %8.0f µs  %4.0f x %s",
                        100 * e.getValue()[0] / all, e.getValue()[0], e.getValue()[1], e.getKey()));
        nodes.stream()
                .sorted(Comparator.comparingDouble(n -> -n.micros()))
                .limit(top)
                .forEach(n -> line(
                        "  %5.1f %%  %8.0f µs  %s %s %s",
                        100 * n.micros() / all, n.micros(), n.op(), n.name(), n.shapes()));
    }

    private static void line(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
