package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** StableHLO convolutions and matrix products with axes in any order. Source: the StableHLO specification. */
final class HloProducts {
    private HloProducts() {}

    /**
     * Products over the contracting axes, for each element of the batching axes: {@code [batch..., free of a..., free of
     * b...]}. ONNX Transpose-13, Reshape-14, MatMul-13.
     */
    static List<Value> dotGeneral(TflOp op, Onnx onnx) {
        int[] batchA = op.option(Tfl.LHS_BATCHING_DIMENSIONS).toIntArray();
        int[] batchB = op.option(Tfl.RHS_BATCHING_DIMENSIONS).toIntArray();
        int[] overA = op.option(Tfl.LHS_CONTRACTING_DIMENSIONS).toIntArray();
        int[] overB = op.option(Tfl.RHS_CONTRACTING_DIMENSIONS).toIntArray();
        int[] freeA = rest(op.rank(0), batchA, overA);
        int[] freeB = rest(op.rank(1), batchB, overB);
        Shape a = Shape.of(op.shape(0).sizes());
        Shape b = Shape.of(op.shape(1).sizes());
        long[] batch = sizes(a, batchA);
        long k = product(sizes(a, overA));
        Value left = onnx.reshape(op.in(0, joined(batchA, freeA, overA)), with(batch, product(sizes(a, freeA)), k));
        Value right = onnx.reshape(op.in(1, joined(batchB, overB, freeB)), with(batch, k, product(sizes(b, freeB))));
        long[] out = LongStream.of(batch).toArray();
        out = with(out, sizes(a, freeA));
        out = with(out, sizes(b, freeB));
        return List.of(onnx.reshape(onnx.op("MatMul", left, right), out));
    }

    private static int[] rest(int rank, int[] batch, int[] over) {
        return IntStream.range(0, rank)
                .filter(i -> Arrays.stream(batch).noneMatch(b -> b == i)
                        && Arrays.stream(over).noneMatch(c -> c == i))
                .toArray();
    }

    private static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private static long[] with(long[] first, long... then) {
        return LongStream.concat(Arrays.stream(first), Arrays.stream(then)).toArray();
    }

    private static long[] sizes(Shape shape, int[] axes) {
        return Arrays.stream(axes).mapToLong(shape::size).toArray();
    }

    private static long product(long[] sizes) {
        return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    /**
     * A convolution of any layout, strided, dilated and grouped.
     *
     * <p>ONNX Transpose-13 and Conv-11; holes in the operand ({@code lhs_dilation}) are filled with zeros first.
     */
    static List<Value> convolution(TflOp op, Onnx onnx) {
        int[] spatial = op.option(Tfl.INPUT_SPATIAL_DIMENSIONS).toIntArray();
        int n = spatial.length;
        long groups = op.option(Tfl.FEATURE_GROUP_COUNT);
        long batchGroups = op.option(Tfl.BATCH_GROUP_COUNT);
        int batch = op.option(Tfl.INPUT_BATCH_DIMENSION).intValue();
        int feature = op.option(Tfl.INPUT_FEATURE_DIMENSION).intValue();
        Value zero = onnx.scalarLike(op.in(0), 0);
        Value x = op.in(0, joined(new int[] {batch, feature}, spatial));
        x = HloShapes.spread(op, onnx, x, holes(op.option(Tfl.LHS_DILATION).toArray(), n), zero);
        long[] pairs = with(new long[4], op.option(Tfl.PADDING_PAIRS).toArray());
        x = HloShapes.edged(onnx, x, HloReductions.pads(pairs, n + 2), zero);
        if (batchGroups > 1) {
            x = batchesAsChannels(onnx, x, batchGroups);
        }
        Attributes attributes = Attributes.of(OnnxOps.GROUP, groups * batchGroups)
                .with(
                        OnnxOps.STRIDES,
                        Ints.of(orOnes(op.option(Tfl.WINDOW_STRIDES).toArray(), n)))
                .with(
                        OnnxOps.DILATIONS,
                        Ints.of(orOnes(op.option(Tfl.RHS_DILATION).toArray(), n)));
        Value y = onnx.op("Conv", attributes, x, kernel(op, onnx, n));
        int[] back = new int[n + 2];
        back[op.option(Tfl.OUTPUT_BATCH_DIMENSION).intValue()] = 0;
        back[op.option(Tfl.OUTPUT_FEATURE_DIMENSION).intValue()] = 1;
        int[] out = op.option(Tfl.OUTPUT_SPATIAL_DIMENSIONS).toIntArray();
        for (int i = 0; i < n; i++) {
            back[out[i]] = i + 2;
        }
        return List.of(onnx.transpose(y, back));
    }

    private static Value kernel(TflOp op, Onnx onnx, int n) {
        int[] spatial = op.option(Tfl.KERNEL_SPATIAL_DIMENSIONS).toIntArray();
        int out = op.option(Tfl.KERNEL_OUTPUT_FEATURE_DIMENSION).intValue();
        int in = op.option(Tfl.KERNEL_INPUT_FEATURE_DIMENSION).intValue();
        Value w = op.in(1, joined(new int[] {out, in}, spatial));
        long[] reversal = op.option(Tfl.WINDOW_REVERSAL).toArray();
        long[] axes = LongStream.range(0, Math.min(n, reversal.length))
                .filter(i -> reversal[(int) i] != 0)
                .map(i -> i + 2)
                .toArray();
        if (axes.length == 0) {
            return w;
        }
        long[] starts = new long[axes.length];
        long[] ends = new long[axes.length];
        Arrays.fill(starts, -1);
        Arrays.fill(ends, Long.MIN_VALUE);
        return onnx.slice(w, starts, ends, axes, starts.clone());
    }

    private static long[] holes(long[] dilation, int n) {
        long[] holes = new long[n + 2];
        for (int i = 0; i < dilation.length; i++) {
            holes[i + 2] = dilation[i] - 1;
        }
        return holes;
    }

    /** {@code [g·N,C,...]} as {@code [N,g·C,...]}: each group of the batch meets its own part of the kernel. */
    private static Value batchesAsChannels(Onnx onnx, Value x, long groups) {
        long[] sizes = x.shape().sizes();
        long[] spatial = Arrays.copyOfRange(sizes, 2, sizes.length);
        long batch = sizes[0] / groups;
        int[] perm = IntStream.range(0, sizes.length + 1).toArray();
        perm[0] = 1;
        perm[1] = 0;
        Value apart = onnx.transpose(onnx.reshape(x, with(new long[] {groups, batch, sizes[1]}, spatial)), perm);
        return onnx.reshape(apart, with(new long[] {batch, groups * sizes[1]}, spatial));
    }

    private static long[] orOnes(long[] given, int n) {
        return given.length == 0 ? LongStream.generate(() -> 1).limit(n).toArray() : given;
    }
}
