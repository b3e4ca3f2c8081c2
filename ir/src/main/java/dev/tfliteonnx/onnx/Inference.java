package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Types and shapes of the results of ONNX nodes, from the operator schemas of opset 13 to 24. Where a shape depends on
 * values that are not constants, unknown extents are the answer, or an unknown rank.
 */
public final class Inference {
    /** What a rule may look at. */
    record Call(String op, List<Value> in, Attributes attributes, int outputs) {
        Value in(int i) {
            return i < in.size() ? in.get(i) : Value.ABSENT;
        }

        Shape shape(int i) {
            return in(i).shape();
        }

        DataType type(int i) {
            return in(i).type();
        }

        Optional<long[]> constant(int i) {
            return in(i).constant().map(Tensor::toLongs);
        }

        TypedShape like(int i, Shape shape) {
            return new TypedShape(type(i), shape);
        }

        int axis(long otherwise, int rank) {
            long axis = attributes.get(OnnxOps.AXIS, otherwise);
            return (int) (axis < 0 ? axis + rank : axis);
        }
    }

    private static final Map<String, Function<Call, List<TypedShape>>> RULES = new HashMap<>();

    static {
        each(
                "Abs Neg Exp Log Sqrt Reciprocal Floor Ceil Round Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh",
                c -> same(c));
        each(
                "Tanh Sigmoid Relu LeakyRelu PRelu Elu Selu HardSwish HardSigmoid Softplus Softsign Gelu Erf Sign",
                c -> same(c));
        each("Clip Softmax LogSoftmax Identity LRN CumSum Trilu InstanceNormalization", c -> same(c));
        each(
                "LpNormalization GroupNormalization RMSNormalization RotaryEmbedding ReverseSequence ScatterND"
                        + " ScatterElements",
                c -> same(c));
        each(
                "BatchNormalization LayerNormalization BitwiseNot Swish Mish Celu ThresholdedRelu TensorScatter",
                c -> same(c));
        each(
                "Add Sub Mul Div Pow Mod BitShift BitwiseAnd BitwiseOr BitwiseXor Min Max Sum Mean",
                c -> one(c.type(0), broadcast(c.in)));
        each("And Or Xor Equal Greater Less GreaterOrEqual LessOrEqual", c -> one(DataType.BOOL, broadcast(c.in)));
        each("Not IsNaN IsInf", c -> one(DataType.BOOL, c.shape(0)));
        each("Where", c -> one(c.type(1), broadcast(c.in)));
        each("Cast", c -> one(type(c, OnnxOps.TO, DataType.FLOAT32), c.shape(0)));
        each("QuantizeLinear", c -> one(c.in(2).isPresent() ? c.type(2) : DataType.UINT8, c.shape(0)));
        each("DequantizeLinear", c -> one(c.type(1), c.shape(0)));
        each(
                "DynamicQuantizeLinear",
                c -> List.of(
                        new TypedShape(DataType.UINT8, c.shape(0)),
                        new TypedShape(DataType.FLOAT32, Shape.SCALAR),
                        new TypedShape(DataType.UINT8, Shape.SCALAR)));
        each("RandomNormalLike RandomUniformLike", c -> one(type(c, OnnxOps.DTYPE, c.type(0)), c.shape(0)));
        each("If", c -> branch(c));
        each("Loop", c -> loop(c));
        WindowRules.addTo(RULES);
        ShapeRules.addTo(RULES);
        ReductionRules.addTo(RULES);
        AttentionRules.addTo(RULES);
    }

    private Inference() {}

    /** Whether there is a rule for an operator of the default domain. */
    public static boolean knows(String op) {
        return RULES.containsKey(op);
    }

    /**
     * What a node computes.
     *
     * @param op the operator, of the default domain
     * @param inputs what it reads
     * @param attributes its options
     * @param outputs how many results are wanted
     * @throws IllegalArgumentException if there is no rule for the operator or its operands contradict each other
     */
    public static List<TypedShape> infer(String op, List<Value> inputs, Attributes attributes, int outputs) {
        Function<Call, List<TypedShape>> rule = RULES.get(op);
        if (rule == null) {
            throw new IllegalArgumentException("no shape inference for " + op);
        }
        List<TypedShape> all = rule.apply(new Call(op, inputs, attributes, outputs));
        if (all.size() < outputs) {
            throw new IllegalArgumentException(op + " has " + all.size() + " results, not " + outputs);
        }
        return all;
    }

    static void each(String names, Function<Call, List<TypedShape>> rule) {
        for (String name : names.split(" ")) {
            RULES.put(name, rule);
        }
    }

    static List<TypedShape> one(DataType type, Shape shape) {
        return List.of(new TypedShape(type, shape));
    }

    static List<TypedShape> same(Call c) {
        return Collections.nCopies(c.outputs, new TypedShape(c.type(0), c.shape(0)));
    }

    static DataType type(Call c, dev.tfliteonnx.ir.Key<Long> key, DataType otherwise) {
        return c.attributes
                .find(key)
                .flatMap(code -> DataType.ofOnnxCode(code.intValue()))
                .orElse(otherwise);
    }

    static Shape broadcast(List<Value> values) {
        Shape shape = Shape.SCALAR;
        for (Value v : values) {
            Shape so = shape;
            shape = Shape.broadcast(shape, v.shape())
                    .orElseThrow(() -> new IllegalArgumentException(so + " and " + v + " do not broadcast"));
        }
        return shape;
    }

    private static List<TypedShape> branch(Call c) {
        List<Value> then = c.attributes.get(OnnxOps.THEN_BRANCH).outputs();
        List<Value> otherwise = c.attributes.get(OnnxOps.ELSE_BRANCH).outputs();
        List<TypedShape> out = new ArrayList<>();
        for (int i = 0; i < then.size(); i++) {
            Shape a = then.get(i).shape();
            Shape b = otherwise.get(i).shape();
            out.add(new TypedShape(then.get(i).type(), common(a, b)));
        }
        return out;
    }

    private static Shape common(Shape a, Shape b) {
        if (!a.isRanked() || !b.isRanked() || a.rank() != b.rank()) {
            return Shape.UNKNOWN;
        }
        Shape out = a;
        for (int i = 0; i < a.rank(); i++) {
            if (!a.dim(i).equals(b.dim(i))) {
                out = out.with(i, dev.tfliteonnx.ir.Dim.unknown());
            }
        }
        return out;
    }

    private static List<TypedShape> loop(Call c) {
        Graph body = c.attributes.get(OnnxOps.BODY);
        int carried = c.in.size() - 2;
        List<TypedShape> out = new ArrayList<>();
        for (int i = 0; i < body.outputs().size() - 1; i++) {
            Value v = body.outputs().get(i + 1);
            Shape shape = v.shape();
            if (i < carried) {
                shape = common(c.shape(i + 2), shape);
            } else if (shape.isRanked()) {
                List<dev.tfliteonnx.ir.Dim> dims = new ArrayList<>(shape.dims());
                dims.add(0, dev.tfliteonnx.ir.Dim.unknown());
                shape = Shape.ofDims(dims);
            }
            out.add(new TypedShape(v.type(), shape));
        }
        return out;
    }
}
