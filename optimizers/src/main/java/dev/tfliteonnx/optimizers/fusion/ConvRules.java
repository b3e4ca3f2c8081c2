package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** What scales or shifts the channels of a convolution of floats becomes part of its weights and bias. */
final class ConvRules {
    private ConvRules() {}

    static List<Rule> rules() {
        return List.of(
                new Rule(
                        "scale-into-conv",
                        "A Mul by one constant for each channel becomes part of the weights and the bias.",
                        "x → Conv(w, b) → Mul(c) → y\n=> x → Conv(w·c, b·c) → y",
                        pattern("Mul", "Conv"),
                        m -> rebuilt(m, true)),
                new Rule(
                        "shift-into-conv",
                        "An Add of one constant for each channel becomes part of the bias.",
                        "x → Conv(w, b) → Add(c) → y\n=> x → Conv(w, b + c) → y",
                        pattern("Add", "Conv", "ConvTranspose"),
                        m -> rebuilt(m, false)));
    }

    private static Pattern pattern(String op, String... convs) {
        Pattern conv = op(convs)
                .in(
                        Pattern.any("x"),
                        constant("w")
                                .where("is float32", v -> v.type() == DataType.FLOAT32)
                                .oneUse(),
                        constant("b").optional())
                .as("conv")
                .oneUse();
        return op(op).in(conv, constant("c"))
                .anyOrder()
                .given("is one number, or one for each channel", ConvRules::isPerChannel);
    }

    private static boolean isPerChannel(Match m) {
        Shape y = m.get("conv").shape();
        Shape c = m.get("c").shape();
        if (!y.isRanked() || c.rank() > y.rank() || !y.isFixed(1)) {
            return false;
        }
        for (int i = 0; i < c.rank(); i++) {
            int axis = y.rank() - c.rank() + i;
            if (!c.dim(i).is(1) && !(axis == 1 && c.dim(i).equals(y.dim(1)))) {
                return false;
            }
        }
        return true;
    }

    private static Value rebuilt(Match m, boolean scale) {
        Tensor w = m.get("w").constant().orElseThrow();
        int channels = (int) m.get("conv").shape().size(1);
        float[] c = spread(m.get("c").constant().orElseThrow().toFloats(), channels);
        float[] b = m.find("b").flatMap(Value::constant).map(Tensor::toFloats).orElseGet(() -> new float[channels]);
        for (int i = 0; i < channels; i++) {
            b[i] = scale ? b[i] * c[i] : b[i] + c[i];
        }
        boolean biased = !scale || m.find("b").isPresent();
        Value weights = scale ? m.onnx().constant(m.get("w").name(), scaled(w, c)) : m.get("w");
        String name = m.find("b").map(Value::name).orElse(m.output().name() + "/bias");
        Value bias = biased ? m.onnx().constant(name, Tensor.ofFloats(Shape.of(channels), b)) : Value.ABSENT;
        return m.onnx().op(m.node("conv").op().name(), m.node("conv").attributes(), m.get("x"), weights, bias);
    }

    private static float[] spread(float[] c, int channels) {
        float[] all = new float[channels];
        for (int i = 0; i < channels; i++) {
            all[i] = c[c.length == 1 ? 0 : i];
        }
        return all;
    }

    /** Weights {@code [O,…]}, each slice along the first axis multiplied by its number; made when they are written. */
    private static Tensor scaled(Tensor w, float[] c) {
        return Tensor.computed(w.type(), w.shape(), w.source() + ", scaled", () -> {
            float[] values = w.toFloats();
            int slice = values.length / Math.max(1, c.length);
            ByteBuffer out = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < values.length; i++) {
                out.putFloat(values[i] * c[i / slice]);
            }
            return Bytes.of(out.array(), "scaled");
        });
    }
}
