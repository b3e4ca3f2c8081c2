package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.GateWeights.Part;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.LstmKernelType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Long short-term memories. What carries from one run to the next is read from and written to state tensors.
 *
 * <p>A plain cell becomes ONNX LSTM-14, whose gates stand in the order input, output, forget, cell. A cell with
 * projection, layer normalization or diagonal weights, one that is computed in integers, and one whose state is limited
 * to less than {@value #HARMLESS_CLIP} becomes a Loop of its steps. (ONNX LSTM's own {@code clip} is another thing.)
 */
final class Lstms {
    /**
     * From this limit of the cell state on the output does not show whether the limit was kept: tanh is 1 in float32.
     * Only what is forgotten later differs, if the state ever came so far.
     */
    static final float HARMLESS_CLIP = 10;

    private static final int[] ONNX_GATES = {LstmCell.INPUT, LstmCell.OUTPUT, LstmCell.FORGET, LstmCell.CELL};

    private final TflOp op;
    private final Onnx onnx;

    private Lstms(TflOp op, Onnx onnx) {
        this.op = op;
        this.onnx = onnx;
    }

    /**
     * {@code x [T,b,in]} if time_major, otherwise {@code [b,T,in]} → {@code [T,b,out]} or {@code [b,T,out]}.
     *
     * <p>Source: {@code kernels/unidirectional_sequence_lstm.cc}.
     */
    static List<Value> unidirectionalSequenceLstm(TflOp op, Onnx onnx) {
        LstmCell cell = new LstmCell(op, onnx, 1, 18, 20, LstmCell.NO_OPERAND);
        boolean timeMajor = op.option(Tfl.TIME_MAJOR);
        Value x = sequence(op, onnx, 0, timeMajor);
        Value y = new Lstms(op, onnx).forward(cell, x);
        return List.of(timeFirst(onnx, y, timeMajor));
    }

    /**
     * One step: {@code x [b,in]} → {@code [b,out]}; or the basic kernel, whose operands are x, the last output, weights
     * {@code [4·n,in+n]} of the gates input, cell, forget, output, their biases, and the cell.
     *
     * <p>Source: {@code kernels/lstm.cc}; for the basic kernel {@code LstmCell} in {@code reference_ops.h}.
     */
    static List<Value> lstm(TflOp op, Onnx onnx) {
        if (op.option(Tfl.KERNEL_TYPE) == LstmKernelType.BASIC) {
            return basic(op, onnx);
        }
        LstmCell cell = new LstmCell(op, onnx, 1, 18, 20, LstmCell.NO_OPERAND);
        boolean isSequence = op.rank(0) == 3;
        Value x = isSequence ? op.in(0) : onnx.unsqueeze(op.in(0), 0);
        Value y = new Lstms(op, onnx).forward(cell, x);
        return List.of(isSequence ? y : onnx.squeeze(y, 0));
    }

    private static List<Value> basic(TflOp op, Onnx onnx) {
        Value joined = onnx.concat(1, op.in(0), op.in(1));
        Value bias = Biases.of(op, onnx, 3, 0, 2);
        Value z = onnx.op("Gemm", Attributes.of(OnnxOps.TRANS_B, 1L), joined, op.in(2), bias);
        long n = op.size(2, 0) / 4;
        List<Value> gates = onnx.split(z, 1, n, n, n, n);
        Value added = onnx.mul(onnx.op("Sigmoid", gates.get(0)), onnx.op("Tanh", gates.get(1)));
        Value kept = onnx.mul(onnx.op("Sigmoid", gates.get(2)), States.read(op, onnx, 4));
        Value c = onnx.add(added, kept);
        Value h = onnx.mul(onnx.op("Sigmoid", gates.get(3)), onnx.op("Tanh", c));
        States.write(op, onnx, 1, h);
        States.write(op, onnx, 4, c);
        return List.of(h, c, joined, z);
    }

    /**
     * A cell that runs forward and one that runs backward; {@code x} as in {@link #unidirectionalSequenceLstm}; results
     * {@code […,fw]} and {@code […,bw]}, or one {@code […,fw+bw]} with merge_outputs. A second input goes to both cells
     * if they have weights for it, otherwise it takes the place of the backward cell's first.
     *
     * <p>Source: {@code kernels/bidirectional_sequence_lstm.cc}.
     */
    static List<Value> bidirectionalSequenceLstm(TflOp op, Onnx onnx) {
        LstmCell fw = new LstmCell(op, onnx, 1, 35, LstmCell.NO_OPERAND, 40);
        LstmCell bw = new LstmCell(op, onnx, 18, 37, LstmCell.NO_OPERAND, 44);
        boolean timeMajor = op.option(Tfl.TIME_MAJOR);
        Value x = sequence(op, onnx, 0, timeMajor);
        Optional<Value> aux = op.has(39) ? Optional.of(sequence(op, onnx, 39, timeMajor)) : Optional.empty();
        boolean stacked = aux.isPresent() && !op.has(41);
        Lstms lstms = new Lstms(op, onnx);
        lstms.note(List.of(fw, bw), x);
        List<Value> ys = new ArrayList<>();
        Optional<Value> second = stacked ? Optional.empty() : aux;
        if (!stacked && lstms.fitsOperator(fw) && lstms.fitsOperator(bw) && fw.units() == bw.units()) {
            ys.addAll(lstms.operator(List.of(fw, bw), "bidirectional", x, second));
        } else {
            ys.add(lstms.run(fw, false, x, second));
            ys.add(lstms.run(bw, true, stacked ? aux.get() : x, second));
        }
        if (op.option(Tfl.MERGE_OUTPUTS)) {
            return List.of(timeFirst(onnx, onnx.concat(2, ys.get(0), ys.get(1)), timeMajor));
        }
        return ys.stream().map(y -> timeFirst(onnx, y, timeMajor)).toList();
    }

    /** An operand over time with time first. */
    static Value sequence(TflOp op, Onnx onnx, int i, boolean timeMajor) {
        Optional<QuantParams> quant = timeMajor ? Optional.empty() : op.quant(i);
        return quant.isPresent()
                ? Quantization.dequantize(onnx, onnx.transpose(op.raw(i), 1, 0, 2), quant.get())
                : timeFirst(onnx, op.in(i), timeMajor);
    }

    /** Exchanges time and batch, unless time comes first already; both ways. */
    static Value timeFirst(Onnx onnx, Value x, boolean timeMajor) {
        return timeMajor ? x : onnx.transpose(x, 1, 0, 2);
    }

    private Value forward(LstmCell cell, Value x) {
        note(List.of(cell), x);
        return run(cell, false, x, Optional.empty());
    }

    private Value run(LstmCell cell, boolean reverse, Value x, Optional<Value> aux) {
        if (fitsOperator(cell)) {
            return operator(List.of(cell), reverse ? "reverse" : "forward", x, aux)
                    .get(0);
        }
        int state = cell.state();
        List<Value> before = List.of(matrix(state), matrix(state + 1));
        Recurrence.Step step = cell.step(isOneStep(x));
        Recurrence.Run run = Recurrence.over(onnx, cell.inputShare(x, aux), before, reverse, step);
        assign(state, run.state().get(0));
        assign(state + 1, run.state().get(1));
        return run.y();
    }

    private static boolean isOneStep(Value x) {
        return x.shape().isRanked() && x.shape().dim(0).is(1);
    }

    private boolean fitsOperator(LstmCell cell) {
        float clip = op.option(Tfl.CELL_CLIP);
        return cell.isPlain()
                && switch (cell.activation()) {
                    case TANH -> clip <= 0 || clip >= HARMLESS_CLIP;
                    case RELU -> clip <= 0;
                    default -> false;
                };
    }

    private void note(List<LstmCell> cells, Value x) {
        float clip = op.option(Tfl.CELL_CLIP);
        boolean fits = cells.stream().anyMatch(this::fitsOperator);
        boolean peephole = cells.stream().anyMatch(LstmCell::hasPeephole);
        if (clip > 0 && fits && (!isOneStep(x) || peephole)) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "the cell state is limited to ±" + clip + " after the last step and not after each; the result"
                            + " differs only if the state passes that limit in between");
        }
        if (cells.get(0).activation() == Activation.NONE) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "fused_activation_function is NONE, with which TFLite's kernel reads memory that it has not"
                            + " written; here the cell has no activation");
        }
        if (cells.stream().anyMatch(LstmCell::isHybrid)) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "TFLite rounds what goes into the matrix products to 8 bits when it runs; here it stays float32");
        }
        if (cells.stream().anyMatch(c -> c.isInteger() && !op.computesInFloat())) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "the gates are computed in float32, which TFLite computes in 16 bits; output and cell are rounded"
                            + " as TFLite does");
        }
    }

    /** ONNX LSTM for one or two cells; for each {@code [T,b,n]}. */
    private List<Value> operator(List<LstmCell> cells, String direction, Value x, Optional<Value> aux) {
        int d = cells.size();
        long n = cells.get(0).units();
        Activation activation = cells.get(0).activation();
        Attributes attributes = Attributes.of(OnnxOps.HIDDEN_SIZE, n).with(OnnxOps.DIRECTION, direction);
        if (activation == Activation.RELU) {
            List<String> names = Collections.nCopies(d, List.of("Sigmoid", "Relu", "Relu")).stream()
                    .flatMap(List::stream)
                    .toList();
            attributes = attributes.with(OnnxOps.ACTIVATIONS, new Strings(names));
        }
        boolean second = aux.isPresent() && !cells.get(0).auxParts(ONNX_GATES).isEmpty();
        Value w = all(cells, c -> c.inputParts(ONNX_GATES));
        if (second) {
            w = onnx.concat(1, w, all(cells, c -> c.auxParts(ONNX_GATES)));
        }
        List<Value> results = onnx.ops(
                "LSTM",
                attributes,
                3,
                second ? onnx.concat(2, x, aux.get()) : x,
                GateWeights.shaped(onnx, w, d, 4 * n, w.shape().size(1)),
                GateWeights.shaped(onnx, all(cells, c -> c.recurrentParts(ONNX_GATES)), d, 4 * n, n),
                withoutRecurrentBias(onnx, all(cells, c -> c.biasParts(ONNX_GATES)), d, 4 * n),
                Value.ABSENT,
                initial(cells, 0),
                initial(cells, 1),
                peephole(cells, n));
        keep(cells, results);
        long[] each = new long[d];
        Arrays.fill(each, 1);
        return onnx.split(results.get(0), 1, each).stream()
                .map(y -> onnx.squeeze(y, 1))
                .toList();
    }

    private Value all(List<LstmCell> cells, Function<LstmCell, List<Part>> parts) {
        return GateWeights.rows(
                op, onnx, cells.stream().flatMap(c -> parts.apply(c).stream()).toList());
    }

    private Value peephole(List<LstmCell> cells, long n) {
        if (cells.stream().noneMatch(LstmCell::hasPeephole)) {
            return Value.ABSENT;
        }
        Value p = all(cells, c -> c.peepholeParts(LstmCell.INPUT, LstmCell.OUTPUT, LstmCell.FORGET));
        return GateWeights.shaped(onnx, p, cells.size(), 3 * n);
    }

    private Value initial(List<LstmCell> cells, int which) {
        Value[] states = cells.stream()
                .map(c -> onnx.unsqueeze(matrix(c.state() + which), 0))
                .toArray(Value[]::new);
        return onnx.concat(0, states);
    }

    private void keep(List<LstmCell> cells, List<Value> results) {
        float clip = op.option(Tfl.CELL_CLIP);
        Value c = clip > 0 ? onnx.clip(results.get(2), -clip, clip) : results.get(2);
        long[] each = new long[cells.size()];
        Arrays.fill(each, 1);
        List<Value> hs = onnx.split(results.get(1), 0, each);
        List<Value> cs = onnx.split(c, 0, each);
        for (int i = 0; i < each.length; i++) {
            assign(cells.get(i).state(), onnx.squeeze(hs.get(i), 0));
            assign(cells.get(i).state() + 1, onnx.squeeze(cs.get(i), 0));
        }
    }

    /** ONNX has biases for input and recurrent weights, which it adds; TFLite has the former alone. */
    static Value withoutRecurrentBias(Onnx onnx, Value bias, long directions, long n) {
        Optional<Tensor> constant = bias.constant();
        if (constant.isEmpty()) {
            Value none = onnx.constant(Tensor.splat(bias.type(), Shape.of(directions, n), 0));
            return onnx.concat(1, onnx.reshape(bias, directions, n), none);
        }
        float[] from = constant.get().toFloats();
        float[] both = new float[from.length * 2];
        for (int i = 0; i < from.length; i++) {
            both[(int) (i / n * 2 * n + i % n)] = from[i];
        }
        return onnx.constant(bias.name(), Tensor.ofFloats(Shape.of(directions, 2 * n), both));
    }

    /** A state as {@code [b,n]}, which a file may hold flat if the batch is 1. */
    private Value matrix(int operand) {
        Value state = States.read(op, onnx, operand);
        return op.rank(operand) == 2 ? state : onnx.reshape(state, 1, op.size(operand, 0));
    }

    private void assign(int operand, Value next) {
        States.write(op, onnx, operand, op.rank(operand) == 2 ? next : onnx.reshape(next, -1));
    }
}
