package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.Optional;

/**
 * How integers of a whole tensor stand for real numbers: {@code real = scale · (q − zeroPoint)}.
 *
 * @param type the integers' type
 * @param scale above 0
 * @param zeroPoint the integer that stands for 0
 */
public record StoredAs(DataType type, float scale, long zeroPoint) {
    private static final int SHIFT = 128;

    /** What a file says of a tensor; empty if it has no one scale. */
    public static Optional<StoredAs> of(DataType type, Optional<QuantParams> params) {
        return params.filter(p -> p.isPerTensor() && p.scale() > 0 && type.isInteger())
                .map(p -> new StoredAs(type, p.scale(), p.zeroPoint()));
    }

    /** What a QuantizeLinear or DequantizeLinear says of integers of a type; empty if it has no one scale. */
    static Optional<StoredAs> of(Node node, DataType type) {
        Optional<Double> scale = Content.single(node.input(1)).filter(s -> s > 0);
        Optional<Double> zero = node.input(2).isPresent() ? Content.single(node.input(2)) : Optional.of(0.0);
        return scale.flatMap(s -> zero.map(z -> new StoredAs(type, s.floatValue(), z.longValue())));
    }

    /** Whether they have 8 bits. */
    boolean is8Bit() {
        return type == DataType.INT8 || type == DataType.UINT8;
    }

    /** The same numbers as integers of a type of 8 bits. */
    StoredAs as(DataType other) {
        return other == type
                ? this
                : new StoredAs(other, scale, zeroPoint + (other == DataType.UINT8 ? SHIFT : -SHIFT));
    }

    Value quantized(Onnx onnx, Value x) {
        return onnx.op("QuantizeLinear", x, scale(onnx), zero(onnx));
    }

    Value dequantized(Onnx onnx, Value q) {
        return onnx.op("DequantizeLinear", q, scale(onnx), zero(onnx));
    }

    private Value scale(Onnx onnx) {
        return onnx.constant(onnx.base() + "/scale", Tensor.scalar(DataType.FLOAT32, scale));
    }

    private Value zero(Onnx onnx) {
        return onnx.constant(onnx.base() + "/zero_point", Tensor.scalar(type, zeroPoint));
    }
}
