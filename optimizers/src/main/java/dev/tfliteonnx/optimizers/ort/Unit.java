package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.quant.QuantizationRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A node on real numbers between the DequantizeLinear nodes that it alone reads and the QuantizeLinear nodes that read
 * it, with an activation between that quantization makes superfluous.
 *
 * <p>Source: ONNX Runtime's QDQ node groups, {@code qdq_selectors.cc} and {@code qdq_util.cc}.
 *
 * @param target the node
 * @param dequantizes what it reads, in the order of its inputs
 * @param quantizes what reads it, in the order of its outputs; may be empty
 * @param whole whether nothing but these QuantizeLinear nodes, one for each output, reads the results
 */
record Unit(Node target, List<Node> dequantizes, List<Node> quantizes, boolean whole) {
    /** The unit around a node; empty if a dequantized value has other readers, or an activation must stay. */
    static Optional<Unit> around(Node target, Set<Node> own) {
        List<Node> dequantizes = new ArrayList<>();
        for (Value in : target.inputs()) {
            Optional<Node> dq = in.producer().filter(p -> p.is("DequantizeLinear") && own.contains(p));
            if (dq.isPresent()) {
                if (!in.hasOneUse() || !isPlain(dq.get())) {
                    return Optional.empty();
                }
                dequantizes.add(dq.get());
            }
        }
        Optional<Node> clip = activation(target);
        List<Value> results = clip.map(Node::outputs).orElse(target.outputs());
        List<Node> quantizes = new ArrayList<>();
        boolean whole = true;
        for (Value out : results) {
            for (Use use : out.uses()) {
                boolean quantized = use.user().is("QuantizeLinear") && use.input() == 0 && own.contains(use.user());
                if (quantized) {
                    quantizes.add(use.user());
                }
                whole &= quantized && isPlain(use.user());
            }
            whole &= out.hasOneUse();
        }
        boolean kept = clip.isPresent() && (quantizes.size() != 1 || !isSuperfluous(clip.get(), quantizes.get(0)));
        return kept
                ? Optional.empty()
                : Optional.of(new Unit(target, List.copyOf(dequantizes), List.copyOf(quantizes), whole));
    }

    /** The Relu or Clip that alone reads the result of a node. */
    static Optional<Node> activation(Node target) {
        return Optional.of(target.output())
                .filter(Value::hasOneUse)
                .map(v -> v.uses().get(0).user())
                .filter(n -> (n.is("Relu") || n.is("Clip")) && n.output().hasOneUse());
    }

    private static boolean isPlain(Node q) {
        return q.input(1).isConstant() && (!q.input(2).isPresent() || q.input(2).isConstant());
    }

    /** Whether a Relu or Clip changes nothing of what a QuantizeLinear can tell apart. */
    static boolean isSuperfluous(Node activation, Node quantize) {
        Optional<Double> scale = Content.single(quantize.input(1));
        Optional<Double> zero = Content.single(quantize.input(2));
        DataType type = quantize.output().type();
        if (scale.isEmpty() || zero.isEmpty() || !is8Bit(type)) {
            return false;
        }
        if (activation.is("Relu")) {
            return zero.get() == type.min();
        }
        double low = bound(activation.input(1), Double.NEGATIVE_INFINITY);
        double high = bound(activation.input(2), Double.POSITIVE_INFINITY);
        return Math.rint(low / scale.get()) + zero.get() <= type.min()
                && Math.rint(high / scale.get()) + zero.get() >= type.max();
    }

    private static double bound(Value value, double otherwise) {
        return value.isPresent() ? Content.single(value).orElse(Double.NaN) : otherwise;
    }

    /** Whether every input that is there is dequantized, and every result quantized. */
    boolean isComplete() {
        return whole && dequantizes.size() == operands();
    }

    /** How many inputs are there. */
    int operands() {
        return (int) target.inputs().stream().filter(Value::isPresent).count();
    }

    /** The type of a dequantized operand. */
    DataType type(int i) {
        return dequantizes.get(i).input(0).type();
    }

    /** The type of a quantized result. */
    DataType result() {
        return quantizes.get(0).output().type();
    }

    /** Whether some operands and the first result are of one type of 8 bits. */
    boolean isOfOneType(int operands) {
        for (int i = 0; i < operands; i++) {
            if (type(i) != result()) {
                return false;
            }
        }
        return is8Bit(result());
    }

    static boolean is8Bit(DataType type) {
        return type == DataType.INT8 || type == DataType.UINT8;
    }

    /** Whether the first operand is quantized as every result, by one scale. */
    boolean keepsQuantization() {
        Node dq = dequantizes.get(0);
        return isScalar(dq.input(1))
                && quantizes.stream()
                        .allMatch(q -> q.output().type() == type(0) && QuantizationRules.sameParameters(dq, q));
    }

    private static boolean isScalar(Value value) {
        return value.shape().isStatic() && value.shape().elementCount() == 1;
    }

    /**
     * Whether an int32 bias counts in steps of the product of the scales of operand and weights, to a hundredth: else
     * ONNX Runtime's integer kernels would give other numbers.
     */
    boolean hasFittingBias() {
        Node bias = dequantizes.get(2);
        if (type(2) != DataType.INT32 || (bias.input(2).isPresent() && !Content.all(bias.input(2), z -> z == 0))) {
            return false;
        }
        float x = floats(0)[0];
        float[] w = floats(1);
        float[] b = floats(2);
        for (int i = 0; i < Math.max(w.length, b.length); i++) {
            float wanted = x * w[w.length == 1 ? 0 : i % w.length];
            if (Math.abs(b[b.length == 1 ? 0 : i % b.length] - wanted) > 0.01f * Math.abs(wanted)) {
                return false;
            }
        }
        return w.length == 1 || b.length == 1 || w.length == b.length;
    }

    private float[] floats(int i) {
        return dequantizes.get(i).input(1).constant().orElseThrow().toFloats();
    }

    /** Appends what a DequantizeLinear reads: integers, scale, zero point. */
    static void read(Node dequantize, Onnx onnx, List<Value> into) {
        into.add(dequantize.input(0));
        into.add(dequantize.input(1));
        into.add(zero(dequantize, dequantize.input(0).type(), onnx));
    }

    /** Appends scale and zero point of the first result. */
    void quantized(Onnx onnx, List<Value> into) {
        into.add(quantizes.get(0).input(1));
        into.add(zero(quantizes.get(0), result(), onnx));
    }

    /** The zero point of a DequantizeLinear or QuantizeLinear, made if it is left out. */
    static Value zero(Node node, DataType type, Onnx onnx) {
        return node.input(2).isPresent() ? node.input(2) : onnx.constant(Tensor.scalar(type, 0));
    }
}
