package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.GateWeights.Part;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One LSTM cell of TFLite's full kernels: its operands and one step of it.
 *
 * <p>Operands from {@code first} on: weights {@code [n,in]} of the gates input, forget, cell, output; recurrent weights
 * {@code [n,out]} or {@code [n]} if diagonal; peephole weights {@code [n]} of input, forget, output; biases {@code [n]}
 * of the four gates; projection {@code [out,n]} and its bias. Without an input gate it is one minus the forget gate.
 *
 * <p>Source: {@code kernels/lstm_eval.cc}, {@code LstmStepFloat} and {@code LstmStepInteger8x8_16}; the latter keeps
 * the output in 8 and the cell in 16 bits from step to step, which is done here too.
 */
final class LstmCell {
    /** The order of the gates in TFLite. */
    static final int INPUT = 0;

    static final int FORGET = 1;
    static final int CELL = 2;
    static final int OUTPUT = 3;

    /** The number of an operand that no operator has. */
    static final int NO_OPERAND = Integer.MAX_VALUE - 8;

    private static final double NORM_EPSILON = 1e-8;
    private static final int NORM_SHIFT = 1024;
    private static final float GATE_UNIT = 0x1p-12f;

    private final TflOp op;
    private final Onnx onnx;
    private final int first;
    private final int state;
    private final int norm;
    private final int aux;

    /**
     * A cell.
     *
     * @param first the first of the weights
     * @param state the output state, which the cell state follows
     * @param norm the first of four coefficients of layer normalization, or {@link #NO_OPERAND}
     * @param aux the first of four weights of a second input, or {@link #NO_OPERAND}
     */
    LstmCell(TflOp op, Onnx onnx, int first, int state, int norm, int aux) {
        this.op = op;
        this.onnx = onnx;
        this.first = first;
        this.state = state;
        this.norm = norm;
        this.aux = aux;
        for (int required : new int[] {first + 1, first + 2, first + 3, first + 5, first + 6, first + 7, first + 12}) {
            if (!op.has(required)) {
                throw op.refuse(DiagnosticCode.INVALID_MODEL, "operand " + required + " is absent", "");
            }
        }
    }

    /** Which operand the output state is; the cell state is the next. */
    int state() {
        return state;
    }

    /** How many units the cell has. */
    long units() {
        return op.size(first + OUTPUT, 0);
    }

    /** Whether the gates read the cell. */
    boolean hasPeephole() {
        return op.has(peephole(FORGET));
    }

    /** Whether the input gate is one minus the forget gate. */
    boolean isCoupled() {
        return !op.has(first + INPUT);
    }

    /** Whether the cell is nothing but gates with matrices, in float: what ONNX LSTM computes. */
    boolean isPlain() {
        return !isNormalized() && !isProjected() && !isDiagonal() && !(isInteger() && !op.computesInFloat());
    }

    /** Whether TFLite computes in integers. */
    boolean isInteger() {
        return op.source(0).quant().isPresent();
    }

    /** Whether the weights are quantized, but what goes in is not. */
    boolean isHybrid() {
        return !isInteger() && op.source(first + OUTPUT).quant().isPresent();
    }

    /** The activation of the cell, which the integer kernels fix. */
    Activation activation() {
        return isInteger() ? Activation.TANH : op.option(Tfl.FUSED_ACTIVATION_FUNCTION);
    }

    private boolean isNormalized() {
        return op.has(norm + FORGET);
    }

    private boolean isProjected() {
        return op.has(projection());
    }

    private boolean isDiagonal() {
        return Arrays.stream(gates()).anyMatch(g -> op.rank(recurrent(g)) == 1);
    }

    private int recurrent(int gate) {
        return first + 4 + gate;
    }

    private int peephole(int gate) {
        return first + 8 + (gate == OUTPUT ? 2 : gate);
    }

    private int projection() {
        return first + 15;
    }

    private int[] gates() {
        return isCoupled() ? new int[] {FORGET, CELL, OUTPUT} : new int[] {INPUT, FORGET, CELL, OUTPUT};
    }

    /** Input weights of gates in this order; a coupled input gate is the forget gate with signs turned. */
    List<Part> inputParts(int... order) {
        return parts(first, order);
    }

    /** Weights of the second input; none if there are none. */
    List<Part> auxParts(int... order) {
        return op.has(aux + FORGET) ? parts(aux, order) : List.of();
    }

    /** Recurrent weights, as {@link #inputParts}. */
    List<Part> recurrentParts(int... order) {
        return parts(recurrent(0), order);
    }

    /** Peephole weights; the cell gate has none. */
    List<Part> peepholeParts(int... order) {
        List<Part> parts = new ArrayList<>();
        for (int gate : order) {
            boolean turned = gate == INPUT && isCoupled();
            int operand = peephole(turned ? FORGET : gate);
            Optional<QuantParams> params = rounds() ? Optional.of(scaled(operand, 1 / unit(gate))) : Optional.empty();
            parts.add(new Part(operand, params, turned));
        }
        return parts;
    }

    private List<Part> parts(int from, int... order) {
        List<Part> parts = new ArrayList<>();
        for (int gate : order) {
            boolean turned = gate == INPUT && isCoupled();
            int operand = from + (turned ? FORGET : gate);
            Optional<QuantParams> params = rounds() ? Optional.of(scaled(operand, 1 / unit(gate))) : Optional.empty();
            parts.add(new Part(operand, params, turned));
        }
        return parts;
    }

    /** Whether numbers are rounded as TFLite's integer kernel does. */
    private boolean rounds() {
        return isInteger() && !op.computesInFloat();
    }

    /** What the kernel counts a gate in before its activation, and so do all weights if it {@link #rounds}. */
    private double unit(int gate) {
        return isNormalized() ? intermediate(gate).map(QuantParams::scale).orElse(GATE_UNIT) : GATE_UNIT;
    }

    /** Biases, as {@link #inputParts}. */
    List<Part> biasParts(int... order) {
        List<Part> parts = new ArrayList<>();
        for (int gate : order) {
            boolean turned = gate == INPUT && isCoupled();
            int g = turned ? FORGET : gate;
            parts.add(new Part(first + 11 + g, biasParams(g), turned));
        }
        return parts;
    }

    /** What an integer bias stands for: it is added to integers whose scale is known. */
    private Optional<QuantParams> biasParams(int gate) {
        if (!isInteger()) {
            return Optional.empty();
        }
        return Optional.of(
                isNormalized()
                        ? scaled(norm + gate, 1.0 / NORM_SHIFT)
                        : scaled(first + gate, op.source(0).quant().get().scale() / (rounds() ? unit(gate) : 1)));
    }

    private QuantParams scaled(int operand, double by) {
        QuantParams quant = op.source(operand)
                .quant()
                .orElseThrow(() -> op.refuse(
                        DiagnosticCode.INVALID_MODEL, "operand " + operand + " has no scale, others have", ""));
        float[] scales = quant.scales();
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) (scales[i] * by);
        }
        return QuantParams.perAxis(scales, new long[scales.length], 0);
    }

    /** What the inputs of all times {@code [T,b,in]} give to the gates: {@code [T,b,gates · n]}. */
    Value inputShare(Value x, Optional<Value> second) {
        Value z = onnx.op("MatMul", x, GateWeights.columns(op, onnx, inputParts(gates())));
        List<Part> more = auxParts(gates());
        if (second.isPresent() && !more.isEmpty()) {
            Value w = GateWeights.columns(op, onnx, more);
            z = onnx.add(z, onnx.op("MatMul", second.get(), w));
        }
        return counted(onnx, isNormalized() ? z : onnx.add(z, GateWeights.rows(op, onnx, biasParts(gates()))));
    }

    private Value counted(Onnx body, Value z) {
        return rounds() ? saturated(body, body.op("Round", z)) : z;
    }

    private Value saturated(Onnx body, Value z) {
        return rounds() ? body.clip(z, (double) DataType.INT16.min(), (double) DataType.INT16.max()) : z;
    }

    /** The sum of two shares of gates, the second of which is not rounded yet. */
    private Value sum(Onnx body, Value z, Value share) {
        return saturated(body, body.add(z, rounds() ? body.op("Round", share) : share));
    }

    /**
     * The step, given {@link #inputShare} at that time; carried are the output and the cell.
     *
     * @param once whether no other step follows, so that the output is rounded where it is stored
     */
    Recurrence.Step step(boolean once) {
        Optional<Value> r =
                isDiagonal() ? Optional.empty() : Optional.of(GateWeights.rows(op, onnx, recurrentParts(gates())));
        return (body, x, before) -> {
            Value h = before.get(0);
            Value c = before.get(1);
            Value all = r.map(w -> product(body, h, w, x)).orElse(x);
            int[] gates = gates();
            long[] extents = new long[gates.length];
            Arrays.fill(extents, units());
            List<Value> split = body.split(all, 1, extents);
            Value[] z = new Value[4];
            for (int k = 0; k < gates.length; k++) {
                z[gates[k]] = r.isPresent() ? split.get(k) : recurrentShare(body, gates[k], split.get(k), h);
            }
            Value f = sigmoid(body, FORGET, z[FORGET], c);
            Value i = isCoupled() ? body.sub(body.scalar(DataType.FLOAT32, 1), f) : sigmoid(body, INPUT, z[INPUT], c);
            Value g = activated(op, body, activation(), normalized(body, CELL, z[CELL]));
            Value cell = body.add(body.mul(f, c), body.mul(i, g));
            Value next = stored(body, clipped(body, cell, op.option(Tfl.CELL_CLIP)), state + 1);
            Value o = sigmoid(body, OUTPUT, z[OUTPUT], next);
            Value out = projected(body, body.mul(o, activated(op, body, activation(), next)));
            return List.of(once ? out : stored(body, out, state), next);
        };
    }

    private Value recurrentShare(Onnx body, int gate, Value z, Value h) {
        Value r = GateWeights.rows(op, onnx, recurrentParts(gate));
        return op.rank(recurrent(gate)) == 1 ? sum(body, z, body.mul(h, r)) : product(body, h, r, z);
    }

    /** {@code z + h · rᵀ}. */
    private Value product(Onnx body, Value h, Value r, Value z) {
        Attributes transB = Attributes.of(OnnxOps.TRANS_B, 1L);
        return rounds() ? sum(body, z, body.op("Gemm", transB, h, r)) : body.op("Gemm", transB, h, r, z);
    }

    private Value sigmoid(Onnx body, int gate, Value z, Value c) {
        Value p = hasPeephole() ? GateWeights.rows(op, onnx, peepholeParts(gate)) : Value.ABSENT;
        return body.op("Sigmoid", normalized(body, gate, p.isPresent() ? sum(body, z, body.mul(c, p)) : z));
    }

    private Value normalized(Onnx body, int gate, Value z) {
        if (!isNormalized()) {
            return rounds() ? body.mul(z, body.scalarLike(z, GATE_UNIT)) : z;
        }
        Attributes epsilon = Attributes.of(OnnxOps.EPSILON, (float) NORM_EPSILON);
        Value bias = GateWeights.rows(op, onnx, biasParts(gate));
        Value coefficients = GateWeights.rows(op, onnx, List.of(Part.of(norm + gate)));
        return body.op("LayerNormalization", epsilon, z, coefficients, bias);
    }

    private Value projected(Onnx body, Value out) {
        if (!isProjected()) {
            return out;
        }
        // the kernel takes the zero point off where it should add it, and all models are made for that
        Optional<QuantParams> shifted = intermediate(4).map(q -> QuantParams.perTensor(q.scale(), -q.zeroPoint()));
        Value hidden = rounded(body, out, DataType.INT8, shifted);
        Value y = body.op("MatMul", hidden, GateWeights.columns(op, onnx, List.of(Part.of(projection()))));
        if (op.has(projection() + 1)) {
            Optional<QuantParams> params = intermediate(4).map(q -> scaled(projection(), q.scale()));
            y = body.add(y, GateWeights.rows(op, onnx, List.of(new Part(projection() + 1, params, false))));
        }
        return clipped(body, y, op.option(Tfl.PROJ_CLIP));
    }

    private static Value clipped(Onnx body, Value x, float limit) {
        return limit > 0 ? body.clip(x, -limit, limit) : x;
    }

    /** A number rounded to what the state holds, in a model that computes in integers. */
    private Value stored(Onnx body, Value x, int operand) {
        return op.quant(operand)
                .map(q -> States.rounded(body, x, op.source(operand).type(), q))
                .orElse(x);
    }

    private Value rounded(Onnx body, Value x, DataType type, Optional<QuantParams> quant) {
        return op.computesInFloat() || quant.isEmpty() ? x : States.rounded(body, x, type, quant.get());
    }

    /** The quantization of a tensor that exists within the integer kernel alone. */
    private Optional<QuantParams> intermediate(int i) {
        Attributes attributes = op.node().attributes();
        return attributes
                .find(Tfl.INTERMEDIATE_SCALES)
                .filter(s -> isInteger() && i < s.size() && s.get(i) > 0)
                .map(s -> QuantParams.perTensor(
                        s.get(i), attributes.get(Tfl.INTERMEDIATE_ZERO_POINTS).get(i)));
    }

    /** An activation applied to real numbers, whatever the operator's result is stored as. */
    static Value activated(TflOp op, Onnx onnx, Activation activation, Value x) {
        return switch (activation) {
            case NONE -> x;
            case RELU -> onnx.op("Relu", x);
            case RELU_N1_TO_1 -> onnx.clip(x, -1, 1);
            case RELU6 -> onnx.clip(x, 0, 6);
            case TANH -> onnx.op("Tanh", x);
            case SIGN_BIT ->
                throw op.refuse(
                        DiagnosticCode.UNSUPPORTED_OPTION,
                        "fused_activation_function is SIGN_BIT",
                        "export it without");
        };
    }
}
