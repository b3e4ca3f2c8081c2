package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.LstmKernelType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Layers of LSTM, which keep their state from run to run. */
final class Lstms {
    private Lstms() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.many("LSTM", Lstms::lstm)
                .one("UNIDIRECTIONAL_SEQUENCE_LSTM", call -> layer(call, call.option(Tfl.TIME_MAJOR)))
                .many("BIDIRECTIONAL_SEQUENCE_LSTM", Lstms::bidirectionalSequenceLstm);
    }

    /**
     * LSTM of one step: the full kernel {@code [N,I]} → {@code [N,O]}, or the basic one. Source: {@code
     * kernels/lstm.cc}.
     */
    static List<Array> lstm(TfliteCall call) {
        return call.option(Tfl.KERNEL_TYPE) == LstmKernelType.BASIC ? BasicLstm.run(call) : List.of(layer(call, true));
    }

    /**
     * UNIDIRECTIONAL_SEQUENCE_LSTM: {@code [T,N,I]} or {@code [N,T,I]}; floats, floats that are rounded beside INT8
     * weights, or INT8. Source: {@code kernels/unidirectional_sequence_lstm.cc}, {@code kernels/lstm_eval.cc}.
     */
    private static Array layer(TfliteCall call, boolean timeMajor) {
        Array x = call.in(0);
        Sequence sequence = Sequence.of(x, timeMajor);
        LstmOperands operands = LstmOperands.SINGLE;
        if (!x.type().isFloat()) {
            return integers(call, sequence);
        }
        int outs = call.in(operands.state()).dim(-1);
        float[] y = new float[sequence.times() * sequence.batch() * outs];
        FloatLstm lstm = kept(call, operands, () -> new FloatLstm(call, operands));
        FloatLstm.State state = FloatLstm.State.of(call, operands);
        float[] in = x.floats();
        sequence.walk(
                false,
                t -> sequence.put(
                        lstm.step(List.of(sequence.rows(in, t)), state), outs, t, new Sequence.Target(y, outs, 0)));
        state.keep(call, operands);
        return new Array(DataType.FLOAT32, Dims.with(x.dims(), x.rank() - 1, outs), y);
    }

    private static <T> T kept(TfliteCall call, LstmOperands operands, Supplier<T> maker) {
        return operands.areConstant(call) ? call.prepared(maker) : maker.get();
    }

    private static Array integers(TfliteCall call, Sequence sequence) {
        Array x = call.in(0);
        LstmOperands operands = LstmOperands.SINGLE;
        int outs = call.in(operands.state()).dim(-1);
        int[] y = new int[sequence.times() * sequence.batch() * outs];
        IntegerLstm lstm = kept(call, operands, () -> new IntegerLstm(call, sequence.timeMajor()));
        IntegerLstm.State state = IntegerLstm.State.of(call);
        int[] in = Integers.of(x, 0);
        sequence.walk(
                false,
                t -> sequence.put(lstm.step(sequence.rows(in, t), state), outs, t, new Sequence.Target(y, outs, 0)));
        state.keep(call);
        return Integers.array(call.outType(), Dims.with(x.dims(), x.rank() - 1, outs), y);
    }

    /**
     * BIDIRECTIONAL_SEQUENCE_LSTM: one layer forward and one backward, their outputs side by side or apart. A second
     * input goes to both, or, if there are no weights for it, to the backward layer in the place of the first. Source:
     * {@code kernels/bidirectional_sequence_lstm.cc}.
     */
    static List<Array> bidirectionalSequenceLstm(TfliteCall call) {
        Array x = call.in(0);
        Sequence sequence = Sequence.of(x, call.option(Tfl.TIME_MAJOR));
        boolean hasSecond = call.has(LstmOperands.SECOND_INPUT);
        boolean isStacked = hasSecond && call.has(LstmOperands.FORWARD.ofSecondInput(1));
        float[] first = x.floats();
        float[] second = hasSecond ? call.in(LstmOperands.SECOND_INPUT).floats() : first;
        List<float[]> forward = isStacked ? List.of(first, second) : List.of(first);
        List<float[]> backward = isStacked ? List.of(first, second) : List.of(second);
        Both both = Both.of(call, x, LstmOperands.FORWARD.state(), LstmOperands.BACKWARD.state());
        direction(call, LstmOperands.FORWARD, sequence, forward, both.forward());
        direction(call, LstmOperands.BACKWARD, sequence, backward, both.backward());
        return both.results();
    }

    private static void direction(
            TfliteCall call, LstmOperands operands, Sequence sequence, List<float[]> in, Sequence.Target target) {
        FloatLstm lstm = new FloatLstm(call, operands);
        FloatLstm.State state = FloatLstm.State.of(call, operands);
        int outs = call.in(operands.state()).dim(-1);
        sequence.walk(operands.equals(LstmOperands.BACKWARD), t -> {
            List<float[]> rows = new ArrayList<>();
            in.forEach(all -> rows.add(sequence.rows(all, t)));
            sequence.put(lstm.step(rows, state), outs, t, target);
        });
        state.keep(call, operands);
    }

    /**
     * Where both directions write.
     *
     * @param forward the first
     * @param backward the second, in the same array if outputs are merged
     * @param results one or two
     */
    record Both(Sequence.Target forward, Sequence.Target backward, List<Array> results) {
        /** By the operands that hold the state of either direction. */
        static Both of(TfliteCall call, Array x, int forwardState, int backwardState) {
            int a = call.in(forwardState).dim(-1);
            int b = call.in(backwardState).dim(-1);
            int places = x.size() / x.dim(-1);
            if (call.option(Tfl.MERGE_OUTPUTS)) {
                float[] y = new float[places * (a + b)];
                Array merged = result(x, a + b, y);
                return new Both(new Sequence.Target(y, a + b, 0), new Sequence.Target(y, a + b, a), List.of(merged));
            }
            float[] first = new float[places * a];
            float[] second = new float[places * b];
            return new Both(
                    new Sequence.Target(first, a, 0),
                    new Sequence.Target(second, b, 0),
                    List.of(result(x, a, first), result(x, b, second)));
        }

        private static Array result(Array x, int width, float[] y) {
            return new Array(DataType.FLOAT32, Dims.with(x.dims(), x.rank() - 1, width), y);
        }
    }
}
