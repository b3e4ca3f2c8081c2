package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which nodes of a quantized graph run as integer kernels of ONNX Runtime's CPU provider, and why the others do not.
 * Counted are the nodes on 8-bit integers and those that real numbers reach from a DequantizeLinear or leave for a
 * QuantizeLinear; not counted are these two themselves, and nodes that have nothing to do with quantization.
 *
 * <p>Source: ONNX Runtime's {@code qdq_selector_action_transformer.cc} and {@code qdq_selectors.cc}.
 *
 * @param entries the nodes in the order that they run
 */
public record FusionReport(List<Entry> entries) {
    /**
     * A node.
     *
     * @param op its operator
     * @param name the name of its first result
     * @param reason why it runs on real numbers; empty if it is an integer kernel
     */
    public record Entry(String op, String name, Optional<String> reason) {
        /** Whether it is an integer kernel. */
        public boolean isInteger() {
            return reason.isEmpty();
        }
    }

    /** What ONNX Runtime makes of float operators that it fuses with others. */
    private static final Map<String, String> FUSED =
            Map.of("FusedConv", "Conv", "FusedGemm", "Gemm", "FusedMatMul", "MatMul");

    private static final Set<String> EDGES = Set.of("QuantizeLinear", "DequantizeLinear", "Cast");

    public FusionReport {
        entries = List.copyOf(entries);
    }

    /** What is to come of a converted graph, by the rules that {@link OrtPasses} follows. */
    public static FusionReport predicted(Graph graph, TargetPlatform platform) {
        return new Survey(graph, platform, false).report();
    }

    /** What came of it: of a graph that ONNX Runtime saved after it was optimized. */
    public static FusionReport observed(Graph optimized, TargetPlatform platform) {
        return new Survey(optimized, platform, true).report();
    }

    /** How many nodes are integer kernels. */
    public long integers() {
        return entries.stream().filter(Entry::isInteger).count();
    }

    /** The nodes that are not. */
    public List<Entry> exceptions() {
        return entries.stream().filter(e -> !e.isInteger()).toList();
    }

    /** How many nodes of each operator are integer kernels, and how many are counted, in this order. */
    public Map<String, long[]> byOperator() {
        Map<String, long[]> counts = new TreeMap<>();
        for (Entry entry : entries) {
            long[] count = counts.computeIfAbsent(entry.op(), op -> new long[2]);
            count[0] += entry.isInteger() ? 1 : 0;
            count[1]++;
        }
        return Collections.unmodifiableMap(counts);
    }

    /** One walk over a graph. */
    private static final class Survey {
        private final Graph graph;
        private final boolean optimized;
        private final UnitReasons reasons;
        private final Set<Node> absorbed = new HashSet<>();
        private final List<Entry> entries = new ArrayList<>();

        Survey(Graph graph, TargetPlatform platform, boolean optimized) {
            this.graph = graph;
            this.optimized = optimized;
            this.reasons = new UnitReasons(platform, new HashSet<>(graph.nodes()));
        }

        FusionReport report() {
            for (Node node : graph.nodes()) {
                if (EDGES.contains(node.op().name()) || node.outputs().isEmpty() || absorbed.contains(node)) {
                    continue;
                }
                if (isOnIntegers(node)) {
                    add(node, Optional.empty());
                } else if (isAtAnEdge(node)) {
                    Optional<String> reason = reasons.against(node, name(node));
                    if (reason.isEmpty()) {
                        Unit.activation(node).ifPresent(absorbed::add);
                    }
                    boolean left = optimized && reason.isEmpty();
                    add(node, left ? Optional.of("ONNX Runtime left it, though its rules fit") : reason);
                }
            }
            return new FusionReport(entries);
        }

        private void add(Node node, Optional<String> reason) {
            entries.add(new Entry(name(node), node.output().name(), reason));
        }

        private static String name(Node node) {
            return FUSED.getOrDefault(node.op().name(), node.op().name());
        }

        private static boolean isOnIntegers(Node node) {
            return node.inputs().stream().anyMatch(v -> v.isPresent() && Unit.is8Bit(v.type()) && !isTable(node, v))
                    || Unit.is8Bit(node.output().type());
        }

        /** Whether a value is indices rather than what is computed on. */
        private static boolean isTable(Node node, Value v) {
            return node.is("Gather") && node.input(0) != v && node.input(0).type() == DataType.FLOAT32;
        }

        private static boolean isAtAnEdge(Node node) {
            boolean enters =
                    node.inputs().stream().flatMap(v -> v.producer().stream()).anyMatch(p -> p.is("DequantizeLinear"));
            boolean leaves = node.outputs().stream()
                    .flatMap(v -> v.uses().stream())
                    .anyMatch(u -> u.user().is("QuantizeLinear") && u.input() == 0);
            return enters || leaves;
        }
    }
}
