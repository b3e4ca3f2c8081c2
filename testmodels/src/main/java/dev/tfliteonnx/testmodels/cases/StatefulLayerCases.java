package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.LstmKernelType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Cases of RNN, UNIDIRECTIONAL_SEQUENCE_RNN, SVDF and LSTM. Single steps stand twice, so that a state is read again. */
final class StatefulLayerCases {
    private static final int IN = 4;
    private static final int UNITS = 3;

    /** What the kernels of fused activations take. */
    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6, Activation.TANH);

    private StatefulLayerCases() {}

    static void addTo(CaseList cases) {
        for (int batch : new int[] {1, 3}) {
            for (Activation act : ACTIVATIONS) {
                Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, act);
                String detail = "/" + act + "/batch" + batch;
                rnn(cases, options, Weights.FLOAT32, batch, detail);
                for (boolean timeMajor : new boolean[] {false, true}) {
                    Attributes sequence = options.with(Tfl.TIME_MAJOR, timeMajor);
                    sequenceRnn(cases, sequence, Weights.FLOAT32, batch, detail + (timeMajor ? "/timeMajor" : ""));
                }
            }
            for (int rank : new int[] {1, 2}) {
                for (boolean bias : new boolean[] {true, false}) {
                    for (Activation act : List.of(Activation.NONE, Activation.RELU)) {
                        Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, act)
                                .with(Tfl.RANK, (long) rank);
                        String detail = "/rank" + rank + (bias ? "/bias" : "") + "/" + act + "/batch" + batch;
                        svdf(cases, options, batch, bias, detail);
                    }
                }
            }
            basicLstm(cases, batch);
        }
        for (boolean asymmetric : new boolean[] {false, true}) {
            Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH)
                    .with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, asymmetric);
            String detail = asymmetric ? "/asymmetricInputs" : "";
            rnn(cases, options, Weights.INT8, 2, detail);
            sequenceRnn(cases, options, Weights.INT8, 2, detail);
        }
        integerSvdf(cases);
    }

    private static TensorRef state(CaseGraph g, String name, int... shape) {
        return g.model()
                .tensor(TensorSpec.of(DataType.FLOAT32, shape).named(name).variable());
    }

    /** The operands of a layer of units that read their own last results. */
    private static TensorRef[] layer(CaseGraph g, TensorRef x, Weights form, int batch) {
        TensorRef w = Layers.weights(g, form, 0, UNITS, IN);
        TensorRef r = Layers.weights(g, form, 0, UNITS, UNITS);
        TensorRef b = g.constant(g.random().floats(-0.5, 0.5, UNITS));
        return new TensorRef[] {x, w, r, b, state(g, "h", batch, UNITS)};
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

    private static void rnn(CaseList cases, Attributes options, Weights form, int batch, String detail) {
        cases.add(name("RNN", form, detail), tolerance(form), g -> {
            TensorRef[] first = layer(g, g.input(DataType.FLOAT32, batch, IN), form, batch);
            TensorRef[] second = first.clone();
            second[0] = g.input(DataType.FLOAT32, batch, IN);
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, batch, UNITS);
            OpSpec op = OpSpec.of("RNN", options).outputs(y);
            g.model().outputs(add(g, op.inputs(first)), add(g, op.inputs(second)));
        });
    }

    private static void sequenceRnn(CaseList cases, Attributes options, Weights form, int batch, String detail) {
        boolean timeMajor = options.get(Tfl.TIME_MAJOR, false);
        cases.add(name("UNIDIRECTIONAL_SEQUENCE_RNN", form, detail), tolerance(form), g -> {
            int[] in = timeMajor ? new int[] {5, batch, IN} : new int[] {batch, 5, IN};
            int[] out = timeMajor ? new int[] {5, batch, UNITS} : new int[] {batch, 5, UNITS};
            TensorRef[] operands = layer(g, g.input(DataType.FLOAT32, in), form, batch);
            OpSpec op = OpSpec.of("UNIDIRECTIONAL_SEQUENCE_RNN", options)
                    .inputs(operands)
                    .outputs(TensorSpec.of(DataType.FLOAT32, out));
            add(g, op);
        });
    }

    private static void svdf(CaseList cases, Attributes options, int batch, boolean bias, String detail) {
        int filters = UNITS * (int) (long) options.get(Tfl.RANK);
        int memory = 4;
        cases.add("SVDF/float32" + detail, Tolerance.FLOAT, g -> {
            TensorRef feature = g.constant(g.random().floats(-1, 1, filters, IN));
            TensorRef time = g.constant(g.random().floats(-1, 1, filters, memory));
            TensorRef b = bias ? g.constant(g.random().floats(-1, 1, UNITS)) : TensorRef.ABSENT;
            TensorRef state = state(g, "memory", batch, memory * filters);
            TensorRef[] y = new TensorRef[2];
            for (int step = 0; step < 2; step++) {
                TensorRef x = g.input(DataType.FLOAT32, batch, IN);
                OpSpec op = OpSpec.of("SVDF", options).inputs(x, feature, time, b, state);
                y[step] = add(g, op.outputs(TensorSpec.of(DataType.FLOAT32, batch, UNITS)));
            }
            g.model().outputs(y);
        });
    }

    /** Scales as in {@code kernels/svdf_test.cc}: weights over time and the state have 16 bits. */
    private static void integerSvdf(CaseList cases) {
        cases.add("SVDF/int8", Tolerance.QUANTIZED, g -> {
            SeededValues random = g.random();
            Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.RELU)
                    .with(Tfl.RANK, 1L);
            TensorRef w = Layers.weights(g, Weights.INT8, 0, UNITS, IN);
            TensorRef t = g.constant(TensorSpec.of(random.integers(DataType.INT16, -127, 127, Layers.shapeOf(UNITS, 4)))
                    .quantized(1.0 / 127, 0));
            double step = 1.0 / 4096;
            TensorRef b = g.constant(TensorSpec.of(random.integers(DataType.INT32, -1000, 1000, Layers.shapeOf(UNITS)))
                    .quantized(step / 127, 0));
            TensorSpec memory = TensorSpec.of(DataType.INT16, 2, 4 * UNITS).quantized(step, 0);
            TensorRef state = g.model().tensor(memory.named("memory").variable());
            TensorRef[] y = new TensorRef[2];
            for (int i = 0; i < 2; i++) {
                TensorRef x = g.input(Numeric.INT8, -1, 1, 2, IN);
                OpSpec op = OpSpec.of("SVDF", options).inputs(x, w, t, b, state);
                y[i] = add(g, op.outputs(TensorSpec.of(DataType.INT8, 2, UNITS).quantized(1.0 / 16, -3)));
            }
            g.model().outputs(y);
        });
    }

    /** Gates in one matrix, the state as operands and results: the form of {@code tf.contrib}'s basic cell. */
    private static void basicLstm(CaseList cases, int batch) {
        cases.add("LSTM/float32/basic/batch" + batch, Tolerance.FLOAT, g -> {
            TensorSpec cell = TensorSpec.of(DataType.FLOAT32, batch, UNITS);
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, batch, IN), Values.between(-1, 1));
            TensorRef h = g.input(cell, Values.between(-1, 1));
            TensorRef w = g.constant(g.random().floats(-1, 1, 4 * UNITS, IN + UNITS));
            TensorRef b = g.constant(g.random().floats(-1, 1, 4 * UNITS));
            TensorRef c = g.input(cell, Values.between(-1, 1));
            Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH)
                    .with(Tfl.KERNEL_TYPE, LstmKernelType.BASIC);
            g.add(OpSpec.of("LSTM", options)
                    .inputs(x, h, w, b, c)
                    .outputs(
                            cell,
                            cell,
                            TensorSpec.of(DataType.FLOAT32, batch, IN + UNITS),
                            TensorSpec.of(DataType.FLOAT32, batch, 4 * UNITS)));
        });
    }
}
