package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.stream.LongStream;

/** The integers of a Loop's body that depend on nothing but the number of the round. */
final class Counters {
    /** More rounds than this are never asked about; comparisons hold for all of these or for none. */
    private static final long HORIZON = Integer.MAX_VALUE;

    private static final List<String> AS_THEY_ARE = List.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze");

    /**
     * A whole number that grows by the same amount in every round.
     *
     * @param slope the growth
     * @param base the number in the first round, which is round 0
     */
    record Line(long slope, long base) {
        Line plus(Line other) {
            return new Line(slope + other.slope, base + other.base);
        }

        Line minus(Line other) {
            return new Line(slope - other.slope, base - other.base);
        }

        /**
         * Whether a comparison with another holds, 1 or 0; empty if it does in some rounds and not in others. Lines cross
         * once at most, so the first and the last round tell, but not whether lines that cross are equal somewhere.
         */
        Optional<Line> compared(Line other, String operator) {
            int first = Long.compare(base, other.base);
            int last = Double.compare(last(), other.last());
            boolean crosses = operator.equals("Equal") && first != last;
            boolean holds = holds(operator, first);
            return crosses || holds != holds(operator, last)
                    ? Optional.empty()
                    : Optional.of(new Line(0, holds ? 1 : 0));
        }

        private static boolean holds(String operator, int sign) {
            return switch (operator) {
                case "Less" -> sign < 0;
                case "LessOrEqual" -> sign <= 0;
                case "Greater" -> sign > 0;
                case "GreaterOrEqual" -> sign >= 0;
                default -> sign == 0;
            };
        }

        private double last() {
            return base + (double) slope * HORIZON;
        }
    }

    private final Map<Value, Optional<List<Line>>> known = new HashMap<>();
    private final Node loop;
    private final Graph body;

    Counters(Node loop) {
        this.loop = loop;
        this.body = loop.attributes().get(OnnxOps.BODY);
        known.put(body.inputs().get(0), Optional.of(List.of(new Line(1, 0))));
        for (int i = 2; i < body.inputs().size(); i++) {
            Value input = body.inputs().get(i);
            known.put(input, counter(input, loop.input(i), body.outputs().get(i - 1)));
        }
    }

    private static Optional<List<Line>> counter(Value input, Value start, Value next) {
        Optional<long[]> base = Content.longs(start).filter(v -> v.length == 1);
        Node step = next.producer().filter(n -> n.is("Add") || n.is("Sub")).orElse(null);
        if (base.isEmpty() || step == null) {
            return Optional.empty();
        }
        boolean first = step.input(0) == input;
        boolean second = step.input(1) == input && step.is("Add");
        Optional<long[]> by = Content.longs(step.input(first ? 1 : 0)).filter(v -> v.length == 1);
        return first || second
                ? by.map(v -> List.of(new Line(step.is("Sub") ? -v[0] : v[0], base.get()[0])))
                : Optional.empty();
    }

    /** The elements of a value, if they depend on nothing but the number of the round; truth is 1. */
    Optional<List<Line>> of(Value value) {
        Optional<List<Line>> before = known.get(value);
        if (before != null) {
            return before;
        }
        Optional<long[]> constant = Content.longs(value);
        Optional<List<Line>> found = constant.isPresent()
                ? constant.map(
                        v -> LongStream.of(v).mapToObj(n -> new Line(0, n)).toList())
                : value.producer().flatMap(this::computed);
        known.put(value, found);
        return found;
    }

    /** The only element of a value. */
    Optional<Line> single(Value value) {
        return of(value).filter(v -> v.size() == 1).map(v -> v.get(0));
    }

    private Optional<List<Line>> computed(Node node) {
        String name = node.op().name();
        if (AS_THEY_ARE.contains(name)) {
            return node.output().type().isInteger() ? of(node.input(0)) : Optional.empty();
        }
        return switch (name) {
            case "Add" -> each(node, Line::plus);
            case "Sub" -> each(node, Line::minus);
            case "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal" ->
                pairs(node, (a, b) -> a.compared(b, name));
            case "Where" -> chosen(node);
            case "Concat" -> joined(node);
            default -> Optional.empty();
        };
    }

    private Optional<List<Line>> each(Node node, BinaryOperator<Line> f) {
        return pairs(node, (a, b) -> Optional.of(f.apply(a, b)));
    }

    private Optional<List<Line>> pairs(Node node, BiFunction<Line, Line, Optional<Line>> f) {
        Optional<List<Line>> a = of(node.input(0));
        Optional<List<Line>> b = of(node.input(1));
        if (a.isEmpty() || b.isEmpty()) {
            return Optional.empty();
        }
        int n = Math.max(a.get().size(), b.get().size());
        List<Line> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            Optional<Line> line =
                    f.apply(broadcast(a.get(), n).get(i), broadcast(b.get(), n).get(i));
            if (line.isEmpty()) {
                return Optional.empty();
            }
            out.add(line.get());
        }
        return Optional.of(out);
    }

    private static List<Line> broadcast(List<Line> lines, int n) {
        return lines.size() == 1 ? Collections.nCopies(n, lines.get(0)) : lines;
    }

    private Optional<List<Line>> chosen(Node where) {
        Optional<List<Line>> condition = of(where.input(0));
        Optional<List<Line>> a = of(where.input(1));
        Optional<List<Line>> b = of(where.input(2));
        if (condition.isEmpty() || a.isEmpty() || b.isEmpty()) {
            return Optional.empty();
        }
        int n = Math.max(
                condition.get().size(), Math.max(a.get().size(), b.get().size()));
        List<Line> out = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            List<Line> from = broadcast(condition.get(), n).get(i).base() != 0 ? a.get() : b.get();
            out.add(broadcast(from, n).get(i));
        }
        return Optional.of(out);
    }

    private Optional<List<Line>> joined(Node concat) {
        List<Line> out = new ArrayList<>();
        for (Value part : concat.inputs()) {
            Optional<List<Line>> lines = of(part);
            if (lines.isEmpty()) {
                return Optional.empty();
            }
            out.addAll(lines.get());
        }
        return Optional.of(out);
    }

    /**
     * How often the loop runs if it runs at all; empty if that is not known even by name. Source: Loop-13: the condition is
     * computed by each round for the next.
     */
    Optional<Dim> rounds() {
        List<Dim> limits = new ArrayList<>();
        if (loop.input(0).isPresent()) {
            Optional<Dim> most =
                    Extents.of(loop.input(0)).filter(e -> e.size() == 1).map(e -> e.get(0));
            if (most.isEmpty()) {
                return Optional.empty();
            }
            limits.add(most.get());
        }
        if (!limit(body.outputs().get(0), limits) || limits.isEmpty()) {
            return Optional.empty();
        }
        boolean fixed = limits.stream().allMatch(d -> d instanceof Dim.Fixed);
        boolean same = limits.stream().distinct().count() == 1;
        return fixed
                ? limits.stream().min((a, b) -> Long.compare(((Dim.Fixed) a).size(), ((Dim.Fixed) b).size()))
                : Optional.of(limits.get(0)).filter(d -> same);
    }

    /** Adds the numbers of rounds after which a condition no longer holds; tells whether it is understood. */
    private boolean limit(Value condition, List<Dim> limits) {
        if (condition == body.inputs().get(1)
                || Content.longs(condition).filter(v -> v[0] == 1).isPresent()) {
            return true;
        }
        Node node = condition.producer().orElse(null);
        if (node == null) {
            return false;
        }
        return switch (node.op().name()) {
            case "And" -> limit(node.input(0), limits) && limit(node.input(1), limits);
            case "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze" -> limit(node.input(0), limits);
            case "Less" -> below(node.input(0), node.input(1), 0, limits);
            case "LessOrEqual" -> below(node.input(0), node.input(1), 1, limits);
            case "Greater" -> below(node.input(1), node.input(0), 0, limits);
            case "GreaterOrEqual" -> below(node.input(1), node.input(0), 1, limits);
            default -> false;
        };
    }

    private boolean below(Value counter, Value bound, int more, List<Dim> limits) {
        Line line = single(counter).filter(c -> c.slope() > 0).orElse(null);
        if (line == null) {
            return false;
        }
        Optional<long[]> number = Content.longs(bound).filter(v -> v.length == 1);
        if (number.isPresent()) {
            long distance = number.get()[0] + more - line.base();
            limits.add(Dim.of(1 + Math.max(0, -Math.floorDiv(-distance, line.slope()))));
            return true;
        }
        Optional<Dim> extent = Extents.of(bound).filter(e -> e.size() == 1).map(e -> e.get(0));
        extent.ifPresent(limits::add);
        return extent.isPresent() && line.equals(new Line(1, 1)) && more == 0;
    }
}
