package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Resizing of {@code x [N,H,W,C]} to the height and width of operand 1. */
final class Resizing {
    /** Kernels of integers count positions in 1024ths. */
    private static final long ONE = 1 << 10;

    private Resizing() {}

    /**
     * Bilinear. The kernels work on the stored integers and never rescale, so the operand is read with the parameters of
     * the result.
     *
     * <p>Source: {@code kernels/resize_bilinear.cc}; ONNX Resize-13 by sizes. Integers of 16 bits are weighted by
     * {@link #weighted}.
     */
    static List<Value> bilinear(TflOp op, Onnx onnx) {
        boolean corners = op.option(Tfl.ALIGN_CORNERS);
        boolean half = op.option(Tfl.HALF_PIXEL_CENTERS);
        if (ShortTables.isStoredIn16Bits(op, 0)) {
            if (isKnown(op)) {
                return List.of(weighted(op, onnx));
            }
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "its sizes are not known, so that the weights are not rounded to 1/1024 as those of TFLite");
        }
        Attributes attributes = Attributes.of(OnnxOps.MODE, "linear")
                .with(
                        OnnxOps.COORDINATE_TRANSFORMATION_MODE,
                        corners ? "align_corners" : half ? "half_pixel" : "asymmetric");
        Value x = op.inAs(0, op.out().quant());
        return List.of(Layout.nchw(onnx, x, v -> resize(op, onnx, attributes, v)));
    }

    /**
     * Bilinear on stored integers: positions are multiples of 1/1024, whose rounding makes them drift by many steps of a
     * 16-bit result; the sum of four pixels is rounded half away from zero. In float64 all of it is exact. The sizes are
     * known.
     *
     * <p>Source: {@code ResizeBilinearInteger} in {@code kernels/internal/reference/resize_bilinear.h}; ONNX Gather-13.
     */
    static Value weighted(TflOp op, Onnx onnx) {
        Value y = onnx.cast(op.raw(0), DataType.FLOAT64);
        for (int axis = 1; axis <= 2; axis++) {
            long in = op.size(0, axis);
            long[] at = positions(op, in, op.longs(1)[axis - 1]);
            long[] lower = Arrays.stream(at).map(p -> Math.max(p / ONE, 0)).toArray();
            long[] upper = Arrays.stream(at)
                    .map(p -> Math.min((p + ONE - 1) / ONE, in - 1))
                    .toArray();
            float[] weights = new float[at.length];
            for (int i = 0; i < at.length; i++) {
                weights[i] = (at[i] - ONE * lower[i]) / (float) ONE;
            }
            Shape shape = axis == 1 ? Shape.of(at.length, 1, 1) : Shape.of(at.length, 1);
            Value w = onnx.constant(Tensor.ofFloats(shape, weights).cast(DataType.FLOAT64));
            Value first = onnx.gather(y, onnx.ints(lower), axis);
            Value rise = onnx.sub(onnx.gather(y, onnx.ints(upper), axis), first);
            y = onnx.add(first, onnx.mul(rise, w));
        }
        // Cast truncates
        Value half = onnx.mul(onnx.op("Sign", y), onnx.scalar(DataType.FLOAT64, 0.5));
        return onnx.cast(onnx.add(y, half), op.out().type());
    }

    /** Where the pixels of the result lie among those of the operand, in 1024ths. */
    private static long[] positions(TflOp op, long in, long out) {
        long half = op.option(Tfl.HALF_PIXEL_CENTERS) ? 1 : 0;
        long scale = op.option(Tfl.ALIGN_CORNERS) && out > 1
                ? (ONE * (in - 1) + (out - 1) / 2) / (out - 1)
                : (ONE * in + out / 2) / out;
        return LongStream.range(0, out)
                .map(i -> i * scale + half * (scale / 2 - ONE / 2))
                .toArray();
    }

    /** Whether the sizes before and after are known. */
    private static boolean isKnown(TflOp op) {
        return op.constant(1).isPresent()
                && op.shape(0).isFixed(1)
                && op.shape(0).isFixed(2);
    }

    private static Value resize(TflOp op, Onnx onnx, Attributes attributes, Value x) {
        Shape shape = x.shape();
        Value sizes;
        if (op.constant(1).isPresent() && shape.isFixed(0) && shape.isFixed(1)) {
            long[] size = op.longs(1);
            sizes = onnx.ints(shape.size(0), shape.size(1), size[0], size[1]);
        } else {
            Value leading = onnx.slice(onnx.shapeOf(x), new long[] {0}, new long[] {2}, new long[] {0}, new long[] {1});
            sizes = onnx.concat(0, leading, op.int64(1));
        }
        return onnx.op("Resize", attributes, x, Value.ABSENT, Value.ABSENT, sizes);
    }

    /**
     * Nearest neighbour. ONNX and TFLite divide in another order, so that they choose another pixel for some pairs of
     * sizes: where they do, the pixels are gathered by TFLite's indices.
     *
     * <p>Source: {@code GetNearestNeighbor} in {@code kernels/internal/reference/resize_nearest_neighbor.h}; ONNX
     * Resize-13 by sizes, or Gather-13.
     */
    static List<Value> nearest(TflOp op, Onnx onnx) {
        boolean corners = op.option(Tfl.ALIGN_CORNERS);
        boolean half = op.option(Tfl.HALF_PIXEL_CENTERS);
        Value x = op.inAs(0, op.out().quant());
        if (isKnown(op)) {
            long[] size = op.longs(1);
            long[] rows = tfliteIndices(op.size(0, 1), size[0], corners, half);
            long[] columns = tfliteIndices(op.size(0, 2), size[1], corners, half);
            boolean same = !(corners && half)
                    && Arrays.equals(rows, onnxIndices(op.size(0, 1), size[0], corners, half))
                    && Arrays.equals(columns, onnxIndices(op.size(0, 2), size[1], corners, half));
            if (!same) {
                return List.of(onnx.gather(onnx.gather(x, onnx.ints(rows), 1), onnx.ints(columns), 2));
            }
        } else if (corners && half) {
            Value rows = onnx.gather(x, computedIndices(op, onnx, x, 0), 1);
            return List.of(onnx.gather(rows, computedIndices(op, onnx, x, 1), 2));
        }
        Attributes attributes = Attributes.of(OnnxOps.MODE, "nearest")
                .with(
                        OnnxOps.COORDINATE_TRANSFORMATION_MODE,
                        corners ? "align_corners" : half ? "half_pixel" : "asymmetric")
                .with(OnnxOps.NEAREST_MODE, corners || half ? "round_prefer_ceil" : "floor");
        return List.of(Layout.nchw(onnx, x, v -> resize(op, onnx, attributes, v)));
    }

    /** The pixels for both flags at once, computed when the model runs: {@code round((i + ½)(in − 1)/(out − 1))}. */
    private static Value computedIndices(TflOp op, Onnx onnx, Value x, int which) {
        Value in = onnx.gather(onnx.shapeOf(x), onnx.ints(which + 1), 0);
        Value out = onnx.gather(op.int64(1), onnx.ints(which), 0);
        Value one = onnx.ints(1);
        Value corners = onnx.op("Greater", out, one);
        Value numerator = onnx.where(corners, onnx.sub(in, one), in);
        Value denominator = onnx.where(corners, onnx.sub(out, one), out);
        Value scale = onnx.div(onnx.cast(numerator, DataType.FLOAT32), onnx.cast(denominator, DataType.FLOAT32));
        Value zero = onnx.scalar(DataType.INT64, 0);
        Value steps = onnx.op("Range", zero, onnx.squeeze(out, 0), onnx.scalar(DataType.INT64, 1));
        Value half = onnx.scalar(DataType.FLOAT32, 0.5);
        Value at = onnx.mul(onnx.add(onnx.cast(steps, DataType.FLOAT32), half), scale);
        Value index = onnx.cast(onnx.op("Floor", onnx.add(at, half)), DataType.INT64);
        return onnx.op("Min", index, onnx.sub(in, one));
    }

    private static long[] tfliteIndices(long in, long out, boolean corners, boolean half) {
        float scale = corners && out > 1 ? (in - 1) / (float) (out - 1) : in / (float) out;
        float offset = half ? 0.5f : 0f;
        long[] indices = new long[(int) out];
        for (int i = 0; i < out; i++) {
            float at = (i + offset) * scale;
            long index = corners ? (long) Math.floor(at + 0.5f) : (long) Math.floor(at);
            indices[i] = Math.max(0, Math.min(in - 1, index));
        }
        return indices;
    }

    /** The pixels that ONNX Runtime chooses, which computes in float32 from the ratio of the sizes. */
    private static long[] onnxIndices(long in, long out, boolean corners, boolean half) {
        float scale = (float) out / in;
        long[] indices = new long[(int) out];
        for (int i = 0; i < out; i++) {
            float at = corners
                    ? out == 1 ? 0 : (float) i * (in - 1) / (out - 1)
                    : half ? (i + 0.5f) / scale - 0.5f : i / scale;
            long index = corners || half ? (long) Math.floor(at + 0.5f) : (long) Math.floor(at);
            indices[i] = Math.max(0, Math.min(in - 1, index));
        }
        return indices;
    }
}
