package dev.tfliteonnx.optimizers.recurrence;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a round of a recurrent operator computes.
 *
 * @param operator LSTM, GRU or RNN
 * @param step what is read of the sequence
 * @param hidden which of what is carried is the state that comes out
 * @param cell which of what is carried is the cell state of an LSTM
 * @param gates in the order of the operator: input, output, forget, cell; update, reset, hidden
 * @param curves the activations in the order of the operator
 * @param resetLast whether the reset gate is multiplied by what has been multiplied by the matrix already
 */
record Cell(
        String operator,
        Atom.Step step,
        int hidden,
        OptionalInt cell,
        List<Gate> gates,
        List<Curve> curves,
        boolean resetLast) {}
