package dev.tfliteonnx.optimizers.runtime;

import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Optional;

/**
 * About how many ns ONNX Runtime's integer kernels take on one thread of a current x86, by their numbers of channels. Only
 * differences between forms of one operator are of use. Measured with the profile of ONNX Runtime 1.29; the conditions are
 * those of its sources.
 *
 * <p>Source: ONNX Runtime's {@code core/mlas/lib/convsym.cpp}, {@code MlasConvSymPackWSize}; {@code
 * core/providers/cpu/quantization/qlinearconv.cc}.
 */
final class ChannelCost {
    /** Channels that a kernel computes at a time. */
    static final int BLOCK = 16;
    /** Channels that one instruction adds up. */
    static final int QUAD = 4;

    private static final int VECTOR = 8;
    private static final double PRODUCTS = 190;
    private static final double ROW = 8;

    private ChannelCost() {}

    /** Of one node that reads and makes images of so many channels. */
    static double of(Node node, long inputs, long outputs) {
        Optional<QuantizedConv> conv = QuantizedConv.of(node);
        double pixels = pixels(node.output());
        if (conv.isPresent()) {
            return pixels
                    * (conv.get().isDense() ? dense(conv.get(), inputs, outputs) : depthwise(conv.get(), outputs));
        }
        return switch (node.op().name()) {
            case "QuantizeLinear", "DequantizeLinear" -> 0;
            case "MaxPool", "AveragePool" -> pixels * outputs * 0.15 * taps(node);
            case "Pad" -> pixels * (ROW + 0.05 * outputs);
            default -> pixels * outputs * 0.2;
        };
    }

    /** Of a Slice that leaves so many channels. */
    static double slice(Value image, long left) {
        return pixels(image) * (ROW + 0.05 * left);
    }

    /** Straight from the image if weights have no zero point and channels fill registers; else by a copy in columns. */
    private static double dense(QuantizedConv conv, long inputs, long outputs) {
        double sums = (double) inputs * conv.taps();
        double products = sums * ((outputs + BLOCK - 1) / BLOCK * BLOCK) / PRODUCTS;
        double pointers = conv.taps() > 1 ? conv.taps() : 0;
        boolean direct = conv.isSymmetric() && inputs % QUAD == 0 && outputs % QUAD == 0 && outputs >= BLOCK;
        return direct
                ? products + pointers
                : products + pointers + (conv.taps() > 1 ? 0.28 : 0.05) * sums + 0.5 * outputs;
    }

    /** What is left of whole vectors is computed channel by channel. */
    private static double depthwise(QuantizedConv conv, long channels) {
        boolean direct = conv.isSymmetric() && channels % BLOCK == 0;
        long left = channels % VECTOR;
        double each = direct ? 0.033 * channels : 0.083 * (channels - left) + 0.95 * left;
        return conv.taps() * (1.1 + each);
    }

    private static double pixels(Value image) {
        Shape shape = image.shape();
        return (double) shape.size(0) * shape.size(2) * shape.size(3);
    }

    private static double taps(Node pool) {
        Ints window = pool.attributes().get(OnnxOps.KERNEL_SHAPE);
        double taps = 1;
        for (long extent : window.toArray()) {
            taps *= extent;
        }
        return taps;
    }
}
