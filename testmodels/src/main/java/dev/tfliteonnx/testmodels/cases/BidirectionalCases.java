package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Cases of BIDIRECTIONAL_SEQUENCE_LSTM, BIDIRECTIONAL_SEQUENCE_RNN, and of LSTM with a matrix for each gate. */
final class BidirectionalCases {
    private static final List<Parts> PARTS = List.of(
            new Parts(false, false, false, false, false),
            new Parts(true, false, false, false, false),
            new Parts(false, true, false, false, false),
            new Parts(false, false, true, true, false),
            new Parts(true, true, true, false, false));

    private BidirectionalCases() {}

    /** What the second input is for. */
    private enum Aux {
        NONE,
        /** Both directions have weights for it. */
        WEIGHTED,
        /** It takes the place of the first in the backward direction. */
        BACKWARD
    }

    /** The layer of each direction, what it is made of, and its extents. */
    private record Form(Layer layer, Aux aux, Size forward, Size backward) {
        static Form of(Layer layer, Aux aux, Size size) {
            return new Form(layer, aux, size, size);
        }

        String path() {
            return layer.path() + auxPath();
        }

        String auxPath() {
            return aux == Aux.NONE ? "" : aux == Aux.WEIGHTED ? "/aux" : "/auxBackward";
        }

        String sizes() {
            String path = forward.path(layer.parts());
            String other = backward.path(layer.parts());
            return other.equals(path) ? path : path + other;
        }

        Size size(int direction) {
            return direction == 0 ? forward : backward;
        }

        TensorSpec[] outputs(Attributes options, int... features) {
            TensorSpec[] separate = new TensorSpec[2];
            for (int i = 0; i < 2; i++) {
                separate[i] = TensorSpec.of(DataType.FLOAT32, forward.sequence(options, features[i]));
            }
            int[] both = forward.sequence(options, features[0] + features[1]);
            boolean merged = options.get(Tfl.MERGE_OUTPUTS, false);
            return merged ? new TensorSpec[] {TensorSpec.of(DataType.FLOAT32, both)} : separate;
        }
    }

    private static Layer floats(Parts parts) {
        return new Layer(parts, Weights.FLOAT32);
    }

    static void addTo(CaseList cases) {
        Parts none = PARTS.get(0);
        for (boolean merged : new boolean[] {false, true}) {
            for (boolean timeMajor : new boolean[] {false, true}) {
                for (int batch : new int[] {1, 3}) {
                    Attributes options = Attributes.of(Tfl.MERGE_OUTPUTS, merged)
                            .with(Tfl.TIME_MAJOR, timeMajor)
                            .with(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH);
                    String detail = (merged ? "/merged" : "") + (timeMajor ? "/timeMajor" : "") + "/batch" + batch;
                    Size size = Size.of(batch);
                    for (Parts parts : PARTS) {
                        lstm(cases, options, Form.of(floats(parts), Aux.NONE, size), detail);
                    }
                    lstm(cases, options, Form.of(floats(none), Aux.WEIGHTED, size), detail);
                    for (Activation act : List.of(Activation.NONE, Activation.RELU, Activation.TANH)) {
                        Attributes activated = options.with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
                        rnn(cases, activated, Form.of(floats(none), Aux.NONE, size), detail + "/" + act);
                    }
                }
            }
        }
        Attributes plain =
                Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH).with(Tfl.TIME_MAJOR, false);
        Form hybrid = Form.of(new Layer(none, Weights.INT8), Aux.NONE, Size.of(2));
        for (boolean asymmetric : new boolean[] {false, true}) {
            Attributes options = plain.with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, asymmetric);
            String detail = asymmetric ? "/asymmetricInputs" : "";
            lstm(cases, options, hybrid, detail);
            rnn(cases, options, hybrid, detail);
        }
        lstm(cases, plain.with(Tfl.CELL_CLIP, 0.3f), Form.of(floats(none), Aux.NONE, Size.of(2)), "/cellClip");
        for (Parts parts : PARTS) {
            fullLstm(cases, plain.without(Tfl.TIME_MAJOR), floats(parts), Size.of(2), "");
        }
        draw(cases);
    }

    /** Sums of more products of 8 bits may be off by more than 1 in 100. */
    private static Aux aux(Draw d, Layer layer) {
        return layer.isHybrid() ? d.of(Aux.NONE, Aux.BACKWARD) : d.of(Aux.values());
    }

    private static void draw(CaseList cases) {
        cases.draw("BIDIRECTIONAL_SEQUENCE_LSTM", d -> {
            Layer layer = Layer.drawn(d, false);
            Attributes options = RecurrentCases.drawnOptions(d, layer)
                    .with(Tfl.TIME_MAJOR, d.coin())
                    .with(Tfl.MERGE_OUTPUTS, d.coin());
            // the kernel wants directions of one size
            Form form = Form.of(layer, aux(d, layer), layer.size(d));
            lstm(cases, options, form, form.sizes() + RecurrentCases.path(options));
        });
        cases.draw("BIDIRECTIONAL_SEQUENCE_RNN", d -> {
            Layer layer = new Layer(PARTS.get(0), Layer.drawn(d, false).form());
            // with 8-bit weights and time first, the kernel goes through a sequence as often as it has steps
            Attributes options = StatefulLayerCases.drawnOptions(d, layer)
                    .with(Tfl.TIME_MAJOR, !layer.isHybrid() && d.coin())
                    .with(Tfl.MERGE_OUTPUTS, d.coin());
            Size size = layer.size(d);
            int least = layer.isHybrid() ? 4 : 1;
            Size other = new Size(size.steps(), size.batch(), size.in(), d.in(least, 6), 0);
            Form form = new Form(layer, aux(d, layer), size, other);
            rnn(cases, options, form, form.sizes() + RecurrentCases.path(options));
        });
        cases.draw("LSTM", d -> {
            Layer layer = Layer.drawn(d, true);
            Attributes options = RecurrentCases.drawnOptions(d, layer).without(Tfl.ASYMMETRIC_QUANTIZE_INPUTS);
            Size size = layer.size(d);
            if (d.in(0, 4) == 0) {
                StatefulLayerCases.basicLstm(cases, size, size.path(PARTS.get(0)));
            } else {
                fullLstm(cases, options, layer, size, size.path(layer.parts()) + RecurrentCases.path(options));
            }
        });
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
    private static void lstm(CaseList cases, Attributes options, Form form, String detail) {
        String op = "BIDIRECTIONAL_SEQUENCE_LSTM";
        Layer layer = form.layer();
        int batch = form.forward().batch();
        cases.add(op + form.path() + detail, layer.tolerance(), g -> {
            TensorRef[] in = new TensorRef[48];
            Arrays.fill(in, TensorRef.ABSENT);
            TensorSpec x = TensorSpec.of(
                    DataType.FLOAT32,
                    form.forward().sequence(options, form.forward().in()));
            in[0] = g.input(x, Values.between(-2, 2));
            for (int direction = 0; direction < 2; direction++) {
                Size size = form.size(direction);
                TensorRef[] one = RecurrentCases.absent();
                RecurrentCases.gates(g, one, layer, size);
                System.arraycopy(one, 1, in, 1 + 17 * direction, 17);
                in[35 + 2 * direction] = RecurrentCases.state(g, "h" + direction, batch, size.out(layer.parts()));
                in[36 + 2 * direction] = RecurrentCases.state(g, "c" + direction, batch, size.cell());
            }
            in[39] = form.aux() == Aux.NONE ? TensorRef.ABSENT : g.input(x, Values.between(-2, 2));
            if (form.aux() == Aux.WEIGHTED) {
                for (int gate = 0; gate < 8; gate++) {
                    Size size = form.size(gate / 4);
                    if (gate % 4 > 0 || !layer.parts().coupled()) {
                        in[40 + gate] = Layers.weights(g, layer.form(), 0, size.cell(), size.in());
                    }
                }
            }
            TensorSpec[] y = form.outputs(
                    options, form.forward().out(layer.parts()), form.backward().out(layer.parts()));
            add(g, OpSpec.of(op, options).inputs(in).outputs(y), 48, 35, 36, 37, 38);
        });
        boolean merged = options.get(Tfl.MERGE_OUTPUTS, false);
        if (merged && batch > 1 && !options.get(Tfl.TIME_MAJOR, false)) {
            String reason = "the kernel steps through its state by the width of the merged result, past the end";
            cases.excuse(Engine.TFLITE_REFERENCE, reason);
            cases.excuse(Engine.TFLITE_DEFAULT, reason);
        }
    }

    private static void rnn(CaseList cases, Attributes options, Form form, String detail) {
        String op = "BIDIRECTIONAL_SEQUENCE_RNN";
        Weights weights = form.layer().form();
        String path = (form.layer().isHybrid() ? "/hybrid" : "/float32") + form.auxPath();
        cases.add(op + path + detail, form.layer().tolerance(), g -> {
            TensorRef[] in = new TensorRef[12];
            Arrays.fill(in, TensorRef.ABSENT);
            TensorSpec x = TensorSpec.of(
                    DataType.FLOAT32,
                    form.forward().sequence(options, form.forward().in()));
            in[0] = g.input(x, Values.between(-1, 1));
            for (int direction = 0; direction < 2; direction++) {
                Size size = form.size(direction);
                int at = 1 + 4 * direction;
                in[at] = Layers.weights(g, weights, 0, size.cell(), size.in());
                in[at + 1] = Layers.weights(g, weights, 0, size.cell(), size.cell());
                in[at + 2] = g.constant(g.random().floats(-0.5, 0.5, size.cell()));
                in[at + 3] = RecurrentCases.state(g, "h" + direction, size.batch(), size.cell());
                if (form.aux() == Aux.WEIGHTED) {
                    in[10 + direction] = Layers.weights(g, weights, 0, size.cell(), size.in());
                }
            }
            in[9] = form.aux() == Aux.NONE ? TensorRef.ABSENT : g.input(x, Values.between(-1, 1));
            TensorSpec[] y =
                    form.outputs(options, form.forward().cell(), form.backward().cell());
            add(g, OpSpec.of(op, options).inputs(in).outputs(y), 12, 4, 8);
        });
    }

    /** Two steps that share their state. */
    private static void fullLstm(CaseList cases, Attributes options, Layer layer, Size size, String detail) {
        Parts parts = layer.parts();
        String form = layer.isHybrid() ? "/hybrid" : "/float32";
        cases.add("LSTM" + form + "/full" + parts.path() + detail, layer.tolerance(), g -> {
            TensorRef[] all = RecurrentCases.absent();
            RecurrentCases.gates(g, all, layer, size);
            TensorRef[] in = Arrays.copyOf(all, parts.norm() ? 24 : 20);
            in[18] = RecurrentCases.state(g, "h", size.batch(), size.out(parts));
            in[19] = RecurrentCases.state(g, "c", size.batch(), size.cell());
            TensorRef[] y = new TensorRef[2];
            for (int step = 0; step < 2; step++) {
                in[0] = g.input(TensorSpec.of(DataType.FLOAT32, size.batch(), size.in()), Values.between(-2, 2));
                OpSpec op = OpSpec.of("LSTM", options.with(Tfl.KERNEL_TYPE, LstmKernelType.FULL))
                        .inputs(in.clone())
                        .outputs(TensorSpec.of(DataType.FLOAT32, size.batch(), size.out(parts)));
                List<Boolean> mutating = new ArrayList<>(Collections.nCopies(in.length, false));
                mutating.set(18, true);
                mutating.set(19, true);
                y[step] = g.add(op.mutating(mutating)).get(0);
            }
            g.model().outputs(y);
        });
    }
}
