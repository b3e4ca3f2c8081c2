package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A node on its way to the other layout: its operands and options, changed one by one, then made a node again. */
final class Flip {
    private final Node node;
    private final Relayout.Plan plan;
    private final Rebuild rebuild;
    private final int rank;
    private final List<Value> inputs;
    private Attributes attributes;

    Flip(Node node, Relayout.Plan plan, Rebuild rebuild) {
        this.node = node;
        this.plan = plan;
        this.rebuild = rebuild;
        this.rank = rank(node, plan);
        this.attributes = node.attributes();
        this.inputs = new ArrayList<>(node.inputs().size());
        for (int i = 0; i < node.inputs().size(); i++) {
            Value in = node.input(i);
            inputs.add(plan.inputs().get(i) ? rebuild.form(in, plan.plain().other()) : rebuild.plain(in));
        }
    }

    private static int rank(Node node, Relayout.Plan plan) {
        Value carried = plan.inputs().isEmpty()
                ? node.outputs().get(plan.outputs().nextSetBit(0))
                : node.input(plan.inputs().nextSetBit(0));
        return carried.shape().rank();
    }

    /** The node as it was. */
    Node node() {
        return node;
    }

    /** The layout that the node had. */
    Layout plain() {
        return plan.plain();
    }

    /** How the axes of the operands move. */
    Permutation moved() {
        return plan.plain().toOther(rank);
    }

    /** An operand: in the other layout if it is carried along, else as it was. */
    Value in(int i) {
        return inputs.get(i);
    }

    /** Makes nodes named after the result. */
    Onnx onnx() {
        return new Onnx(rebuild.edit(), node.output().name(), node.origin());
    }

    /** Puts another value in the place of an operand. */
    void set(int i, Value value) {
        inputs.set(i, value);
    }

    /** Puts a constant in the place of a constant operand. */
    void set(int i, Tensor tensor) {
        inputs.set(i, onnx().constant(node.input(i).name(), tensor));
    }

    /** Lets the constant {@code value} be {@code by} for all who read it. */
    void replaceConstant(Value value, Tensor by) {
        rebuild.edit().replace(value, rebuild.edit().constant(value.name(), by));
    }

    /** Adds a constant vector at the place of an operand that is left out. */
    void append(int i, long... values) {
        while (inputs.size() <= i) {
            inputs.add(Value.ABSENT);
        }
        inputs.set(i, onnx().ints(values));
    }

    /** Whether the result is in the other layout too. */
    boolean carriesResult() {
        return plan.outputs().get(0);
    }

    /** Changes an option. */
    <T> void set(Key<T> key, T value) {
        attributes = attributes.with(key, value);
    }

    /** Moves the axis that an option names. */
    void moveAxis(Key<Long> key, long otherwise) {
        set(key, (long) moved().placeOf(node.attributes().get(key, otherwise)));
    }

    /** Lets an operand that is broadcast fit the others in their new layout. */
    void align(int i) {
        Value value = node.input(i);
        if (!value.isPresent() || plan.inputs().get(i) || holdsOne(value.shape())) {
            return;
        }
        if (value.isConstant()) {
            set(i, aligned(value.constant().orElseThrow()));
        } else if (isDequantizedConstant(value)) {
            set(i, dequantized(value));
        } else {
            int missing = rank - value.shape().rank();
            long[] axes = new long[missing];
            Arrays.setAll(axes, a -> a);
            set(i, onnx().transpose(onnx().unsqueeze(in(i), axes), moved().toArray()));
        }
    }

    private Tensor aligned(Tensor tensor) {
        return tensor.reshaped(extended(tensor.shape())).permuted(moved().toArray());
    }

    private Shape extended(Shape shape) {
        long[] sizes = new long[rank];
        Arrays.fill(sizes, 1);
        long[] own = shape.sizes();
        System.arraycopy(own, 0, sizes, rank - own.length, own.length);
        return Shape.of(sizes);
    }

    private Value dequantized(Value value) {
        Node dequantize = value.producer().orElseThrow();
        Value q = dequantize.input(0);
        Tensor tensor = q.constant().orElseThrow();
        Attributes options = dequantize.attributes();
        if (dequantize.input(1).shape().hasRank(1)) {
            int axis = options.get(OnnxOps.AXIS, 1L).intValue();
            int fromEnd = axis < 0 ? -axis : tensor.shape().rank() - axis;
            options = options.with(OnnxOps.AXIS, (long) moved().placeOf(rank - fromEnd));
        }
        Value moved = onnx().constant(q.name(), aligned(tensor));
        return onnx().op("DequantizeLinear", options, moved, dequantize.input(1), dequantize.input(2));
    }

    /** Whether a value is computed from a constant by DequantizeLinear, with no blocks. */
    static boolean isDequantizedConstant(Value value) {
        return value.producer()
                .filter(n -> n.is("DequantizeLinear")
                        && n.input(0).isConstant()
                        && n.attributes().get(OnnxOps.BLOCK_SIZE, 0L) == 0)
                .isPresent();
    }

    /** Whether a shape is that of one element. */
    static boolean holdsOne(Shape shape) {
        return shape.isStatic() && shape.elementCount() == 1;
    }

    /** The same operator on what the operands and options are by now. */
    List<Value> done() {
        List<ValueInfo> infos = new ArrayList<>();
        for (int i = 0; i < node.outputs().size(); i++) {
            Value out = node.outputs().get(i);
            Shape shape = out.shape();
            if (plan.outputs().get(i)) {
                shape = shape.permuted(plain().toOther(shape.rank()).toArray());
            }
            infos.add(ValueInfo.of(out.name(), out.type(), shape));
        }
        return rebuild.edit().add(node.op(), inputs, attributes, infos, node.origin());
    }

    /** Puts the numbers of a constant vector, one for each axis, in the order of the axes. */
    void moveVector(int i) {
        Tensor old = node.input(i).constant().orElseThrow();
        ByteBuffer numbers = old.load();
        int width = old.type().bits() / 8;
        ByteBuffer moved = ByteBuffer.allocate(numbers.remaining());
        for (int axis = 0; axis < rank; axis++) {
            moved.put(numbers.slice(moved().source(axis) * width, width));
        }
        set(i, Tensor.of(old.type(), old.shape(), Bytes.of(moved.array(), old.source() + ", moved")));
    }

    /** A vector of int64 in the place of an operand, of the type that was there. */
    void setVector(int i, long... values) {
        Value old = node.input(i);
        DataType type = old.type();
        Shape shape = old.shape().hasRank(0) ? Shape.SCALAR : Shape.of(values.length);
        set(i, Tensor.ofIntegers(type, shape, values));
    }
}
