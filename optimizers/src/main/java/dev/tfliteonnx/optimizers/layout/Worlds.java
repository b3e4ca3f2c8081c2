package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which layout every tensor has now. It is known at operators that have images of channels second, and at transpositions
 * from one layout to the other; from there it spreads through operators that do not care. Where two statements meet that
 * contradict each other, the operator between them counts as one that cares.
 */
final class Worlds {
    private static final Set<String> CHANNELS_SECOND = Set.of(
            "Conv",
            "ConvTranspose",
            "MaxPool",
            "MaxUnpool",
            "AveragePool",
            "LpPool",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "GlobalLpPool",
            "Resize",
            "DepthToSpace",
            "SpaceToDepth",
            "LRN",
            "InstanceNormalization",
            "BatchNormalization",
            "GroupNormalization",
            "GridSample");

    private final List<Node> nodes;
    private final Set<Node> own;
    private final Map<Value, Layout> layouts = new HashMap<>();
    private final Map<Node, Relayout.Plan> plans = new HashMap<>();
    private final Set<Node> bound = new HashSet<>();
    private final ArrayDeque<Value> queue = new ArrayDeque<>();

    private Worlds(Graph graph) {
        this.nodes = graph.nodes();
        this.own = new HashSet<>(nodes);
    }

    /** Finds out for a graph. */
    static Worlds of(Graph graph) {
        Worlds worlds = new Worlds(graph);
        for (Node node : worlds.nodes) {
            if (isChannelsSecond(node)) {
                worlds.assign(node.input(0), Layout.CHANNELS_SECOND);
                worlds.assign(node.output(), Layout.CHANNELS_SECOND);
            }
        }
        worlds.spread();
        for (Node node : worlds.nodes) {
            for (Layout from : Layout.values()) {
                worlds.startAt(node, from);
            }
        }
        return worlds;
    }

    /** Resize may have its channels last, and then changes the extent of the second axis. */
    private static boolean isChannelsSecond(Node node) {
        Shape x = node.input(0).shape();
        Shape y = node.outputs().isEmpty() ? Shape.UNKNOWN : node.output().shape();
        boolean keeps =
                !node.is("Resize") || !x.isRanked() || !y.isRanked() || x.dim(1).equals(y.dim(1));
        return node.op().domain().isEmpty()
                && CHANNELS_SECOND.contains(node.op().name())
                && keeps;
    }

    /** The nodes, producers first. */
    List<Node> nodes() {
        return nodes;
    }

    /** Whether a node is in the graph itself, not in one nested in it. */
    boolean owns(Node node) {
        return own.contains(node);
    }

    /** The layout of a value, if it is known. */
    Optional<Layout> layout(Value value) {
        return Optional.ofNullable(layouts.get(value));
    }

    /** How a node can work in the other layout, if it can. */
    Optional<Relayout.Plan> plan(Node node) {
        return Optional.ofNullable(plans.get(node));
    }

    /** Whether a node does nothing but lead from one layout to the other. */
    boolean isLink(Node node) {
        if (!node.is("Transpose")) {
            return false;
        }
        Layout from = layouts.get(node.input(0));
        return from != null && layouts.get(node.output()) == from.other() && leadsFrom(node, from);
    }

    private static boolean leadsFrom(Node transpose, Layout from) {
        return Permutation.of(transpose)
                .filter(p -> p.rank() >= 3 && p.equals(from.toOther(p.rank())))
                .isPresent();
    }

    private void startAt(Node node, Layout from) {
        // between three axes the way there and the way back are the same
        boolean oneWay = node.is("Transpose")
                && node.output().shape().isRanked()
                && node.output().shape().rank() > 3;
        if (oneWay
                && leadsFrom(node, from)
                && layouts.get(node.input(0)) != from.other()
                && layouts.get(node.output()) != from) {
            assign(node.input(0), from);
            assign(node.output(), from.other());
            spread();
        }
    }

    private void assign(Value value, Layout layout) {
        boolean laidOut = value.isPresent()
                && !value.isConstant()
                && value.shape().isRanked()
                && value.shape().rank() >= 3;
        if (laidOut && layouts.putIfAbsent(value, layout) == null) {
            queue.add(value);
        }
    }

    private void spread() {
        while (!queue.isEmpty()) {
            Value value = queue.poll();
            Layout layout = layouts.getOrDefault(value, Layout.CHANNELS_LAST);
            value.producer().filter(own::contains).ifPresent(n -> reach(n, value, layout));
            for (Use use : value.uses()) {
                if (own.contains(use.user())) {
                    reach(use.user(), value, layout);
                }
            }
        }
    }

    private void reach(Node node, Value value, Layout layout) {
        if (node.is("Transpose")) {
            if (value == node.input(0) && leadsFrom(node, layout)) {
                assign(node.output(), layout.other());
            } else if (value == node.output() && leadsFrom(node, layout.other())) {
                assign(node.input(0), layout.other());
            }
        } else if (!plans.containsKey(node) && !bound.contains(node)) {
            Optional<Relayout.Plan> plan = RelayoutTable.plan(node, layout, value);
            if (plan.isEmpty() || !isConsistent(node, plan.get())) {
                bound.add(node);
            } else if (carries(node, plan.get(), value)) {
                take(node, plan.get());
            }
        }
    }

    private static boolean carries(Node node, Relayout.Plan plan, Value value) {
        return plan.inputs().stream().anyMatch(i -> node.input(i) == value)
                || plan.outputs().stream().anyMatch(i -> node.outputs().get(i) == value);
    }

    private boolean isConsistent(Node node, Relayout.Plan plan) {
        return plan.inputs().stream().allMatch(i -> agrees(node.input(i), plan.plain()))
                && plan.outputs().stream().allMatch(i -> agrees(node.outputs().get(i), plan.plain()));
    }

    private boolean agrees(Value value, Layout layout) {
        return layouts.getOrDefault(value, layout) == layout;
    }

    private void take(Node node, Relayout.Plan plan) {
        plans.put(node, plan);
        plan.inputs().stream().forEach(i -> assign(node.input(i), plan.plain()));
        plan.outputs().stream().forEach(i -> assign(node.outputs().get(i), plan.plain()));
    }
}
