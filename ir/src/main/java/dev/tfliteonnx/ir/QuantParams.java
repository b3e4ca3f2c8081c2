package dev.tfliteonnx.ir;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Affine quantization of a tensor: {@code real = scale · (q − zeroPoint)}. One pair for the whole tensor, one for each
 * index along an axis, or one for each block of consecutive elements along the axis.
 *
 * <p>Blockwise parameters are stored flattened, row-major, in the tensor's shape with the blocked axis divided by
 * {@code blockSize}.
 */
public final class QuantParams {
    private final float[] scales;
    private final long[] zeroPoints;
    private final int axis;
    private final int blockSize;

    private QuantParams(float[] scales, long[] zeroPoints, int axis, int blockSize) {
        if (scales.length == 0 || scales.length != zeroPoints.length) {
            throw new IllegalArgumentException(scales.length + " scales and " + zeroPoints.length + " zero points");
        }
        this.scales = scales.clone();
        this.zeroPoints = zeroPoints.clone();
        this.axis = axis;
        this.blockSize = blockSize;
    }

    /** One scale and zero point for the whole tensor. */
    public static QuantParams perTensor(float scale, long zeroPoint) {
        return new QuantParams(new float[] {scale}, new long[] {zeroPoint}, 0, 0);
    }

    /** One scale and zero point for each index of {@code axis}; with one entry it is the whole tensor's. */
    public static QuantParams perAxis(float[] scales, long[] zeroPoints, int axis) {
        return new QuantParams(scales, zeroPoints, scales.length == 1 ? 0 : axis, 0);
    }

    /** One scale and zero point for every {@code blockSize} consecutive elements along {@code axis}. */
    public static QuantParams blockwise(float[] scales, long[] zeroPoints, int axis, int blockSize) {
        if (blockSize <= 0) {
            throw new IllegalArgumentException("block size " + blockSize);
        }
        return new QuantParams(scales, zeroPoints, axis, blockSize);
    }

    /** The number of scales. */
    public int count() {
        return scales.length;
    }

    /** The scale at an index. */
    public float scale(int i) {
        return scales[i];
    }

    /** The zero point at an index. */
    public long zeroPoint(int i) {
        return zeroPoints[i];
    }

    /** The only scale of a tensor quantized as a whole. */
    public float scale() {
        requirePerTensor();
        return scales[0];
    }

    /** The only zero point of a tensor quantized as a whole. */
    public long zeroPoint() {
        requirePerTensor();
        return zeroPoints[0];
    }

    /** A copy of all scales. */
    public float[] scales() {
        return scales.clone();
    }

    /** A copy of all zero points. */
    public long[] zeroPoints() {
        return zeroPoints.clone();
    }

    /** The axis that the parameters run along; 0 and without meaning for a whole tensor. */
    public int axis() {
        return axis;
    }

    /** Elements per block along the axis; 0 if not blockwise. */
    public int blockSize() {
        return blockSize;
    }

    /** Whether one pair holds for the whole tensor. */
    public boolean isPerTensor() {
        return scales.length == 1 && blockSize == 0;
    }

    /** Whether every zero point is 0. */
    public boolean isSymmetric() {
        return Arrays.stream(zeroPoints).allMatch(z -> z == 0);
    }

    /**
     * These parameters after the tensor's axes were permuted: axis {@code i} of the result is axis {@code perm[i]} of
     * the source. Blockwise parameters cannot be moved.
     */
    public QuantParams permuted(int... perm) {
        if (isPerTensor()) {
            return this;
        }
        if (blockSize != 0) {
            throw new IllegalStateException("blockwise parameters cannot be permuted");
        }
        for (int i = 0; i < perm.length; i++) {
            if (perm[i] == axis) {
                return perAxis(scales, zeroPoints, i);
            }
        }
        throw new IllegalArgumentException("permutation lacks axis " + axis);
    }

    private void requirePerTensor() {
        if (!isPerTensor()) {
            throw new IllegalStateException("parameters are not those of a whole tensor: " + this);
        }
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof QuantParams q
                && Arrays.equals(scales, q.scales)
                && Arrays.equals(zeroPoints, q.zeroPoints)
                && axis == q.axis
                && blockSize == q.blockSize;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(scales) * 31 + Arrays.hashCode(zeroPoints) + axis;
    }

    @Override
    public String toString() {
        if (isPerTensor()) {
            return "q(" + scales[0] + "," + zeroPoints[0] + ")";
        }
        return "q(" + scales.length + " scales, axis " + axis + (blockSize == 0 ? "" : ", block " + blockSize) + ")";
    }
}
