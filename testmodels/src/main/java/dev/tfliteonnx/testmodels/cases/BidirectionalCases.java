package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.testmodels.cases.RecurrentCases.Parts;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.LstmKernelType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Cases of BIDIRECTIONAL_SEQUENCE_LSTM, BIDIRECTIONAL_SEQUENCE_RNN, and of LSTM with a matrix for each gate. */
final class BidirectionalCases {
    private static final int IN = 4;
    private static final int UNITS = 3;
    private static final List<Parts> PARTS = List.of(
            new Parts(false, false, false, false, false),
            new Parts(true, false, false, false, false),
            new Parts(false, true, false, false, false),
            new Parts(false, false, true, true, false),
            new Parts(true, true, true, false, false));

    private BidirectionalCases() {}

    static void addTo(CaseList cases) {
        for (boolean merged : new boolean[] {false, true}) {
            for (boolean timeMajor : new boolean[] {false, true}) {
                for (int batch : new int[] {1, 3}) {
                    Attributes options = Attributes.of(Tfl.MERGE_OUTPUTS, merged)
                            .with(Tfl.TIME_MAJOR, timeMajor)
                            .with(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH);
                    String detail = (merged ? "/merged" : "") + (timeMajor ? "/timeMajor" : "") + "/batch" + batch;
                    for (Parts parts : PARTS) {
                        lstm(cases, options, new Form(parts, Weights.FLOAT32, false), batch, detail);
                    }
                    lstm(cases, options, new Form(PARTS.get(0), Weights.FLOAT32, true), batch, detail);
                    for (Activation act : List.of(Activation.NONE, Activation.RELU, Activation.TANH)) {
                        Attributes activated = options.with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
                        rnn(cases, activated, Weights.FLOAT32, batch, detail + "/" + act);
                    }
                }
            }
        }
        Attributes plain =
                Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH).with(Tfl.TIME_MAJOR, false);
        for (boolean asymmetric : new boolean[] {false, true}) {
            Attributes options = plain.with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, asymmetric);
            String detail = asymmetric ? "/asymmetricInputs" : "";
            lstm(cases, options, new Form(PARTS.get(0), Weights.INT8, false), 2, detail);
            rnn(cases, options, Weights.INT8, 2, detail);
        }
        lstm(cases, plain.with(Tfl.CELL_CLIP, 0.3f), new Form(PARTS.get(0), Weights.FLOAT32, false), 2, "/cellClip");
        for (Parts parts : PARTS) {
            fullLstm(cases, plain.without(Tfl.TIME_MAJOR), parts);
        }
    }

    /** Parts of a layer, its weights, and whether it reads a second input. */
    private record Form(Parts parts, Weights weights, boolean aux) {
        String path() {
            return (weights == Weights.INT8 ? "/hybrid" : "/float32") + parts.path() + (aux ? "/aux" : "");
        }

        Tolerance tolerance() {
            return weights == Weights.INT8 ? Tolerance.HYBRID : Tolerance.FLOAT;
        }

        int out() {
            return parts.out();
        }
    }

    private static int[] sequence(Attributes options, int batch, int features) {
        boolean timeMajor = options.get(Tfl.TIME_MAJOR, false);
        return timeMajor ? new int[] {4, batch, features} : new int[] {batch, 4, features};
    }

    private static TensorRef state(CaseGraph g, String name, int... shape) {
        return g.model()
                .tensor(TensorSpec.of(DataType.FLOAT32, shape).named(name).variable());
    }

    private static TensorSpec[] outputs(Attributes options, int batch, int features) {
        boolean merged = options.get(Tfl.MERGE_OUTPUTS, false);
        TensorSpec y = TensorSpec.of(DataType.FLOAT32, sequence(options, batch, merged ? 2 * features : features));
        return merged ? new TensorSpec[] {y} : new TensorSpec[] {y, y};
    }

    private static void add(CaseGraph g, OpSpec op, int operands, int... states) {
        List<Boolean> mutating = new ArrayList<>(Collections.nCopies(operands, false));
        Arrays.stream(states).forEach(i -> mutating.set(i, true));
        g.add(op.mutating(mutating));
    }

    /**
     * Operands 1 to 17 are the forward layer, 18 to 34 the backward one, 35 to 38 states, 39 to 47 the second
     * input, which must be as wide as the first: the kernel steps through both by the width of the first.
     */
    private static void lstm(CaseList cases, Attributes options, Form form, int batch, String detail) {
        String op = "BIDIRECTIONAL_SEQUENCE_LSTM";
        cases.add(op + form.path() + detail, form.tolerance(), g -> {
            TensorRef[] in = new TensorRef[48];
            Arrays.fill(in, TensorRef.ABSENT);
            in[0] = g.input(TensorSpec.of(DataType.FLOAT32, sequence(options, batch, IN)), Values.between(-2, 2));
            int cell = RecurrentCases.CELL;
            for (int direction = 0; direction < 2; direction++) {
                TensorRef[] layer = new TensorRef[24];
                Arrays.fill(layer, TensorRef.ABSENT);
                RecurrentCases.gates(g, layer, form.parts(), form.weights());
                System.arraycopy(layer, 1, in, 1 + 17 * direction, 17);
                in[35 + 2 * direction] = state(g, "h" + direction, batch, form.out());
                in[36 + 2 * direction] = state(g, "c" + direction, batch, cell);
            }
            if (form.aux()) {
                in[39] = g.input(TensorSpec.of(DataType.FLOAT32, sequence(options, batch, IN)), Values.between(-2, 2));
                for (int gate = 0; gate < 8; gate++) {
                    in[40 + gate] = Layers.weights(g, form.weights(), 0, cell, IN);
                }
            }
            OpSpec spec = OpSpec.of(op, options).inputs(in).outputs(outputs(options, batch, form.out()));
            add(g, spec, 48, 35, 36, 37, 38);
        });
        boolean merged = options.get(Tfl.MERGE_OUTPUTS, false);
        if (merged && batch > 1 && !options.get(Tfl.TIME_MAJOR, false)) {
            String reason = "the kernel steps through its state by the width of the merged result, past the end";
            cases.excuse(Engine.TFLITE_REFERENCE, reason);
            cases.excuse(Engine.TFLITE_DEFAULT, reason);
        }
    }

    private static void rnn(CaseList cases, Attributes options, Weights form, int batch, String detail) {
        String op = "BIDIRECTIONAL_SEQUENCE_RNN";
        boolean hybrid = form == Weights.INT8;
        cases.add(op + (hybrid ? "/hybrid" : "/float32") + detail, hybrid ? Tolerance.HYBRID : Tolerance.FLOAT, g -> {
            TensorRef[] in = new TensorRef[12];
            Arrays.fill(in, TensorRef.ABSENT);
            in[0] = g.input(TensorSpec.of(DataType.FLOAT32, sequence(options, batch, IN)), Values.between(-1, 1));
            for (int direction = 0; direction < 2; direction++) {
                int at = 1 + 4 * direction;
                in[at] = Layers.weights(g, form, 0, UNITS, IN);
                in[at + 1] = Layers.weights(g, form, 0, UNITS, UNITS);
                in[at + 2] = g.constant(g.random().floats(-0.5, 0.5, UNITS));
                in[at + 3] = state(g, "h" + direction, batch, UNITS);
            }
            OpSpec spec = OpSpec.of(op, options).inputs(in).outputs(outputs(options, batch, UNITS));
            add(g, spec, 12, 4, 8);
        });
    }

    /** Two steps that share their state. */
    private static void fullLstm(CaseList cases, Attributes options, Parts parts) {
        cases.add("LSTM/float32/full" + parts.path(), Tolerance.FLOAT, g -> {
            int batch = 2;
            TensorRef[] in = new TensorRef[20];
            TensorRef[] layer = new TensorRef[24];
            Arrays.fill(layer, TensorRef.ABSENT);
            RecurrentCases.gates(g, layer, parts, Weights.FLOAT32);
            System.arraycopy(layer, 0, in, 0, 20);
            in[18] = state(g, "h", batch, parts.out());
            in[19] = state(g, "c", batch, RecurrentCases.CELL);
            TensorRef[] y = new TensorRef[2];
            for (int step = 0; step < 2; step++) {
                in[0] = g.input(TensorSpec.of(DataType.FLOAT32, batch, IN), Values.between(-2, 2));
                OpSpec op = OpSpec.of("LSTM", options.with(Tfl.KERNEL_TYPE, LstmKernelType.FULL))
                        .inputs(in.clone())
                        .outputs(TensorSpec.of(DataType.FLOAT32, batch, parts.out()));
                List<Boolean> mutating = new ArrayList<>(Collections.nCopies(20, false));
                mutating.set(18, true);
                mutating.set(19, true);
                y[step] = g.add(op.mutating(mutating)).get(0);
            }
            g.model().outputs(y);
        });
    }
}
