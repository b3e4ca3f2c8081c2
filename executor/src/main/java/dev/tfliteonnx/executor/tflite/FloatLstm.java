package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;

/**
 * An LSTM of floats, its weights floats or integers beside which vectors are rounded. Source: {@code LstmStepFloat} and
 * {@code LstmStepHybrid} in {@code kernels/lstm_eval.cc}.
 */
final class FloatLstm {
    private final List<Gate> gates = new ArrayList<>();
    private final List<WeightMatrix> projection;
    private final float[] projectionBias;
    private final Activation activation;
    private final float cellClip;
    private final float projectionClip;

    /**
     * The operands of a gate; what is not there is empty.
     *
     * @param matrices of the inputs and of the output state
     * @param peephole weights of the cell state
     * @param norm of the layer
     * @param bias one for each unit
     */
    private record Gate(List<WeightMatrix> matrices, float[] peephole, float[] norm, float[] bias) {}

    /** What is kept from one time to the next: outputs and cells of all sequences. */
    record State(float[] output, float[] cell) {
        static State of(TfliteCall call, LstmOperands operands) {
            return new State(
                    call.in(operands.state()).floats().clone(),
                    call.in(operands.cell()).floats().clone());
        }

        void keep(TfliteCall call, LstmOperands operands) {
            Array before = call.in(operands.state());
            call.assign(operands.state(), new Array(before.type(), before.dims(), output));
            Array cellBefore = call.in(operands.cell());
            call.assign(operands.cell(), new Array(cellBefore.type(), cellBefore.dims(), cell));
        }
    }

    FloatLstm(TfliteCall call, LstmOperands operands) {
        boolean asymmetric = call.option(Tfl.ASYMMETRIC_QUANTIZE_INPUTS);
        for (int gate = operands.isCoupled(call) ? 1 : 0; gate < 4; gate++) {
            List<WeightMatrix> matrices = new ArrayList<>();
            for (int w : new int[] {operands.ofInput(gate), operands.ofSecondInput(gate), operands.ofState(gate)}) {
                if (call.has(w)) {
                    matrices.add(WeightMatrix.of(call, w, asymmetric));
                }
            }
            gates.add(new Gate(
                    matrices,
                    vector(call, operands.peephole(gate)),
                    vector(call, operands.norm(gate)),
                    vector(call, operands.bias(gate))));
        }
        projection = call.has(operands.projection())
                ? List.of(WeightMatrix.of(call, operands.projection(), asymmetric))
                : List.of();
        projectionBias = vector(call, operands.projectionBias());
        activation = call.activation();
        cellClip = call.option(Tfl.CELL_CLIP);
        projectionClip = call.option(Tfl.PROJ_CLIP);
    }

    /** Floats, or integers of one scale; empty if the operand is left out. */
    static float[] vector(TfliteCall call, int operand) {
        if (!call.has(operand)) {
            return new float[0];
        }
        Array v = call.in(operand);
        if (v.type().isFloat()) {
            return v.floats();
        }
        int[] values = Integers.signed(v);
        float scale = call.quant(operand).scale(0);
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = scale * values[i];
        }
        return out;
    }

    /** One step of all sequences: the vectors of each input → the new outputs. */
    float[] step(List<float[]> inputs, State state) {
        List<float[]> in = new ArrayList<>(inputs);
        in.add(state.output);
        int last = gates.size() - 1;
        float[] forget = FusedActivation.sigmoid(open(gates.get(last - 2), in, state.cell));
        float[] write = last == 3 ? FusedActivation.sigmoid(open(gates.get(0), in, state.cell)) : rest(forget);
        float[] cell = FusedActivation.applyAny(activation, open(gates.get(last - 1), in, state.cell));
        for (int i = 0; i < cell.length; i++) {
            state.cell[i] = state.cell[i] * forget[i] + cell[i] * write[i];
        }
        clip(state.cell, cellClip);
        float[] read = FusedActivation.sigmoid(open(gates.get(last), in, state.cell));
        float[] hidden = FusedActivation.applyAny(activation, state.cell.clone());
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] *= read[i];
        }
        float[] y = projected(hidden, state.output.length);
        System.arraycopy(y, 0, state.output, 0, y.length);
        return y;
    }

    private static float[] rest(float[] gate) {
        float[] rest = new float[gate.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = 1 - gate[i];
        }
        return rest;
    }

    private float[] open(Gate gate, List<float[]> in, float[] cell) {
        float[] y = new float[cell.length];
        int units = gate.bias.length;
        for (int i = 0; i < y.length && gate.norm.length == 0; i++) {
            y[i] = gate.bias[i % units];
        }
        for (int m = 0; m < gate.matrices.size(); m++) {
            gate.matrices.get(m).addProducts(in.get(m), y);
        }
        for (int i = 0; i < y.length && gate.peephole.length > 0; i++) {
            y[i] += gate.peephole[i % units] * cell[i];
        }
        if (gate.norm.length > 0) {
            normalize(y, gate);
        }
        return y;
    }

    private static void normalize(float[] y, Gate gate) {
        int units = gate.bias.length;
        for (int from = 0; from < y.length; from += units) {
            float sum = 0;
            for (int i = from; i < from + units; i++) {
                sum += y[i];
            }
            float mean = sum / units;
            float squares = 0;
            for (int i = from; i < from + units; i++) {
                squares += (y[i] - mean) * (y[i] - mean);
            }
            float inverse = 1 / (float) Math.sqrt(squares / units + 1e-8f);
            for (int i = from; i < from + units; i++) {
                y[i] = (y[i] - mean) * inverse * gate.norm[i - from] + gate.bias[i - from];
            }
        }
    }

    private float[] projected(float[] hidden, int length) {
        if (projection.isEmpty()) {
            return hidden;
        }
        float[] y = new float[length];
        for (int i = 0; i < length && projectionBias.length > 0; i++) {
            y[i] = projectionBias[i % projectionBias.length];
        }
        projection.get(0).addProducts(hidden, y);
        clip(y, projectionClip);
        return y;
    }

    private static void clip(float[] values, float limit) {
        for (int i = 0; i < values.length && limit > 0; i++) {
            values[i] = Math.max(-limit, Math.min(limit, values[i]));
        }
    }
}
