package dev.tfliteonnx.handlers;

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
            return List.of(weighted(op, onnx));
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
     * 16-bit result; the sum of four pixels is rounded half away from zero. In float64 all of it is exact. Positions
     * between sizes that are not known are computed when the model runs.
     *
     * <p>Source: {@code ResizeBilinearInteger} in {@code kernels/internal/reference/resize_bilinear.h}; ONNX Gather-13.
     */
    static Value weighted(TflOp op, Onnx onnx) {
        Value y = onnx.cast(op.raw(0), DataType.FLOAT64);
        for (int axis = 1; axis <= 2; axis++) {
            Pixels at = isKnown(op, axis) ? Pixels.known(op, onnx, axis) : Pixels.computed(op, onnx, axis);
            Value first = onnx.gather(y, at.lower, axis);
            Value rise = onnx.sub(onnx.gather(y, at.upper, axis), first);
            y = onnx.add(first, onnx.mul(rise, axis == 1 ? onnx.reshape(at.weights, -1, 1, 1) : at.weights));
        }
        // Cast truncates
        Value half = onnx.mul(onnx.op("Sign", y), onnx.scalar(DataType.FLOAT64, 0.5));
        return onnx.cast(onnx.add(y, half), op.out().type());
    }

    /**
     * Between which pixels of the operand those of the result lie along an axis.
     *
     * @param lower int64 {@code [out]}
     * @param upper int64 {@code [out]}
     * @param weights those of the upper ones, float64 {@code [out, 1]}
     */
    private record Pixels(Value lower, Value upper, Value weights) {
        static Pixels known(TflOp op, Onnx onnx, int axis) {
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
            Tensor column = Tensor.ofFloats(Shape.of(at.length, 1), weights).cast(DataType.FLOAT64);
            return new Pixels(onnx.ints(lower), onnx.ints(upper), onnx.constant(column));
        }

        static Pixels computed(TflOp op, Onnx onnx, int axis) {
            Value unit = onnx.ints(ONE);
            Value in = onnx.gather(onnx.shapeOf(op.raw(0)), onnx.ints(axis), 0);
            Value at = computedPositions(op, onnx, in, onnx.gather(op.int64(1), onnx.ints(axis - 1), 0));
            Value lower = onnx.op("Max", onnx.div(at, unit), onnx.ints(0));
            Value next = onnx.div(onnx.add(at, onnx.ints(ONE - 1)), unit);
            Value upper = onnx.op("Min", next, onnx.sub(in, onnx.ints(1)));
            Value rest = onnx.cast(onnx.sub(at, onnx.mul(lower, unit)), DataType.FLOAT64);
            Value weights = onnx.mul(rest, onnx.scalar(DataType.FLOAT64, 1.0 / ONE));
            return new Pixels(lower, upper, onnx.reshape(weights, -1, 1));
        }
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

    /** As {@link #positions}, of extents that are int64 {@code [1]}. */
    private static Value computedPositions(TflOp op, Onnx onnx, Value in, Value out) {
        Ratio ratio = Ratio.of(op, onnx, in, out);
        Value two = onnx.ints(2);
        Value rounding = onnx.div(ratio.to, two);
        Value scale = onnx.div(onnx.add(onnx.mul(ratio.from, onnx.ints(ONE)), rounding), ratio.to);
        Value at = onnx.mul(upTo(onnx, out), scale);
        return op.option(Tfl.HALF_PIXEL_CENTERS)
                ? onnx.add(at, onnx.sub(onnx.div(scale, two), onnx.ints(ONE / 2)))
                : at;
    }

    /** How many steps of the operand are as long as how many of the result: int64 {@code [1]}. */
    record Ratio(Value from, Value to) {
        /** As the operator's options say; of extents that are int64 {@code [1]}. */
        static Ratio of(TflOp op, Onnx onnx, Value in, Value out) {
            return op.option(Tfl.ALIGN_CORNERS) ? ofCorners(onnx, in, out) : new Ratio(in, out);
        }

        /** Between the outermost pixels, if the result has several. */
        static Ratio ofCorners(Onnx onnx, Value in, Value out) {
            Value one = onnx.ints(1);
            Value several = onnx.op("Greater", out, one);
            return new Ratio(onnx.where(several, onnx.sub(in, one), in), onnx.where(several, onnx.sub(out, one), out));
        }

        /** The quotient in float32. */
        Value inSinglePrecision(Onnx onnx) {
            return onnx.div(onnx.cast(from, DataType.FLOAT32), onnx.cast(to, DataType.FLOAT32));
        }
    }

    /** From 0 to below an int64 {@code [1]}. */
    static Value upTo(Onnx onnx, Value end) {
        Value zero = onnx.scalar(DataType.INT64, 0);
        return onnx.op("Range", zero, onnx.squeeze(end, 0), onnx.scalar(DataType.INT64, 1));
    }

    /** Whether the sizes before and after are known. */
    private static boolean isKnown(TflOp op) {
        return isKnown(op, 1) && isKnown(op, 2);
    }

    /** Whether the extents of an axis before and after are known. */
    static boolean isKnown(TflOp op, int axis) {
        return op.constant(1).isPresent() && op.shape(0).isFixed(axis);
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
        Value scale = Ratio.ofCorners(onnx, in, out).inSinglePrecision(onnx);
        Value steps = upTo(onnx, out);
        Value half = onnx.scalar(DataType.FLOAT32, 0.5);
        Value at = onnx.mul(onnx.add(onnx.cast(steps, DataType.FLOAT32), half), scale);
        Value index = onnx.cast(onnx.op("Floor", onnx.add(at, half)), DataType.INT64);
        return onnx.op("Min", index, onnx.sub(in, onnx.ints(1)));
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
