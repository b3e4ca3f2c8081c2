package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.tfl.Tfl;

/**
 * STABLEHLO_CONVOLUTION of any layout and rank, strided, dilated and grouped, as a sum of products over the places of the
 * kernel. Source: the StableHLO specification.
 */
final class HloConvolution {
    private final TfliteCall call;
    private final int spatial;

    private HloConvolution(TfliteCall call) {
        this.call = call;
        this.spatial = call.option(Tfl.INPUT_SPATIAL_DIMENSIONS).size();
    }

    static void rows(TfliteKernels.Rows rows) {
        rows.one("STABLEHLO_CONVOLUTION", c -> new HloConvolution(c).run());
    }

    private int[] each(Key<Ints> option) {
        return Windows.given(call.option(option).toIntArray(), Windows.ones(spatial));
    }

    private Array run() {
        int batchGroups = call.number(Tfl.BATCH_GROUP_COUNT);
        Array x = groupsAsChannels(operand(), batchGroups);
        Array w = Moves.transposed(
                call.in(1),
                layout(
                        Tfl.KERNEL_OUTPUT_FEATURE_DIMENSION,
                        Tfl.KERNEL_INPUT_FEATURE_DIMENSION,
                        Tfl.KERNEL_SPATIAL_DIMENSIONS));
        int[] size = Dims.slice(w.dims(), 2, spatial + 2);
        int[] strides = each(Tfl.WINDOW_STRIDES);
        int[] steps = each(Tfl.RHS_DILATION);
        int[] own = Dims.strides(x.dims());
        int[] dims = x.dims().clone();
        int[] apart = own.clone();
        for (int k = 0; k < spatial; k++) {
            dims[k + 2] = (x.dim(k + 2) - (size[k] - 1) * steps[k] - 1) / strides[k] + 1;
            apart[k + 2] *= strides[k];
        }
        Array y = Array.zeros(call.outType(), Dims.with(dims, 1, w.dim(0)));
        boolean[] turned = new boolean[spatial];
        int[] reversal = call.option(Tfl.WINDOW_REVERSAL).toIntArray();
        for (int k = 0; k < Math.min(spatial, reversal.length); k++) {
            turned[k] = reversal[k] != 0;
        }
        for (int p = 0; p < Dims.count(size); p++) {
            int offset = 0;
            int rest = p;
            for (int k = spatial - 1; k >= 0; k--) {
                int at = rest % size[k];
                offset += (turned[k] ? size[k] - 1 - at : at) * steps[k] * own[k + 2];
                rest /= size[k];
            }
            add(y.floats(), Moves.strided(x, offset, dims, apart), w, p);
        }
        return Moves.transposed(y, inverse());
    }

    /** The operand as {@code [N,C,…]}, with its margins and holes. */
    private Array operand() {
        Array x = Moves.transposed(
                call.in(0),
                layout(Tfl.INPUT_BATCH_DIMENSION, Tfl.INPUT_FEATURE_DIMENSION, Tfl.INPUT_SPATIAL_DIMENSIONS));
        int[] pads = Windows.given(call.option(Tfl.PADDING_PAIRS).toIntArray(), new int[2 * spatial]);
        int[] low = new int[spatial + 2];
        int[] high = new int[spatial + 2];
        for (int k = 0; k < spatial; k++) {
            low[k + 2] = pads[2 * k];
            high[k + 2] = pads[2 * k + 1];
        }
        int[] holes = Dims.concat(new int[] {1, 1}, each(Tfl.LHS_DILATION));
        return Windows.spread(x, Array.zeros(x.type()), low, high, holes);
    }

    private int[] layout(Key<Long> first, Key<Long> second, Key<Ints> rest) {
        return Dims.concat(
                new int[] {call.number(first), call.number(second)},
                call.option(rest).toIntArray());
    }

    /** The order of axes that brings {@code [N,O,…]} to the layout of the result. */
    private int[] inverse() {
        int[] at = layout(Tfl.OUTPUT_BATCH_DIMENSION, Tfl.OUTPUT_FEATURE_DIMENSION, Tfl.OUTPUT_SPATIAL_DIMENSIONS);
        int[] perm = new int[at.length];
        for (int k = 0; k < at.length; k++) {
            perm[at[k]] = k;
        }
        return perm;
    }

    /** {@code [g·N,C,…]} as {@code [N,g·C,…]}: each group of the batch meets its own part of the kernel. */
    private static Array groupsAsChannels(Array x, int groups) {
        int[] inner = Dims.slice(x.dims(), 2, x.rank());
        int[] split = Dims.concat(new int[] {groups, x.dim(0) / groups, x.dim(1)}, inner);
        int[] perm = Dims.range(split.length);
        perm[0] = 1;
        perm[1] = 0;
        int[] joined = Dims.concat(new int[] {x.dim(0) / groups, groups * x.dim(1)}, inner);
        return Moves.transposed(x.reshaped(split), perm).reshaped(joined);
    }

    /** Adds the products with the weights at place {@code p} of the kernel. */
    private static void add(float[] y, Array x, Array w, int p) {
        float[] in = x.floats();
        float[] weights = w.floats();
        int outs = w.dim(0);
        int each = w.dim(1);
        int channels = x.dim(1);
        int perGroup = outs * each / channels;
        int places = Dims.count(w.dims(), 2, w.rank());
        int line = Dims.count(x.dims(), 2, x.rank());
        for (int i = 0; i < x.dim(0) * outs; i++) {
            int out = i % outs;
            for (int c = 0; c < each; c++) {
                float weight = weights[(out * each + c) * places + p];
                int from = (i / outs * channels + out / perGroup * each + c) * line;
                for (int s = 0; s < line; s++) {
                    y[i * line + s] += weight * in[from + s];
                }
            }
        }
    }
}
