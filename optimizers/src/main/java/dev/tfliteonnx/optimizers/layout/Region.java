package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Tensors and nodes whose layouts depend on each other. Every node is given the layout that makes the transpositions
 * between them cheapest; that is a minimum cut, with channels last on the first side and channels second on the other.
 *
 * <pre>
 * a tensor is transposed once, however many read it:      maker ──cost──▶ copy ──∞──▶ each reader
 * and the same the other way round:                 each reader ──∞──▶ copy ──cost──▶ maker
 * </pre>
 */
final class Region {
    private final Worlds worlds;
    private final List<LogicalTensor> tensors;
    private final Set<Node> nodes = new LinkedHashSet<>();

    Region(Worlds worlds, List<LogicalTensor> tensors) {
        this.worlds = worlds;
        this.tensors = tensors;
        for (LogicalTensor t : tensors) {
            t.maker().ifPresent(nodes::add);
            nodes.addAll(t.readers());
        }
    }

    /** The tensors. */
    List<LogicalTensor> tensors() {
        return tensors;
    }

    /** How many transpositions there are now. */
    int transposes() {
        return tensors.stream().mapToInt(LogicalTensor::transposes).sum();
    }

    /**
     * The nodes to be put into the other layout, so that fewer bytes are transposed and no more often than now; empty if
     * the layouts are as good as they can be.
     */
    Optional<Set<Node>> improve() {
        if (transposes() == 0) {
            return Optional.empty();
        }
        // few bytes first; where that takes more nodes than there are now, few nodes first
        long all = tensors.stream().mapToLong(t -> Weights.bytes(t.root())).sum();
        return improve(1).or(() -> improve(all + 1));
    }

    private Optional<Set<Node>> improve(long perNode) {
        // of two transpositions that cost the same, one of an input or output is the cheaper one
        Map<LogicalTensor, Long> costs = new HashMap<>();
        tensors.forEach(t -> costs.put(t, 2 * (perNode + Weights.bytes(t.root())) - (t.isEdge() ? 1 : 0)));
        ToLongFunction<LogicalTensor> cost = t -> costs.getOrDefault(t, 2 * perNode);
        long now = 0;
        for (LogicalTensor t : tensors) {
            now += t.transposes() * cost.applyAsLong(t);
        }
        Set<Node> flipped = cut(perNode, cost);
        long then = 0;
        int count = 0;
        for (LogicalTensor t : tensors) {
            if (isTransposed(t, flipped)) {
                then += cost.applyAsLong(t);
                count++;
            }
        }
        for (Node node : flipped) {
            long extra = extra(node, perNode);
            then += extra;
            count += extra == 0 ? 0 : 1;
        }
        return then < now && count <= transposes() ? Optional.of(flipped) : Optional.empty();
    }

    private long extra(Node node, long perNode) {
        long bytes = plan(node).cost();
        return bytes == 0 ? 0 : 2 * (bytes + perNode);
    }

    private Relayout.Plan plan(Node node) {
        return worlds.plan(node).orElseThrow();
    }

    private Layout layout(Node node, Set<Node> flipped) {
        Layout plain = plan(node).plain();
        return flipped.contains(node) ? plain.other() : plain;
    }

    private boolean isTransposed(LogicalTensor t, Set<Node> flipped) {
        Layout made = t.maker().map(n -> layout(n, flipped)).orElse(t.layout());
        return t.wanted().contains(made.other()) || t.readers().stream().anyMatch(n -> layout(n, flipped) != made);
    }

    private Set<Node> cut(long perNode, ToLongFunction<LogicalTensor> cost) {
        // a node that stays as it is costs nothing, one that is flipped 1, less than any transposition
        long scale = nodes.size() + 1L;
        MinimumCut cut = new MinimumCut();
        Map<Node, Integer> points = new HashMap<>();
        for (Node node : nodes) {
            int point = cut.point();
            points.put(node, point);
            long flip = 1 + extra(node, perNode) * scale;
            if (plan(node).plain() == Layout.CHANNELS_LAST) {
                cut.arc(MinimumCut.FIRST, point, flip);
            } else {
                cut.arc(point, MinimumCut.SECOND, flip);
            }
        }
        for (LogicalTensor t : tensors) {
            int maker = t.maker().map(points::get).orElse(side(t.layout()));
            List<Integer> readers = new ArrayList<>();
            t.readers().forEach(n -> readers.add(points.get(n)));
            t.wanted().forEach(l -> readers.add(side(l)));
            int toSecond = cut.point();
            int toFirst = cut.point();
            cut.arc(maker, toSecond, cost.applyAsLong(t) * scale);
            cut.arc(toFirst, maker, cost.applyAsLong(t) * scale);
            for (int reader : readers) {
                cut.arc(toSecond, reader, MinimumCut.FOREVER);
                cut.arc(reader, toFirst, MinimumCut.FOREVER);
            }
        }
        boolean[] first = cut.solve();
        Set<Node> flipped = new LinkedHashSet<>();
        for (Node node : nodes) {
            boolean last = first[Objects.requireNonNull(points.get(node))];
            if (last != (plan(node).plain() == Layout.CHANNELS_LAST)) {
                flipped.add(node);
            }
        }
        return flipped;
    }

    private static int side(Layout layout) {
        return layout == Layout.CHANNELS_LAST ? MinimumCut.FIRST : MinimumCut.SECOND;
    }
}
