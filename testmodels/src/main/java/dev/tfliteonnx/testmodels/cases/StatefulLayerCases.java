package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.testmodels.cases.RecurrentCases.Layer;
import dev.tfliteonnx.testmodels.cases.RecurrentCases.Parts;
import dev.tfliteonnx.testmodels.cases.RecurrentCases.Size;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.LstmKernelType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Cases of RNN, UNIDIRECTIONAL_SEQUENCE_RNN, SVDF and LSTM. Single steps stand twice, so that a state is read again. */
final class StatefulLayerCases {
    /** What the kernels of fused activations take. */
    static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6, Activation.TANH);

    private static final Parts PLAIN = new Parts(false, false, false, false, false);
    private static final Size FIVE = new Size(5, 2, 4, 3, 0);

    private StatefulLayerCases() {}

    static void addTo(CaseList cases) {
        for (int batch : new int[] {1, 3}) {
            Size size = new Size(5, batch, 4, 3, 0);
            for (Activation act : ACTIVATIONS) {
                Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, act);
                String detail = "/" + act + "/batch" + batch;
                rnn(cases, options, Weights.FLOAT32, size, detail);
                for (boolean timeMajor : new boolean[] {false, true}) {
                    Attributes sequence = options.with(Tfl.TIME_MAJOR, timeMajor);
                    sequenceRnn(cases, sequence, Weights.FLOAT32, size, detail + (timeMajor ? "/timeMajor" : ""));
                }
            }
            for (int rank : new int[] {1, 2}) {
                for (boolean bias : new boolean[] {true, false}) {
                    for (Activation act : List.of(Activation.NONE, Activation.RELU)) {
                        Filters filters = new Filters(Weights.FLOAT32, batch, 4, 3, rank, 4, bias, act);
                        svdf(cases, filters, false, filters.path());
                    }
                }
            }
            basicLstm(cases, Size.of(batch), "/batch" + batch);
        }
        for (boolean asymmetric : new boolean[] {false, true}) {
            Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH)
                    .with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, asymmetric);
            String detail = asymmetric ? "/asymmetricInputs" : "";
            rnn(cases, options, Weights.INT8, FIVE, detail);
            sequenceRnn(cases, options, Weights.INT8, FIVE, detail);
            Filters filters = new Filters(Weights.INT8, 2, 4, 3, 2, 4, true, Activation.RELU);
            svdf(cases, filters, asymmetric, filters.path() + detail);
        }
        integerSvdf(cases, new Filters(Weights.INT8, 2, 4, 3, 1, 4, true, Activation.RELU), 12, "");
        draw(cases);
    }

    private static void draw(CaseList cases) {
        for (boolean sequence : new boolean[] {false, true}) {
            cases.draw(sequence ? "UNIDIRECTIONAL_SEQUENCE_RNN" : "RNN", d -> {
                Layer layer = new Layer(PLAIN, Layer.drawn(d, false).form());
                Size size = layer.size(d);
                Attributes options = drawnOptions(d, layer);
                if (sequence) {
                    options = options.with(Tfl.TIME_MAJOR, d.coin());
                    sequenceRnn(cases, options, layer.form(), size, size.path(PLAIN) + RecurrentCases.path(options));
                } else {
                    rnn(cases, options, layer.form(), size, size.path(PLAIN) + RecurrentCases.path(options));
                }
            });
        }
        cases.draw("SVDF", d -> {
            Filters filters = new Filters(
                    d.of(Weights.FLOAT32, Weights.FLOAT32, Weights.INT8),
                    d.in(1, 4),
                    d.in(1, 8),
                    d.in(1, 8),
                    d.in(1, 3),
                    d.in(1, 9),
                    d.coin(),
                    d.of(Activation.NONE, Activation.RELU));
            if (d.in(0, 3) == 0) {
                integerSvdf(cases, filters, d.in(8, 13), filters.sizes());
            } else {
                boolean asymmetric = filters.form() == Weights.INT8 && d.coin();
                svdf(cases, filters, asymmetric, filters.sizes() + (asymmetric ? "/asymmetricInputs" : ""));
            }
        });
    }

    /** As {@link RecurrentCases#drawnOptions}, without limits. */
    static Attributes drawnOptions(Draw d, Layer layer) {
        return Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, layer.isHybrid() ? Activation.TANH : d.of(ACTIVATIONS))
                .with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, layer.isHybrid() && d.coin());
    }

    /** The operands of a layer of units that read their own last results. */
    private static TensorRef[] layer(CaseGraph g, TensorRef x, Weights form, Size size) {
        TensorRef w = Layers.weights(g, form, 0, size.cell(), size.in());
        TensorRef r = Layers.weights(g, form, 0, size.cell(), size.cell());
        TensorRef b = g.constant(g.random().floats(-0.5, 0.5, size.cell()));
        return new TensorRef[] {x, w, r, b, RecurrentCases.state(g, "h", size.batch(), size.cell())};
    }

    private static TensorRef add(CaseGraph g, OpSpec op) {
        List<Boolean> mutating = new ArrayList<>(Collections.nCopies(5, false));
        mutating.set(4, true);
        return g.add(op.mutating(mutating)).get(0);
    }

    private static String name(String op, Weights form, String detail) {
        return op + (form == Weights.INT8 ? "/hybrid" : "/float32") + detail;
    }

    private static Tolerance tolerance(Weights form) {
        return form == Weights.INT8 ? Tolerance.HYBRID : Tolerance.FLOAT;
    }

    private static void rnn(CaseList cases, Attributes options, Weights form, Size size, String detail) {
        cases.add(name("RNN", form, detail), tolerance(form), g -> {
            TensorRef[] first = layer(g, g.input(DataType.FLOAT32, size.batch(), size.in()), form, size);
            TensorRef[] second = first.clone();
            second[0] = g.input(DataType.FLOAT32, size.batch(), size.in());
            OpSpec op = OpSpec.of("RNN", options).outputs(TensorSpec.of(DataType.FLOAT32, size.batch(), size.cell()));
            g.model().outputs(add(g, op.inputs(first)), add(g, op.inputs(second)));
        });
    }

    private static void sequenceRnn(CaseList cases, Attributes options, Weights form, Size size, String detail) {
        cases.add(name("UNIDIRECTIONAL_SEQUENCE_RNN", form, detail), tolerance(form), g -> {
            TensorRef x = g.input(DataType.FLOAT32, size.sequence(options, size.in()));
            OpSpec op = OpSpec.of("UNIDIRECTIONAL_SEQUENCE_RNN", options)
                    .inputs(layer(g, x, form, size))
                    .outputs(TensorSpec.of(DataType.FLOAT32, size.sequence(options, size.cell())));
            add(g, op);
        });
    }

    /** An SVDF: so many filters a unit as its rank says. */
    private record Filters(
            Weights form, int batch, int in, int units, int rank, int memory, boolean bias, Activation act) {
        int count() {
            return units * rank;
        }

        String path() {
            return "/rank" + rank + (bias ? "/bias" : "") + "/" + act + "/batch" + batch;
        }

        String sizes() {
            return path() + "/" + in + "x" + units + "/memory" + memory;
        }
    }

    private static void svdf(CaseList cases, Filters f, boolean asymmetric, String detail) {
        cases.add(name("SVDF", f.form(), detail), tolerance(f.form()), g -> {
            Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, f.act())
                    .with(Tfl.RANK, (long) f.rank())
                    .with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, asymmetric);
            TensorRef feature = Layers.weights(g, f.form(), 0, f.count(), f.in());
            TensorRef time = Layers.weights(g, f.form(), 0, f.count(), f.memory());
            TensorRef b = f.bias() ? g.constant(g.random().floats(-1, 1, f.units())) : TensorRef.ABSENT;
            TensorRef state = RecurrentCases.state(g, "memory", f.batch(), f.memory() * f.count());
            TensorRef[] y = new TensorRef[2];
            for (int step = 0; step < 2; step++) {
                TensorRef x = g.input(DataType.FLOAT32, f.batch(), f.in());
                OpSpec op = OpSpec.of("SVDF", options).inputs(x, feature, time, b, state);
                y[step] = add(g, op.outputs(TensorSpec.of(DataType.FLOAT32, f.batch(), f.units())));
            }
            g.model().outputs(y);
        });
    }

    /** Scales as in {@code kernels/svdf_test.cc}: weights over time and the state have 16 bits. */
    private static void integerSvdf(CaseList cases, Filters f, int stateBits, String detail) {
        cases.add("SVDF/int8" + detail + (detail.isEmpty() ? "" : "/state" + stateBits), Tolerance.QUANTIZED, g -> {
            SeededValues random = g.random();
            Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.RELU)
                    .with(Tfl.RANK, (long) f.rank());
            TensorRef w = Layers.weights(g, Weights.INT8, 0, f.count(), f.in());
            Shape overTime = Layers.shapeOf(f.count(), f.memory());
            TensorRef t = g.constant(TensorSpec.of(random.integers(DataType.INT16, -127, 127, overTime))
                    .quantized(1.0 / 127, 0));
            double step = Math.scalb(1.0, -stateBits);
            TensorRef b = f.bias()
                    ? g.constant(TensorSpec.of(random.integers(DataType.INT32, -1000, 1000, Layers.shapeOf(f.units())))
                            .quantized(step / 127, 0))
                    : TensorRef.ABSENT;
            TensorSpec memory = TensorSpec.of(DataType.INT16, f.batch(), f.memory() * f.count())
                    .quantized(step, 0);
            TensorRef state = g.model().tensor(memory.named("memory").variable());
            TensorRef[] y = new TensorRef[2];
            for (int i = 0; i < 2; i++) {
                TensorRef x = g.input(Numeric.INT8, -1, 1, f.batch(), f.in());
                OpSpec op = OpSpec.of("SVDF", options).inputs(x, w, t, b, state);
                y[i] = add(
                        g,
                        op.outputs(TensorSpec.of(DataType.INT8, f.batch(), f.units())
                                .quantized(1.0 / 16, -3)));
            }
            g.model().outputs(y);
        });
    }

    /** Gates in one matrix, the state as operands and results: the form of {@code tf.contrib}'s basic cell. */
    static void basicLstm(CaseList cases, Size size, String detail) {
        cases.add("LSTM/float32/basic" + detail, Tolerance.FLOAT, g -> {
            int units = size.cell();
            TensorSpec cell = TensorSpec.of(DataType.FLOAT32, size.batch(), units);
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, size.batch(), size.in()), Values.between(-1, 1));
            TensorRef h = g.input(cell, Values.between(-1, 1));
            TensorRef w = g.constant(g.random().floats(-1, 1, 4 * units, size.in() + units));
            TensorRef b = g.constant(g.random().floats(-1, 1, 4 * units));
            TensorRef c = g.input(cell, Values.between(-1, 1));
            Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH)
                    .with(Tfl.KERNEL_TYPE, LstmKernelType.BASIC);
            g.add(OpSpec.of("LSTM", options)
                    .inputs(x, h, w, b, c)
                    .outputs(
                            cell,
                            cell,
                            TensorSpec.of(DataType.FLOAT32, size.batch(), size.in() + units),
                            TensorSpec.of(DataType.FLOAT32, size.batch(), 4 * units)));
        });
    }
}
