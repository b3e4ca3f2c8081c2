package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What transformers compute of queries, keys and values. Source: Attention-23 to Attention-25, RotaryEmbedding-23.
 *
 * <p>Letters: B batches, N heads (M of keys and values, which N is a multiple of), S queries, T keys, past ones included,
 * H and W numbers for each of them.
 */
final class Attentions {
    private static final Key<Long> OUTPUT_MODE = Key.ofInt("qk_matmul_output_mode");
    private static final Key<Long> LEFT = Key.ofInt("left_window_size");
    private static final Key<Long> RIGHT = Key.ofInt("right_window_size");
    private static final Key<Long> INTERLEAVED = Key.ofInt("interleaved");
    private static final Key<Long> ROTARY_DIM = Key.ofInt("rotary_embedding_dim");
    private static final double HIDDEN = Double.NEGATIVE_INFINITY;

    private Attentions() {}

    /**
     * Attention: q [B,N,S,H], k [B,M,T,H], v [B,M,T,W] → [B,N,S,W]; or [B,S,N·H], [B,T,M·H], [B,T,M·W] → [B,S,N·W]. Also
     * gives the keys and values with those of the past before them, and the scores.
     */
    static List<Array> attention(Call call) {
        boolean flat = call.in(0).rank() == 3;
        int heads = call.option(OnnxOps.Q_NUM_HEADS, call.in(0).dim(1));
        int sources = call.option(OnnxOps.KV_NUM_HEADS, call.in(1).dim(1));
        Array q = parted(call.in(0), heads);
        Array k = after(call.optional(4), parted(call.in(1), sources));
        Array v = after(call.optional(5), parted(call.in(2), sources));
        double root =
                Math.sqrt(call.option(OnnxOps.SCALE).map(Float::doubleValue).orElse(1 / Math.sqrt(q.dim(3))));
        Array keys = Moves.transposed(repeated(k, heads / sources), 0, 1, 3, 2);
        Array product = MatrixOps.matMul(Elementwise.map(q, x -> x * root), Elementwise.map(keys, x -> x * root));
        float cap = call.option(OnnxOps.SOFTCAP, 0f);
        Array capped = cap == 0 ? product : Elementwise.map(product, x -> Math.tanh(x / cap) * cap);
        Array masked = masked(call, capped);
        Array shares = shares(masked);
        Array y = MatrixOps.matMul(shares, repeated(v, heads / sources));
        Array told =
                switch (call.option(OUTPUT_MODE, 0)) {
                    case 0 -> product;
                    case 1 -> capped;
                    case 2 -> masked;
                    default -> shares;
                };
        return List.of(flat ? joined(y) : y, k, v, told);
    }

    /** Softmax over the keys; all are 0 where every key is hidden. */
    private static Array shares(Array scores) {
        double[] in = scores.doubles();
        double[] out =
                Softmaxes.along(scores, 3, Softmaxes.Kind.SOFTMAX).doubles().clone();
        int keys = scores.dim(3);
        for (int row = 0; row < in.length; row += keys) {
            if (Arrays.stream(in, row, row + keys).allMatch(x -> x == HIDDEN)) {
                Arrays.fill(out, row, row + keys, 0);
            }
        }
        return Array.ofDoubles(scores.type(), scores.dims(), out);
    }

    /** [B,S,N·H] → [B,N,S,H]. */
    private static Array parted(Array x, int heads) {
        return x.rank() == 4
                ? x
                : Moves.transposed(x.reshaped(x.dim(0), x.dim(1), heads, x.dim(2) / heads), 0, 2, 1, 3);
    }

    /** [B,N,S,W] → [B,S,N·W]. */
    private static Array joined(Array x) {
        return Moves.transposed(x, 0, 2, 1, 3).reshaped(x.dim(0), x.dim(2), x.dim(1) * x.dim(3));
    }

    private static Array after(Optional<Array> past, Array x) {
        return past.map(p -> Moves.joined(List.of(p, x), 2)).orElse(x);
    }

    /** Every head so many times over. */
    private static Array repeated(Array x, int times) {
        if (times == 1) {
            return x;
        }
        int[] d = x.dims();
        Array wide = Moves.stretched(x.reshaped(d[0], d[1], 1, d[2], d[3]), new int[] {d[0], d[1], times, d[2], d[3]});
        return wide.reshaped(d[0], d[1] * times, d[2], d[3]);
    }

    /** Scores [B,N,S,T] with the mask added; keys that are hidden are negative infinity. */
    private static Array masked(Call call, Array scores) {
        Array sum = scores;
        if (call.has(3)) {
            Array mask = widened(call.in(3), scores.dim(3));
            sum = Elementwise.reals(scores, mask, scores.type(), Double::sum);
        }
        Optional<long[]> lengths = call.optional(6).map(Array::longs);
        int keys = scores.dim(3);
        int queries = scores.dim(2);
        long left = reach(call, LEFT, Integer.MAX_VALUE);
        long right = reach(call, RIGHT, call.flag(OnnxOps.IS_CAUSAL) ? 0 : Integer.MAX_VALUE);
        double[] out = sum.doubles().clone();
        for (int i = 0; i < out.length; i++) {
            int batch = i / (keys * queries * scores.dim(1));
            long length = lengths.map(n -> n[batch]).orElse((long) keys);
            long past = lengths.isEmpty() ? keys - call.in(1).dim(-2) : length - queries;
            long place = i / keys % queries + past;
            int key = i % keys;
            out[i] = key >= length || key < place - left || key > place + right ? HIDDEN : out[i];
        }
        return Array.ofDoubles(scores.type(), scores.dims(), out);
    }

    /** How many keys to one side a query sees. */
    private static long reach(Call call, Key<Long> key, long otherwise) {
        long asked = call.option(key, -1L);
        return asked < 0 ? otherwise : Math.min(asked, otherwise);
    }

    /** The numbers of a mask; keys that it says nothing of are hidden. */
    private static Array widened(Array mask, int keys) {
        double[] numbers = mask.type() == DataType.BOOL
                ? Elementwise.map(new Array(DataType.FLOAT64, mask.dims(), mask.doubles()), x -> x != 0 ? 0 : HIDDEN)
                        .doubles()
                : mask.doubles();
        int told = mask.dim(-1);
        int[] dims = Dims.with(mask.dims(), mask.rank() - 1, keys);
        double[] out = new double[Dims.count(dims)];
        Arrays.setAll(out, i -> i % keys < told ? numbers[i / keys * told + i % keys] : HIDDEN);
        return new Array(DataType.FLOAT64, dims, out);
    }

    /**
     * RotaryEmbedding: pairs of numbers of x [B,N,S,H], or [B,S,N·H], are turned by angles of which cosines and sines are
     * given: [B,S,D/2], or [positions, D/2] with the positions [B,S]; D are the first numbers of a head, or all of them.
     */
    static Array rotary(Call call) {
        boolean flat = call.in(0).rank() == 3;
        Array x = parted(call.in(0), call.option(OnnxOps.NUM_HEADS, 1));
        int size = x.dim(3);
        int turned = call.option(ROTARY_DIM, 0) == 0 ? size : call.option(ROTARY_DIM, 0);
        int half = turned / 2;
        int apart = call.flag(INTERLEAVED) ? 1 : half;
        int step = call.flag(INTERLEAVED) ? 2 : 1;
        double[] cos = call.in(1).doubles();
        double[] sin = call.in(2).doubles();
        Optional<long[]> positions = call.optional(3).map(Array::longs);
        double[] in = x.doubles();
        double[] out = in.clone();
        for (int row = 0; row < in.length / size; row++) {
            int place = row / (x.dim(1) * x.dim(2)) * x.dim(2) + row % x.dim(2);
            long angle = positions.map(p -> p[place]).orElse((long) place) * half;
            for (int j = 0; j < half; j++) {
                int a = row * size + j * step;
                int b = a + apart;
                double c = cos[(int) angle + j];
                double s = sin[(int) angle + j];
                out[a] = c * in[a] - s * in[b];
                out[b] = s * in[a] + c * in[b];
            }
        }
        Array y = Array.ofDoubles(x.type(), x.dims(), out);
        return flat ? joined(y) : y;
    }
}
