package dev.tfliteonnx.optimizers.cleanup;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
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
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.layout.Permutation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Constants that are moved, reshaped or cast become other views of the same bytes. */
final class ConstantViews {
    private static final Set<DataType> CASTABLE = EnumSet.of(
            DataType.FLOAT32,
            DataType.FLOAT16,
            DataType.FLOAT64,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.UINT16,
            DataType.INT32,
            DataType.UINT32,
            DataType.INT64,
            DataType.BOOL);

    private ConstantViews() {}

    static List<Rule> rules() {
        return List.of(transposed(), reshaped(), cast(), transposedDequantized(), reshapedDequantized());
    }

    /** A constant that nothing else reads, or that is so small that another copy does no harm. */
    private static Pattern own(String name) {
        return constant(name)
                .where(
                        "has one use or at most 64 KiB",
                        v -> v.hasOneUse()
                                || v.constant().filter(Content::isSmall).isPresent());
    }

    private static Tensor tensor(Match m) {
        return m.get("c").constant().orElseThrow();
    }

    private static Value view(Match m, Tensor tensor) {
        return m.onnx().constant(m.get("c").name(), tensor);
    }

    private static Rule transposed() {
        return new Rule(
                "transpose-of-constant",
                "A constant is laid out as it is wanted.",
                "c → Transpose → y\n=> c' → y",
                op("Transpose").in(own("c")).where("has a number type", ConstantViews::isNumeric),
                m -> view(m, tensor(m).permuted(permutation(m.root()).toArray())));
    }

    private static boolean isNumeric(Value value) {
        return value.type() != DataType.STRING;
    }

    private static Permutation permutation(Node transpose) {
        return Permutation.of(transpose).orElseThrow();
    }

    private static Rule reshaped() {
        return new Rule(
                "reshape-of-constant",
                "A constant has the shape that is wanted.",
                "c → Reshape → y\n=> c' → y",
                op(Chains.RESHAPES)
                        .in(own("c"), constant("shape").optional())
                        .where("has a number type", ConstantViews::isNumeric)
                        .where("has a fixed shape", v -> v.shape().isStatic()),
                m -> view(m, tensor(m).reshaped(m.output().shape())));
    }

    private static Rule cast() {
        return new Rule(
                "cast-of-constant",
                "A constant has the type that is wanted, unless a large one would grow.",
                "c:INT32 → Cast INT64 → y\n=> c':INT64 → y",
                op("Cast")
                        .in(own("c"))
                        .given(
                                "both types are numbers of at least 8 bits",
                                m -> CASTABLE.contains(m.get("c").type())
                                        && CASTABLE.contains(m.output().type()))
                        .given(
                                "is small or does not grow",
                                m -> Content.isSmall(tensor(m))
                                        || m.output().type().bits()
                                                <= m.get("c").type().bits()),
                m -> view(m, tensor(m).cast(m.output().type())));
    }

    private static Pattern dequantized() {
        return op("DequantizeLinear")
                .in(own("c"), any("scale"), any("zero").optional())
                .as("dq")
                .oneUse()
                .where("has no blocks", v -> v.producer()
                        .filter(n -> n.attributes().get(OnnxOps.BLOCK_SIZE, 0L) == 0)
                        .isPresent());
    }

    private static Value requantized(Match m, Tensor tensor, Attributes attributes) {
        return m.onnx()
                .op(
                        "DequantizeLinear",
                        attributes,
                        view(m, tensor),
                        m.get("scale"),
                        m.find("zero").orElse(Value.ABSENT));
    }

    private static boolean isPerAxis(Match m) {
        return m.get("scale").shape().hasRank(1);
    }

    private static int axis(Match m) {
        int axis = m.node("dq").attributes().get(OnnxOps.AXIS, 1L).intValue();
        return axis < 0 ? axis + m.get("c").shape().rank() : axis;
    }

    private static Rule transposedDequantized() {
        return new Rule(
                "transpose-of-dequantized-constant",
                "A quantized constant is laid out as it is wanted before it is dequantized.",
                "c:INT8 → DequantizeLinear → Transpose → y\n=> c':INT8 → DequantizeLinear → y",
                op("Transpose").in(dequantized()),
                m -> {
                    Permutation moved = permutation(m.root());
                    Attributes attributes = m.node("dq").attributes();
                    if (isPerAxis(m)) {
                        attributes = attributes.with(OnnxOps.AXIS, (long) moved.placeOf(axis(m)));
                    }
                    return requantized(m, tensor(m).permuted(moved.toArray()), attributes);
                });
    }

    private static Rule reshapedDequantized() {
        return new Rule(
                "reshape-of-dequantized-constant",
                "A quantized constant has the shape that is wanted before it is dequantized.",
                "c:INT8 → DequantizeLinear → Reshape → y\n=> c':INT8 → DequantizeLinear → y",
                op(Chains.RESHAPES)
                        .in(dequantized(), constant("shape").optional())
                        .where("has a fixed shape", v -> v.shape().isStatic())
                        .given(
                                "the quantized axis is an axis of the result",
                                m -> !isPerAxis(m) || movedAxis(m).isPresent()),
                m -> {
                    Attributes attributes = m.node("dq").attributes();
                    if (isPerAxis(m)) {
                        attributes = attributes.with(
                                OnnxOps.AXIS, (long) movedAxis(m).orElseThrow());
                    }
                    return requantized(m, tensor(m).reshaped(m.output().shape()), attributes);
                });
    }

    /** The axis of the result that has the same extent with as many elements before it. */
    private static Optional<Integer> movedAxis(Match m) {
        Shape from = m.get("c").shape();
        Shape to = m.output().shape();
        int axis = axis(m);
        for (int i = 0; i < to.rank(); i++) {
            if (to.dim(i).equals(from.dim(axis)) && before(to, i) == before(from, axis)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private static long before(Shape shape, int axis) {
        long product = 1;
        for (int i = 0; i < axis; i++) {
            product *= shape.size(i);
        }
        return product;
    }
}
