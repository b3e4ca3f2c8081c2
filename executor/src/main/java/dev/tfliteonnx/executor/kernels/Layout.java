package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;

/**
 * The same elements in another order or under other extents. Source: Reshape-14, Flatten-13, Squeeze-13, Unsqueeze-13,
 * Transpose-13, Expand-13, Tile-13, Shape-15, Size-13, DepthToSpace-13, SpaceToDepth-13; Squeeze and Unsqueeze also take
 * axes as an option, as up to opset 12.
 */
final class Layout {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Ints> AXES = Key.ofInts("axes");
    private static final Key<Ints> PERM = Key.ofInts("perm");
    private static final Key<Ints> SHAPE = Key.ofInts("shape");
    private static final Key<Long> ALLOW_ZERO = Key.ofInt("allowzero");
    private static final Key<Long> START = Key.ofInt("start");
    private static final Key<Long> END = Key.ofInt("end");
    private static final Key<Long> BLOCK_SIZE = Key.ofInt("blocksize");
    private static final Key<String> MODE = Key.ofString("mode");

    private Layout() {}

    /** Reshape: 0 keeps an extent unless allowzero is set, −1 takes what is left. */
    static Array reshape(Call call) {
        Array x = call.in(0);
        long[] wanted = call.optionOrInput(SHAPE, 1).orElseThrow();
        int[] dims = new int[wanted.length];
        int open = -1;
        int known = 1;
        for (int i = 0; i < dims.length; i++) {
            if (wanted[i] == -1) {
                open = i;
                continue;
            }
            dims[i] = wanted[i] == 0 && !call.flag(ALLOW_ZERO) ? x.dim(i) : Math.toIntExact(wanted[i]);
            known *= dims[i];
        }
        if (open >= 0) {
            dims[open] = known == 0 ? 0 : x.size() / known;
        }
        return x.reshaped(dims);
    }

    /** Flatten: [a, b, c, d] → [a·b, c·d] before axis 2. */
    static Array flatten(Call call) {
        Array x = call.in(0);
        int axis = call.option(AXIS, 1);
        int split = axis < 0 ? axis + x.rank() : axis;
        return x.reshaped(Dims.count(x.dims(), 0, split), Dims.count(x.dims(), split, x.rank()));
    }

    /** Squeeze: without the axes given, or without all of extent 1. */
    static Array squeeze(Call call) {
        Array x = call.in(0);
        int[] axes = call.optionOrInput(AXES, 1)
                .map(a -> Dims.axes(a, x.rank()))
                .orElseGet(() -> Arrays.stream(Dims.range(x.rank()))
                        .filter(i -> x.dim(i) == 1)
                        .toArray());
        return x.reshaped(Dims.without(x.dims(), axes));
    }

    /** Unsqueeze: with new axes of extent 1, counted in the result. */
    static Array unsqueeze(Call call) {
        Array x = call.in(0);
        long[] given = call.optionOrInput(AXES, 1).orElseThrow();
        return x.reshaped(unsqueezed(x.dims(), Dims.axes(given, x.rank() + given.length)));
    }

    /** Extents with new ones of 1 on axes counted in the result. */
    static int[] unsqueezed(int[] dims, int... axes) {
        int[] out = new int[dims.length + axes.length];
        for (int axis : axes) {
            out[axis] = 1;
        }
        int at = 0;
        for (int i = 0; i < out.length; i++) {
            boolean isNew = out[i] == 1;
            out[i] = isNew ? 1 : dims[at++];
        }
        return out;
    }

    /** Transpose: reversed unless perm says otherwise. */
    static Array transpose(Call call) {
        Array x = call.in(0);
        int[] perm = call.option(PERM).map(Ints::toIntArray).orElseGet(() -> {
            int[] reversed = new int[x.rank()];
            Arrays.setAll(reversed, i -> reversed.length - 1 - i);
            return reversed;
        });
        return Moves.transposed(x, perm);
    }

    /** Expand: stretched to the shape, both ways. */
    static Array expand(Call call) {
        Array x = call.in(0);
        return Moves.stretched(x, Dims.broadcast(x.dims(), call.in(1).ints()));
    }

    /** Tile: every axis repeated. */
    static Array tile(Call call) {
        return Moves.tiled(call.in(0), call.in(1).ints());
    }

    /** Shape: the extents of axes start to end. */
    static Array shape(Call call) {
        Array x = call.in(0);
        int start = clamp(call.option(START, 0), x.rank());
        int end = clamp(call.option(END, x.rank()), x.rank());
        return Array.vector(Arrays.stream(Dims.slice(x.dims(), start, Math.max(start, end)))
                .asLongStream()
                .toArray());
    }

    private static int clamp(int axis, int rank) {
        return Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
    }

    /** Size: the number of elements. */
    static Array size(Call call) {
        return Array.scalar(call.in(0).size());
    }

    /** DepthToSpace: [N, C, H, W] → [N, C/b², H·b, W·b], in DCR or CRD order. */
    static Array depthToSpace(Call call) {
        Array x = call.in(0);
        int b = call.option(BLOCK_SIZE, 1);
        int depth = x.dim(1) / (b * b);
        boolean depthLast = call.option(MODE, "DCR").equals("DCR");
        Array split = depthLast
                ? x.reshaped(x.dim(0), b, b, depth, x.dim(2), x.dim(3))
                : x.reshaped(x.dim(0), depth, b, b, x.dim(2), x.dim(3));
        Array moved = depthLast ? Moves.transposed(split, 0, 3, 4, 1, 5, 2) : Moves.transposed(split, 0, 1, 4, 2, 5, 3);
        return moved.reshaped(x.dim(0), depth, x.dim(2) * b, x.dim(3) * b);
    }

    /** SpaceToDepth: [N, C, H·b, W·b] → [N, C·b², H, W], in DCR or (opset 27) CRD order. */
    static Array spaceToDepth(Call call) {
        Array x = call.in(0);
        int b = call.option(BLOCK_SIZE, 1);
        int h = x.dim(2) / b;
        int w = x.dim(3) / b;
        Array split = x.reshaped(x.dim(0), x.dim(1), h, b, w, b);
        boolean depthLast = call.option(MODE, "DCR").equals("DCR");
        Array moved = depthLast ? Moves.transposed(split, 0, 3, 5, 1, 2, 4) : Moves.transposed(split, 0, 1, 3, 5, 2, 4);
        return moved.reshaped(x.dim(0), x.dim(1) * b * b, h, w);
    }
}
