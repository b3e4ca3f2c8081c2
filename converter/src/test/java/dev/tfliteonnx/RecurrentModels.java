package dev.tfliteonnx;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.LstmKernelType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Models of one recurrent layer each, which keeps its state between runs. */
final class RecurrentModels {
    private static final int TIMES = 3;
    private static final int IN = 4;
    private static final int UNITS = 5;
    private static final double SCALE = 1.0 / 128;
    private static final int ZERO = 3;

    /** What weights and activations are. */
    enum Form {
        FLOAT,
        /** Integer weights; activations are rounded around 0. */
        ROUNDED,
        /** Integer weights; activations are rounded to all of their range. */
        ASYMMETRIC,
        INTEGER;

        String path() {
            return "/" + name().toLowerCase(Locale.ROOT);
        }
    }

    /** Parts that a layer of LSTM may have. */
    enum Part {
        COUPLED,
        PEEPHOLES,
        PROJECTION,
        BIAS_OF_PROJECTION,
        NORM,
        /** Each output goes into its own unit only. */
        DIAGONAL
    }

    private final TfliteBuilder model = TfliteBuilder.model();
    private final SeededValues random;
    private final Form form;
    private final int batch;
    private final List<TensorRef> state = new ArrayList<>();

    private RecurrentModels(Form form, long seed) {
        this(form, seed, 2);
    }

    private RecurrentModels(Form form, long seed, int batch) {
        this.form = form;
        this.batch = batch;
        this.random = SeededValues.fixed(seed);
    }

    private TensorRef input(String name, int... shape) {
        return model.input(activation(form == Form.INTEGER ? DataType.INT8 : DataType.FLOAT32, shape)
                .named(name));
    }

    private static TensorSpec activation(DataType type, int... shape) {
        TensorSpec spec = TensorSpec.of(type, shape);
        return type.isFloat() ? spec : spec.quantized(SCALE, ZERO);
    }

    private TensorRef weights(int... shape) {
        return form == Form.FLOAT ? floats(shape) : integers(DataType.INT8, 1.0 / 127, shape);
    }

    private TensorRef floats(int... shape) {
        return constant(TensorSpec.of(random.floats(-1, 1, sizes(shape))));
    }

    /** Integers of almost all the range of their type. */
    private TensorRef integers(DataType type, double scale, int... shape) {
        long most = type == DataType.INT32 ? 5000 : type.max();
        Tensor values = random.integers(type, -most, most, Shape.of(sizes(shape)));
        return constant(TensorSpec.of(values).quantized(scale, 0));
    }

    private TensorRef constant(TensorSpec spec) {
        return model.tensor(spec.named("w" + model.main().tensors().size()));
    }

    private static long[] sizes(int... shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }

    private TensorRef variable(TensorSpec spec) {
        TensorRef variable =
                model.tensor(spec.named("state" + model.main().tensors().size()).variable());
        state.add(variable);
        return variable;
    }

    private TensorRef bias(int n) {
        return form == Form.INTEGER ? integers(DataType.INT32, SCALE / 127, n) : floats(n);
    }

    private byte[] finish(OpSpec op, TensorRef[] operands, TensorSpec... results) {
        List<Boolean> mutating = new ArrayList<>(Collections.nCopies(operands.length, false));
        for (int i = 0; i < operands.length; i++) {
            mutating.set(i, state.contains(operands[i]));
        }
        List<TensorRef> y = model.add(op.inputs(operands).outputs(results).mutating(mutating));
        long shown = results.length == 4 ? 2 : results.length;
        model.outputs(y.stream().limit(shown).toArray(TensorRef[]::new));
        return model.build();
    }

    private int[] sequence(Attributes options, int width) {
        return options.get(Tfl.TIME_MAJOR, false) ? new int[] {TIMES, batch, width} : new int[] {batch, TIMES, width};
    }

    /** A layer of LSTM of one step or, of the options of a sequence, of several. */
    static byte[] lstm(String op, Form form, List<Part> parts, Attributes options) {
        RecurrentModels m = new RecurrentModels(form, (op + form + parts).hashCode());
        boolean single = op.equals("LSTM");
        TensorRef[] in = new TensorRef[24];
        Arrays.fill(in, TensorRef.ABSENT);
        in[0] = m.input("x", single ? new int[] {m.batch, IN} : m.sequence(options, IN));
        int outs = parts.contains(Part.PROJECTION) ? 3 : UNITS;
        m.layer(in, parts, new int[] {1, 18, 20}, outs);
        boolean integer = form == Form.INTEGER;
        TensorSpec y = activation(
                integer ? DataType.INT8 : DataType.FLOAT32,
                single ? new int[] {m.batch, outs} : m.sequence(options, outs));
        OpSpec spec = OpSpec.of(op, options.with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, form == Form.ASYMMETRIC));
        return m.finish(integer ? spec.intermediates(m.intermediates(parts)) : spec, in, y);
    }

    private TensorRef[] intermediates(List<Part> parts) {
        TensorRef[] out = new TensorRef[5];
        for (int i = 0; i < 4; i++) {
            TensorSpec gate = TensorSpec.of(DataType.INT16)
                    .quantized(parts.contains(Part.NORM) ? 0.0003 + 0.0001 * i : 0x1p-12, 0);
            out[i] = model.tensor(gate.named("gate" + i));
        }
        TensorSpec hidden = TensorSpec.of(DataType.INT8).quantized(SCALE, parts.contains(Part.PROJECTION) ? -5 : ZERO);
        out[4] = model.tensor(hidden.named("hidden"));
        return out;
    }

    /**
     * Fills in the operands of a layer of LSTM.
     *
     * @param places of the first weights, of the output state and of the first norm
     */
    private void layer(TensorRef[] in, List<Part> parts, int[] places, int outs) {
        boolean integer = form == Form.INTEGER;
        int first = places[0];
        for (int gate = parts.contains(Part.COUPLED) ? 1 : 0; gate < 4; gate++) {
            in[first + gate] = weights(UNITS, IN);
            in[first + 4 + gate] = parts.contains(Part.DIAGONAL) ? floats(UNITS) : weights(UNITS, outs);
            in[first + 11 + gate] = bias(UNITS);
            if (parts.contains(Part.NORM)) {
                in[places[2] + gate] = integer ? integers(DataType.INT16, 1.0 / 32768, UNITS) : floats(UNITS);
            }
            if (parts.contains(Part.PEEPHOLES) && gate != 2) {
                in[first + 8 + Math.min(2, gate)] =
                        integer ? integers(DataType.INT16, 1.0 / 32768, UNITS) : weights(UNITS);
            }
        }
        if (parts.contains(Part.PROJECTION)) {
            in[first + 15] = weights(outs, UNITS);
        }
        if (parts.contains(Part.BIAS_OF_PROJECTION)) {
            in[first + 16] = bias(outs);
        }
        in[places[1]] = variable(activation(integer ? DataType.INT8 : DataType.FLOAT32, batch, outs));
        in[places[1] + 1] = variable(
                integer
                        ? TensorSpec.of(DataType.INT16, batch, UNITS).quantized(0x1p-11, 0)
                        : TensorSpec.of(DataType.FLOAT32, batch, UNITS));
    }

    /** The basic kernel of LSTM, float or of unsigned 8-bit integers. */
    static byte[] basicLstm(Form form) {
        RecurrentModels m = new RecurrentModels(form, 11);
        boolean integer = form == Form.INTEGER;
        DataType type = integer ? DataType.UINT8 : DataType.FLOAT32;
        TensorSpec x = TensorSpec.of(type, m.batch, IN);
        TensorSpec y = TensorSpec.of(type, m.batch, UNITS);
        TensorSpec joined = TensorSpec.of(type, m.batch, IN + UNITS);
        DataType wide = integer ? DataType.INT16 : DataType.FLOAT32;
        TensorSpec cell = TensorSpec.of(wide, m.batch, UNITS);
        TensorSpec gates = TensorSpec.of(wide, m.batch, 4 * UNITS);
        TensorRef weights = m.weights(4 * UNITS, IN + UNITS);
        if (integer) {
            x = x.quantized(SCALE, 128);
            y = y.quantized(SCALE, 128);
            joined = joined.quantized(SCALE, 128);
            cell = cell.quantized(0x1p-11, 0);
            gates = gates.quantized(0x1p-12, 0);
            Tensor values = m.random.integers(type, 0, 255, Shape.of(4L * UNITS, IN + UNITS));
            weights = m.constant(TensorSpec.of(values).quantized(1.0 / 127, 131));
        }
        TensorRef[] in = {m.model.input(x.named("x")), m.variable(y), weights, m.bias(4 * UNITS), m.variable(cell)};
        OpSpec op = OpSpec.of("LSTM", Attributes.of(Tfl.KERNEL_TYPE, LstmKernelType.BASIC));
        return m.finish(op, in, y, cell, joined, gates);
    }

    /**
     * Two layers of LSTM; {@code aux} says whether there is a second input and weights for it. Where outputs are merged
     * and the batch is the outer axis there is one sequence: of a second one the real kernel does not find the state.
     */
    static byte[] bidirectionalLstm(Form form, List<Part> parts, Attributes options, Aux aux) {
        boolean isWhole = options.get(Tfl.TIME_MAJOR) || !options.get(Tfl.MERGE_OUTPUTS);
        RecurrentModels m = new RecurrentModels(form, (form + "" + parts + aux).hashCode(), isWhole ? 2 : 1);
        TensorRef[] in = new TensorRef[48];
        Arrays.fill(in, TensorRef.ABSENT);
        in[0] = m.input("x", m.sequence(options, IN));
        int outs = parts.contains(Part.PROJECTION) ? 3 : UNITS;
        m.layer(in, parts, new int[] {1, 35, 0}, outs);
        m.layer(in, parts, new int[] {18, 37, 0}, outs);
        if (aux != Aux.NONE) {
            in[39] = m.input("aux", m.sequence(options, IN));
        }
        for (int i = parts.contains(Part.COUPLED) ? 1 : 0; i < 4 && aux == Aux.WEIGHTED; i++) {
            in[40 + i] = m.weights(UNITS, IN);
            in[44 + i] = m.weights(UNITS, IN);
        }
        return m.both("BIDIRECTIONAL_SEQUENCE_LSTM", in, options, outs);
    }

    /** What there is of a second input. */
    enum Aux {
        NONE,
        PLAIN,
        WEIGHTED
    }

    private byte[] both(String op, TensorRef[] in, Attributes options, int outs) {
        OpSpec spec = OpSpec.of(op, options.with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, form == Form.ASYMMETRIC));
        boolean merges = options.get(Tfl.MERGE_OUTPUTS, false);
        TensorSpec y = TensorSpec.of(DataType.FLOAT32, sequence(options, merges ? 2 * outs : outs));
        return merges ? finish(spec, in, y) : finish(spec, in, y, y);
    }

    /** One layer of plain units, of one step or of a sequence. */
    static byte[] rnn(String op, Form form, Attributes options) {
        RecurrentModels m = new RecurrentModels(form, (op + form).hashCode());
        boolean single = op.equals("RNN");
        TensorRef x = m.input("x", single ? new int[] {m.batch, IN} : m.sequence(options, IN));
        TensorRef[] in = {x, m.weights(UNITS, IN), m.weights(UNITS, UNITS), m.bias(UNITS), m.hidden()};
        OpSpec spec = OpSpec.of(op, options.with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, form == Form.ASYMMETRIC));
        int[] shape = single ? new int[] {m.batch, UNITS} : m.sequence(options, UNITS);
        return m.finish(spec, in, TensorSpec.of(DataType.FLOAT32, shape));
    }

    private TensorRef hidden() {
        return variable(TensorSpec.of(DataType.FLOAT32, batch, UNITS));
    }

    /** Two layers of plain units. */
    static byte[] bidirectionalRnn(Form form, Attributes options, Aux aux) {
        RecurrentModels m = new RecurrentModels(form, (form + "" + aux).hashCode());
        TensorRef[] in = new TensorRef[12];
        Arrays.fill(in, TensorRef.ABSENT);
        in[0] = m.input("x", m.sequence(options, IN));
        for (int first : new int[] {1, 5}) {
            in[first] = m.weights(UNITS, IN);
            in[first + 1] = m.weights(UNITS, UNITS);
            in[first + 2] = m.bias(UNITS);
            in[first + 3] = m.hidden();
        }
        if (aux != Aux.NONE) {
            in[9] = m.input("aux", m.sequence(options, IN));
        }
        if (aux == Aux.WEIGHTED) {
            in[10] = m.weights(UNITS, IN);
            in[11] = m.weights(UNITS, IN);
        }
        return m.both("BIDIRECTIONAL_SEQUENCE_RNN", in, options, UNITS);
    }

    /** A layer of SVDF, of filters of a rank. */
    static byte[] svdf(Form form, Attributes options, boolean biased) {
        RecurrentModels m = new RecurrentModels(form, form.hashCode());
        int filters = UNITS * Math.toIntExact(options.get(Tfl.RANK));
        int memory = 4;
        boolean integer = form == Form.INTEGER;
        TensorSpec kept = TensorSpec.of(integer ? DataType.INT16 : DataType.FLOAT32, m.batch, filters * memory);
        TensorRef[] in = {
            m.input("x", m.batch, IN),
            m.weights(filters, IN),
            integer ? m.integers(DataType.INT16, 1.0 / 32768, filters, memory) : m.weights(filters, memory),
            biased ? m.bias(UNITS) : TensorRef.ABSENT,
            m.variable(integer ? kept.quantized(1.0 / 4096, 0) : kept)
        };
        OpSpec spec = OpSpec.of("SVDF", options.with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, form == Form.ASYMMETRIC));
        return m.finish(spec, in, activation(integer ? DataType.INT8 : DataType.FLOAT32, m.batch, UNITS));
    }
}
