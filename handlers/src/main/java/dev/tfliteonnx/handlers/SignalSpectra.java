package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;

/** The way to a spectrum in TFLite Micro's audio front end: windows, scaling, Fourier transforms, energies. */
final class SignalSpectra {
    private static final int LONGEST = 1 << 14;

    private SignalSpectra() {}

    /**
     * {@code x [...,n·size]}, weights {@code [size]} → {@code x · weights}, shifted right and held within 16 bits.
     *
     * <p>Source: {@code signal/src/window.cc}.
     */
    static List<Value> window(TflOp op, Onnx onnx) {
        int shift = shift(op, "shift");
        Integers integers = new Integers(onnx, DataType.INT32);
        long size = op.size(1, 0);
        Value x = integers.of(op.raw(0));
        boolean many = op.size(0, op.rank(0) - 1) != size;
        Value rows = many ? onnx.reshape(x, -1, size) : x;
        Value shifted = integers.shiftedRight(onnx.mul(rows, integers.of(op.raw(1))), shift);
        Value y = onnx.clip(shifted, Short.MIN_VALUE, Short.MAX_VALUE);
        return List.of(many ? Extents.reshape(onnx, y, Extents.of(op, onnx, 0).range(0, op.rank(0))) : y);
    }

    private static int shift(TflOp op, String name) {
        int bits = CustomOptions.flex(op, flex -> (int) flex.integer(name, 0));
        if (bits < 0 || bits > 30) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, name + " is " + bits, "export the model anew");
        }
        return bits;
    }

    /**
     * {@code x [n]} → {@code x} shifted left as far as its greatest magnitude admits; how far, one number.
     *
     * <p>Source: {@code signal/src/fft_auto_scale.cc}. The source's search for the greatest magnitude goes wrong after a
     * sample of −32768, whose magnitude it cannot hold; here it is the greatest and nothing is shifted.
     */
    static List<Value> autoScale(TflOp op, Onnx onnx) {
        Integers integers = new Integers(onnx, DataType.INT32);
        Value x = integers.of(op.raw(0));
        Value most = onnx.reduce("ReduceMax", onnx.op("Abs", x), false, 0);
        Value room = onnx.sub(onnx.scalarLike(x, 15), integers.bitLength(most));
        Value silent = onnx.op("Equal", most, onnx.scalarLike(x, 0));
        Value bits = onnx.where(silent, most, onnx.op("Max", room, onnx.scalarLike(x, 0)));
        return List.of(onnx.mul(x, integers.power(bits)), bits);
    }

    /**
     * {@code x [...,n]} → its spectrum {@code [...,2·(length/2+1)]}, real and imaginary parts in turn; {@code x} goes on
     * with zeros.
     *
     * <p>Source: {@code signal/micro/kernels/rfft.cc}; integers by {@link FixedFft}, floats by ONNX MatMul-13.
     */
    static List<Value> rfft(TflOp op, Onnx onnx) {
        int length = length(op);
        int rank = op.rank(0);
        int given = (int) op.size(0, rank - 1);
        if (given > length) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, given + " samples do not fit length " + length, "");
        }
        DataType type = op.source(0).type();
        if (type == DataType.FLOAT32) {
            Tensor matrix = Spectra.realMatrix(given, length, length / 2 + 1);
            return List.of(onnx.op("MatMul", op.in(0), onnx.constant(matrix)));
        }
        Value rows = onnx.reshape(op.raw(0), -1, given);
        long[] pads = {0, 0, 0, length - given};
        Value whole = given == length ? rows : onnx.pad(integers(onnx, type).of(rows), pads, Value.ABSENT);
        Value y = new FixedFft(onnx, type, length / 2, false).real(whole);
        return List.of(withLast(op, onnx, y, length + 2));
    }

    /**
     * A spectrum {@code [...,2·(length/2+1)]} → {@code [...,length]} real numbers.
     *
     * <p>Source: {@code signal/micro/kernels/irfft.cc}; integers by {@link FixedFft}, which divides by the length, and
     * so does {@code irfft_float.cc}.
     */
    static List<Value> irfft(TflOp op, Onnx onnx) {
        int length = length(op);
        int rank = op.rank(0);
        long given = op.size(0, rank - 1);
        if (given != length + 2) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, given + " numbers are no spectrum of " + length, "");
        }
        DataType type = op.source(0).type();
        if (type == DataType.FLOAT32) {
            return List.of(onnx.op("MatMul", op.in(0), onnx.constant(inverseMatrix(length))));
        }
        Value y = new FixedFft(onnx, type, length / 2, true).fromReal(onnx.reshape(op.raw(0), -1, given));
        return List.of(withLast(op, onnx, y, length));
    }

    /** Rows under the extents of the operand, but for the last. */
    private static Value withLast(TflOp op, Onnx onnx, Value rows, int last) {
        Value[] extents = Extents.of(op, onnx, 0).range(0, op.rank(0));
        extents[extents.length - 1] = onnx.ints(last);
        return Extents.reshape(onnx, rows, extents);
    }

    private static Integers integers(Onnx onnx, DataType type) {
        return new Integers(onnx, type == DataType.INT16 ? DataType.INT32 : DataType.INT64);
    }

    private static int length(TflOp op) {
        int length = CustomOptions.flex(op, flex -> (int) flex.integer("fft_length", 0));
        if (length < 8 || length > LONGEST || Integer.bitCount(length) != 1) {
            throw op.refuse(
                    DiagnosticCode.UNSUPPORTED_OPTION,
                    "fft_length is " + length + "; handled are powers of two from 8 to " + LONGEST,
                    "use such a length");
        }
        return length;
    }

    /** {@code [2·(length/2+1), length]}. */
    private static Tensor inverseMatrix(int length) {
        int bins = length / 2 + 1;
        float[] m = new float[2 * bins * length];
        for (int k = 0; k < bins; k++) {
            double share = (k == 0 || k == bins - 1 ? 1.0 : 2.0) / length;
            for (int i = 0; i < length; i++) {
                double angle = 2 * Math.PI * ((long) i * k % length) / length;
                m[2 * k * length + i] = (float) (share * Math.cos(angle));
                m[(2 * k + 1) * length + i] = (float) (-share * Math.sin(angle));
            }
        }
        return Tensor.ofFloats(Shape.of(2L * bins, length), m);
    }

    /**
     * A spectrum {@code [2·n]} → energies {@code [n]}; 0 outside of the bins asked for, which the source leaves
     * unwritten.
     *
     * <p>Source: {@code signal/src/energy.cc}.
     */
    static List<Value> energy(TflOp op, Onnx onnx) {
        long bins = op.size(0, 0) / 2;
        long[] range = CustomOptions.flex(
                op, flex -> new long[] {flex.integer("start_index", 0), flex.integer("end_index", 0)});
        long start = Math.max(0, range[0]);
        long end = Math.min(bins, range[1]);
        if (start > end) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its bins end before they start", "export the model anew");
        }
        Value x = onnx.reshape(onnx.cast(op.raw(0), DataType.INT64), bins, 2);
        long[] axis = {0};
        Value wanted = onnx.slice(x, new long[] {start}, new long[] {end}, axis, new long[] {1});
        Value energy = onnx.reduce("ReduceSum", onnx.mul(wanted, wanted), false, 1);
        return List.of(onnx.pad(energy, new long[] {start, bins - end}, Value.ABSENT));
    }
}
