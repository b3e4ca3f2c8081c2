package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** Which versions of the operator sets and of the file format a graph needs. */
public final class OpsetVersions {
    /** The least opset that is ever written. */
    public static final int FLOOR = 13;

    private OpsetVersions() {}

    /** What a search for an opset found. */
    public sealed interface Fit {
        /** The least opset at which every node is valid. */
        record At(int opset) implements Fit {}

        /**
         * There is none.
         *
         * @param reasons for each node concerned, what it is and what keeps it from being valid
         */
        record Nowhere(List<String> reasons) implements Fit {
            public Nowhere {
                reasons = List.copyOf(reasons);
            }
        }
    }

    /**
     * The least opset from {@code floor} to {@code ceiling}, both included, at which every node of the graph and of the
     * graphs nested in it is valid.
     */
    public static Fit lowest(Graph graph, int floor, int ceiling) {
        List<Node> nodes =
                allNodes(graph).stream().filter(n -> n.op().domain().isEmpty()).toList();
        int opset = floor;
        boolean settled;
        do {
            settled = true;
            for (Node node : nodes) {
                OptionalInt fits = least(opset, ceiling, s -> isValid(node, s));
                if (fits.isEmpty()) {
                    return nowhere(nodes, floor, opset, ceiling);
                }
                settled &= fits.getAsInt() == opset;
                opset = fits.getAsInt();
            }
        } while (!settled);
        return new Fit.At(opset);
    }

    private static Fit nowhere(List<Node> nodes, int floor, int reached, int ceiling) {
        List<String> never = new ArrayList<>();
        List<String> noLonger = new ArrayList<>();
        for (Node node : nodes) {
            if (least(floor, ceiling, s -> isValid(node, s)).isEmpty()) {
                never.add(node + ": " + String.join("; ", OnnxVerifier.problems(node, ceiling)));
            } else if (least(reached, ceiling, s -> isValid(node, s)).isEmpty()) {
                noLonger.add(node + ": " + String.join("; ", OnnxVerifier.problems(node, reached)));
            }
        }
        return new Fit.Nowhere(never.isEmpty() ? noLonger : never);
    }

    private static boolean isValid(Node node, int version) {
        return OnnxVerifier.problems(node, version).isEmpty();
    }

    private static OptionalInt least(int from, int to, IntPredicate holds) {
        for (int i = from; i <= to; i++) {
            if (holds.test(i)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The version of every domain that the graph and the graphs nested in it use, by domain; {@code ai.onnx}, written as
     * the empty string, is always there. {@code ai.onnx.ml} gets the least version at which its nodes are valid, or the
     * newest if there is none; every other domain is at version 1.
     */
    public static Map<String, Integer> imports(Graph graph, int opset) {
        Map<String, Integer> versions = new TreeMap<>();
        versions.put("", opset);
        List<Node> ml = new ArrayList<>();
        for (Node node : allNodes(graph)) {
            versions.putIfAbsent(node.op().domain(), 1);
            if (node.op().domain().equals(OnnxSchemas.ML)) {
                ml.add(node);
            }
        }
        if (!ml.isEmpty()) {
            IntPredicate fits = v -> ml.stream().allMatch(n -> isValid(n, v));
            versions.put(OnnxSchemas.ML, least(1, OnnxSchemas.NEWEST_ML, fits).orElse(OnnxSchemas.NEWEST_ML));
        }
        return versions;
    }

    /**
     * The least version of the file format that carries an opset and element types.
     *
     * <p>Source: the table of versions of the ONNX releases, and the release in which each type became part of
     * {@code TensorProto.DataType}.
     */
    public static int irVersion(int opset, Set<DataType> types) {
        int ir = forOpset(opset);
        for (DataType type : types) {
            ir = Math.max(ir, forType(type));
        }
        return ir;
    }

    private static int forOpset(int opset) {
        int[] firstOpset = {9, 10, 11, 12, 15, 19, 21, 23, 24, 25, 28};
        int ir = 3;
        for (int first : firstOpset) {
            ir += opset >= first ? 1 : 0;
        }
        return ir;
    }

    private static int forType(DataType type) {
        return switch (type) {
            case FLOAT8_E4M3FN, FLOAT8_E5M2 -> 9;
            case INT4, UINT4 -> 10;
            case INT2, UINT2 -> 13;
            default -> 3;
        };
    }

    /** The element types of all values of a graph and of the graphs nested in it. */
    public static Set<DataType> types(Graph graph) {
        Set<DataType> types = EnumSet.noneOf(DataType.class);
        Set<Graph> graphs = new LinkedHashSet<>(List.of(graph));
        for (Node node : allNodes(graph)) {
            graphs.addAll(node.subgraphs());
            node.inputs().stream().filter(Value::isPresent).map(Value::type).forEach(types::add);
            node.outputs().stream().map(Value::type).forEach(types::add);
        }
        graphs.forEach(g -> g.inputs().stream().map(Value::type).forEach(types::add));
        return types;
    }

    /** The nodes of a graph, each followed by those of the graphs that it runs. */
    static List<Node> allNodes(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        collect(graph, nodes);
        return nodes;
    }

    private static void collect(Graph graph, List<Node> into) {
        for (Node node : graph.nodes()) {
            into.add(node);
            node.subgraphs().forEach(g -> collect(g, into));
        }
    }
}
