package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import java.util.Arrays;
import java.util.Locale;

/** Weights and biases as convolutions and fully connected layers take them. */
final class Layers {
    /** The forms of weights. */
    enum Weights {
        FLOAT32,
        /** Float16 that a DEQUANTIZE turns into float32. */
        FLOAT16,
        INT8,
        INT8_PER_AXIS,
        /** With a zero point that is not 0. */
        UINT8,
        INT4_PER_AXIS;

        String path() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isFloat() {
            return this == FLOAT32 || this == FLOAT16;
        }
    }

    private Layers() {}

    /** Constant weights in about {@code [−1, 1]}; per-axis scales run along {@code axis} and differ. */
    static TensorRef weights(CaseGraph g, Weights form, int axis, int... shape) {
        Shape to = shapeOf(shape);
        SeededValues random = g.random();
        switch (form) {
            case FLOAT32 -> {
                return g.constant(random.reals(DataType.FLOAT32, -1, 1, to));
            }
            case FLOAT16 -> {
                return fromHalf(g, to, shape);
            }
            case INT8 -> {
                return g.constant(TensorSpec.of(random.integers(DataType.INT8, -127, 127, to))
                        .quantized(1.0 / 127, 0));
            }
            case UINT8 -> {
                return g.constant(TensorSpec.of(random.integers(DataType.UINT8, 0, 255, to))
                        .quantized(2.0 / 255, 131));
            }
            case INT8_PER_AXIS -> {
                return g.constant(TensorSpec.of(random.integers(DataType.INT8, -127, 127, to))
                        .quantized(perAxis(127, shape[axis], axis)));
            }
            case INT4_PER_AXIS -> {
                return g.constant(TensorSpec.of(random.integers(DataType.INT4, -7, 7, to))
                        .quantized(perAxis(7, shape[axis], axis)));
            }
        }
        throw new IllegalStateException("no form " + form);
    }

    private static TensorRef fromHalf(CaseGraph g, Shape shape, int... sizes) {
        TensorRef half = g.constant(g.random().reals(DataType.FLOAT16, -1, 1, shape));
        return g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, sizes), half);
    }

    private static QuantParams perAxis(int greatest, int count, int axis) {
        float[] scales = new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = (float) ((0.5 + 0.5 * (i + 1) / count) / greatest);
        }
        return QuantParams.perAxis(scales, new long[count], axis);
    }

    /** A bias in {@code [−1, 1]} for an input and weights, of the type that goes with them. */
    static TensorRef bias(CaseGraph g, TensorRef input, TensorRef weights, int count) {
        boolean wide = input.spec().type() == DataType.INT16;
        return bias(g, input, weights, count, wide ? DataType.INT64 : DataType.INT32);
    }

    /** As {@link #bias(CaseGraph, TensorRef, TensorRef, int)}, with the type of an integer bias given. */
    static TensorRef bias(CaseGraph g, TensorRef input, TensorRef weights, int count, DataType integer) {
        if (input.spec().quantParams().isEmpty()) {
            return g.constant(g.random().floats(-1, 1, count));
        }
        float inputScale = input.spec().quantParams().orElseThrow().scale();
        QuantParams w = weights.spec().quantParams().orElseThrow();
        float[] scales = new float[w.count()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = inputScale * w.scale(i);
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.round(g.random().next(-1.0, 1.0) / scales[Math.min(i, scales.length - 1)]);
        }
        return g.constant(TensorSpec.of(Tensor.ofIntegers(integer, Shape.of(count), values))
                .quantized(QuantParams.perAxis(scales, new long[scales.length], 0)));
    }

    static Shape shapeOf(int... sizes) {
        return Shape.of(Arrays.stream(sizes).asLongStream().toArray());
    }
}
