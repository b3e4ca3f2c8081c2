package dev.tfliteonnx.optimizers;

import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small ONNX graph while it is drawn, and its numbers. */
public final class Sketch {
    /** The graph. */
    public final Graph graph = new Graph(Dialect.ONNX, "sketch");

    /** Adds nodes to the graph. */
    public final Onnx onnx = new Onnx(graph, "n", Origin.NONE);

    private final Random random = new Random(7);

    /** From channels last to channels second. */
    public static int[] toSecond() {
        return new int[] {0, 3, 1, 2};
    }

    /** From channels second to channels last. */
    public static int[] toLast() {
        return new int[] {0, 2, 3, 1};
    }

    /** An input of floats. */
    public Value input(String name, long... shape) {
        return input(name, DataType.FLOAT32, Shape.of(shape));
    }

    /** An input. */
    public Value input(String name, DataType type, Shape shape) {
        return graph.input(ValueInfo.of(name, type, shape));
    }

    /** A constant of random floats. */
    public Value weights(long... shape) {
        return onnx.constant("w", floats(Shape.of(shape), random));
    }

    /** A constant of random int8. */
    public Value bytes(long... shape) {
        Shape s = Shape.of(shape);
        long[] values = random.longs(s.elementCount(), -127, 128).toArray();
        return onnx.constant("w", Tensor.ofIntegers(DataType.INT8, s, values));
    }

    /** A convolution of an image with channels last, as handlers make it, by a window of one cell. */
    public Value conv(Value x, long channels) {
        Value image = onnx.transpose(x, toSecond());
        Value y = onnx.op("Conv", image, weights(channels, image.shape().size(1), 1, 1));
        return onnx.transpose(y, toLast());
    }

    /** Real numbers of what is stored as int8. */
    public Value dequantize(Value q, double scale, long zero) {
        return onnx.op("DequantizeLinear", q, scalar(scale), zero(zero));
    }

    /** What stands for real numbers as int8. */
    public Value quantize(Value x, double scale, long zero) {
        return onnx.op("QuantizeLinear", x, scalar(scale), zero(zero));
    }

    private Value scalar(double value) {
        return onnx.scalar(DataType.FLOAT32, value);
    }

    private Value zero(long value) {
        return onnx.scalar(DataType.INT8, (double) value);
    }

    /** DequantizeLinear with one scale for each index along an axis. */
    public Value dequantizeAlong(int axis, Value q) {
        int n = (int) q.shape().size(axis);
        return onnx.op("DequantizeLinear", Attributes.of(OnnxOps.AXIS, (long) axis), q, weights(n));
    }

    /** Says what comes out. */
    public Sketch outputs(Value... values) {
        graph.setOutputs(List.of(values));
        return this;
    }

    /** How many nodes of an operator there are. */
    public long count(String op) {
        return graph.nodes().stream().filter(n -> n.is(op)).count();
    }

    /** What comes out for inputs that are always the same; open extents count 2. */
    public List<Tensor> run() {
        Random inputs = new Random(11);
        List<Tensor> in = new ArrayList<>();
        for (Value v : graph.inputs()) {
            long[] sizes = new long[v.shape().rank()];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = v.shape().isFixed(i) ? v.shape().size(i) : 2;
            }
            Shape shape = Shape.of(sizes);
            in.add(
                    v.type() == DataType.FLOAT32
                            ? floats(shape, inputs)
                            : Tensor.ofIntegers(
                                    v.type(),
                                    shape,
                                    inputs.longs(shape.elementCount(), 0, 100).toArray()));
        }
        return Executor.of(graph).run(in);
    }

    private static Tensor floats(Shape shape, Random random) {
        float[] values = new float[(int) shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            // eighths, so that sums do not depend on their order
            values[i] = (random.nextInt(33) - 16) / 8f;
        }
        return Tensor.ofFloats(shape, values);
    }
}
