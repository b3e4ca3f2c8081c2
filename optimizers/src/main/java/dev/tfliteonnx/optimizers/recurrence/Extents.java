package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Integers that are the extents of tensors, or constants. */
final class Extents {
    private static final List<String> AS_THEY_ARE = List.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze");

    private Extents() {}

    /** What a value of integers holds, in order; empty if one is not known even by name. */
    static Optional<List<Dim>> of(Value value) {
        Optional<long[]> constant = Content.longs(value);
        if (constant.isPresent()) {
            boolean counts = Arrays.stream(constant.get()).allMatch(n -> n >= 0);
            return counts
                    ? Optional.of(
                            Arrays.stream(constant.get()).mapToObj(Dim::of).toList())
                    : Optional.empty();
        }
        return value.producer().flatMap(Extents::computed).filter(e -> !e.contains(Dim.unknown()));
    }

    private static Optional<List<Dim>> computed(Node node) {
        String name = node.op().name();
        if (AS_THEY_ARE.contains(name)) {
            return of(node.input(0));
        }
        return switch (name) {
            case "Shape" -> all(node);
            case "Slice" -> slice(node);
            case "Gather" ->
                Content.longs(node.input(1)).flatMap(at -> of(node.input(0)).flatMap(e -> chosen(e, at)));
            case "Concat" -> joined(node);
            default -> Optional.empty();
        };
    }

    private static Optional<List<Dim>> all(Node shape) {
        Attributes attributes = shape.attributes();
        boolean whole = attributes.find(Key.ofInt("start")).isEmpty()
                && attributes.find(Key.ofInt("end")).isEmpty();
        Shape of = shape.input(0).shape();
        return whole && of.isRanked() ? Optional.of(of.dims()) : Optional.empty();
    }

    private static Optional<List<Dim>> slice(Node slice) {
        Optional<long[]> starts = Content.longs(slice.input(1));
        Optional<long[]> ends = Content.longs(slice.input(2));
        boolean plain = !slice.input(4).isPresent() || Content.all(slice.input(4), s -> s == 1);
        if (starts.isEmpty() || ends.isEmpty() || !plain) {
            return Optional.empty();
        }
        return of(slice.input(0)).map(e -> {
            int from = within(starts.get()[0], e.size());
            return e.subList(from, Math.max(from, within(ends.get()[0], e.size())));
        });
    }

    private static int within(long index, int size) {
        return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }

    private static Optional<List<Dim>> chosen(List<Dim> from, long[] indices) {
        List<Dim> out = new ArrayList<>();
        for (long index : indices) {
            long at = index < 0 ? index + from.size() : index;
            if (at < 0 || at >= from.size()) {
                return Optional.empty();
            }
            out.add(from.get((int) at));
        }
        return Optional.of(out);
    }

    private static Optional<List<Dim>> joined(Node concat) {
        List<Dim> out = new ArrayList<>();
        for (Value part : concat.inputs()) {
            Optional<List<Dim>> extents = of(part);
            if (extents.isEmpty()) {
                return Optional.empty();
            }
            out.addAll(extents.get());
        }
        return Optional.of(out);
    }

    /** The shape of a value, also where it is what the value was filled to. */
    static Shape shape(Value value) {
        Optional<Shape> filled = value.producer().flatMap(p -> switch (p.op().name()) {
            case "Expand" -> p.input(0).shape().hasRank(0) ? of(p.input(1)).map(Shape::ofDims) : Optional.empty();
            case "ConstantOfShape" -> of(p.input(0)).map(Shape::ofDims);
            default -> Optional.empty();
        });
        return filled.flatMap(s -> Shape.merge(value.shape(), s)).orElse(value.shape());
    }
}
