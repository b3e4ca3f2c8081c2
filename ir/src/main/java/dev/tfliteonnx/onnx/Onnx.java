package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Sink;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Makes ONNX nodes. Types and shapes of results are inferred when a node is born; names are those of the source tensor
 * that is being built, with the step behind a slash.
 *
 * <p>Every form emitted here is one that stays valid in all later opsets, so that the lowest opset that fits can be
 * found afterwards: axes are inputs, splits are explicit.
 */
public final class Onnx {
    private final Sink sink;
    private final String base;
    private final Origin origin;

    /**
     * A builder.
     *
     * @param sink where nodes go
     * @param base what names begin with
     * @param origin where the nodes come from
     */
    public Onnx(Sink sink, String base, Origin origin) {
        this.sink = sink;
        this.base = base;
        this.origin = origin;
    }

    /** A builder for the same source that puts its nodes elsewhere: into the body of a loop or a branch. */
    public Onnx into(Sink other) {
        return new Onnx(other, base, origin);
    }

    /** The graph that the nodes end in. */
    public Graph graph() {
        return sink.graph();
    }

    /** What names begin with. */
    public String base() {
        return base;
    }

    /** A constant. */
    public Value constant(Tensor tensor) {
        return sink.constant(base + "/const", tensor);
    }

    /** A constant under a name of its own. */
    public Value constant(String name, Tensor tensor) {
        return sink.constant(name, tensor);
    }

    /** A constant vector of int64, as shapes, axes and pads are given. */
    public Value ints(long... values) {
        return constant(Tensor.ofLongs(values));
    }

    /** A constant number. */
    public Value scalar(DataType type, double value) {
        return constant(Tensor.scalar(type, value));
    }

    /** A constant number of the type of another value. */
    public Value scalarLike(Value like, double value) {
        return scalar(like.type(), value);
    }

    /** A node without attributes and with one result. */
    public Value op(String name, Value... inputs) {
        return op(name, Attributes.NONE, inputs);
    }

    /** A node with one result. */
    public Value op(String name, Attributes attributes, Value... inputs) {
        return ops(name, attributes, 1, inputs).get(0);
    }

    /** A node with several results. */
    public List<Value> ops(String name, Attributes attributes, int outputs, Value... inputs) {
        List<Value> in = new ArrayList<>(Arrays.asList(inputs));
        while (!in.isEmpty() && !in.get(in.size() - 1).isPresent()) {
            in.remove(in.size() - 1);
        }
        List<TypedShape> inferred = Inference.infer(name, in, attributes, outputs);
        List<ValueInfo> infos = new ArrayList<>(outputs);
        String step = base + "/" + name.toLowerCase(Locale.ROOT);
        for (int i = 0; i < outputs; i++) {
            TypedShape t = inferred.get(i);
            infos.add(ValueInfo.of(step, t.type(), t.shape()));
        }
        return sink.add(OpType.onnx(name), in, attributes, infos, origin);
    }

    /** A node of {@code ai.onnx.ml} that treats every element of {@code x} by itself. */
    public Value ml(String name, Attributes attributes, DataType result, Value x) {
        OpType op = new OpType(Dialect.ONNX, OnnxSchemas.ML, name);
        ValueInfo info = ValueInfo.of(base + "/" + name.toLowerCase(Locale.ROOT), result, x.shape());
        return sink.add(op, List.of(x), attributes, List.of(info), origin).get(0);
    }

    /** A node of {@code com.microsoft} with one result, of which type and shape are known. */
    public Value contrib(String name, Attributes attributes, TypedShape result, List<Value> inputs) {
        OpType op = new OpType(Dialect.ONNX, OnnxOps.MICROSOFT, name);
        ValueInfo info = ValueInfo.of(base + "/" + name.toLowerCase(Locale.ROOT), result.type(), result.shape());
        return foreign(op, attributes, List.of(info), inputs).get(0);
    }

    /** A node of any domain, of whose results type and shape are known. */
    public List<Value> foreign(OpType op, Attributes attributes, List<ValueInfo> results, List<Value> inputs) {
        return sink.add(op, inputs, attributes, results, origin);
    }

    /** {@code a + b}, broadcast. */
    public Value add(Value a, Value b) {
        return op("Add", a, b);
    }

    /** {@code a − b}, broadcast. */
    public Value sub(Value a, Value b) {
        return op("Sub", a, b);
    }

    /** {@code a · b}, broadcast. */
    public Value mul(Value a, Value b) {
        return op("Mul", a, b);
    }

    /** {@code a / b}, broadcast; integers truncate. */
    public Value div(Value a, Value b) {
        return op("Div", a, b);
    }

    /** {@code x} within {@code [min, max]}. */
    public Value clip(Value x, double min, double max) {
        return op("Clip", x, scalarLike(x, min), scalarLike(x, max));
    }

    /** {@code x} as another type; {@code x} itself if it has it. */
    public Value cast(Value x, DataType to) {
        return x.type() == to ? x : op("Cast", Attributes.of(OnnxOps.TO, (long) to.onnxCode()), x);
    }

    /** The axes of {@code x} in another order; {@code x} itself if the order is the same. */
    public Value transpose(Value x, int... perm) {
        for (int i = 0; i < perm.length; i++) {
            if (perm[i] != i) {
                return op("Transpose", Attributes.of(OnnxOps.PERM, Ints.ofInts(perm)), x);
            }
        }
        return x;
    }

    /**
     * {@code x} under a fixed shape in which one extent may be −1 and extents of 0 mean 0; {@code x} itself if it has
     * the shape.
     */
    public Value reshape(Value x, long... shape) {
        boolean complete = Arrays.stream(shape).allMatch(d -> d >= 0);
        if (complete && x.shape().equals(Shape.of(shape))) {
            return x;
        }
        boolean zero = Arrays.stream(shape).anyMatch(d -> d == 0);
        Attributes attributes = zero ? Attributes.of(OnnxOps.ALLOWZERO, 1L) : Attributes.NONE;
        return op("Reshape", attributes, x, ints(shape));
    }

    /** {@code x} with axes of extent 1 put in at these places of the result. */
    public Value unsqueeze(Value x, long... axes) {
        return axes.length == 0 ? x : op("Unsqueeze", x, ints(axes));
    }

    /** {@code x} without these axes of extent 1. */
    public Value squeeze(Value x, long... axes) {
        return axes.length == 0 ? x : op("Squeeze", x, ints(axes));
    }

    /** The inputs joined along an axis; the input itself if there is one. */
    public Value concat(int axis, Value... inputs) {
        return inputs.length == 1 ? inputs[0] : op("Concat", Attributes.of(OnnxOps.AXIS, (long) axis), inputs);
    }

    /** {@code x} cut along an axis into parts of these extents. */
    public List<Value> split(Value x, int axis, long... extents) {
        return extents.length == 1
                ? List.of(x)
                : ops("Split", Attributes.of(OnnxOps.AXIS, (long) axis), extents.length, x, ints(extents));
    }

    /** The elements at {@code indices} along an axis. */
    public Value gather(Value x, Value indices, int axis) {
        return op("Gather", Attributes.of(OnnxOps.AXIS, (long) axis), x, indices);
    }

    /** A range of {@code x} on each of the axes, ends excluded. */
    public Value slice(Value x, long[] starts, long[] ends, long[] axes, long[] steps) {
        boolean unit = Arrays.stream(steps).allMatch(s -> s == 1);
        return op("Slice", x, ints(starts), ints(ends), ints(axes), unit ? Value.ABSENT : ints(steps));
    }

    /** A reduction such as ReduceSum over constant axes; {@code x} itself over none. */
    public Value reduce(String name, Value x, boolean keepDims, long... axes) {
        if (axes.length == 0) {
            return x;
        }
        return op(name, Attributes.of(OnnxOps.KEEPDIMS, keepDims ? 1L : 0L), x, ints(axes));
    }

    /** {@code x} extended by a constant: first what goes before each axis, then what goes after. */
    public Value pad(Value x, long[] pads, Value value) {
        return op("Pad", Attributes.of(OnnxOps.MODE, "constant"), x, ints(pads), value);
    }

    /** {@code condition ? a : b}, broadcast. */
    public Value where(Value condition, Value a, Value b) {
        return op("Where", condition, a, b);
    }

    /** The extents of {@code x} as int64. */
    public Value shapeOf(Value x) {
        return op("Shape", x);
    }
}
