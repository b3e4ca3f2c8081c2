package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;

/** StableHLO operators that compute and that TFLite has no kernels for. Source: the StableHLO specification. */
final class HloMath {
    private HloMath() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("STABLEHLO_ABS", c -> each(c, Math::abs, Math::abs))
                .one("STABLEHLO_NEGATE", c -> each(c, x -> -x, x -> -x))
                .one("STABLEHLO_LOGISTIC", c -> real(c, x -> 1 / (1 + Math.exp(-x))))
                .one("STABLEHLO_EXPONENTIAL", c -> real(c, Math::exp))
                .one("STABLEHLO_LOG", c -> real(c, Math::log))
                .one("STABLEHLO_RSQRT", c -> real(c, x -> 1 / Math.sqrt(x)))
                .one("STABLEHLO_TANH", c -> real(c, Math::tanh))
                .one("STABLEHLO_DIVIDE", c -> Functions.numbers(c.in(0), c.in(1), (a, b) -> a / b, (a, b) -> a / b))
                .one("STABLEHLO_REMAINDER", c -> Functions.numbers(c.in(0), c.in(1), (a, b) -> a % b, (a, b) -> a % b))
                .one("STABLEHLO_POWER", c -> Functions.numbers(c.in(0), c.in(1), Math::pow, HloMath::power))
                .one("STABLEHLO_CLAMP", HloMath::clamp)
                .one("STABLEHLO_DOT_GENERAL", HloMath::dotGeneral)
                .many("STABLEHLO_REDUCE", HloMath::reduce)
                .many("STABLEHLO_SORT", HloMath::sort);
    }

    /** A function of real numbers, of floats only. */
    static Array real(TfliteCall call, DoubleUnaryOperator f) {
        return each(call, f, x -> {
            throw new IllegalArgumentException(call.in(0) + " is not float");
        });
    }

    /** A function of real or one of whole numbers. */
    static Array each(TfliteCall call, DoubleUnaryOperator f, LongUnaryOperator g) {
        Array x = call.in(0);
        return x.type().isFloat()
                ? Array.ofDoubles(
                        x.type(), x.dims(), Arrays.stream(x.doubles()).map(f).toArray())
                : Array.ofLongs(
                        x.type(), x.dims(), Arrays.stream(x.longs()).map(g).toArray());
    }

    /** Whole powers wrap; those below 1 truncate. */
    private static long power(long x, long n) {
        if (n < 0) {
            return Math.abs(x) == 1 ? power(x, -n) : 0;
        }
        long power = 1;
        for (long i = 0; i < n; i++) {
            power *= x;
        }
        return power;
    }

    /** STABLEHLO_CLAMP: operands are the least, the tensor and the greatest; single bounds are stretched. */
    static Array clamp(TfliteCall call) {
        Array atLeast = Functions.numbers(call.in(1), call.in(0), Math::max, Math::max);
        return Functions.numbers(atLeast, call.in(2), Math::min, Math::min);
    }

    private static int[] axes(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private static int[] picked(int[] dims, int[] axes) {
        return Arrays.stream(axes).map(k -> dims[k]).toArray();
    }

    /** STABLEHLO_DOT_GENERAL: {@code [batch…, free of a…, free of b…]}, summed over the contracting axes. */
    static Array dotGeneral(TfliteCall call) {
        int[] batchA = call.option(Tfl.LHS_BATCHING_DIMENSIONS).toIntArray();
        int[] batchB = call.option(Tfl.RHS_BATCHING_DIMENSIONS).toIntArray();
        int[] overA = call.option(Tfl.LHS_CONTRACTING_DIMENSIONS).toIntArray();
        int[] overB = call.option(Tfl.RHS_CONTRACTING_DIMENSIONS).toIntArray();
        int[] freeA = HloMoves.others(call.in(0).rank(), axes(batchA, overA));
        int[] freeB = HloMoves.others(call.in(1).rank(), axes(batchB, overB));
        Array a = Moves.transposed(call.in(0), axes(batchA, freeA, overA));
        Array b = Moves.transposed(call.in(1), axes(batchB, freeB, overB));
        int depth = Dims.count(picked(call.in(0).dims(), overA));
        int m = Dims.count(picked(call.in(0).dims(), freeA));
        int n = Dims.count(picked(call.in(1).dims(), freeB));
        int[] dims = axes(
                picked(call.in(0).dims(), batchA),
                picked(call.in(0).dims(), freeA),
                picked(call.in(1).dims(), freeB));
        int size = Dims.count(dims);
        if (a.type().isFloat()) {
            double[] x = a.doubles();
            double[] y = b.doubles();
            double[] out = new double[size];
            Arrays.setAll(out, i -> {
                int left = i / n * depth;
                int right = (i / n / m * n + i % n) * depth;
                return IntStream.range(0, depth)
                        .mapToDouble(k -> x[left + k] * y[right + k])
                        .sum();
            });
            return Array.ofDoubles(call.outType(), dims, out);
        }
        long[] x = a.longs();
        long[] y = b.longs();
        long[] out = new long[size];
        Arrays.setAll(out, i -> {
            int left = i / n * depth;
            int right = (i / n / m * n + i % n) * depth;
            return IntStream.range(0, depth)
                    .mapToLong(k -> x[left + k] * y[right + k])
                    .sum();
        });
        return Array.ofLongs(call.outType(), dims, out);
    }

    /** STABLEHLO_REDUCE: operands and as many starts, joined along axes by a graph. */
    static List<Array> reduce(TfliteCall call) {
        int n = call.arity() / 2;
        int[] axes = call.option(Tfl.DIMENSIONS).toIntArray();
        int[] dims = call.in(0).dims();
        int[] strides = Dims.strides(dims);
        int[] out = Dims.without(dims, axes);
        int[] kept = Dims.without(strides, axes);
        int[] over = picked(dims, axes);
        List<Array> joined = call.inputsFrom(n).stream()
                .map(start -> Moves.stretched(start.reshaped(), out))
                .toList();
        int body = call.number(Tfl.BODY_SUBGRAPH_INDEX);
        for (int i = 0; i < Dims.count(over); i++) {
            int offset = 0;
            int rest = i;
            for (int k = axes.length - 1; k >= 0; k--) {
                offset += rest % over[k] * strides[axes[k]];
                rest /= over[k];
            }
            int at = offset;
            List<Array> operands = new ArrayList<>(joined);
            call.inputsFrom(0).subList(0, n).forEach(x -> operands.add(Moves.strided(x, at, out, kept)));
            joined = call.run(body, operands);
        }
        return joined;
    }

    /** STABLEHLO_SORT: operands in one order along an axis, by a graph that tells of two whether the first comes before. */
    static List<Array> sort(TfliteCall call) {
        List<Array> in = call.inputsFrom(0);
        int[] dims = in.get(0).dims();
        int axis = Dims.axis(call.option(Tfl.DIMENSION), dims.length);
        int inner = Dims.count(dims, axis + 1, dims.length);
        int comparator = call.number(Tfl.COMPARATOR_SUBGRAPH_INDEX);
        List<Array> out = in.stream().map(x -> Array.zeros(x.type(), dims)).toList();
        for (int row = 0; row < Dims.count(dims) / Math.max(1, dims[axis]); row++) {
            int start = row / inner * dims[axis] * inner + row % inner;
            List<Integer> places = new ArrayList<>();
            for (int k = 0; k < dims[axis]; k++) {
                places.add(start + k * inner);
            }
            places.sort((a, b) -> isBefore(call, comparator, a, b) ? -1 : isBefore(call, comparator, b, a) ? 1 : 0);
            for (int k = 0; k < dims[axis]; k++) {
                for (int i = 0; i < in.size(); i++) {
                    System.arraycopy(in.get(i).data(), places.get(k), out.get(i).data(), start + k * inner, 1);
                }
            }
        }
        return out;
    }

    private static boolean isBefore(TfliteCall call, int comparator, int a, int b) {
        List<Array> operands = new ArrayList<>();
        for (Array x : call.inputsFrom(0)) {
            operands.add(Moves.strided(x, a, new int[0], new int[0]));
            operands.add(Moves.strided(x, b, new int[0], new int[0]));
        }
        return call.run(comparator, operands).get(0).isTrue();
    }
}
