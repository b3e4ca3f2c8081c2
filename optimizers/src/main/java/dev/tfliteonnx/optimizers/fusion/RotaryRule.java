package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.Optional;

/**
 * Pairs of numbers, one from each half of a head, turned by an angle that depends on the place.
 *
 * <p>Source: ONNX RotaryEmbedding-23, and what ONNX Runtime's {@code rotary_embedding_helper.h} asks of shapes.
 */
final class RotaryRule {
    private RotaryRule() {}

    static Rule rule() {
        Pattern first = any("a").where("is the first half of the last axis", v -> isHalf(v, 0));
        Pattern second = any("b").where("is the second half of the last axis", v -> isHalf(v, 1));
        Pattern real = op("Sub").in(times(first, "cos"), times(second, "sin"));
        Pattern imaginary =
                op("Add").in(times(second, "cos"), times(first, "sin")).anyOrder();
        return new Rule(
                        "rotary-embedding",
                        "Halves of heads that are turned by an angle for each place become a RotaryEmbedding.",
                        "a, b = halves of x, Concat(a·cos − b·sin, b·cos + a·sin) → y\n=> RotaryEmbedding(x, cos, sin) → y",
                        op("Concat")
                                .in(real, imaginary)
                                .where("is float32", v -> v.type() == DataType.FLOAT32)
                                .where("joins along the last of four axes", v -> isLast(v))
                                .given("turns both halves of the same tensor", m -> x(m) == half(m.get("b")))
                                .given("has an angle for each place, the same for all heads", m -> Places.of(m)
                                        .isPresent()),
                        m -> Places.of(m).orElseThrow().build(m))
                .since(23);
    }

    private static Pattern times(Pattern half, String name) {
        return op("Mul").in(half, any(name)).anyOrder();
    }

    private static boolean isLast(Value concat) {
        long axis = concat.producer().orElseThrow().attributes().get(OnnxOps.AXIS);
        return concat.shape().isStatic() && concat.shape().hasRank(4) && (axis == -1 || axis == 3);
    }

    private static Value half(Value part) {
        return part.producer().orElseThrow().input(0);
    }

    private static Value x(Match m) {
        return half(m.get("a"));
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

    /**
     * Which axes places and heads are on.
     *
     * @param headsFirst whether x is {@code [B,N,S,H]}, and not {@code [B,S,N,H]}
     */
    private record Places(boolean headsFirst) {
        static Optional<Places> of(Match m) {
            Shape x = x(m).shape();
            Shape cos = m.get("cos").shape();
            if (!cos.isStatic() || !cos.equals(m.get("sin").shape()) || cos.rank() > 4 || cos.rank() < 2) {
                return Optional.empty();
            }
            boolean batches = x.dim(0).is(1) || (cos.rank() == 4 && cos.dim(0).equals(x.dim(0)));
            if (!batches || !cos.dim(-1).is(x.size(3) / 2)) {
                return Optional.empty();
            }
            boolean heads = cos.dim(-2).is(1);
            boolean places = cos.rank() == 2 || cos.dim(-3).is(1);
            if (places && cos.dim(-2).equals(x.dim(2))) {
                return Optional.of(new Places(true));
            }
            boolean second = heads && cos.rank() > 2 && cos.dim(-3).equals(x.dim(1));
            return second || (heads && places && x.dim(1).is(1)) ? Optional.of(new Places(false)) : Optional.empty();
        }

        Value build(Match m) {
            Onnx onnx = m.onnx();
            Value x = x(m);
            long[] size = x.shape().sizes();
            long places = size[headsFirst ? 2 : 1];
            Value cos = onnx.reshape(m.get("cos"), size[0], places, size[3] / 2);
            Value sin = onnx.reshape(m.get("sin"), size[0], places, size[3] / 2);
            if (headsFirst) {
                return onnx.op("RotaryEmbedding", x, cos, sin);
            }
            Value flat = onnx.reshape(x, size[0], places, size[2] * size[3]);
            Value y = onnx.op("RotaryEmbedding", Attributes.of(OnnxOps.NUM_HEADS, size[2]), flat, cos, sin);
            return onnx.reshape(y, size);
        }
    }
}
