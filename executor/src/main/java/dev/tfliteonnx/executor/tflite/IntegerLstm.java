package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;

/**
 * An LSTM of 8-bit integers with 16-bit gates and cells. Source: {@code LstmStepInteger8x8_16} in
 * {@code kernels/lstm_eval.cc}, {@code PopulateQuantizedLstmParams8x8_16} in
 * {@code kernels/unidirectional_sequence_lstm.cc}, {@code kernels/internal/reference/portable_tensor_utils.cc}.
 */
final class IntegerLstm {
    /** Gates have so many bits before the point. */
    private static final int GATE_BITS = 3;

    private final List<Gate> gates = new ArrayList<>();
    private final List<Matrix> projection;
    private final Fixed.Multiplier hidden;
    private final int hiddenZero;
    private final int outputZero;
    private final int cellPower;
    private final int cellClip;
    private final int projectionClip;
    private final boolean timeMajor;

    /**
     * A matrix {@code [O,I]}.
     *
     * @param rows its elements
     * @param bias with what the zero point of the vectors amounts to
     * @param multiplier of sums
     */
    private record Matrix(int[] rows, int[] bias, Fixed.Multiplier multiplier) {
        /** The rescaled product with each of the vectors of {@code x}. */
        int[] products(int[] x) {
            int outs = bias.length;
            int ins = rows.length / outs;
            int[] y = new int[x.length / ins * outs];
            for (int i = 0; i < y.length; i++) {
                int sum = bias[i % outs];
                for (int k = 0; k < ins; k++) {
                    sum += x[i / outs * ins + k] * rows[i % outs * ins + k];
                }
                y[i] = multiplier.times(sum);
            }
            return y;
        }
    }

    /** A gate; what is not there is empty. */
    private record Gate(Matrix input, Matrix state, int[] peephole, Fixed.Multiplier ofCell, Norm norm) {}

    /** A layer norm; empty weights if there is none. */
    private record Norm(int[] weights, int[] bias, Fixed.Multiplier multiplier, int guard) {}

    /** What is kept from one time to the next: outputs and cells of all sequences. */
    record State(int[] output, int[] cell) {
        static State of(TfliteCall call) {
            LstmOperands operands = LstmOperands.SINGLE;
            return new State(Integers.of(call.in(operands.state()), 0), Integers.of(call.in(operands.cell()), 0));
        }

        void keep(TfliteCall call) {
            keep(call, LstmOperands.SINGLE.state(), output);
            keep(call, LstmOperands.SINGLE.cell(), cell);
        }

        private static void keep(TfliteCall call, int operand, int[] values) {
            Array before = call.in(operand);
            call.assign(operand, Integers.array(before.type(), before.dims(), values));
        }
    }

    IntegerLstm(TfliteCall call, boolean timeMajor) {
        this.timeMajor = timeMajor;
        LstmOperands operands = LstmOperands.SINGLE;
        Floats scales = call.option(Tfl.INTERMEDIATE_SCALES);
        Ints zeros = call.option(Tfl.INTERMEDIATE_ZERO_POINTS);
        if (scales.size() != 5) {
            throw new IllegalArgumentException("an LSTM of integers with " + scales.size() + " intermediates");
        }
        float cellScale = call.quant(operands.cell()).scale();
        cellPower = Math.getExponent(cellScale);
        for (int gate = operands.isCoupled(call) ? 1 : 0; gate < 4; gate++) {
            gates.add(gate(call, gate));
        }
        hidden = Fixed.Multiplier.of((float) (0x1p-15 / scales.get(4) * 0x1p-15));
        hiddenZero = (int) zeros.get(4);
        outputZero = (int) call.quant(operands.state()).zeroPoint();
        projection = call.has(operands.projection()) ? List.of(projection(call)) : List.of();
        cellClip = clip(call.option(Tfl.CELL_CLIP), cellScale, DataType.INT16);
        projectionClip = clip(call.option(Tfl.PROJ_CLIP), call.outQuant().scale(), DataType.INT8);
    }

    private static int clip(float clip, float scale, DataType type) {
        return clip > 0 ? Integers.clamp((long) (clip / scale), type) : 0;
    }

    private Gate gate(TfliteCall call, int gate) {
        LstmOperands operands = LstmOperands.SINGLE;
        boolean isNormed = call.has(operands.norm(gate));
        float scale = isNormed ? call.option(Tfl.INTERMEDIATE_SCALES).get(gate) : 0x1p-12f;
        int[] bias = call.in(operands.bias(gate)).ints();
        int[] none = new int[bias.length];
        int norm = operands.norm(gate);
        int peephole = operands.peephole(gate);
        float normScale = isNormed ? call.quant(norm).scale() : 1;
        float peepholeScale = call.has(peephole)
                ? (float) (Math.scalb(1.0, cellPower) * call.quant(peephole).scale() / scale)
                : 1;
        return new Gate(
                matrix(call, operands.ofInput(gate), 0, isNormed ? none : bias, scale),
                matrix(call, operands.ofState(gate), operands.state(), none, scale),
                values(call, peephole),
                Fixed.Multiplier.of(peepholeScale),
                new Norm(values(call, norm), bias, Fixed.Multiplier.of(normScale), Math.max(1, (int)
                        (10000 * normScale))));
    }

    private static int[] values(TfliteCall call, int operand) {
        return call.has(operand) ? Integers.of(call.in(operand), 0) : new int[0];
    }

    private static Matrix matrix(TfliteCall call, int operand, int vectors, int[] bias, float scale) {
        float product = call.quant(operand).scale() * call.quant(vectors).scale() / scale;
        int zero = (int) call.quant(vectors).zeroPoint();
        int[] rows = Integers.of(call.in(operand), 0);
        return new Matrix(rows, withZero(bias, rows, -zero), Fixed.Multiplier.of(product));
    }

    private Matrix projection(TfliteCall call) {
        LstmOperands operands = LstmOperands.SINGLE;
        Array w = call.in(operands.projection());
        int[] rows = Integers.of(w, 0);
        int[] bias = call.has(operands.projectionBias())
                ? call.in(operands.projectionBias()).ints()
                : new int[w.dim(0)];
        float scale = call.quant(operands.projection()).scale()
                * call.option(Tfl.INTERMEDIATE_SCALES).get(4)
                / call.quant(operands.state()).scale();
        return new Matrix(rows, withZero(bias, rows, hiddenZero), Fixed.Multiplier.of(scale));
    }

    private static int[] withZero(int[] bias, int[] rows, int zero) {
        int[] out = bias.clone();
        for (int i = 0; i < rows.length; i++) {
            out[i / (rows.length / bias.length)] += zero * rows[i];
        }
        return out;
    }

    /** One step of all sequences: the vectors of the input → the new outputs. */
    int[] step(int[] x, State state) {
        int last = gates.size() - 1;
        int[] forget = sigmoid(open(gates.get(last - 2), x, state));
        int[] write = last == 3 ? sigmoid(open(gates.get(0), x, state)) : rest(forget);
        int[] cell = open(gates.get(last - 1), x, state);
        for (int i = 0; i < cell.length; i++) {
            int kept = (short) Fixed.dividedByPower(forget[i] * state.cell[i], 15);
            int added = (short) Fixed.dividedByPower(write[i] * ShortFixed.tanh(cell[i], GATE_BITS), 30 + cellPower);
            state.cell[i] = clipped(Integers.clamp(kept + added, DataType.INT16), cellClip);
        }
        int[] read = sigmoid(open(gates.get(last), x, state));
        int[] y = new int[read.length];
        for (int i = 0; i < y.length; i++) {
            int product = read[i] * ShortFixed.tanh(state.cell[i], 15 + cellPower);
            int zero = projection.isEmpty() ? hiddenZero : -hiddenZero;
            y[i] = Integers.clamp(hidden.times(product) + zero, DataType.INT8);
        }
        int[] output = projected(y);
        System.arraycopy(output, 0, state.output, 0, output.length);
        return output;
    }

    private int[] projected(int[] values) {
        if (projection.isEmpty()) {
            return values;
        }
        int[] y = projection.get(0).products(values);
        for (int i = 0; i < y.length; i++) {
            y[i] = clipped(Integers.clamp(y[i] + outputZero, DataType.INT8), projectionClip);
        }
        return y;
    }

    private static int clipped(int value, int limit) {
        return limit > 0 ? Math.max(-limit, Math.min(limit, value)) : value;
    }

    private static int[] sigmoid(int[] gate) {
        for (int i = 0; i < gate.length; i++) {
            gate[i] = ShortFixed.logistic(gate[i], GATE_BITS);
        }
        return gate;
    }

    private static int[] rest(int[] gate) {
        int[] rest = new int[gate.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = Short.MAX_VALUE - gate[i];
        }
        return rest;
    }

    private int[] open(Gate gate, int[] x, State state) {
        int[] y = gate.input.products(x);
        int[] fromState = gate.state.products(state.output);
        for (int i = 0; i < y.length; i++) {
            y[i] = Integers.clamp(Integers.clamp(y[i], DataType.INT16) + fromState[i], DataType.INT16);
        }
        if (gate.peephole.length > 0) {
            look(gate, state, y);
        }
        if (gate.norm.weights.length > 0) {
            normalize(gate.norm, y);
        }
        return y;
    }

    /** Adds what the cells give; the kernel takes as many of them as there are outputs. */
    private void look(Gate gate, State state, int[] y) {
        int units = gate.norm.bias.length;
        int batch = y.length / units;
        int outs = state.output.length / batch;
        for (int k = 0; k < batch * outs; k++) {
            int i = timeMajor ? k : k / outs * units + k % outs;
            int product = gate.ofCell.times(gate.peephole[k % outs] * state.cell[i]);
            y[i] = Integers.clamp(y[i] + product, DataType.INT16);
        }
    }

    private static void normalize(Norm norm, int[] y) {
        int units = norm.weights.length;
        Fixed.Multiplier scale = new Fixed.Multiplier(norm.multiplier.multiplier(), norm.multiplier.shift() + 12);
        for (int from = 0; from < y.length; from += units) {
            long sum = 0;
            long squares = 0;
            for (int i = from; i < from + units; i++) {
                sum += y[i];
                squares += y[i] * y[i];
            }
            int mean = (int) (sum * 1024 / units);
            long variance = squares * ((1 << 20) / units) - (long) mean * mean;
            int whole = (int) (variance / (1 << 20));
            Fixed.Multiplier inverse = Fixed.inverseRoot(whole < 1 ? norm.guard : whole);
            for (int i = from; i < from + units; i++) {
                int centered = inverse.times(1024 * y[i] - mean);
                int weighted = centered * norm.weights[i - from] + norm.bias[i - from];
                int rounded = (int) ((weighted > 0 ? weighted + 512L : weighted - 512L) / 1024);
                y[i] = Integers.clamp(scale.times(rounded), DataType.INT16);
            }
        }
    }
}
