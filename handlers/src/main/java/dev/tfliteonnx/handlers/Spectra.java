package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.Arrays;
import java.util.List;

/** Discrete Fourier transforms, as products with constant matrices of cosines and sines. */
final class Spectra {
    private Spectra() {}

    /**
     * {@code x [...,h,w]}, lengths {@code [2]} → {@code [...,l0,l1/2+1]} complex; {@code x} is cut off or goes on with
     * zeros where a length differs from its extent.
     *
     * <p>Source: {@code kernels/rfft2d.cc}, which computes in double precision; ONNX MatMul-13. A MatMul is as exact as
     * DFT-17 in float32, and faster than it in ONNX Runtime at the lengths of audio models.
     */
    static List<Value> rfft2d(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        int rows = Math.toIntExact(op.longs(1)[0]);
        int columns = Math.toIntExact(op.longs(1)[1]);
        int bins = columns / 2 + 1;
        Value x = cut(onnx, cut(onnx, op.in(0), rank - 1, columns), rank - 2, rows);
        int width = used(op.shape(0).dim(rank - 1), columns);
        int height = used(op.shape(0).dim(rank - 2), rows);
        Value y = pairs(onnx, onnx.op("MatMul", x, onnx.constant(realMatrix(width, columns, bins))), rank, bins);
        if (rows == 1) {
            return List.of(y);
        }
        int[] swap = new int[rank + 1];
        Arrays.setAll(swap, i -> i);
        swap[rank - 2] = rank - 1;
        swap[rank - 1] = rank - 2;
        long[] flat = new long[rank];
        flat[rank - 1] = 2L * height;
        Value lines = onnx.op("Reshape", onnx.transpose(y, swap), onnx.ints(flat));
        Value z = onnx.op("MatMul", lines, onnx.constant(complexMatrix(height, rows)));
        return List.of(onnx.transpose(pairs(onnx, z, rank, rows), swap));
    }

    /** How much of an axis counts; an open one goes on with zeros to the whole length. */
    private static int used(Dim extent, int length) {
        return extent instanceof Dim.Fixed fixed ? (int) Math.min(fixed.size(), length) : length;
    }

    private static Value cut(Onnx onnx, Value x, int axis, int length) {
        Value all = x;
        if (x.shape().dim(axis) instanceof Dim.Fixed fixed) {
            if (fixed.size() <= length) {
                return x;
            }
        } else {
            long[] pads = new long[2 * x.shape().rank()];
            pads[x.shape().rank() + axis] = length;
            all = onnx.pad(x, pads, onnx.scalarLike(x, 0));
        }
        return onnx.slice(all, new long[] {0}, new long[] {length}, new long[] {axis}, new long[] {1});
    }

    /** {@code [...,2·count]} as {@code [...,count,2]}. */
    private static Value pairs(Onnx onnx, Value y, int rank, int count) {
        // an extent of 0 stands for that of the operand
        long[] shape = new long[rank + 1];
        shape[rank - 1] = count;
        shape[rank] = 2;
        return onnx.op("Reshape", y, onnx.ints(shape));
    }

    /** {@code [width, 2·bins]}: from real numbers to pairs. */
    static Tensor realMatrix(int width, int length, int bins) {
        float[] m = new float[width * 2 * bins];
        for (int i = 0; i < width; i++) {
            for (int k = 0; k < bins; k++) {
                double angle = angle(i, k, length);
                m[(i * bins + k) * 2] = (float) Math.cos(angle);
                m[(i * bins + k) * 2 + 1] = (float) -Math.sin(angle);
            }
        }
        return Tensor.ofFloats(Shape.of(width, 2L * bins), m);
    }

    /** {@code [2·height, 2·length]}: from pairs to pairs. */
    private static Tensor complexMatrix(int height, int length) {
        float[] m = new float[4 * height * length];
        for (int i = 0; i < height; i++) {
            for (int k = 0; k < length; k++) {
                float cos = (float) Math.cos(angle(i, k, length));
                float sin = (float) Math.sin(angle(i, k, length));
                int re = 2 * i * 2 * length + 2 * k;
                int im = re + 2 * length;
                m[re] = cos;
                m[re + 1] = -sin;
                m[im] = sin;
                m[im + 1] = cos;
            }
        }
        return Tensor.ofFloats(Shape.of(2L * height, 2L * length), m);
    }

    /** Reduced first, so that multiples of a right angle are exact. */
    private static double angle(int i, int k, int length) {
        return 2 * Math.PI * ((long) i * k % length) / length;
    }
}
