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
import dev.tfliteonnx.optimizers.recurrence.Gate.Weighted;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The operator that takes the place of a loop, and its weights as it wants them. */
final class Layer {
    private static final Map<String, List<String>> DEFAULTS = Map.of(
            "RNN", List.of("Tanh"),
            "GRU", List.of("Sigmoid", "Tanh"),
            "LSTM", List.of("Sigmoid", "Tanh", "Tanh"));

    private final Map<Tensor, float[]> read = new IdentityHashMap<>();
    private final Node loop;
    private final Cell cell;
    private final int units;

    Layer(Node loop, Cell cell) {
        this.loop = loop;
        this.cell = cell;
        this.units = Math.toIntExact(initial(cell.hidden()).shape().size(1));
    }

    private Value initial(int carried) {
        return loop.input(carried + 2);
    }

    /** y [T, 1, b, n], the last h [1, b, n], and of an LSTM the last c [1, b, n]. */
    List<Value> build(Onnx onnx) {
        Value x = cell.step().sequence();
        int fed = Math.toIntExact(x.shape().size(2));
        List<Gate> gates = cell.gates();
        List<Value> inputs = new ArrayList<>(List.of(
                x,
                onnx.constant(onnx.base() + "/w", matrix(fed, Gate::input)),
                onnx.constant(onnx.base() + "/r", matrix(units, Gate::hidden)),
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
        if (cell.step().isReverse()) {
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

    /** The rows of all gates, [1, gates·n, width]. */
    private Tensor matrix(int width, Function<Gate, List<Weighted>> parts) {
        int count = cell.gates().size();
        float[] out = new float[count * units * width];
        for (int g = 0; g < count; g++) {
            for (Weighted part : parts.apply(cell.gates().get(g))) {
                add(out, g * units * width, width, part);
            }
        }
        return Tensor.ofFloats(Shape.of(1, (long) count * units, width), out);
    }

    private void add(float[] out, int at, int width, Weighted part) {
        float[] from = read.computeIfAbsent(part.matrix().tensor(), Tensor::toFloats);
        for (int u = 0; u < units; u++) {
            for (int j = 0; j < width; j++) {
                out[at + u * width + j] +=
                        (float) (part.scale().at(u) * from[part.matrix().index(j, u)]);
            }
        }
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
