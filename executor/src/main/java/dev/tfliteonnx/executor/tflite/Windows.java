package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.tfl.ReduceWindowFunction;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;

/** Windows of any rank that slide over a tensor, and the holes and margins it gets before. */
final class Windows {
    private Windows() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("DILATE", Windows::dilate)
                .one("REDUCE_WINDOW", Windows::reduceWindow)
                .one("STABLEHLO_REDUCE_WINDOW", Windows::reduceWindowByGraph)
                .one("STABLEHLO_PAD", Windows::pad);
    }

    /**
     * Margins and holes, filled with the only element of {@code fill}; a negative margin cuts.
     *
     * @param low how many elements come before each axis
     * @param high how many elements come after each axis
     * @param steps how far elements that were neighbours are apart
     */
    static Array spread(Array x, Array fill, int[] low, int[] high, int[] steps) {
        int[][] maps = new int[x.rank()][];
        for (int k = 0; k < maps.length; k++) {
            int from = low[k];
            int step = steps[k];
            int last = Math.max(0, (x.dim(k) - 1) * step + 1);
            maps[k] = new int[Math.max(0, last + low[k] + high[k])];
            Arrays.setAll(
                    maps[k], i -> i >= from && i - from < last && (i - from) % step == 0 ? (i - from) / step : -1);
        }
        return Moves.mapped(x, maps, fill.reshaped(ones(x.rank())));
    }

    static int[] ones(int rank) {
        int[] ones = new int[rank];
        Arrays.fill(ones, 1);
        return ones;
    }

    /**
     * Every window joined to one element, in the order of the elements of the window.
     *
     * @param start what the join starts with, a single element
     */
    static Array slide(Array x, Array start, int[] size, int[] strides, int[] steps, BinaryOperator<Array> join) {
        int[] own = Dims.strides(x.dims());
        int[] dims = new int[x.rank()];
        int[] apart = new int[x.rank()];
        for (int k = 0; k < dims.length; k++) {
            dims[k] = Math.max(0, (x.dim(k) - (size[k] - 1) * steps[k] - 1 + strides[k]) / strides[k]);
            apart[k] = own[k] * strides[k];
        }
        Array joined = Moves.stretched(start.reshaped(), dims);
        for (int i = 0; i < Dims.count(size) && joined.size() > 0; i++) {
            int offset = 0;
            int rest = i;
            for (int k = dims.length - 1; k >= 0; k--) {
                offset += rest % size[k] * steps[k] * own[k];
                rest /= size[k];
            }
            joined = join.apply(joined, Moves.strided(x, offset, dims, apart));
        }
        return joined;
    }

    /** DILATE: elements apart, in between the padding value. Source: {@code kernels/dilate.cc}. */
    static Array dilate(TfliteCall call) {
        int[] none = new int[call.in(0).rank()];
        return spread(call.in(0), call.in(2), none, none, call.in(1).ints());
    }

    /** STABLEHLO_PAD. Source: {@code kernels/stablehlo_pad.cc}. */
    static Array pad(TfliteCall call) {
        int[] holes = call.option(Tfl.INTERIOR_PADDING).toIntArray();
        return spread(
                call.in(0),
                call.in(1),
                call.option(Tfl.EDGE_PADDING_LOW).toIntArray(),
                call.option(Tfl.EDGE_PADDING_HIGH).toIntArray(),
                Arrays.stream(holes).map(h -> h + 1).toArray());
    }

    /**
     * REDUCE_WINDOW: operands are the tensor, the start, and extents, strides and dilations of the window. Source:
     * {@code kernels/stablehlo_reduce_window.cc}.
     */
    static Array reduceWindow(TfliteCall call) {
        ReduceWindowFunction function = call.option(Tfl.REDUCE_FUNCTION);
        return slide(
                call.in(0),
                call.in(1),
                call.in(2).ints(),
                call.in(3).ints(),
                call.in(4).ints(),
                (a, b) -> joined(function, a, b));
    }

    private static Array joined(ReduceWindowFunction function, Array a, Array b) {
        return switch (function) {
            case ADD -> Functions.numbers(a, b, Double::sum, Long::sum);
            case MUL -> Functions.numbers(a, b, (x, y) -> x * y, (x, y) -> x * y);
            case MINIMUM -> Functions.numbers(a, b, (x, y) -> y < x ? y : x, Math::min);
            case MAXIMUM -> Functions.numbers(a, b, (x, y) -> y > x ? y : x, Math::max);
            case ALL -> Functions.numbers(a, b, (x, y) -> x * y == 0 ? 0 : 1, (x, y) -> x * y == 0 ? 0 : 1);
            case ANY -> Functions.numbers(a, b, (x, y) -> x == 0 && y == 0 ? 0 : 1, (x, y) -> x == 0 && y == 0 ? 0 : 1);
            case UNSUPPORTED -> throw new IllegalArgumentException("no function of windows");
        };
    }

    /** STABLEHLO_REDUCE_WINDOW by its body, a graph of two operands. Source: {@code kernels/stablehlo_reduce_window.cc}. */
    static Array reduceWindowByGraph(TfliteCall call) {
        Array x = call.in(0);
        int rank = x.rank();
        int[] pads = given(call.option(Tfl.PADDING_PAIRS).toIntArray(), new int[2 * rank]);
        int[] low = new int[rank];
        int[] high = new int[rank];
        for (int k = 0; k < rank; k++) {
            low[k] = pads[2 * k];
            high[k] = pads[2 * k + 1];
        }
        int[] holes = given(call.option(Tfl.BASE_DILATIONS).toIntArray(), ones(rank));
        int body = call.number(Tfl.BODY_SUBGRAPH_INDEX);
        return slide(
                spread(x, call.in(1), low, high, holes),
                call.in(1),
                call.option(Tfl.WINDOW_DIMENSIONS).toIntArray(),
                given(call.option(Tfl.WINDOW_STRIDES).toIntArray(), ones(rank)),
                given(call.option(Tfl.WINDOW_DILATIONS).toIntArray(), ones(rank)),
                (a, b) -> call.run(body, List.of(a, b)).get(0));
    }

    /** What an option says, or what holds if it says nothing. */
    static int[] given(int[] option, int[] otherwise) {
        return option.length == 0 ? otherwise : option;
    }
}
