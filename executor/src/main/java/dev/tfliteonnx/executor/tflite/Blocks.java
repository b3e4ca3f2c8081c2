package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.MirrorPadMode;
import dev.tfliteonnx.tfl.Tfl;
import java.util.function.IntBinaryOperator;

/** Padding, and blocks of space that become batches or channels. */
final class Blocks {
    private Blocks() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("PAD", c -> padded(c, c.in(0), c.in(1).ints()))
                .one("PADV2", c -> padded(c.in(0), c.in(1).ints(), c.in(2).reshaped()))
                .one("MIRROR_PAD", Blocks::mirrorPad)
                .one("SPACE_TO_BATCH_ND", Blocks::spaceToBatch)
                .one("BATCH_TO_SPACE_ND", Blocks::batchToSpace)
                .one("SPACE_TO_DEPTH", Blocks::spaceToDepth)
                .one("DEPTH_TO_SPACE", Blocks::depthToSpace);
    }

    /** PAD: with 0, of quantized tensors with the zero point of the result. Source: {@code kernels/pad.cc}. */
    private static Array padded(TfliteCall call, Array x, int[] pads) {
        long zero = call.out(0).quant().map(QuantParams::zeroPoint).orElse(0L);
        return padded(x, pads, Array.ofLongs(x.type(), new int[0], zero));
    }

    private static Array padded(Array x, int[] pads, Array fill) {
        return placed(x, pads, (i, size) -> i < size ? i : -1, fill);
    }

    /**
     * Elements within wider axes.
     *
     * @param source from the place before or behind an axis of some size, as counted from its start, and that size to the
     *     place that is repeated there; negative for the fill
     */
    private static Array placed(Array x, int[] pads, IntBinaryOperator source, Array fill) {
        int[][] maps = new int[x.rank()][];
        for (int axis = 0; axis < x.rank(); axis++) {
            int size = x.dim(axis);
            int[] map = new int[pads[2 * axis] + size + pads[2 * axis + 1]];
            for (int i = 0; i < map.length; i++) {
                map[i] = source.applyAsInt(i - pads[2 * axis], size);
            }
            maps[axis] = map;
        }
        return Moves.mapped(x, maps, fill);
    }

    /** MIRROR_PAD: around the last element, or around its outer side. Source: {@code kernels/mirror_pad.cc}. */
    static Array mirrorPad(TfliteCall call) {
        Array x = call.in(0);
        int[] pads = call.in(1).ints();
        int edge = call.option(Tfl.MODE) == MirrorPadMode.REFLECT ? 0 : 1;
        return placed(
                x,
                pads,
                (i, size) -> i < 0 ? -i - edge : i < size ? i : 2 * size - 2 + edge - i,
                Array.zeros(x.type()));
    }

    /**
     * SPACE_TO_BATCH_ND: [N, (h·b)…, C] → [b…·N, h…, C] after padding with the zero point of the result. Source: {@code
     * kernels/internal/reference/space_to_batch_nd.h}.
     */
    static Array spaceToBatch(TfliteCall call) {
        int[] block = call.in(1).ints();
        Array x = call.in(0);
        int[] pads = new int[2 * x.rank()];
        System.arraycopy(call.in(2).ints(), 0, pads, 2, 2 * block.length);
        Array wide = padded(call, x, pads);
        int n = block.length;
        int[] split = {x.dim(0)};
        int[] perm = new int[0];
        int[] dims = new int[1];
        int batch = x.dim(0);
        for (int i = 0; i < n; i++) {
            split = Dims.concat(split, wide.dim(i + 1) / block[i], block[i]);
            perm = Dims.concat(perm, 2 * i + 2);
            dims = Dims.concat(dims, wide.dim(i + 1) / block[i]);
            batch *= block[i];
        }
        perm = Dims.concat(perm, 0);
        for (int i = 0; i < n; i++) {
            perm = Dims.concat(perm, 2 * i + 1);
        }
        int[] rest = Dims.slice(x.dims(), n + 1, x.rank());
        for (int i = 0; i < rest.length; i++) {
            perm = Dims.concat(perm, 2 * n + 1 + i);
        }
        dims[0] = batch;
        return Moves.transposed(wide.reshaped(Dims.concat(split, rest)), perm).reshaped(Dims.concat(dims, rest));
    }

    /**
     * BATCH_TO_SPACE_ND: [b…·N, h…, C] → [N, (h·b)…, C], cropped. Source: {@code
     * kernels/internal/reference/batch_to_space_nd.h}.
     */
    static Array batchToSpace(TfliteCall call) {
        Array x = call.in(0);
        int[] block = call.in(1).ints();
        int[] crops = call.in(2).ints();
        int n = block.length;
        int batch = x.dim(0) / Dims.count(block);
        int[] split = Dims.concat(Dims.concat(block, batch), Dims.slice(x.dims(), 1, x.rank()));
        int[] perm = {n};
        int[] dims = {batch};
        for (int i = 0; i < n; i++) {
            perm = Dims.concat(perm, n + 1 + i, i);
            dims = Dims.concat(dims, x.dim(i + 1) * block[i]);
        }
        for (int i = 2 * n + 1; i < split.length; i++) {
            perm = Dims.concat(perm, i);
        }
        dims = Dims.concat(dims, Dims.slice(x.dims(), n + 1, x.rank()));
        Array whole = Moves.transposed(x.reshaped(split), perm).reshaped(dims);
        int[] strides = Dims.strides(dims);
        int offset = 0;
        int[] kept = dims.clone();
        for (int i = 0; i < n; i++) {
            offset += crops[2 * i] * strides[i + 1];
            kept[i + 1] -= crops[2 * i] + crops[2 * i + 1];
        }
        return Moves.strided(whole, offset, kept, strides);
    }

    /** SPACE_TO_DEPTH: [N, h·b, w·b, C] → [N, h, w, b·b·C]. Source: {@code kernels/space_to_depth.cc}. */
    static Array spaceToDepth(TfliteCall call) {
        Array x = call.in(0);
        int b = call.number(Tfl.BLOCK_SIZE);
        int h = x.dim(1) / b;
        int w = x.dim(2) / b;
        return Moves.transposed(x.reshaped(x.dim(0), h, b, w, b, x.dim(3)), 0, 1, 3, 2, 4, 5)
                .reshaped(x.dim(0), h, w, b * b * x.dim(3));
    }

    /** DEPTH_TO_SPACE: [N, h, w, b·b·C] → [N, h·b, w·b, C]. Source: {@code kernels/depth_to_space.cc}. */
    static Array depthToSpace(TfliteCall call) {
        Array x = call.in(0);
        int b = call.number(Tfl.BLOCK_SIZE);
        int depth = x.dim(3) / (b * b);
        return Moves.transposed(x.reshaped(x.dim(0), x.dim(1), x.dim(2), b, b, depth), 0, 1, 3, 2, 4, 5)
                .reshaped(x.dim(0), x.dim(1) * b, x.dim(2) * b, depth);
    }
}
