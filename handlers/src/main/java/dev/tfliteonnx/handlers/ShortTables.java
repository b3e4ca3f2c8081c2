package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Sigmoid and tanh of 16-bit integers. TFLite interpolates them in a table of 256 entries, which is up to two steps off
 * the true function; all its results make a constant of 128 KiB, of which an ONNX Gather-13 takes the same ones. The
 * stored number is the index: Gather counts negative ones from the end.
 */
final class ShortTables {
    /** How many 16-bit integers there are. */
    private static final int ALL = 1 << 16;

    private static final int[] SIGMOID = sigmoids();

    private ShortTables() {}

    /**
     * The logistic function: of 16-bit integers by its table, of all else by another handler. The result has the scale
     * 2⁻¹⁵.
     *
     * <p>Source: {@code SigmoidPrepare} in {@code kernels/activations.cc},
     * {@code kernels/internal/reference/integer_ops/logistic.h}.
     */
    static OpHandler logistic(OpHandler other) {
        return (op, onnx) -> {
            if (!isStoredIn16Bits(op, 0)) {
                return other.lower(op, onnx);
            }
            int[] rescale = rescaling(op.source(0).quant().orElseThrow().scale(), 0);
            return List.of(lookUp(onnx, op.raw(0), ALL, q -> logistic(rescaled(q, rescale))));
        };
    }

    /**
     * The hyperbolic tangent: of 16-bit integers by its table, of all else by another handler. The result has the scale
     * 2⁻¹⁵.
     *
     * <p>Source: {@code TanhPrepare} in {@code kernels/activations.cc},
     * {@code kernels/internal/reference/integer_ops/tanh.h}.
     */
    static OpHandler tanh(OpHandler other) {
        return (op, onnx) -> {
            if (!isStoredIn16Bits(op, 0)) {
                return other.lower(op, onnx);
            }
            int[] rescale = rescaling(op.source(0).quant().orElseThrow().scale(), 1);
            return List.of(lookUp(onnx, op.raw(0), ALL, q -> tanh(rescaled(q, rescale))));
        };
    }

    /**
     * Whether the operator takes and gives quantized integers of 16 bits.
     *
     * @param x which operand
     */
    static boolean isStoredIn16Bits(TflOp op, int x) {
        return op.quant(x).isPresent()
                && op.source(x).type() == DataType.INT16
                && op.out().type() == DataType.INT16
                && op.out().quant().isPresent();
    }

    /**
     * A function of integers by a table of all its values.
     *
     * @param x integers from {@code −count / 2} up to {@code count / 2 − 1}, or from {@code −count + 1} up to 0
     * @param function gives results of 16 bits; its argument is in the range of {@code x}
     */
    static Value lookUp(Onnx onnx, Value x, int count, IntUnaryOperator function) {
        boolean signed = x.type() == DataType.INT16;
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            boolean fromEnd = signed ? i >= count / 2 : i > 0;
            values[i] = function.applyAsInt(fromEnd ? i - count : i);
        }
        Value table = onnx.constant(onnx.base() + "/table", Tensor.ofIntegers(DataType.INT16, Shape.of(count), values));
        return onnx.gather(table, onnx.cast(x, DataType.INT32), 0);
    }

    /** Multiplier and shift that bring a stored number to steps of 1 / (3 · 4096). */
    private static int[] rescaling(float scale, int mostShift) {
        float log = (float) Math.log(scale) * (1 / (float) Math.log(2));
        int power = Math.round(log);
        int shift = 12 + power;
        if (Math.abs(log - power) < 1e-3f && shift >= 0 && shift <= mostShift) {
            return new int[] {3 << shift, 0};
        }
        double multiplier = scale * 4096.0 * 3;
        int places = 0;
        while (multiplier <= Short.MAX_VALUE / 2.0 && places <= 30) {
            places++;
            multiplier *= 2;
        }
        return new int[] {(int) multiplier, places};
    }

    private static int rescaled(int q, int[] rescale) {
        int half = rescale[1] > 0 ? 1 << (rescale[1] - 1) : 0;
        return (q * rescale[0] + half) >> rescale[1];
    }

    private static int logistic(int x) {
        int size = Math.abs(x);
        int at = size >> 9;
        int y = at >= 255 ? 0x7FFF << 10 : (SIGMOID[at] << 9) + (size & 0x1FF) * (SIGMOID[at + 1] - SIGMOID[at]);
        return (x >= 0 ? y + (1 << 9) : (1 << 25) - y + (1 << 9) - 1) >> 10;
    }

    private static int tanh(int x) {
        int size = Math.abs(x);
        int at = size >> 8;
        int y = at >= 255 ? 0xFFFF << 8 : (SIGMOID[at] << 8) + (size & 0xFF) * (SIGMOID[at + 1] - SIGMOID[at]);
        return (x >= 0 ? y - (1 << 23) + (1 << 7) : -y + (1 << 23) + (1 << 7) - 1) >> 8;
    }

    /**
     * {@code sigmoid(i / 24)} in steps of 2⁻¹⁶, raised so that the straight lines between entries err to both sides; the
     * last entry is the end.
     */
    private static int[] sigmoids() {
        int[] table = new int[256];
        for (int i = 0; i < table.length - 1; i++) {
            double sagging = (sigmoid(i) + sigmoid(i + 1)) / 2 - sigmoid(i + 0.5);
            table[i] = (int) Math.round(sigmoid(i) - sagging / 2);
        }
        table[255] = 0xFFFF;
        return table;
    }

    private static double sigmoid(double i) {
        return 0x10000 / (1 + StrictMath.exp(-i / 24));
    }
}
