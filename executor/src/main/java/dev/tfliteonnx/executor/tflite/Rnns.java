package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;

/** Layers of plain recurrent units and of SVDF, which keep their state from run to run. */
final class Rnns {
    private Rnns() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("RNN", call -> layer(call, true))
                .one("UNIDIRECTIONAL_SEQUENCE_RNN", call -> layer(call, call.option(Tfl.TIME_MAJOR)))
                .many("BIDIRECTIONAL_SEQUENCE_RNN", Rnns::bidirectionalSequenceRnn)
                .one("SVDF", Rnns::svdf);
    }

    /**
     * RNN of one step {@code [N,I]} and UNIDIRECTIONAL_SEQUENCE_RNN {@code [T,N,I]} or {@code [N,T,I]}: weights {@code
     * [U,I]}, of the state {@code [U,U]}, bias {@code [U]}, state {@code [N,U]}; floats, or floats that are rounded
     * beside INT8 weights. Source: {@code kernels/basic_rnn.cc}, {@code kernels/unidirectional_sequence_rnn.cc}, {@code
     * RnnBatchStep} in {@code kernels/internal/kernel_utils.cc}.
     */
    private static Array layer(TfliteCall call, boolean timeMajor) {
        Array x = call.in(0);
        Sequence sequence = Sequence.of(x, timeMajor);
        int units = call.in(1).dim(0);
        float[] y = new float[x.size() / x.dim(-1) * units];
        Layer layer = new Layer(new int[] {1, 2}, 3, 4, false, 1);
        run(call, layer, sequence, List.of(x.floats()), new Sequence.Target(y, units, 0));
        return new Array(DataType.FLOAT32, Dims.with(x.dims(), x.rank() - 1, units), y);
    }

    /**
     * The operands of a direction.
     *
     * @param matrices of each input and of the state
     * @param bias the bias
     * @param state the state
     * @param backward whether it starts at the last time
     * @param laps how often it goes through the sequence, keeping its state
     */
    private record Layer(int[] matrices, int bias, int state, boolean backward, int laps) {}

    private static void run(
            TfliteCall call, Layer layer, Sequence sequence, List<float[]> inputs, Sequence.Target target) {
        List<WeightMatrix> matrices = new ArrayList<>();
        for (int operand : layer.matrices) {
            matrices.add(WeightMatrix.of(call, operand, call.option(Tfl.ASYMMETRIC_QUANTIZE_INPUTS)));
        }
        float[] bias = call.in(layer.bias).floats();
        Array before = call.in(layer.state);
        float[] state = before.floats().clone();
        Activation activation = call.activation();
        for (int lap = 0; lap < layer.laps; lap++) {
            sequence.walk(layer.backward, t -> {
                float[] y = new float[state.length];
                for (int i = 0; i < y.length; i++) {
                    y[i] = bias[i % bias.length];
                }
                for (int i = 0; i < inputs.size(); i++) {
                    matrices.get(i).addProducts(sequence.rows(inputs.get(i), t), y);
                }
                matrices.get(inputs.size()).addProducts(state, y);
                FusedActivation.applyAny(activation, y);
                System.arraycopy(y, 0, state, 0, y.length);
                sequence.put(y, bias.length, t, target);
            });
        }
        call.assign(layer.state, new Array(before.type(), before.dims(), state));
    }

    /**
     * BIDIRECTIONAL_SEQUENCE_RNN: one layer forward and one backward, their outputs side by side or apart. A second
     * input goes to both; if there are no weights for it, it stands in the place of the first for the backward layer,
     * but not where the batch is the outer axis. Beside INT8 weights the kernel goes through a sequence whose outer
     * axis is time as often as it has times. Source: {@code kernels/bidirectional_sequence_rnn.cc}.
     */
    static List<Array> bidirectionalSequenceRnn(TfliteCall call) {
        Array x = call.in(0);
        boolean timeMajor = call.option(Tfl.TIME_MAJOR);
        Sequence sequence = Sequence.of(x, timeMajor);
        boolean isStacked = call.has(9) && call.has(10);
        float[] first = x.floats();
        float[] second = call.has(9) && (isStacked || timeMajor) ? call.in(9).floats() : first;
        Lstms.Both both = Lstms.Both.of(call, x, 4, 8);
        int laps = timeMajor && !call.in(1).type().isFloat() ? sequence.times() : 1;
        Layer forward = new Layer(isStacked ? new int[] {1, 10, 2} : new int[] {1, 2}, 3, 4, false, laps);
        Layer backward = new Layer(isStacked ? new int[] {5, 11, 6} : new int[] {5, 6}, 7, 8, true, laps);
        run(call, forward, sequence, isStacked ? List.of(first, second) : List.of(first), both.forward());
        run(call, backward, sequence, isStacked ? List.of(first, second) : List.of(second), both.backward());
        return both.results();
    }

    /**
     * SVDF: {@code [N,I]}, weights of features {@code [F,I]} and of time {@code [F,M]}, bias {@code [F/rank]}, state
     * {@code [N,F·M]} → {@code [N,F/rank]}; floats, floats that are rounded beside INT8 weights, or INT8 with a state
     * of 16 bits. Source: {@code kernels/svdf.cc}, {@code kernels/internal/reference/svdf.h}.
     */
    static Array svdf(TfliteCall call) {
        int memory = call.in(2).dim(1);
        Array before = call.in(4);
        int[] dims = {call.in(0).dim(0), call.in(1).dim(0) / call.number(Tfl.RANK)};
        if (!call.in(0).type().isFloat()) {
            return svdfOfIntegers(call, dims);
        }
        float[] state = before.floats().clone();
        System.arraycopy(state, 1, state, 0, state.length - 1);
        float[] features = new float[state.length / memory];
        WeightMatrix.of(call, 1, call.option(Tfl.ASYMMETRIC_QUANTIZE_INPUTS))
                .addProducts(call.in(0).floats(), features);
        for (int i = 0; i < features.length; i++) {
            state[i * memory + memory - 1] = features[i];
        }
        call.assign(4, new Array(before.type(), before.dims(), state));
        float[] time = FloatLstm.vector(call, 2);
        float[] y = new float[Dims.count(dims)];
        int perUnit = state.length / y.length;
        for (int i = 0; i < y.length; i++) {
            float sum = 0;
            for (int k = i * perUnit; k < (i + 1) * perUnit; k++) {
                sum += state[k] * time[k % time.length];
            }
            y[i] = sum + (call.has(3) ? call.in(3).floats()[i % dims[1]] : 0);
        }
        return new Array(DataType.FLOAT32, dims, FusedActivation.applyAny(call.activation(), y));
    }

    private static Array svdfOfIntegers(TfliteCall call, int[] dims) {
        Array before = call.in(4);
        int memory = call.in(2).dim(1);
        int[] state = Integers.of(before, 0);
        System.arraycopy(state, 1, state, 0, state.length - 1);
        int[] x = Integers.of(call.in(0), call.quant(0).zeroPoint());
        int[] w = Integers.of(call.in(1), 0);
        int ins = call.in(1).dim(1);
        float stateScale = call.quant(4).scale();
        Fixed.Multiplier first =
                Fixed.Multiplier.of(call.quant(0).scale() * call.quant(1).scale() / stateScale);
        for (int i = 0; i < state.length / memory; i++) {
            int filter = i % (w.length / ins);
            int sum = 0;
            for (int k = 0; k < ins; k++) {
                sum += w[filter * ins + k] * x[i / (w.length / ins) * ins + k];
            }
            state[i * memory + memory - 1] = Integers.clamp(first.times(sum), before.type());
        }
        call.assign(4, Integers.array(before.type(), before.dims(), state));
        int[] time = Integers.of(call.in(2), 0);
        Fixed.Multiplier second = Fixed.Multiplier.of(
                stateScale * call.quant(2).scale() / call.outQuant().scale());
        int[] y = new int[Dims.count(dims)];
        int perUnit = state.length / y.length;
        for (int i = 0; i < y.length; i++) {
            int sum = call.has(3) ? call.in(3).ints()[i % dims[1]] : 0;
            for (int k = i * perUnit; k < (i + 1) * perUnit; k++) {
                sum += state[k] * time[k % time.length];
            }
            y[i] = Integers.clamp(second.times(sum) + call.outQuant().zeroPoint(), call.outType());
        }
        return Integers.array(call.outType(), dims, y);
    }
}
