package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;

/**
 * Many elements to one along axes. Source: ReduceSum-13, ReduceMax-20 and the like, ArgMax-13, CumSum-14. Axes are an
 * option or, in newer versions, an input; without any, all are reduced unless noop_with_empty_axes is set.
 */
final class Reductions {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Ints> AXES = Key.ofInts("axes");
    private static final Key<Long> KEEP_DIMS = Key.ofInt("keepdims");
    private static final Key<Long> NOOP = Key.ofInt("noop_with_empty_axes");
    private static final Key<Long> SELECT_LAST = Key.ofInt("select_last_index");
    private static final Key<Long> EXCLUSIVE = Key.ofInt("exclusive");
    private static final Key<Long> REVERSE = Key.ofInt("reverse");

    /** What a run of elements becomes. */
    enum Kind {
        SUM,
        MEAN,
        MAX,
        MIN,
        PROD,
        L1,
        L2,
        SUM_SQUARE,
        LOG_SUM,
        LOG_SUM_EXP;

        double real(double[] v, int from, int n) {
            double r =
                    switch (this) {
                        case MAX -> Double.NEGATIVE_INFINITY;
                        case MIN -> Double.POSITIVE_INFINITY;
                        case PROD -> 1;
                        default -> 0;
                    };
            double peak = this == LOG_SUM_EXP ? peak(v, from, n) : 0;
            for (int i = from; i < from + n; i++) {
                r = switch (this) {
                    case SUM, MEAN, LOG_SUM -> r + v[i];
                    case MAX -> Math.max(r, v[i]);
                    case MIN -> Math.min(r, v[i]);
                    case PROD -> r * v[i];
                    case L1 -> r + Math.abs(v[i]);
                    case L2, SUM_SQUARE -> r + v[i] * v[i];
                    case LOG_SUM_EXP -> r + Math.exp(v[i] - peak);
                };
            }
            return switch (this) {
                case MEAN -> r / n;
                case L2 -> Math.sqrt(r);
                case LOG_SUM -> Math.log(r);
                case LOG_SUM_EXP -> Math.log(r) + peak;
                default -> r;
            };
        }

        private static double peak(double[] v, int from, int n) {
            double peak = MAX.real(v, from, n);
            return Double.isInfinite(peak) ? 0 : peak;
        }

        boolean isWhole() {
            return switch (this) {
                case SUM, MEAN, MAX, MIN, PROD, L1, SUM_SQUARE -> true;
                case L2, LOG_SUM, LOG_SUM_EXP -> false;
            };
        }

        long whole(long[] v, int from, int n, DataType type) {
            long flip = type == DataType.UINT64 ? Long.MIN_VALUE : 0;
            long r =
                    switch (this) {
                        case MAX -> type.bits() == 64 ? flip ^ Long.MIN_VALUE : type.min();
                        case MIN -> type.bits() == 64 ? flip ^ Long.MAX_VALUE : type.max();
                        case PROD -> 1;
                        default -> 0;
                    };
            for (int i = from; i < from + n; i++) {
                r = switch (this) {
                    case MAX -> Math.max(r ^ flip, v[i] ^ flip) ^ flip;
                    case MIN -> Math.min(r ^ flip, v[i] ^ flip) ^ flip;
                    case PROD -> r * v[i];
                    case L1 -> r + Math.abs(v[i]);
                    case SUM_SQUARE -> r + v[i] * v[i];
                    default -> r + v[i];
                };
            }
            return this == MEAN && n > 0 ? r / n : r;
        }
    }

    private Reductions() {}

    /** A kernel of an operator that reduces. */
    static Array reduce(Call call, Kind kind) {
        Array x = call.in(0);
        boolean keep = call.option(KEEP_DIMS, 1L) != 0;
        long[] axes = call.optionOrInput(AXES, 1).orElse(new long[0]);
        if (axes.length == 0 && call.flag(NOOP)) {
            return reduce(x.reshaped(Layout.unsqueezed(x.dims(), x.rank())), new int[] {x.rank()}, false, kind);
        }
        return reduce(x, axes.length == 0 ? Dims.range(x.rank()) : Dims.axes(axes, x.rank()), keep, kind);
    }

    static Array reduce(Array x, int[] axes, boolean keep, Kind kind) {
        int[] kept = Dims.without(Dims.range(x.rank()), axes);
        int[] gone = Dims.without(Dims.range(x.rank()), kept);
        Array rows = Moves.transposed(x, Dims.concat(kept, gone));
        int[] dims = Dims.without(x.dims(), axes);
        int count = Dims.count(dims);
        int n = 1;
        for (int axis : gone) {
            n *= x.dim(axis);
        }
        int[] shape = keep ? Layout.unsqueezed(dims, gone) : dims;
        if (kind.isWhole() && !x.type().isFloat()) {
            DataType type = x.type();
            long[] in = rows.longs();
            long[] out = new long[count];
            for (int i = 0; i < count; i++) {
                out[i] = kind.whole(in, i * n, n, type);
            }
            return Array.ofLongs(type, shape, out);
        }
        double[] in = rows.doubles();
        double[] out = new double[count];
        for (int i = 0; i < count; i++) {
            out[i] = kind.real(in, i * n, n);
        }
        return Array.ofDoubles(x.type(), shape, out);
    }

    /** ArgMax and ArgMin: the index of the greatest or least element of an axis, the first or the last such. */
    static Array arg(Call call, boolean greatest) {
        Array x = call.in(0);
        int axis = Dims.axis(call.option(AXIS, 0), x.rank());
        boolean last = call.flag(SELECT_LAST);
        int n = x.dim(axis);
        int inner = Dims.count(x.dims(), axis + 1, x.rank());
        int count = Dims.count(Dims.without(x.dims(), axis));
        Ordered order = new Ordered(x);
        long[] out = new long[count];
        for (int i = 0; i < count; i++) {
            int from = i / inner * n * inner + i % inner;
            int best = 0;
            for (int j = 1; j < n; j++) {
                int c = order.compare(from + j * inner, from + best * inner);
                best = (greatest ? c > 0 : c < 0) || (last && c == 0) ? j : best;
            }
            out[i] = best;
        }
        boolean keep = call.option(KEEP_DIMS, 1L) != 0;
        int[] dims = keep ? Dims.with(x.dims(), axis, 1) : Dims.without(x.dims(), axis);
        return Array.ofLongs(DataType.INT64, dims, out);
    }

    /** CumSum: running sums along an axis, from the end if reverse, without the element itself if exclusive. */
    static Array cumSum(Call call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.in(1).integer(), x.rank());
        int n = x.dim(axis);
        int inner = Dims.count(x.dims(), axis + 1, x.rank());
        boolean exclusive = call.flag(EXCLUSIVE);
        boolean reverse = call.flag(REVERSE);
        boolean real = x.type().isFloat();
        double[] in = real ? x.doubles() : new double[0];
        long[] wholeIn = real ? new long[0] : x.longs();
        double[] out = new double[in.length];
        long[] wholeOut = new long[wholeIn.length];
        for (int i = 0; i < x.size() / Math.max(1, n); i++) {
            double sum = 0;
            long wholeSum = 0;
            for (int j = 0; j < n; j++) {
                int at = i / inner * n * inner + i % inner + (reverse ? n - 1 - j : j) * inner;
                if (real) {
                    out[at] = exclusive ? sum : sum + in[at];
                    sum += in[at];
                } else {
                    wholeOut[at] = exclusive ? wholeSum : wholeSum + wholeIn[at];
                    wholeSum += wholeIn[at];
                }
            }
        }
        return real ? Array.ofDoubles(x.type(), x.dims(), out) : Array.ofLongs(x.type(), x.dims(), wholeOut);
    }
}
