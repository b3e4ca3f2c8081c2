package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.List;
import java.util.Optional;

/**
 * Scores along an axis turned into shares, and losses of such. Source: Softmax-13, LogSoftmax-13, Hardmax-13,
 * NegativeLogLikelihoodLoss-13, SoftmaxCrossEntropyLoss-13.
 */
final class Softmaxes {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<String> REDUCTION = Key.ofString("reduction");
    private static final Key<Long> IGNORE_INDEX = Key.ofInt("ignore_index");

    /** What is made of the scores along an axis. */
    enum Kind {
        SOFTMAX,
        LOG_SOFTMAX,
        HARDMAX
    }

    private Softmaxes() {}

    /** A kernel of any of them. */
    static Array along(Call call, Kind kind) {
        Array x = call.in(0);
        return along(x, Dims.axis(call.option(AXIS, -1), x.rank()), kind);
    }

    static Array along(Array x, int axis, Kind kind) {
        int n = x.dim(axis);
        int inner = Dims.count(x.dims(), axis + 1, x.rank());
        double[] in = x.doubles();
        double[] out = new double[in.length];
        for (int i = 0; i < in.length / Math.max(1, n); i++) {
            int from = i / inner * n * inner + i % inner;
            int peak = from;
            for (int at = from; at < from + n * inner; at += inner) {
                peak = in[at] > in[peak] ? at : peak;
            }
            double sum = 0;
            for (int at = from; at < from + n * inner; at += inner) {
                sum += Math.exp(in[at] - in[peak]);
            }
            for (int at = from; at < from + n * inner; at += inner) {
                double shifted = in[at] - in[peak];
                out[at] = switch (kind) {
                    case SOFTMAX -> Math.exp(shifted) / sum;
                    case LOG_SOFTMAX -> shifted - Math.log(sum);
                    case HARDMAX -> at == peak ? 1 : 0;
                };
            }
        }
        return Array.ofDoubles(x.type(), x.dims(), out);
    }

    /** NegativeLogLikelihoodLoss: x [N, C, ...], target [N, ...], weight [C]. */
    static Array negativeLogLikelihood(Call call) {
        return loss(call, call.in(0));
    }

    /** SoftmaxCrossEntropyLoss: as NegativeLogLikelihoodLoss of LogSoftmax; also gives the latter. */
    static List<Array> crossEntropy(Call call) {
        Array logs = along(call.in(0), 1, Kind.LOG_SOFTMAX);
        return List.of(loss(call, logs), logs);
    }

    private static Array loss(Call call, Array x) {
        Array target = call.in(1);
        Optional<double[]> weights = call.optional(2).map(Array::doubles);
        long ignored = call.option(IGNORE_INDEX, Long.MIN_VALUE);
        int channels = x.dim(1);
        int inner = Dims.count(x.dims(), 2, x.rank());
        double[] in = x.doubles();
        long[] labels = target.longs();
        double[] out = new double[labels.length];
        double total = 0;
        double weight = 0;
        for (int i = 0; i < labels.length; i++) {
            int c = (int) labels[i];
            if (labels[i] != ignored) {
                double w = weights.map(v -> v[c]).orElse(1.0);
                out[i] = -w * in[(i / inner * channels + c) * inner + i % inner];
                weight += w;
            }
            total += out[i];
        }
        double sum = total;
        double mean = total / weight;
        return switch (call.option(REDUCTION, "mean")) {
            case "none" -> Array.ofDoubles(x.type(), target.dims(), out);
            case "sum" -> single(x.type(), sum);
            default -> single(x.type(), mean);
        };
    }

    private static Array single(DataType type, double value) {
        return Array.ofDoubles(type, new int[0], new double[] {value});
    }
}
