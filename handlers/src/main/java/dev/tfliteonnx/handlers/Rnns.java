package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.GateWeights.Part;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Recurrent networks of one gate, {@code h' = act(W·x + R·h + b)}, and SVDF. What carries from one run to the next is
 * read from and written to state tensors. With tanh or ReLU they become ONNX RNN-14, otherwise a Loop of their steps.
 */
final class Rnns {
    private static final int NONE = LstmCell.NO_OPERAND;

    /**
     * One direction.
     *
     * @param first the operands W {@code [n,in]}, R {@code [n,n]}, b {@code [n]} and the state {@code [b,n]}
     * @param aux weights of the second input
     */
    private record Cell(TflOp op, Onnx onnx, int first, int aux) {
        Value run(Value x, Optional<Value> second, boolean reverse) {
            boolean both = second.isPresent() && op.has(aux);
            Value input = both ? onnx.concat(2, x, second.get()) : x;
            Value w = rows(first);
            if (both) {
                w = onnx.concat(1, w, rows(aux));
            }
            Activation activation = op.option(Tfl.FUSED_ACTIVATION_FUNCTION);
            boolean fits = activation == Activation.TANH || activation == Activation.RELU;
            return fits ? operator(input, w, reverse, activation) : loop(input, w, reverse, activation);
        }

        private Value rows(int operand) {
            return GateWeights.rows(op, onnx, List.of(Part.of(operand)));
        }

        private Value operator(Value x, Value w, boolean reverse, Activation activation) {
            long n = op.size(first, 0);
            Attributes attributes =
                    Attributes.of(OnnxOps.HIDDEN_SIZE, n).with(OnnxOps.DIRECTION, reverse ? "reverse" : "forward");
            if (activation == Activation.RELU) {
                attributes = attributes.with(OnnxOps.ACTIVATIONS, Strings.of("Relu"));
            }
            List<Value> results = onnx.ops(
                    "RNN",
                    attributes,
                    2,
                    x,
                    GateWeights.shaped(onnx, w, 1, n, w.shape().size(1)),
                    GateWeights.shaped(onnx, rows(first + 1), 1, n, n),
                    Lstms.withoutRecurrentBias(onnx, rows(first + 2), 1, n),
                    Value.ABSENT,
                    onnx.unsqueeze(op.in(first + 3), 0));
            op.assign(first + 3, onnx.squeeze(results.get(1), 0));
            return onnx.squeeze(results.get(0), 1);
        }

        private Value loop(Value x, Value w, boolean reverse, Activation activation) {
            Value share = onnx.add(onnx.op("MatMul", x, onnx.transpose(w, 1, 0)), rows(first + 2));
            Value r = rows(first + 1);
            List<Value> before = List.of(op.in(first + 3));
            Recurrence.Run run = Recurrence.over(onnx, share, before, reverse, (body, z, state) -> {
                Attributes transB = Attributes.of(OnnxOps.TRANS_B, 1L);
                Value sum = body.op("Gemm", transB, state.get(0), r, z);
                return List.of(LstmCell.activated(op, body, activation, sum));
            });
            op.assign(first + 3, run.state().get(0));
            return run.y();
        }
    }

    private Rnns() {}

    /** One step, {@code x [b,in]} → {@code [b,n]}. Source: {@code kernels/basic_rnn.cc}. */
    static List<Value> rnn(TflOp op, Onnx onnx) {
        noteHybrid(op);
        Value y = new Cell(op, onnx, 1, NONE).run(onnx.unsqueeze(op.in(0), 0), Optional.empty(), false);
        return List.of(onnx.squeeze(y, 0));
    }

    /**
     * {@code x [T,b,in]} if time_major, otherwise {@code [b,T,in]} → {@code [T,b,n]} or {@code [b,T,n]}.
     *
     * <p>Source: {@code kernels/unidirectional_sequence_rnn.cc}.
     */
    static List<Value> unidirectionalSequenceRnn(TflOp op, Onnx onnx) {
        noteHybrid(op);
        boolean timeMajor = op.option(Tfl.TIME_MAJOR);
        Value x = Lstms.sequence(op, onnx, 0, timeMajor);
        Value y = new Cell(op, onnx, 1, NONE).run(x, Optional.empty(), false);
        return List.of(Lstms.timeFirst(onnx, y, timeMajor));
    }

    /**
     * A cell that runs forward and one that runs backward; results as with {@link Lstms#bidirectionalSequenceLstm}. A
     * second input goes to both cells if they have weights for it; otherwise it takes the place of the backward cell's
     * first, but only if time comes first, for so does the kernel.
     *
     * <p>Source: {@code kernels/bidirectional_sequence_rnn.cc}.
     */
    static List<Value> bidirectionalSequenceRnn(TflOp op, Onnx onnx) {
        noteHybrid(op);
        boolean timeMajor = op.option(Tfl.TIME_MAJOR);
        Value x = Lstms.sequence(op, onnx, 0, timeMajor);
        Optional<Value> aux = op.has(9) ? Optional.of(Lstms.sequence(op, onnx, 9, timeMajor)) : Optional.empty();
        boolean stacked = aux.isPresent() && !op.has(10);
        Optional<Value> second = stacked ? Optional.empty() : aux;
        List<Value> ys = new ArrayList<>();
        ys.add(new Cell(op, onnx, 1, 10).run(x, second, false));
        ys.add(new Cell(op, onnx, 5, 11).run(stacked && timeMajor ? aux.get() : x, second, true));
        if (op.option(Tfl.MERGE_OUTPUTS)) {
            return List.of(Lstms.timeFirst(onnx, onnx.concat(2, ys.get(0), ys.get(1)), timeMajor));
        }
        return ys.stream().map(y -> Lstms.timeFirst(onnx, y, timeMajor)).toList();
    }

    /**
     * {@code x [b,in]}, feature weights {@code [F,in]}, time weights {@code [F,mem]}, bias {@code [units]}, state
     * {@code [b,F·mem]} → {@code [b,units]}, F = units · rank. The state holds the last {@code mem} features.
     *
     * <p>Source: {@code kernels/svdf.cc} and {@code reference/svdf.h}. The integer kernel keeps features in the type of
     * the state, and limits its result to the range of its type alone.
     */
    static List<Value> svdf(TflOp op, Onnx onnx) {
        noteHybrid(op);
        long filters = op.size(1, 0);
        long memory = op.size(2, 1);
        long rank = op.option(Tfl.RANK);
        Shape stored = op.shape(4);
        if (stored.isStatic() && stored.elementCount() % (filters * memory) != 0) {
            String reason = "its state " + stored + " does not hold " + memory + " times " + filters + " features";
            throw op.refuse(DiagnosticCode.INVALID_MODEL, reason, "");
        }
        Value exact = onnx.op("MatMul", op.in(0), GateWeights.columns(op, onnx, List.of(Part.of(1))));
        Value feature = op.quant(4)
                .map(q -> States.rounded(onnx, exact, op.source(4).type(), q))
                .orElse(exact);
        Value past = onnx.reshape(States.read(op, onnx, 4), -1, filters, memory);
        Value kept = onnx.slice(past, new long[] {1}, new long[] {memory}, new long[] {2}, new long[] {1});
        Value state = onnx.concat(2, kept, onnx.unsqueeze(feature, 2));
        States.write(op, onnx, 4, onnx.reshape(state, -1, filters * memory));
        Value overTime = onnx.reduce("ReduceSum", onnx.mul(state, rowsOf(op, onnx, 2)), false, 2);
        Value y = rank == 1
                ? overTime
                : onnx.reduce("ReduceSum", onnx.reshape(overTime, -1, filters / rank, rank), false, 2);
        if (op.has(3)) {
            y = onnx.add(y, Biases.of(op, onnx, 3, 4, 2));
        }
        boolean integer = op.source(0).quant().isPresent();
        Activation activation = op.option(Tfl.FUSED_ACTIVATION_FUNCTION);
        return List.of(integer ? y : LstmCell.activated(op, onnx, activation, y));
    }

    private static Value rowsOf(TflOp op, Onnx onnx, int operand) {
        return GateWeights.rows(op, onnx, List.of(Part.of(operand)));
    }

    private static void noteHybrid(TflOp op) {
        if (op.source(0).type() == DataType.FLOAT32 && op.source(1).quant().isPresent()) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "TFLite rounds what goes into the matrix products to 8 bits when it runs; here it stays float32");
        }
    }
}
