package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.onnx.Inference.Call;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Shapes of what Attention gives, from ONNX's operator pages of versions 23 to 25. */
final class AttentionRules {
    private AttentionRules() {}

    static void addTo(Map<String, Function<Call, List<TypedShape>>> rules) {
        rules.put("Attention", AttentionRules::attention);
    }

    private static List<TypedShape> attention(Call c) {
        Shape q = heads(c, 0, OnnxOps.Q_NUM_HEADS);
        Shape k = heads(c, 1, OnnxOps.KV_NUM_HEADS);
        Shape v = heads(c, 2, OnnxOps.KV_NUM_HEADS);
        Shape y = q.with(3, v.dim(3));
        boolean flat = c.shape(0).hasRank(3);
        Shape keys = k.with(2, length(c, 4, k));
        Shape values = v.with(2, length(c, 5, v));
        return List.of(
                c.like(0, flat ? Shape.ofDims(List.of(y.dim(0), y.dim(2), product(y.dim(1), y.dim(3)))) : y),
                c.like(1, keys),
                c.like(2, values),
                c.like(0, q.with(3, keys.dim(2))));
    }

    /** {@code [B,N,S,H]} of an operand that is so or {@code [B,S,N·H]}. */
    private static Shape heads(Call c, int operand, dev.tfliteonnx.ir.Key<Long> key) {
        Shape x = c.shape(operand);
        if (!x.hasRank(3)) {
            return x.hasRank(4) ? x : Shape.ofRank(4);
        }
        long heads = c.attributes().get(key);
        Dim size = x.isFixed(2) ? Dim.of(x.size(2) / heads) : Dim.unknown();
        return Shape.ofDims(List.of(x.dim(0), Dim.of(heads), x.dim(1), size));
    }

    /** How many keys there are with those of the past. */
    private static Dim length(Call c, int past, Shape keys) {
        if (!c.in(past).isPresent()) {
            return keys.dim(2);
        }
        Shape before = c.shape(past);
        boolean fixed = before.hasRank(4) && before.isFixed(2) && keys.isFixed(2);
        return fixed ? Dim.of(before.size(2) + keys.size(2)) : Dim.unknown();
    }

    private static Dim product(Dim a, Dim b) {
        return a instanceof Dim.Fixed x && b instanceof Dim.Fixed y ? Dim.of(x.size() * y.size()) : Dim.unknown();
    }
}
