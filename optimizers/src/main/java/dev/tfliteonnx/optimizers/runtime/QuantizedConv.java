package dev.tfliteonnx.optimizers.runtime;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A convolution of an image {@code [N,C,H,W]} of which weights and bias are dequantized constants.
 *
 * @param node the Conv
 * @param weights the DequantizeLinear of its weights {@code [M,C/group,kH,kW]}
 * @param bias the DequantizeLinear of its bias {@code [M]}; empty if it has none
 */
record QuantizedConv(Node node, Node weights, Optional<Node> bias) {
    /** What a Conv is; empty if it is none of these. */
    static Optional<QuantizedConv> of(Node node) {
        if (!node.is("Conv") || !node.output().shape().hasRank(4) || !isStatic(node.input(0), node.output())) {
            return Optional.empty();
        }
        Optional<Node> weights = dequantized(node.input(1)).filter(QuantizedConv::hasOneZero);
        boolean plain = node.inputs().size() < 3 || !node.input(2).isPresent();
        Optional<Node> bias = plain ? Optional.empty() : dequantized(node.input(2));
        QuantizedConv conv = weights.isEmpty() ? null : new QuantizedConv(node, weights.get(), bias);
        return conv == null || (!plain && bias.isEmpty()) || !(conv.isDense() || conv.isDepthwise())
                ? Optional.empty()
                : Optional.of(conv);
    }

    private static boolean isStatic(Value x, Value y) {
        return x.shape().isStatic() && y.shape().isStatic();
    }

    private static Optional<Node> dequantized(Value value) {
        return value.producer()
                .filter(n -> n.is("DequantizeLinear")
                        && n.input(0).isConstant()
                        && n.input(0).type().bits() >= 8
                        && n.input(1).isConstant()
                        && n.input(1).type() == DataType.FLOAT32
                        && n.input(1).shape().rank() <= 1);
    }

    private static boolean hasOneZero(Node dequantize) {
        Value zero = dequantize.input(2);
        boolean signed = dequantize.input(0).type() == DataType.INT8
                || dequantize.input(0).type() == DataType.UINT8;
        return signed && (!zero.isPresent() || zero(zero).isPresent());
    }

    private static Optional<Long> zero(Value zeros) {
        return Content.longs(zeros)
                .filter(z -> Arrays.stream(z).allMatch(v -> v == z[0]))
                .map(z -> z[0]);
    }

    private long zero() {
        return weights.input(2).isPresent() ? zero(weights.input(2)).orElseThrow() : 0;
    }

    /** Whether every output depends on every channel. */
    boolean isDense() {
        return group() == 1;
    }

    /** Whether every output depends on one channel, the one of its own number. */
    boolean isDepthwise() {
        Shape w = weights.output().shape();
        return group() > 1 && w.size(0) == group() && w.size(1) == 1;
    }

    /** Whether the weights are of int8 with a zero point of 0. */
    boolean isSymmetric() {
        return weights.input(0).type() == DataType.INT8 && zero() == 0;
    }

    private long group() {
        return node.attributes().get(OnnxOps.GROUP, 1L);
    }

    /** How many cells its window has. */
    long taps() {
        Shape w = weights.output().shape();
        return w.size(2) * w.size(3);
    }

    /**
     * The same with further channels, whose weights and bias stand for 0.
     *
     * @param x the image {@code [N,C',H,W]}
     * @param outputs how many channels come out
     */
    Value widened(Onnx onnx, Value x, long outputs) {
        long inputs = isDense() ? x.shape().size(1) : 1;
        Value w = constant(onnx, weights, outputs, inputs, (byte) zero());
        Value[] operands = bias.isPresent()
                ? new Value[] {x, w, constant(onnx, bias.get(), outputs, 1, (byte) 0)}
                : new Value[] {x, w};
        return onnx.op(
                "Conv", isDense() ? node.attributes() : node.attributes().with(OnnxOps.GROUP, outputs), operands);
    }

    private static Value constant(Onnx onnx, Node dequantize, long first, long second, byte fill) {
        Value q = dequantize.input(0);
        Shape shape = q.shape();
        long[] sizes = shape.sizes();
        sizes[0] = first;
        if (sizes.length > 1) {
            sizes[1] = second;
        }
        if (Arrays.equals(sizes, shape.sizes())) {
            return dequantize.output();
        }
        Value wide = onnx.constant(q.name(), filled(q.constant().orElseThrow(), Shape.of(sizes), fill));
        Value scale = dequantize.input(1);
        Value zero = dequantize.input(2);
        return onnx.op(
                "DequantizeLinear",
                dequantize.attributes(),
                wide,
                onnx.constant(scale.name(), repeated(scale.constant().orElseThrow(), first)),
                zero.isPresent()
                        ? onnx.constant(zero.name(), repeated(zero.constant().orElseThrow(), first))
                        : zero);
    }

    /** A vector with its first element repeated at its end; a single number as it is. */
    private static Tensor repeated(Tensor vector, long n) {
        if (vector.shape().hasRank(0)) {
            return vector;
        }
        return Tensor.computed(vector.type(), Shape.of(n), vector.source() + ", repeated", () -> {
            byte[] old = bytes(vector);
            int size = vector.type().bits() / 8;
            byte[] all = new byte[(int) n * size];
            for (int i = 0; i < n; i++) {
                System.arraycopy(old, i < vector.elementCount() ? i * size : 0, all, i * size, size);
            }
            return Bytes.of(all, vector.source() + ", repeated");
        });
    }

    /** A tensor with further entries along its first two axes. */
    private static Tensor filled(Tensor tensor, Shape to, byte fill) {
        return Tensor.computed(tensor.type(), to, tensor.source() + ", filled up", () -> {
            byte[] old = bytes(tensor);
            int size = tensor.type().bits() / 8;
            byte[] all = new byte[(int) to.elementCount() * size];
            Arrays.fill(all, fill);
            int rows = (int) tensor.shape().size(0);
            int length = old.length / rows;
            int stride = all.length / (int) to.size(0);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(old, i * length, all, i * stride, length);
            }
            return Bytes.of(all, tensor.source() + ", filled up");
        });
    }

    private static byte[] bytes(Tensor tensor) {
        ByteBuffer buffer = tensor.load();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
