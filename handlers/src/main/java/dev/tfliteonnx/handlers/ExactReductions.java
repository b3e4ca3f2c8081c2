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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Pooling of images {@code [N,H,W,C]} and reductions of integers of 8 or 16 bits, exact. */
final class ExactReductions {
    /** A product of more factors would be a graph of hundreds of nodes. */
    private static final int MOST_FACTORS = 64;

    private ExactReductions() {}

    /**
     * The mean of the window's cells inside the image, rounded half away from zero: their sum is a ConvInteger-10 with
     * filters of ones.
     *
     * <p>Source: {@code kernels/internal/reference/integer_ops/pooling.h}, {@code reference/pooling.h}.
     */
    static List<Value> averagePool2d(TflOp op, Onnx onnx) {
        long channels = op.size(0, 3);
        Attributes window = Pooling.window(op);
        Attributes apart = window.with(OnnxOps.GROUP, channels);
        Shape filter = Shape.of(channels, 1, op.option(Tfl.FILTER_HEIGHT), op.option(Tfl.FILTER_WIDTH));
        Value ones = onnx.constant(Tensor.splat(DataType.UINT8, filter, 1));
        Value none = onnx.scalar(DataType.UINT8, 0);
        Value x = Windows.view(onnx, onnx.transpose(op.raw(0), Layout.TO_NCHW), window)
                .x();
        Value sum = Digits.sum(
                onnx, Digits.of(onnx, x, 0), (digits, zero) -> onnx.op("ConvInteger", apart, digits, ones, zero, none));
        boolean isKnown = op.shape(0).isFixed(1) && op.shape(0).isFixed(2);
        Value count = isKnown
                ? onnx.constant(
                        counts(op, window, sum.shape().size(2), sum.shape().size(3)))
                : onnx.op("ConvInteger", apart, onnx.cast(onnx.op("Equal", x, x), DataType.UINT8), ones);
        Value divisor = onnx.cast(count, sum.type());
        Value half = onnx.div(divisor, onnx.scalar(sum.type(), 2));
        Value mean = onnx.div(onnx.add(sum, onnx.mul(onnx.op("Sign", sum), half)), divisor);
        return List.of(onnx.transpose(Steps.clamped(op, onnx, mean), Layout.TO_NHWC));
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
        boolean isShort = op.source(0).type() == DataType.INT16;
        // MaxPool takes no int16
        Value x = isShort ? onnx.cast(op.raw(0), DataType.FLOAT32) : op.raw(0);
        Value greatest = Layout.nchw(onnx, x, v -> Pooling.slid(op, onnx, "MaxPool", v));
        Value y = isShort ? onnx.cast(greatest, DataType.INT32) : greatest;
        long[] range = Steps.range(op);
        boolean open =
                range[0] == op.out().type().min() && range[1] == op.out().type().max();
        return List.of(
                onnx.cast(open ? y : onnx.clip(y, range[0], range[1]), op.out().type()));
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
        if (op.source(0).type() != DataType.UINT8) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "kernels/reduce.cc hands the bytes of " + op.source(0).type()
                            + " to the reference kernel as if they were uint8; what is meant is computed here, as TFLite"
                            + " Micro does");
        }
        return reduced(op, onnx, count(op), factor(op));
    }

    /**
     * The product over constant axes, rescaled after each factor by a root of the ratio of scales.
     *
     * <p>Source: {@code QuantizedReduceProd} in {@code kernels/internal/reference/reduce.h}.
     */
    static List<Value> product(TflOp op, Onnx onnx) {
        if (!isShortProduct(op)) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM,
                    "its axes are computed, or have more than " + MOST_FACTORS + " elements",
                    "convert with --quant qdq");
        }
        int rank = op.rank(0);
        long[] axes = Reductions.axes(op);
        int[] kept = IntStream.range(0, rank)
                .filter(i -> Arrays.stream(axes).noneMatch(a -> a == i))
                .toArray();
        int[] perm = IntStream.concat(Arrays.stream(axes).mapToInt(a -> (int) a), Arrays.stream(kept))
                .toArray();
        long count = count(op);
        double out = op.out().quant().orElseThrow().scale();
        double in = op.source(0).quant().orElseThrow().scale();
        List<Multiplier> by = List.of(Multiplier.of(in / StrictMath.pow(out, 1.0 / count)));
        Value x = onnx.cast(onnx.transpose(Steps.centred(op, onnx, 0), perm), DataType.INT64);
        Extents extents = Extents.of(op, onnx, 0);
        Value[] rows = Stream.concat(
                        Stream.of(onnx.ints(count)), Arrays.stream(kept).mapToObj(extents::at))
                .toArray(Value[]::new);
        Value factors = Extents.reshape(onnx, x, rows);
        Value product = onnx.gather(factors, onnx.constant(Tensor.scalar(DataType.INT64, 0)), 0);
        for (int i = 1; i < count; i++) {
            Value next = onnx.gather(factors, onnx.constant(Tensor.scalar(DataType.INT64, i)), 0);
            product = Steps.rescaledWide(onnx, onnx.mul(product, next), by, Shape.SCALAR, 0);
        }
        Value y = Steps.storeWide(op, onnx, product, by, Shape.SCALAR);
        return List.of(op.option(Tfl.KEEP_DIMS) ? onnx.unsqueeze(y, axes) : y);
    }

    /** Whether the factors are few enough to be written out. */
    static boolean isShortProduct(TflOp op) {
        return op.constant(1).isPresent()
                && Arrays.stream(Reductions.axes(op)).allMatch(a -> op.shape(0).isFixed((int) a))
                && count(op) <= MOST_FACTORS;
    }

    private static Multiplier factor(TflOp op) {
        double in = op.source(0).quant().orElseThrow().scale();
        return Multiplier.of(in / op.out().quant().orElseThrow().scale());
    }

    /** How many elements become one, on which the multiplier depends. */
    private static long count(TflOp op) {
        long count = 1;
        for (long axis : Reductions.axes(op)) {
            if (!op.shape(0).isFixed((int) axis)) {
                throw op.refuse(
                        DiagnosticCode.NO_EXACT_FORM,
                        "the extent of axis " + axis + " of operand 0 is not known, and it decides the multiplier",
                        "give the model inputs fixed shapes, or convert with --quant qdq");
            }
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
