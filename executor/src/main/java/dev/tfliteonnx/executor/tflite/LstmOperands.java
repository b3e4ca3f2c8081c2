package dev.tfliteonnx.executor.tflite;

import java.util.stream.IntStream;

/**
 * Where the operands of an LSTM stand. Gates are numbered: 0 input, 1 forget, 2 cell, 3 output. Source:
 * {@code kernels/lstm_shared.h}, {@code kernels/bidirectional_sequence_lstm.cc}.
 *
 * @param weights the first of the weights, those of the input for the input gate
 * @param state the output state; the cell state follows
 * @param norms the layer norm of the input gate, or a place where no operand is
 * @param aux the weights of a second input for the input gate, or a place where no operand is
 */
record LstmOperands(int weights, int state, int norms, int aux) {
    private static final int NONE = 99;

    static final LstmOperands SINGLE = new LstmOperands(1, 18, 20, NONE);
    static final LstmOperands FORWARD = new LstmOperands(1, 35, NONE, 40);
    static final LstmOperands BACKWARD = new LstmOperands(18, 37, NONE, 44);

    /** The second input of a layer of two directions. */
    static final int SECOND_INPUT = 39;

    int ofInput(int gate) {
        return weights + gate;
    }

    int ofState(int gate) {
        return weights + 4 + gate;
    }

    /** The weights of the cell state; there are none for the cell gate. */
    int peephole(int gate) {
        return gate == 2 ? NONE : weights + 8 + Math.min(gate, 2);
    }

    int bias(int gate) {
        return weights + 11 + gate;
    }

    int projection() {
        return weights + 15;
    }

    int projectionBias() {
        return weights + 16;
    }

    int cell() {
        return state + 1;
    }

    int norm(int gate) {
        return norms + gate;
    }

    int ofSecondInput(int gate) {
        return aux + gate;
    }

    /** Whether the input gate is what the forget gate leaves to 1. */
    boolean isCoupled(TfliteCall call) {
        return !call.has(ofInput(0));
    }

    /** Whether all weights are the same in each run. */
    boolean areConstant(TfliteCall call) {
        return IntStream.range(weights, weights + 17).allMatch(i -> !call.has(i) || call.isConstant(i))
                && IntStream.range(aux, aux + 4).allMatch(i -> !call.has(i) || call.isConstant(i));
    }
}
