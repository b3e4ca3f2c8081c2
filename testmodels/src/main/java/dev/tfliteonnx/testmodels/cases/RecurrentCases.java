package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Cases of UNIDIRECTIONAL_SEQUENCE_LSTM. */
final class RecurrentCases {
    private static final String OP = "UNIDIRECTIONAL_SEQUENCE_LSTM";
    private static final int IN = 4;
    static final int CELL = 5;

    /** Which parts a layer has. Without an input gate of its own the gates are coupled. */
    record Parts(boolean coupled, boolean peepholes, boolean projection, boolean projectionBias, boolean norm) {
        String path() {
            String path = (coupled ? "/coupled" : "")
                    + (peepholes ? "/peepholes" : "")
                    + (projection ? "/projection" : "")
                    + (projectionBias ? "Bias" : "")
                    + (norm ? "/layerNorm" : "");
            return path.isEmpty() ? "/plain" : path;
        }

        int out() {
            return projection ? 3 : CELL;
        }
    }

    private record Layer(Parts parts, Weights form) {}

    private static final List<Parts> PARTS = List.of(
            new Parts(false, false, false, false, false),
            new Parts(true, false, false, false, false),
            new Parts(false, true, false, false, false),
            new Parts(false, false, true, false, false),
            new Parts(false, false, true, true, false),
            new Parts(true, true, true, true, false),
            new Parts(false, false, false, false, true),
            new Parts(true, true, true, true, true));

    private RecurrentCases() {}

    static void addTo(CaseList cases) {
        for (Parts parts : PARTS) {
            for (boolean timeMajor : new boolean[] {false, true}) {
                for (int batch : new int[] {1, 3}) {
                    String major = timeMajor ? "/timeMajor" : "";
                    Attributes options = options(timeMajor);
                    add(cases, new Layer(parts, Weights.FLOAT32), options, batch, major + "/batch" + batch);
                }
            }
            Attributes clipped = options(false).with(Tfl.CELL_CLIP, 10f);
            add(cases, new Layer(parts, Weights.FLOAT32), clipped, 2, "/cellClip10");
            add(
                    cases,
                    new Layer(parts, Weights.FLOAT32),
                    clipped.with(Tfl.CELL_CLIP, 0.3f).with(Tfl.PROJ_CLIP, 0.2f),
                    2,
                    "/clips");
            add(cases, new Layer(parts, Weights.INT8), options(false), 2, "/hybrid");
        }
        for (Activation act : List.of(Activation.NONE, Activation.RELU, Activation.RELU6)) {
            Attributes options = options(false).with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
            add(cases, new Layer(PARTS.get(0), Weights.FLOAT32), options, 2, "/" + act);
            if (act == Activation.NONE) {
                String reason = "without an activation the kernel reads memory that nothing wrote";
                cases.excuse(Engine.TFLITE_REFERENCE, reason);
                cases.excuse(Engine.TFLITE_DEFAULT, reason);
            }
        }
        Attributes asymmetric = options(false).with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, true);
        add(cases, new Layer(PARTS.get(0), Weights.INT8), asymmetric, 2, "/hybrid/asymmetricInputs");
        add(cases, new Layer(PARTS.get(0), Weights.FLOAT16), options(false), 2, "/float16");
        for (boolean timeMajor : new boolean[] {false, true}) {
            addInteger(cases, timeMajor);
        }
    }

    private static Attributes options(boolean timeMajor) {
        return Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH).with(Tfl.TIME_MAJOR, timeMajor);
    }

    private static int[] sequence(Attributes options, int batch, int features) {
        return options.get(Tfl.TIME_MAJOR) ? new int[] {4, batch, features} : new int[] {batch, 4, features};
    }

    private static void add(CaseList cases, Layer layer, Attributes options, int batch, String detail) {
        Parts parts = layer.parts();
        Weights form = layer.form();
        Tolerance tolerance = form == Weights.INT8 ? Tolerance.HYBRID : Tolerance.FLOAT;
        cases.add(OP + "/float32" + parts.path() + detail, tolerance, g -> {
            TensorSpec spec = TensorSpec.of(DataType.FLOAT32, sequence(options, batch, IN));
            TensorRef x = g.input(spec, Values.between(-2, 2));
            TensorRef[] in = absent();
            in[0] = x;
            gates(g, in, parts, form);
            in[18] = g.model()
                    .tensor(TensorSpec.of(DataType.FLOAT32, batch, parts.out())
                            .named("h")
                            .variable());
            in[19] = g.model()
                    .tensor(TensorSpec.of(DataType.FLOAT32, batch, CELL)
                            .named("c")
                            .variable());
            run(g, options, in, TensorSpec.of(DataType.FLOAT32, sequence(options, batch, parts.out())));
            g.tag(OP + parts.path());
        });
    }

    private static TensorRef[] absent() {
        TensorRef[] in = new TensorRef[24];
        Arrays.fill(in, TensorRef.ABSENT);
        return in;
    }

    private static void run(CaseGraph g, Attributes options, TensorRef[] in, TensorSpec y, TensorRef... intermediates) {
        List<Boolean> mutating = new java.util.ArrayList<>(Collections.nCopies(24, false));
        mutating.set(18, true);
        mutating.set(19, true);
        g.add(OpSpec.of(OP, options).inputs(in).outputs(y).mutating(mutating).intermediates(intermediates));
    }

    static void gates(CaseGraph g, TensorRef[] in, Parts parts, Weights form) {
        for (int gate = parts.coupled() ? 1 : 0; gate < 4; gate++) {
            in[1 + gate] = Layers.weights(g, form, 0, CELL, IN);
            in[5 + gate] = Layers.weights(g, form, 0, CELL, parts.out());
            in[12 + gate] = g.constant(g.random().floats(-1, 1, CELL));
            if (parts.norm()) {
                in[20 + gate] = g.constant(g.random().floats(0.5, 1.5, CELL));
            }
            if (parts.peepholes() && gate != 2) {
                in[9 + (gate == 3 ? 2 : gate)] = form == Weights.INT8
                        ? Layers.weights(g, form, 0, CELL)
                        : g.constant(g.random().floats(-1, 1, CELL));
            }
        }
        if (parts.projection()) {
            in[16] = Layers.weights(g, form, 0, parts.out(), CELL);
        }
        if (parts.projectionBias()) {
            in[17] = g.constant(g.random().floats(-0.5, 0.5, parts.out()));
        }
    }

    /** Activations of 8 bits, a cell state of 16 bits, and intermediates that say how gates and output are scaled. */
    private static void addInteger(CaseList cases, boolean timeMajor) {
        cases.add(OP + "/int8" + (timeMajor ? "/timeMajor" : ""), Tolerance.QUANTIZED, g -> {
            Attributes options = options(timeMajor);
            TensorRef x = g.input(Numeric.INT8, -2, 2, sequence(options, 2, IN));
            TensorSpec state = TensorSpec.of(DataType.INT8, 2, CELL).quantized(1.0 / 128, 0);
            TensorRef[] in = absent();
            in[0] = x;
            for (int gate = 0; gate < 4; gate++) {
                in[1 + gate] = Layers.weights(g, Weights.INT8, 0, CELL, IN);
                in[5 + gate] = Layers.weights(g, Weights.INT8, 0, CELL, CELL);
                in[12 + gate] = Layers.bias(g, x, in[1 + gate], CELL);
            }
            in[18] = g.model().tensor(state.named("h").variable());
            TensorSpec cell = TensorSpec.of(DataType.INT16, 2, CELL).quantized(0x1p-11, 0);
            in[19] = g.model().tensor(cell.named("c").variable());
            TensorRef[] intermediates = new TensorRef[5];
            for (int i = 0; i < 4; i++) {
                TensorSpec gate = TensorSpec.of(DataType.INT16).quantized(0x1p-12, 0);
                intermediates[i] = g.model().tensor(gate.named("gate" + i));
            }
            TensorSpec hidden = TensorSpec.of(DataType.INT8).quantized(1.0 / 128, 0);
            intermediates[4] = g.model().tensor(hidden.named("hidden"));
            TensorSpec y =
                    TensorSpec.of(DataType.INT8, sequence(options, 2, CELL)).quantizedAs(state);
            run(g, options, in, y, intermediates);
            g.tag(OP + "/integer");
        });
    }
}
