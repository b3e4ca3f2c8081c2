package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;

/**
 * The function of GroupNormalization: {@code x [N,C,…]} has its channels normalized in groups. Scale and bias are one for
 * each group up to opset 20; from 21 on they are one for each channel, and what is normalized has a type of its own.
 *
 * <p>Source: the function bodies of GroupNormalization-18 and -21 in onnx 1.23.1.
 */
final class GroupNormalization {
    private static final int BY_CHANNEL = 21;
    private static final Key<Long> GROUPS = Key.ofInt("num_groups");
    private static final Key<Long> STASH_TYPE = Key.ofInt("stash_type");

    private GroupNormalization() {}

    static Value build(FunctionCall c) {
        Onnx onnx = c.onnx();
        boolean byChannel = c.opset() >= BY_CHANNEL;
        DataType stash =
                DataType.ofOnnxCode(c.option(STASH_TYPE).orElse(1L).intValue()).orElse(DataType.FLOAT32);
        Value shape = onnx.shapeOf(c.x());
        Value flat = onnx.ints(0, 0, -1);
        Value x = onnx.cast(c.x(), byChannel ? stash : c.type());
        Value groups = c.op("Reshape", x, onnx.ints(0, c.option(GROUPS).orElse(1L), -1));
        Value normal = normalized(c, groups);
        if (byChannel) {
            normal = onnx.cast(c.op("Reshape", c.op("Reshape", normal, shape), flat), c.type());
        }
        Value scale = c.op("Reshape", c.in(1), onnx.ints(1, -1, 1));
        Value bias = c.op("Reshape", c.in(2), onnx.ints(1, -1, 1));
        return c.op("Reshape", onnx.add(onnx.mul(scale, normal), bias), shape);
    }

    private static Value normalized(FunctionCall c, Value x) {
        Onnx onnx = c.onnx();
        Value mean = onnx.reduce("ReduceMean", x, true, 2);
        Value variance = onnx.sub(onnx.reduce("ReduceMean", onnx.mul(x, x), true, 2), onnx.mul(mean, mean));
        Value epsilon = onnx.scalarLike(x, c.real(OnnxOps.EPSILON, 1e-5f));
        return onnx.div(onnx.sub(x, mean), c.op("Sqrt", onnx.add(variance, epsilon)));
    }
}
