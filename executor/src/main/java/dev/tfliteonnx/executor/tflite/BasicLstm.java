package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import java.util.List;

/**
 * The basic kernel of LSTM: {@code [...,I]}, the output before {@code [...,O]}, weights {@code [4·O,I+O]}, bias {@code
 * [4·O]}, the state before {@code [...,O]} → output, state, and what the kernel computes on the way. Operands that are
 * variables take on output and state. Source: {@code LstmCell} in {@code kernels/internal/optimized/optimized_ops.h},
 * {@code namespace basic} in {@code kernels/lstm.cc}.
 */
final class BasicLstm {
    private static final int STATE_BITS = 4;
    private static final int GATE_BITS = 3;

    private BasicLstm() {}

    static List<Array> run(TfliteCall call) {
        Array joined = Moves.joined(List.of(call.in(0), call.in(1)), call.in(0).rank() - 1);
        Array w = call.in(2);
        int rows = joined.size() / w.dim(1);
        int outs = w.dim(0) / 4;
        List<Array> results =
                joined.type().isFloat() ? floats(call, joined, rows, outs) : integers(call, joined, rows, outs);
        call.assign(1, results.get(0));
        call.assign(4, results.get(1));
        return results;
    }

    private static int[] dims(Array joined, int width) {
        int[] dims = joined.dims().clone();
        dims[dims.length - 1] = width;
        return dims;
    }

    private static List<Array> floats(TfliteCall call, Array joined, int rows, int outs) {
        float[] gates = new float[rows * 4 * outs];
        float[] bias = call.in(3).floats();
        for (int i = 0; i < gates.length; i++) {
            gates[i] = bias[i % bias.length];
        }
        WeightMatrix.of(call, 2, false).addProducts(joined.floats(), gates);
        float[] before = call.in(4).floats();
        float[] state = new float[rows * outs];
        float[] y = new float[rows * outs];
        for (int i = 0; i < y.length; i++) {
            int at = i / outs * 4 * outs + i % outs;
            double write = sigmoid(gates[at]);
            double modulation = Math.tanh(gates[at + outs]);
            double forget = sigmoid(gates[at + 2 * outs]);
            double read = sigmoid(gates[at + 3 * outs]);
            state[i] = (float) (write * modulation + forget * before[i]);
            y[i] = (float) (read * Math.tanh(state[i]));
        }
        int[] dims = dims(joined, outs);
        return List.of(
                new Array(DataType.FLOAT32, dims, y),
                new Array(DataType.FLOAT32, dims, state),
                joined,
                new Array(DataType.FLOAT32, dims(joined, 4 * outs), gates));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static List<Array> integers(TfliteCall call, Array joined, int rows, int outs) {
        if (15 + Math.getExponent(call.out(1).quant().orElseThrow().scale()) != STATE_BITS) {
            throw new IllegalArgumentException("a state of another scale than 2⁻¹¹");
        }
        int[] gates = gates(call, joined, rows, outs);
        int[] before = Integers.of(call.in(4), 0);
        int[] state = new int[rows * outs];
        int[] y = new int[rows * outs];
        for (int i = 0; i < y.length; i++) {
            int at = i / outs * 4 * outs + i % outs;
            int write = ShortFixed.logistic(gates[at], GATE_BITS);
            int modulation = ShortFixed.tanh(gates[at + outs], GATE_BITS);
            int forget = ShortFixed.logistic(gates[at + 2 * outs], GATE_BITS);
            int read = ShortFixed.logistic(gates[at + 3 * outs], GATE_BITS);
            int added = Fixed.dividedByPower(Fixed.highShort(write, modulation), STATE_BITS);
            state[i] = Integers.clamp(added + Fixed.highShort(forget, before[i]), DataType.INT16);
            int product = Fixed.highShort(read, ShortFixed.tanh(state[i], STATE_BITS));
            y[i] = 128 + Math.max(-128, Math.min(127, Fixed.dividedByPower(product, 8)));
        }
        int[] dims = dims(joined, outs);
        return List.of(
                Integers.array(DataType.UINT8, dims, y),
                Integers.array(DataType.INT16, dims, state),
                joined,
                Integers.array(DataType.INT16, dims(joined, 4 * outs), gates));
    }

    private static int[] gates(TfliteCall call, Array joined, int rows, int outs) {
        int[] x = Integers.of(joined, 128);
        int[] w = Integers.of(call.in(2), call.quant(2).zeroPoint());
        int[] bias = call.in(3).ints();
        int ins = x.length / rows;
        Fixed.Multiplier multiplier =
                Fixed.Multiplier.of((double) (4096 * call.quant(3).scale()));
        int[] gates = new int[rows * 4 * outs];
        for (int i = 0; i < gates.length; i++) {
            int o = i % (4 * outs);
            int sum = bias[o];
            for (int k = 0; k < ins; k++) {
                sum += x[i / (4 * outs) * ins + k] * w[o * ins + k];
            }
            gates[i] = Integers.clamp(multiplier.times(sum), DataType.INT16);
        }
        return gates;
    }
}
