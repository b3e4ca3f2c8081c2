package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Pooling of 8-bit images {@code [N,H,W,C]} and reductions of 8-bit integers, exact. */
final class ExactReductions {
    private ExactReductions() {}

    /**
     * The mean of the window's cells inside the image, rounded half away from zero: their sum is a ConvInteger-10 with a
     * filter of ones.
     *
     * <p>Source: {@code kernels/internal/reference/integer_ops/pooling.h}, {@code reference/pooling.h}.
     */
    static List<Value> averagePool2d(TflOp op, Onnx onnx) {
        long height = op.option(Tfl.FILTER_HEIGHT);
        long width = op.option(Tfl.FILTER_WIDTH);
        long channels = op.size(0, 3);
        Value x = onnx.transpose(ExactProducts.unsigned(onnx, op.raw(0)), Layout.TO_NCHW);
        Value planes = onnx.reshape(x, -1, 1, op.size(0, 1), op.size(0, 2));
        Value ones = onnx.constant(Tensor.splat(DataType.UINT8, Shape.of(1, 1, height, width), 1));
        Value zero = onnx.scalar(DataType.UINT8, op.source(0).type() == DataType.INT8 ? 128 : 0);
        Attributes window = Pooling.window(op);
        Value sum = onnx.op("ConvInteger", window, planes, ones, zero, onnx.scalar(DataType.UINT8, 0));
        Tensor counts = counts(op, window, sum.shape().size(2), sum.shape().size(3));
        Value count = onnx.constant(counts);
        long[] halves = counts.toLongs();
        for (int i = 0; i < halves.length; i++) {
            halves[i] /= 2;
        }
        Value half = onnx.constant(Tensor.ofIntegers(DataType.INT32, counts.shape(), halves));
        Value mean = onnx.div(onnx.add(sum, onnx.mul(onnx.op("Sign", sum), half)), count);
        Value pooled = Steps.clamped(op, onnx, mean);
        Value whole = onnx.reshape(
                pooled, -1, channels, sum.shape().size(2), sum.shape().size(3));
        return List.of(onnx.transpose(whole, Layout.TO_NHWC));
    }

    /** How many cells of each window lie inside the image, as {@code [OH,OW]}. */
    private static Tensor counts(TflOp op, Attributes window, long rows, long columns) {
        long[] counts = new long[(int) (rows * columns)];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                counts[y * (int) columns + x] = inside(op, window, 0, y) * inside(op, window, 1, x);
            }
        }
        return Tensor.ofIntegers(DataType.INT32, Shape.of(rows, columns), counts);
    }

    private static long inside(TflOp op, Attributes window, int axis, long at) {
        Ints none = Ints.of(0, 0, 0, 0);
        long first = at * window.get(OnnxOps.STRIDES).get(axis)
                - window.find(OnnxOps.PADS).orElse(none).get(axis);
        long end = Math.min(first + window.get(OnnxOps.KERNEL_SHAPE).get(axis), op.size(0, axis + 1));
        return end - Math.max(first, 0);
    }

    /** The greatest of the window's cells. Source: {@code kernels/internal/reference/integer_ops/pooling.h}; ONNX MaxPool-12. */
    static List<Value> maxPool2d(TflOp op, Onnx onnx) {
        Value y = Layout.nchw(onnx, op.raw(0), x -> onnx.op("MaxPool", Pooling.window(op), x));
        long[] range = Steps.range(op);
        boolean open =
                range[0] == op.out().type().min() && range[1] == op.out().type().max();
        return List.of(open ? y : onnx.clip(y, range[0], range[1]));
    }

    /**
     * The mean over constant axes, by a multiplier that takes up the count.
     *
     * <p>Source: {@code QuantizedMeanOrSum} in {@code kernels/internal/reference/reduce.h}.
     */
    static List<Value> mean(TflOp op, Onnx onnx) {
        long count = count(op);
        Multiplier whole = factor(op);
        int shift = Math.min(Math.min(63 - Long.numberOfLeadingZeros(count), 32), 31 + whole.shift());
        long part = ((long) whole.multiplier() << shift) / count;
        return reduced(op, onnx, count, new Multiplier((int) part, whole.shift() - shift));
    }

    /** The sum over constant axes. Source: {@code QuantizedMeanOrSum} in {@code kernels/internal/reference/reduce.h}. */
    static List<Value> sum(TflOp op, Onnx onnx) {
        if (op.source(0).type() == DataType.INT8) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM, "how its kernel sums int8 is not known", "convert with --quant qdq");
        }
        return reduced(op, onnx, count(op), factor(op));
    }

    private static Multiplier factor(TflOp op) {
        double in = op.source(0).quant().orElseThrow().scale();
        return Multiplier.of(in / op.out().quant().orElseThrow().scale());
    }

    private static long count(TflOp op) {
        long count = 1;
        for (long axis : Reductions.axes(op)) {
            count *= op.size(0, (int) axis);
        }
        return count;
    }

    private static List<Value> reduced(TflOp op, Onnx onnx, long count, Multiplier by) {
        Value x = onnx.cast(op.raw(0), DataType.INT32);
        Value sum = onnx.reduce("ReduceSum", x, op.option(Tfl.KEEP_DIMS), Reductions.axes(op));
        long zero = op.source(0).quant().orElseThrow().zeroPoint() * count;
        Value centred = zero == 0 ? sum : onnx.sub(sum, onnx.scalar(DataType.INT32, zero));
        return List.of(Steps.store(op, onnx, centred, List.of(by), Shape.SCALAR));
    }
}
