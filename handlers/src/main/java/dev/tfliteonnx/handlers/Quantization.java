package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;

/** The nodes between stored integers and the real numbers that they stand for. */
final class Quantization {
    private Quantization() {}

    /** {@code scale · (q − zeroPoint)} by DequantizeLinear. */
    static Value dequantize(Onnx onnx, Value q, QuantParams params) {
        Shape shape = parameterShape(q, params);
        Value scale = onnx.constant(onnx.base() + "/scale", Tensor.ofFloats(shape, params.scales()));
        boolean zeroBlocks =
                params.blockSize() > 0 && params.isSymmetric() && q.type().isSignedInteger();
        // ONNX Runtime's rewriting of int8 weights to uint8 expects per-axis zero points to be written out
        Value zero = q.type() == DataType.INT32 || zeroBlocks
                ? Value.ABSENT
                : onnx.constant(onnx.base() + "/zero_point", zeroPoints(q.type(), shape, params));
        return onnx.op("DequantizeLinear", attributes(params), q, scale, zero);
    }

    /** {@code saturate(round(x / scale) + zeroPoint)} by QuantizeLinear, which rounds ties to even. */
    static Value quantize(Onnx onnx, Value x, DataType type, QuantParams params) {
        if (type == DataType.INT32 || type == DataType.INT64) {
            return quantizeWide(onnx, x, type, params);
        }
        Shape shape = parameterShape(x, params);
        Value scale = onnx.constant(onnx.base() + "/scale", Tensor.ofFloats(shape, params.scales()));
        Value zero = onnx.constant(onnx.base() + "/zero_point", zeroPoints(type, shape, params));
        return onnx.op("QuantizeLinear", attributes(params), x, scale, zero);
    }

    /** The same for types that QuantizeLinear cannot give. */
    private static Value quantizeWide(Onnx onnx, Value x, DataType type, QuantParams params) {
        Value steps = onnx.op("Round", onnx.div(x, onnx.scalar(x.type(), params.scale())));
        Value q = onnx.cast(steps, type);
        return params.zeroPoint() == 0 ? q : onnx.add(q, onnx.scalar(type, params.zeroPoint()));
    }

    /** Real numbers rounded to what is stored, so that both sides of a data movement are complete quantized units. */
    static Value roundTrip(Onnx onnx, Value x, DataType type, QuantParams params) {
        return dequantize(onnx, quantize(onnx, x, type, params), params);
    }

    private static Tensor zeroPoints(DataType type, Shape shape, QuantParams params) {
        return Tensor.ofIntegers(type, shape, params.zeroPoints());
    }

    private static Attributes attributes(QuantParams params) {
        Attributes attributes = Attributes.NONE;
        if (!params.isPerTensor()) {
            attributes = attributes.with(OnnxOps.AXIS, (long) params.axis());
        }
        return params.blockSize() == 0 ? attributes : attributes.with(OnnxOps.BLOCK_SIZE, (long) params.blockSize());
    }

    private static Shape parameterShape(Value x, QuantParams params) {
        if (params.isPerTensor()) {
            return Shape.SCALAR;
        }
        if (params.blockSize() == 0) {
            return Shape.of(params.count());
        }
        return x.shape()
                .with(params.axis(), dev.tfliteonnx.ir.Dim.of(x.shape().size(params.axis()) / params.blockSize()));
    }
}
