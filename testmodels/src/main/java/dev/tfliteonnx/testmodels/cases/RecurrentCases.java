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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Cases of UNIDIRECTIONAL_SEQUENCE_LSTM. */
final class RecurrentCases {
    private static final String OP = "UNIDIRECTIONAL_SEQUENCE_LSTM";

    /**
     * Extents of a layer.
     *
     * @param steps how long the sequence is
     * @param in features of the input
     * @param cell units
     * @param projected what a projection makes of them
     */
    record Size(int steps, int batch, int in, int cell, int projected) {
        static Size of(int batch) {
            return new Size(4, batch, 4, 5, 3);
        }

        /** The kernels write beyond their buffers if a projection makes more of fewer units. */
        static Size drawn(Draw d) {
            int cell = d.in(1, 8);
            return new Size(d.in(1, 6), d.in(1, 4), d.in(1, 7), cell, d.in(1, cell));
        }

        /** Extents of which normalization and rounding to 8 bits leave enough: few numbers may nearly cancel out. */
        static Size wide(Draw d) {
            int cell = d.in(4, 6);
            return new Size(d.in(1, 2), d.in(2, 4), d.in(3, 6), cell, d.in(3, cell));
        }

        int out(Parts parts) {
            return parts.projection() ? projected : cell;
        }

        int[] sequence(Attributes options, int features) {
            return options.get(Tfl.TIME_MAJOR, false)
                    ? new int[] {steps, batch, features}
                    : new int[] {batch, steps, features};
        }

        /** The name of this in that of a drawn case. */
        String path(Parts parts) {
            return "/" + steps + "x" + batch + "x" + in + "/" + cell + (parts.projection() ? "to" + projected : "");
        }
    }

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

        static Parts drawn(Draw d, boolean mayNormalize) {
            boolean projection = d.coin();
            boolean norm = mayNormalize && d.in(0, 2) == 0;
            return new Parts(d.coin(), d.coin(), projection, projection && d.coin(), norm);
        }
    }

    /** A layer and the form of its weights. */
    record Layer(Parts parts, Weights form) {
        /** Of 8-bit weights few follow each other: rounding once more may pass 1 in 100. */
        static Layer drawn(Draw d, boolean mayNormalize) {
            return d.in(0, 4) == 0
                    ? new Layer(new Parts(d.coin(), false, false, false, false), Weights.INT8)
                    : new Layer(Parts.drawn(d, mayNormalize), Weights.FLOAT32);
        }

        Size size(Draw d) {
            return isHybrid() || parts.norm() ? Size.wide(d) : Size.drawn(d);
        }

        String path() {
            return (isHybrid() ? "/hybrid" : "/float32") + parts.path();
        }

        boolean isHybrid() {
            return form == Weights.INT8;
        }

        Tolerance tolerance() {
            return isHybrid() ? Tolerance.HYBRID : Tolerance.FLOAT;
        }
    }

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
            Layer layer = new Layer(parts, Weights.FLOAT32);
            for (boolean timeMajor : new boolean[] {false, true}) {
                for (int batch : new int[] {1, 3}) {
                    String major = timeMajor ? "/timeMajor" : "";
                    add(cases, layer, options(timeMajor), Size.of(batch), major + "/batch" + batch);
                }
            }
            Attributes clipped = options(false).with(Tfl.CELL_CLIP, 10f);
            add(cases, layer, clipped, Size.of(2), "/cellClip10");
            Attributes clips = clipped.with(Tfl.CELL_CLIP, 0.3f).with(Tfl.PROJ_CLIP, 0.2f);
            add(cases, layer, clips, Size.of(2), "/clips");
            add(cases, new Layer(parts, Weights.INT8), options(false), Size.of(2), "");
        }
        Parts plain = PARTS.get(0);
        for (Activation act : List.of(Activation.NONE, Activation.RELU, Activation.RELU6)) {
            Attributes options = options(false).with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
            add(cases, new Layer(plain, Weights.FLOAT32), options, Size.of(2), "/" + act);
            if (act == Activation.NONE) {
                String reason = "without an activation the kernel reads memory that nothing wrote";
                cases.excuse(Engine.TFLITE_REFERENCE, reason);
                cases.excuse(Engine.TFLITE_DEFAULT, reason);
            }
        }
        Attributes asymmetric = options(false).with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, true);
        add(cases, new Layer(plain, Weights.INT8), asymmetric, Size.of(2), "/asymmetricInputs");
        add(cases, new Layer(plain, Weights.FLOAT16), options(false), Size.of(2), "/float16");
        for (boolean timeMajor : new boolean[] {false, true}) {
            addInteger(cases, options(timeMajor), Size.of(2), timeMajor ? "/timeMajor" : "");
        }
        cases.draw(OP, d -> {
            if (d.in(0, 9) == 0) {
                Size size = Size.wide(d);
                boolean timeMajor = d.coin();
                addInteger(cases, options(timeMajor), size, (timeMajor ? "/timeMajor" : "") + size.path(plain));
                return;
            }
            Layer layer = Layer.drawn(d, true);
            Size size = layer.size(d);
            Attributes options = drawnOptions(d, layer).with(Tfl.TIME_MAJOR, d.coin());
            add(cases, layer, options, size, size.path(layer.parts()) + path(options));
        });
    }

    private static Attributes options(boolean timeMajor) {
        return Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH).with(Tfl.TIME_MAJOR, timeMajor);
    }

    /** An activation and limits; for 8-bit weights how what they are multiplied with is rounded. */
    static Attributes drawnOptions(Draw d, Layer layer) {
        if (layer.isHybrid()) {
            return Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH)
                    .with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, d.coin());
        }
        return Attributes.of(
                        Tfl.FUSED_ACTIVATION_FUNCTION,
                        d.of(Activation.TANH, Activation.TANH, Activation.RELU, Activation.RELU6))
                .with(Tfl.CELL_CLIP, d.coin() ? 0 : (float) d.real(0.1, 2))
                .with(Tfl.PROJ_CLIP, d.coin() ? 0 : (float) d.real(0.1, 1));
    }

    /** The name of drawn options. */
    static String path(Attributes options) {
        float projected = options.get(Tfl.PROJ_CLIP, 0f);
        return "/" + options.get(Tfl.FUSED_ACTIVATION_FUNCTION) + "/clips" + options.get(Tfl.CELL_CLIP, 0f) + ","
                + projected
                + (options.get(Tfl.TIME_MAJOR, false) ? "/timeMajor" : "")
                + (options.get(Tfl.MERGE_OUTPUTS, false) ? "/merged" : "")
                + (options.get(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, false) ? "/asymmetricInputs" : "");
    }

    private static void add(CaseList cases, Layer layer, Attributes options, Size size, String detail) {
        Parts parts = layer.parts();
        cases.add(OP + layer.path() + detail, layer.tolerance(), g -> {
            TensorSpec spec = TensorSpec.of(DataType.FLOAT32, size.sequence(options, size.in()));
            TensorRef[] in = absent();
            in[0] = g.input(spec, Values.between(-2, 2));
            gates(g, in, layer, size);
            in[18] = state(g, "h", size.batch(), size.out(parts));
            in[19] = state(g, "c", size.batch(), size.cell());
            run(g, options, in, TensorSpec.of(DataType.FLOAT32, size.sequence(options, size.out(parts))));
            g.tag(OP + parts.path());
        });
    }

    static TensorRef state(CaseGraph g, String name, int... shape) {
        return g.model()
                .tensor(TensorSpec.of(DataType.FLOAT32, shape).named(name).variable());
    }

    /** The operands of a layer with layer normalization, none of which is there yet. */
    static TensorRef[] absent() {
        TensorRef[] in = new TensorRef[24];
        Arrays.fill(in, TensorRef.ABSENT);
        return in;
    }

    private static void run(CaseGraph g, Attributes options, TensorRef[] in, TensorSpec y, TensorRef... intermediates) {
        List<Boolean> mutating = new ArrayList<>(Collections.nCopies(24, false));
        mutating.set(18, true);
        mutating.set(19, true);
        g.add(OpSpec.of(OP, options).inputs(in).outputs(y).mutating(mutating).intermediates(intermediates));
    }

    /** Puts the constants of a layer in their places. */
    static void gates(CaseGraph g, TensorRef[] in, Layer layer, Size size) {
        Parts parts = layer.parts();
        Weights form = layer.form();
        int cell = size.cell();
        for (int gate = parts.coupled() ? 1 : 0; gate < 4; gate++) {
            in[1 + gate] = Layers.weights(g, form, 0, cell, size.in());
            in[5 + gate] = Layers.weights(g, form, 0, cell, size.out(parts));
            in[12 + gate] = g.constant(g.random().floats(-1, 1, cell));
            if (parts.norm()) {
                in[20 + gate] = g.constant(g.random().floats(0.5, 1.5, cell));
            }
            if (parts.peepholes() && gate != 2) {
                in[9 + (gate == 3 ? 2 : gate)] = layer.isHybrid()
                        ? Layers.weights(g, form, 0, cell)
                        : g.constant(g.random().floats(-1, 1, cell));
            }
        }
        if (parts.projection()) {
            in[16] = Layers.weights(g, form, 0, size.projected(), cell);
        }
        if (parts.projectionBias()) {
            in[17] = g.constant(g.random().floats(-0.5, 0.5, size.projected()));
        }
    }

    /** Activations of 8 bits, a cell state of 16 bits, and intermediates that say how gates and output are scaled. */
    private static void addInteger(CaseList cases, Attributes options, Size size, String detail) {
        cases.add(OP + "/int8" + detail, Tolerance.QUANTIZED, g -> {
            int units = size.cell();
            TensorRef x = g.input(Numeric.INT8, -2, 2, size.sequence(options, size.in()));
            TensorSpec state = TensorSpec.of(DataType.INT8, size.batch(), units).quantized(1.0 / 128, 0);
            TensorRef[] in = absent();
            in[0] = x;
            for (int gate = 0; gate < 4; gate++) {
                in[1 + gate] = Layers.weights(g, Weights.INT8, 0, units, size.in());
                in[5 + gate] = Layers.weights(g, Weights.INT8, 0, units, units);
                in[12 + gate] = Layers.bias(g, x, in[1 + gate], units);
            }
            in[18] = g.model().tensor(state.named("h").variable());
            TensorSpec cell = TensorSpec.of(DataType.INT16, size.batch(), units).quantized(0x1p-11, 0);
            in[19] = g.model().tensor(cell.named("c").variable());
            TensorRef[] intermediates = new TensorRef[5];
            for (int i = 0; i < 4; i++) {
                TensorSpec gate = TensorSpec.of(DataType.INT16).quantized(0x1p-12, 0);
                intermediates[i] = g.model().tensor(gate.named("gate" + i));
            }
            TensorSpec hidden = TensorSpec.of(DataType.INT8).quantized(1.0 / 128, 0);
            intermediates[4] = g.model().tensor(hidden.named("hidden"));
            TensorSpec y =
                    TensorSpec.of(DataType.INT8, size.sequence(options, units)).quantizedAs(state);
            run(g, options, in, y, intermediates);
            g.tag(OP + "/integer");
        });
    }
}
