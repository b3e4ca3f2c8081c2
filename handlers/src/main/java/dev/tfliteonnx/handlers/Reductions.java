package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/**
 * Reductions over the axes of operand 1, which may be negative or repeated.
 *
 * <p>Source: {@code kernels/reduce.cc}. No axes means no reduction, where ONNX would reduce over all.
 */
final class Reductions {
    private Reductions() {}

    /** The ONNX reduction of the same meaning. */
    static OpHandler reduce(String name) {
        return (op, onnx) -> List.of(reduced(op, onnx, name, op.in(0)));
    }

    private static Value reduced(TflOp op, Onnx onnx, String name, Value x) {
        if (op.constant(1).isPresent()) {
            return onnx.reduce(name, x, op.option(Tfl.KEEP_DIMS), axes(op));
        }
        Attributes attributes = Attributes.of(OnnxOps.KEEPDIMS, op.option(Tfl.KEEP_DIMS) ? 1L : 0L)
                .with(OnnxOps.NOOP_WITH_EMPTY_AXES, 1L);
        return onnx.op(name, attributes, x, onnx.reshape(op.int64(1), -1));
    }

    /**
     * The product; of quantized integers with the rounding after each factor that makes kernels differ from the true one.
     *
     * <p>Source: {@code EvalProd} in {@code kernels/reduce.cc}; ONNX ReduceProd-18. Integers wrap around; ONNX Runtime's
     * ReduceProd takes them for float64 and stops at the greatest one, so that Mul-14 stands for it where the extents are
     * known.
     */
    static List<Value> prod(TflOp op, Onnx onnx) {
        boolean isStored =
                op.quant(0).isPresent() && op.out().quant().isPresent() && ExactReductions.isShortProduct(op);
        if (isStored) {
            return ExactReductions.product(op, onnx);
        }
        Value x = op.in(0);
        boolean isWhole = x.type() == DataType.INT32 || x.type() == DataType.INT64;
        boolean isKnown = op.constant(1).isPresent()
                && Arrays.stream(axes(op)).allMatch(a -> op.shape(0).isFixed((int) a) && op.size(0, (int) a) > 0);
        if (!isWhole || !isKnown) {
            noteProduct(op, isWhole);
            return List.of(reduced(op, onnx, "ReduceProd", x));
        }
        Value y = x;
        for (long axis : axes(op)) {
            y = multiplied(onnx, y, (int) axis);
        }
        return List.of(op.option(Tfl.KEEP_DIMS) ? y : onnx.squeeze(y, axes(op)));
    }

    /** Tells how a product of a number of factors that is not known may differ. */
    private static void noteProduct(TflOp op, boolean isWhole) {
        if (isWhole) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "products beyond " + op.source(0).type()
                            + " wrap around in TFLite, and stop at its greatest number in"
                            + " ONNX Runtime; with known extents and constant axes they wrap around here, too");
        } else if (op.quant(0).isPresent()) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "TFLite rounds after each factor; over many or an unknown number of factors the result is rounded"
                            + " once here, and may be some steps off");
        }
    }

    /** The product along an axis of known extent, which is halved time and again. */
    private static Value multiplied(Onnx onnx, Value x, int axis) {
        Value y = x;
        for (long n = x.shape().size(axis); n > 1; n = n / 2 + n % 2) {
            long half = n / 2;
            long[] parts = n % 2 == 0 ? new long[] {half, half} : new long[] {half, half, 1};
            List<Value> split = onnx.split(y, axis, parts);
            Value halves = onnx.mul(split.get(0), split.get(1));
            y = n % 2 == 0 ? halves : onnx.concat(axis, halves, split.get(2));
        }
        return y;
    }

    /** A reduction of truth values, as integers. */
    static OpHandler logical(String name) {
        return (op, onnx) -> {
            Value y = reduced(op, onnx, name, onnx.cast(op.in(0), DataType.INT32));
            return List.of(onnx.cast(y, DataType.BOOL));
        };
    }

    /**
     * The mean; integers truncate toward zero. Over height and width it is ONNX GlobalAveragePool-1, which stays one
     * integer kernel in a quantized model; otherwise ReduceMean-18.
     */
    static List<Value> mean(TflOp op, Onnx onnx) {
        Value x = op.in(0);
        if (op.constant(1).isEmpty()) {
            return List.of(reduced(op, onnx, "ReduceMean", x));
        }
        long[] axes = axes(op);
        boolean keep = op.option(Tfl.KEEP_DIMS);
        if (x.type().isInteger()) {
            Value sum = onnx.reduce("ReduceSum", onnx.cast(x, DataType.INT64), keep, axes);
            return List.of(onnx.cast(onnx.div(sum, count(op, onnx, axes)), x.type()));
        }
        if (op.rank(0) == 4 && Arrays.equals(axes, new long[] {1, 2})) {
            Value y = onnx.op("GlobalAveragePool", onnx.transpose(x, Layout.TO_NCHW));
            return List.of(keep ? onnx.transpose(y, Layout.TO_NHWC) : onnx.squeeze(y, 2, 3));
        }
        return List.of(onnx.reduce("ReduceMean", x, keep, axes));
    }

    /** The product of some extents of operand 0, of rank 0. */
    private static Value count(TflOp op, Onnx onnx, long... axes) {
        Extents extents = Extents.of(op, onnx, 0);
        Value count = onnx.ints(1);
        for (long axis : axes) {
            Value extent = extents.at((int) axis);
            count = extent.isConstant()
                    ? Extents.times(onnx, count, extent.constant().orElseThrow().toLongs()[0])
                    : onnx.mul(count, extent);
        }
        return onnx.reshape(count);
    }

    /**
     * The index of the greatest or least element along an axis, the first of equals. Source:
     * {@code kernels/arg_min_max.cc}; ONNX ArgMax-13 or ArgMin-13.
     */
    static OpHandler arg(String name) {
        return (op, onnx) -> {
            Value x = op.in(0);
            Value wide = x.type() == DataType.BOOL ? onnx.cast(x, DataType.INT32) : x;
            Attributes attributes =
                    Attributes.of(OnnxOps.AXIS, (long) op.axis(1, op.rank(0))).with(OnnxOps.KEEPDIMS, 0L);
            return List.of(onnx.op(name, attributes, wide));
        };
    }

    /** The axes, counted from the start, each once, in order. */
    static long[] axes(TflOp op) {
        int rank = op.rank(0);
        return Arrays.stream(op.longs(1))
                .map(a -> a < 0 ? a + rank : a)
                .distinct()
                .sorted()
                .toArray();
    }
}
