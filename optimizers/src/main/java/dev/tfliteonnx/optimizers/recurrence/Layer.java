package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.cleanup.Reversal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The operator that takes the place of a loop, and its weights as it wants them. */
final class Layer {
    private static final Map<String, List<String>> DEFAULTS = Map.of(
            "RNN", List.of("Tanh"),
            "GRU", List.of("Sigmoid", "Tanh"),
            "LSTM", List.of("Sigmoid", "Tanh", "Tanh"));

    private final Node loop;
    private final Cell cell;
    private final int units;
    private final Optional<Value> forward;

    Layer(Node loop, Cell cell) {
        this.loop = loop;
        this.cell = cell;
        this.forward = Reversal.source(cell.step().sequence(), 0);
        this.units = Math.toIntExact(initial(cell.hidden()).shape().size(1));
    }

    private Value initial(int carried) {
        return loop.input(carried + 2);
    }

    /** The state before the first step, [b, n]. */
    Value start() {
        return initial(cell.hidden());
    }

    /** Whether the results stand in the order of a sequence that was reversed, and the operator takes it as it was. */
    boolean isReversed() {
        return forward.isPresent();
    }

    /** y [T, 1, b, n], the last h [1, b, n], and of an LSTM the last c [1, b, n]. */
    List<Value> build(Onnx onnx) {
        Value x = forward.orElse(cell.step().sequence());
        int fed = Math.toIntExact(x.shape().size(2));
        List<Gate> gates = cell.gates();
        List<Value> inputs = new ArrayList<>(List.of(
                x,
                new Weights(gates.stream().map(Gate::input).toList(), units, fed).build(onnx, "w"),
                new Weights(gates.stream().map(Gate::hidden).toList(), units, units).build(onnx, "r"),
                vector(onnx, "b", List.of(Gate::bias, Gate::hiddenBias), gates),
                Value.ABSENT,
                start(onnx, cell.hidden())));
        if (cell.cell().isPresent()) {
            inputs.add(start(onnx, cell.cell().getAsInt()));
            inputs.add(vector(onnx, "p", List.of(Gate::diagonal), gates.subList(0, 3)));
        }
        int results = cell.cell().isPresent() ? 3 : 2;
        return onnx.ops(cell.operator(), attributes(), results, inputs.toArray(Value[]::new));
    }

    private Value start(Onnx onnx, int carried) {
        Value value = initial(carried);
        return Content.all(value, v -> v == 0) ? Value.ABSENT : onnx.unsqueeze(value, 0);
    }

    private Attributes attributes() {
        Attributes attributes = Attributes.of(OnnxOps.HIDDEN_SIZE, (long) units);
        if (cell.step().isReverse() != isReversed()) {
            attributes = attributes.with(OnnxOps.DIRECTION, "reverse");
        }
        if (cell.resetLast()) {
            attributes = attributes.with(OnnxOps.LINEAR_BEFORE_RESET, 1L);
        }
        List<String> names = cell.curves().stream().map(Curve::name).toList();
        if (names.equals(DEFAULTS.get(cell.operator()))) {
            return attributes;
        }
        attributes = attributes.with(OnnxOps.ACTIVATIONS, new Strings(names));
        List<Float> alphas =
                cell.curves().stream().filter(Curve::hasAlpha).map(Curve::alpha).toList();
        List<Float> betas =
                cell.curves().stream().filter(Curve::hasBeta).map(Curve::beta).toList();
        attributes = alphas.isEmpty() ? attributes : attributes.with(OnnxOps.ACTIVATION_ALPHA, floats(alphas));
        return betas.isEmpty() ? attributes : attributes.with(OnnxOps.ACTIVATION_BETA, floats(betas));
    }

    private static Floats floats(List<Float> values) {
        float[] out = new float[values.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = values.get(i);
        }
        return Floats.of(out);
    }

    /** A number for each unit of all gates, [1, kinds·gates·n]; left out if all are 0. */
    private Value vector(Onnx onnx, String name, List<Function<Gate, Scale>> kinds, List<Gate> gates) {
        float[] out = new float[kinds.size() * gates.size() * units];
        int at = 0;
        for (Function<Gate, Scale> kind : kinds) {
            for (Scale scale : gates.stream().map(kind).collect(Collectors.toList())) {
                for (int u = 0; u < units; u++) {
                    out[at++] = (float) scale.at(u);
                }
            }
        }
        Tensor tensor = Tensor.ofFloats(Shape.of(1, out.length), out);
        Value value = onnx.constant(onnx.base() + "/" + name, tensor);
        return isZero(out) ? Value.ABSENT : value;
    }

    private static boolean isZero(float[] values) {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
