package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Strings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * RNN, GRU and LSTM: x [T, N, I], w [D, G·H, I], r [D, G·H, H], b [D, 2·G·H], sequence_lens [N], initial_h [D, N, H] →
 * y [T, D, N, H], y_h [D, N, H], and for LSTM y_c [D, N, H]. With layout 1 the batch comes first. Source: RNN-22, GRU-22,
 * LSTM-22.
 */
final class Recurrent {
    private static final Key<String> DIRECTION = Key.ofString("direction");
    private static final Key<Long> LAYOUT = Key.ofInt("layout");
    private static final Key<Float> CLIP = Key.ofFloat("clip");
    private static final Key<Strings> ACTIVATIONS = Key.ofStrings("activations");
    private static final Key<Floats> ALPHAS = Key.ofFloats("activation_alpha");
    private static final Key<Floats> BETAS = Key.ofFloats("activation_beta");
    private static final Key<Long> LINEAR_BEFORE_RESET = Key.ofInt("linear_before_reset");
    private static final Key<Long> INPUT_FORGET = Key.ofInt("input_forget");

    private static final Set<String> WITH_BETA = Set.of("affine", "scaledtanh", "hardsigmoid");
    private static final Set<String> WITH_ALPHA =
            Set.of("affine", "scaledtanh", "hardsigmoid", "leakyrelu", "thresholdedrelu", "elu");

    /** Which network. */
    enum Kind {
        RNN(1, List.of("Tanh")),
        GRU(3, List.of("Sigmoid", "Tanh")),
        LSTM(4, List.of("Sigmoid", "Tanh", "Tanh"));

        private final int gates;
        private final List<String> activations;

        Kind(int gates, List<String> activations) {
            this.gates = gates;
            this.activations = activations;
        }
    }

    /** One direction of a network: its weights and functions. All lists are of one direction alone. */
    private static final class Cell {
        private final Kind kind;
        private final int hidden;
        private final double[] recurrence;
        private final double[] bias;
        private final double[] peephole;
        private final Functions f;

        Cell(Call call, Kind kind, int d) {
            this.kind = kind;
            hidden = call.in(2).dim(2);
            int rows = kind.gates * hidden;
            recurrence = part(call.optional(2), d, rows * hidden);
            bias = part(call.optional(3), d, 2 * rows);
            peephole = part(kind == Kind.LSTM ? call.optional(7) : Optional.empty(), d, 3 * hidden);
            f = functions(call, kind, d);
        }
    }

    private record Functions(
            List<DoubleUnaryOperator> of, double clip, boolean linearBeforeReset, boolean inputForget) {
        double apply(int i, double x) {
            return of.get(i).applyAsDouble(Math.max(-clip, Math.min(clip, x)));
        }
    }

    private Recurrent() {}

    /** A kernel of any of them. */
    static List<Array> run(Call call, Kind kind) {
        boolean batchFirst = call.flag(LAYOUT);
        Array x = batchFirst ? Moves.transposed(call.in(0), 1, 0, 2) : call.in(0);
        int steps = x.dim(0);
        int batch = x.dim(1);
        int directions = call.in(1).dim(0);
        int hidden = call.in(2).dim(2);
        double[] y = new double[steps * directions * batch * hidden];
        double[] lastH = initial(call, 5, batchFirst, directions * batch * hidden);
        double[] lastC = initial(call, 6, batchFirst, directions * batch * hidden);
        for (int d = 0; d < directions; d++) {
            Cell cell = new Cell(call, kind, d);
            double[] fed = fed(call, x, kind.gates * hidden, d);
            boolean reverse = call.option(DIRECTION, "forward").equals("reverse") || d == 1;
            for (int n = 0; n < batch; n++) {
                int at = n;
                int length = call.optional(4).map(a -> (int) a.longs()[at]).orElse(steps);
                double[] h = Arrays.copyOfRange(lastH, (d * batch + n) * hidden, (d * batch + n + 1) * hidden);
                double[] c = Arrays.copyOfRange(lastC, (d * batch + n) * hidden, (d * batch + n + 1) * hidden);
                for (int s = 0; s < length; s++) {
                    int t = reverse ? length - 1 - s : s;
                    h = step(cell, fed, (t * batch + n) * kind.gates * hidden, h, c);
                    System.arraycopy(h, 0, y, ((t * directions + d) * batch + n) * hidden, hidden);
                }
                System.arraycopy(h, 0, lastH, (d * batch + n) * hidden, hidden);
                System.arraycopy(c, 0, lastC, (d * batch + n) * hidden, hidden);
            }
        }
        Array outY = Array.ofDoubles(x.type(), new int[] {steps, directions, batch, hidden}, y);
        Array outH = Array.ofDoubles(x.type(), new int[] {directions, batch, hidden}, lastH);
        Array outC = Array.ofDoubles(x.type(), new int[] {directions, batch, hidden}, lastC);
        return batchFirst
                ? List.of(
                        Moves.transposed(outY, 2, 0, 1, 3),
                        Moves.transposed(outH, 1, 0, 2),
                        Moves.transposed(outC, 1, 0, 2))
                : List.of(outY, outH, outC);
    }

    private static double[] initial(Call call, int input, boolean batchFirst, int size) {
        return call.optional(input)
                .map(a -> batchFirst ? Moves.transposed(a, 1, 0, 2) : a)
                .map(a -> a.doubles().clone())
                .orElseGet(() -> new double[size]);
    }

    private static double[] part(Optional<Array> all, int d, int size) {
        return all.map(a -> Arrays.copyOfRange(a.doubles(), d * size, (d + 1) * size))
                .orElseGet(() -> new double[size]);
    }

    private static Functions functions(Call call, Kind kind, int d) {
        List<String> names = call.option(ACTIVATIONS)
                .map(Strings::values)
                .orElseGet(() -> Collections.nCopies(d + 1, kind.activations).stream()
                        .flatMap(List::stream)
                        .toList());
        // parameters stand in the lists for those functions alone that take any
        Iterator<Float> alphas = numbers(call, ALPHAS);
        Iterator<Float> betas = numbers(call, BETAS);
        List<DoubleUnaryOperator> functions = new ArrayList<>();
        for (String name : names) {
            String key = name.toLowerCase(Locale.ROOT);
            Optional<Float> alpha = next(WITH_ALPHA.contains(key), alphas);
            functions.add(function(key, alpha, next(WITH_BETA.contains(key), betas)));
        }
        int from = d * kind.activations.size();
        double clip = call.option(CLIP).map(Float::doubleValue).orElse(Double.POSITIVE_INFINITY);
        return new Functions(
                functions.subList(from, from + kind.activations.size()),
                clip,
                call.flag(LINEAR_BEFORE_RESET),
                call.flag(INPUT_FORGET));
    }

    private static Iterator<Float> numbers(Call call, Key<Floats> key) {
        List<Float> numbers = new ArrayList<>();
        call.option(key).ifPresent(v -> {
            for (float number : v.toArray()) {
                numbers.add(number);
            }
        });
        return numbers.iterator();
    }

    private static Optional<Float> next(boolean takes, Iterator<Float> numbers) {
        return takes && numbers.hasNext() ? Optional.of(numbers.next()) : Optional.empty();
    }

    private static DoubleUnaryOperator function(String name, Optional<Float> alpha, Optional<Float> beta) {
        return switch (name) {
            case "tanh" -> Math::tanh;
            case "sigmoid" -> Activations::sigmoid;
            case "relu" -> x -> Math.max(0, x);
            case "softplus" -> Activations::softplus;
            case "softsign" -> x -> x / (1 + Math.abs(x));
            case "affine" -> x -> alpha.orElse(1f) * x + beta.orElse(0f);
            case "leakyrelu" -> x -> x < 0 ? alpha.orElse(0.01f) * x : x;
            case "thresholdedrelu" -> x -> x > alpha.orElse(1f) ? x : 0;
            case "scaledtanh" -> x -> alpha.orElse(1f) * Math.tanh(beta.orElse(1f) * x);
            case "hardsigmoid" -> x -> Activations.hardSigmoid(x, alpha.orElse(0.2f), beta.orElse(0.5f));
            case "elu" -> x -> x < 0 ? alpha.orElse(1f) * Math.expm1(x) : x;
            default -> throw new IllegalArgumentException("activation " + name);
        };
    }

    /** What the input adds to every gate at every step, [T, N, G·H]. */
    private static double[] fed(Call call, Array x, int rows, int d) {
        int width = x.dim(2);
        Array weights = Moves.part(call.in(1), 0, d, 1).reshaped(rows, width);
        return MatrixOps.matMul(x.reshaped(x.dim(0) * x.dim(1), width), Moves.transposed(weights, 1, 0))
                .doubles();
    }

    /** The next hidden state; {@code c} is changed to the next cell state. */
    private static double[] step(Cell cell, double[] fed, int at, double[] h, double[] c) {
        return switch (cell.kind) {
            case RNN -> {
                double[] out = new double[cell.hidden];
                for (int i = 0; i < cell.hidden; i++) {
                    out[i] = cell.f.apply(0, fed[at + i] + biases(cell, i) + recurrent(cell, i, h));
                }
                yield out;
            }
            case GRU -> gruStep(cell, fed, at, h);
            case LSTM -> lstmStep(cell, fed, at, h, c);
        };
    }

    private static double biases(Cell cell, int row) {
        return cell.bias[row] + cell.bias[cell.kind.gates * cell.hidden + row];
    }

    private static double recurrent(Cell cell, int row, double[] h) {
        double sum = 0;
        for (int j = 0; j < h.length; j++) {
            sum += cell.recurrence[row * h.length + j] * h[j];
        }
        return sum;
    }

    private static double[] gruStep(Cell cell, double[] fed, int at, double[] h) {
        int n = cell.hidden;
        double[] z = new double[n];
        double[] reset = new double[n];
        double[] kept = new double[n];
        for (int i = 0; i < n; i++) {
            z[i] = cell.f.apply(0, fed[at + i] + biases(cell, i) + recurrent(cell, i, h));
            reset[i] = cell.f.apply(0, fed[at + n + i] + biases(cell, n + i) + recurrent(cell, n + i, h));
            kept[i] = reset[i] * h[i];
        }
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            double added = cell.bias[5 * n + i];
            double memory = cell.f.linearBeforeReset
                    ? reset[i] * (recurrent(cell, 2 * n + i, h) + added)
                    : recurrent(cell, 2 * n + i, kept) + added;
            double candidate = cell.f.apply(1, fed[at + 2 * n + i] + cell.bias[2 * n + i] + memory);
            out[i] = (1 - z[i]) * candidate + z[i] * h[i];
        }
        return out;
    }

    private static double[] lstmStep(Cell cell, double[] fed, int at, double[] h, double[] c) {
        int n = cell.hidden;
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            double in = gate(cell, fed, at, i, h) + cell.peephole[i] * c[i];
            double forget = gate(cell, fed, at, 2 * n + i, h) + cell.peephole[2 * n + i] * c[i];
            double candidate = cell.f.apply(1, gate(cell, fed, at, 3 * n + i, h));
            double input = cell.f.apply(0, in);
            double keep = cell.f.inputForget ? 1 - input : cell.f.apply(0, forget);
            double next = keep * c[i] + input * candidate;
            double output = cell.f.apply(0, gate(cell, fed, at, n + i, h) + cell.peephole[n + i] * next);
            c[i] = next;
            out[i] = output * cell.f.apply(2, next);
        }
        return out;
    }

    private static double gate(Cell cell, double[] fed, int at, int row, double[] h) {
        return fed[at + row] + biases(cell, row) + recurrent(cell, row, h);
    }
}
