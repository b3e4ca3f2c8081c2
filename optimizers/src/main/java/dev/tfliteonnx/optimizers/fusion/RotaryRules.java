package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.List;
import java.util.Optional;

/**
 * Pairs of numbers, one from each half of a head, turned by an angle that depends on the place.
 *
 * <p>Source: ONNX RotaryEmbedding-23, and what ONNX Runtime's {@code rotary_embedding_helper.h} asks of shapes.
 */
final class RotaryRules {
    private static final int SINCE = 23;

    private RotaryRules() {}

    static List<Rule> rules() {
        return List.of(ofHalves().since(SINCE), ofWhole().since(SINCE));
    }

    private static Rule ofHalves() {
        Pattern first = any("a").where("is the first half of the last axis", v -> isHalf(v, 0));
        Pattern second = any("b").where("is the second half of the last axis", v -> isHalf(v, 1));
        Pattern real = op("Sub").in(times(first, "cos"), times(second, "sin"));
        Pattern imaginary =
                op("Add").in(times(second, "cos"), times(first, "sin")).anyOrder();
        return new Rule(
                "rotary-embedding",
                "Halves of heads that are turned by an angle for each place become a RotaryEmbedding.",
                "a, b = halves of x, Concat(a·cos − b·sin, b·cos + a·sin) → y\n=> RotaryEmbedding(x, cos, sin) → y",
                joined(real, imaginary)
                        .where("is float32", v -> v.type() == DataType.FLOAT32)
                        .given("turns both halves of the same tensor", m -> half(m.get("a")) == half(m.get("b")))
                        .given(
                                "has an angle for each place, the same for all heads",
                                m -> Places.of(half(m.get("a")), m).isPresent()),
                m -> build(m, half(m.get("a")), m.get("cos"), m.get("sin")));
    }

    private static Rule ofWhole() {
        Pattern first = any("a").where("is the first half of the last axis", v -> isHalf(v, 0));
        Pattern second = any("b").where("is the second half of the last axis, negated", v -> negated(v)
                .isPresent());
        return new Rule(
                "rotary-embedding-by-doubled-angles",
                "Heads that are turned by angles that stand twice, once for each half, become a RotaryEmbedding.",
                "a, b = halves of x, x·cos + Concat(−b, a)·sin → y\n"
                        + "=> RotaryEmbedding(x, Slice(cos), Slice(sin)) → y",
                op("Add")
                        .in(times(any("x"), doubled("cos")), times(joined(second, first), doubled("sin")))
                        .anyOrder()
                        .where("is float32", v -> v.type() == DataType.FLOAT32)
                        .given(
                                "turns both halves of the same tensor",
                                m -> half(m.get("a")) == m.get("x")
                                        && negated(m.get("b"))
                                                .filter(b -> half(b) == m.get("x"))
                                                .isPresent())
                        .given("has an angle for each place, the same for all heads", m -> Places.of(m.get("x"), m)
                                .isPresent()),
                m -> build(m, m.get("x"), firstHalf(m, "cos"), firstHalf(m, "sin")));
    }

    private static Pattern joined(Pattern before, Pattern behind) {
        return op("Concat").in(before, behind).where("joins along the last of four axes", v -> isLast(v));
    }

    private static Pattern times(Pattern x, Pattern by) {
        return op("Mul").in(x, by).anyOrder();
    }

    private static Pattern doubled(String name) {
        return any(name).where("holds the same in both halves of its last axis", v -> isDoubled(v));
    }

    private static Optional<Value> negated(Value value) {
        Product product = Product.of(value);
        return product.single().filter(v -> product.constant() == -1 && isHalf(v, 1));
    }

    /** Whether both halves along the last axis are the same, by how a value is computed. */
    private static boolean isDoubled(Value value) {
        if (value.isConstant()) {
            return hasEqualHalves(value);
        }
        Node node = value.producer().orElse(null);
        if (node == null || !value.shape().isStatic() || value.shape().rank() == 0) {
            return false;
        }
        Value in = node.input(0);
        return switch (node.op().name()) {
            case "Concat" -> node.inputs().size() == 2 && in == node.input(1) && isAlongLast(node, value.shape());
            case "Cos", "Sin", "Cast" -> isDoubled(in);
            case "Mul", "Div" -> Content.single(node.input(1)).isPresent() && isDoubled(in);
            case "Reshape", "Unsqueeze", "Squeeze" ->
                in.shape().isStatic()
                        && in.shape().rank() > 0
                        && in.shape().dim(-1).equals(value.shape().dim(-1))
                        && isDoubled(in);
            case "Gather" -> !isAlongLast(node, in.shape()) && isDoubled(in);
            default -> false;
        };
    }

    private static boolean isAlongLast(Node node, Shape shape) {
        long axis = node.attributes().get(OnnxOps.AXIS, 0L);
        return !shape.isRanked() || axis == -1 || axis == shape.rank() - 1;
    }

    private static boolean hasEqualHalves(Value value) {
        Tensor tensor = value.constant().orElseThrow();
        if (!Content.isSmall(tensor) || tensor.shape().rank() == 0 || tensor.type() != DataType.FLOAT32) {
            return false;
        }
        float[] numbers = tensor.toFloats();
        int size = (int) tensor.shape().size(-1);
        for (int i = 0; i < numbers.length; i++) {
            if (size % 2 != 0 || (i % size < size / 2 && numbers[i] != numbers[i + size / 2])) {
                return false;
            }
        }
        return true;
    }

    private static Value firstHalf(Match m, String name) {
        Value whole = m.get(name);
        int last = whole.shape().rank() - 1;
        long[] half = {whole.shape().size(last) / 2};
        return m.onnx().slice(whole, new long[] {0}, half, new long[] {last}, new long[] {1});
    }

    private static Pattern times(Pattern half, String name) {
        return times(half, any(name));
    }

    private static boolean isLast(Value concat) {
        long axis = concat.producer().orElseThrow().attributes().get(OnnxOps.AXIS);
        return concat.shape().isStatic() && concat.shape().hasRank(4) && (axis == -1 || axis == 3);
    }

    private static Value half(Value part) {
        return part.producer().orElseThrow().input(0);
    }

    /** Whether a value is one half of the last axis of another. */
    private static boolean isHalf(Value part, int which) {
        Node node = part.producer().orElse(null);
        Shape shape = part.shape();
        if (node == null
                || !(node.is("Slice") || node.is("Split"))
                || !node.input(0).shape().isStatic()) {
            return false;
        }
        Shape whole = node.input(0).shape();
        if (!shape.isStatic()
                || !whole.equals(shape.with(shape.rank() - 1, dev.tfliteonnx.ir.Dim.of(2 * shape.size(-1))))) {
            return false;
        }
        return node.is("Split") ? node.outputs().get(which) == part : start(node) == which * shape.size(-1);
    }

    /** Where a Slice that halves the last axis begins; -1 if it does not go forward. */
    private static long start(Node slice) {
        long[] starts = Content.longs(slice.input(1)).orElse(new long[0]);
        int rank = slice.input(0).shape().rank();
        long[] axes = slice.input(3).isPresent() ? Content.longs(slice.input(3)).orElse(new long[0]) : new long[0];
        long[] steps =
                slice.input(4).isPresent() ? Content.longs(slice.input(4)).orElse(new long[] {0}) : new long[] {1};
        for (int i = 0; i < starts.length; i++) {
            long axis = axes.length == 0 ? i : axes[i];
            boolean forward = steps[Math.min(i, steps.length - 1)] == 1;
            if ((axis == -1 || axis == rank - 1) && forward) {
                long size = slice.input(0).shape().size(rank - 1);
                return starts[i] < 0 ? starts[i] + size : starts[i];
            }
        }
        return -1;
    }

    /** Which axes places and heads are on: those of {@code [B,N,S,H]}, or of {@code [B,S,N,H]}. */
    private enum Places {
        AFTER_HEADS,
        BEFORE_HEADS;

        static Optional<Places> of(Value of, Match m) {
            Shape x = of.shape();
            Shape cos = m.get("cos").shape();
            boolean alike = cos.isStatic()
                    && cos.equals(m.get("sin").shape())
                    && x.isStatic()
                    && x.hasRank(4)
                    && x.equals(m.output().shape());
            if (!alike || cos.rank() > 4 || cos.rank() < 2) {
                return Optional.empty();
            }
            boolean batches = x.dim(0).is(1) || (cos.rank() == 4 && cos.dim(0).equals(x.dim(0)));
            boolean halves = cos.dim(-1).is(x.size(3) / 2) || cos.dim(-1).is(x.size(3));
            boolean heads = cos.dim(-2).is(1);
            boolean places = cos.rank() == 2 || cos.dim(-3).is(1);
            if (!batches || !halves) {
                return Optional.empty();
            }
            if (places && cos.dim(-2).equals(x.dim(2))) {
                return Optional.of(AFTER_HEADS);
            }
            boolean second = heads && cos.rank() > 2 && cos.dim(-3).equals(x.dim(1));
            return second || (heads && places && x.dim(1).is(1)) ? Optional.of(BEFORE_HEADS) : Optional.empty();
        }
    }

    private static Value build(Match m, Value x, Value cosines, Value sines) {
        Onnx onnx = m.onnx();
        Places places = Places.of(x, m).orElseThrow();
        long[] size = x.shape().sizes();
        long count = size[places == Places.AFTER_HEADS ? 2 : 1];
        Value cos = onnx.reshape(cosines, size[0], count, size[3] / 2);
        Value sin = onnx.reshape(sines, size[0], count, size[3] / 2);
        if (places == Places.AFTER_HEADS) {
            return onnx.op("RotaryEmbedding", x, cos, sin);
        }
        Value flat = onnx.reshape(x, size[0], count, size[2] * size[3]);
        Value y = onnx.op("RotaryEmbedding", Attributes.of(OnnxOps.NUM_HEADS, size[2]), flat, cos, sin);
        return onnx.reshape(y, size);
    }
}
