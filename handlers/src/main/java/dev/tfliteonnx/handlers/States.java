package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.Optional;

/**
 * Tensors that carry real numbers from one run to the next. Those of 16 bits are scaled by plain arithmetic: with
 * QuantizeLinear they alone would lift a model of 8 bits to opset 21.
 */
final class States {
    private States() {}

    /** The current value of an operand that persists, as real numbers. */
    static Value read(TflOp op, Onnx onnx, int i) {
        Optional<QuantParams> quant = wide(op, i);
        if (quant.isEmpty()) {
            return op.in(i);
        }
        Value q = onnx.cast(op.raw(i), DataType.FLOAT32);
        double zero = (double) quant.get().zeroPoint();
        Value shifted = zero == 0 ? q : onnx.sub(q, onnx.scalarLike(q, zero));
        return onnx.mul(shifted, onnx.scalarLike(q, quant.get().scale()));
    }

    /** Replaces the current value of an operand that persists by real numbers. */
    static void write(TflOp op, Onnx onnx, int i, Value next) {
        Optional<QuantParams> quant = wide(op, i);
        op.assign(
                i,
                quant.isEmpty()
                        ? next
                        : onnx.cast(steps(onnx, next, op.source(i).type(), quant.get()), DataType.INT16));
    }

    /**
     * Real numbers rounded to those that a tensor of that type can hold, quantized as a whole.
     *
     * @param quant its zero point may lie outside of the type
     */
    static Value rounded(Onnx onnx, Value x, DataType type, QuantParams quant) {
        long zero = quant.zeroPoint();
        if (type != DataType.INT16 && zero >= type.min() && zero <= type.max()) {
            return Quantization.roundTrip(onnx, x, type, quant);
        }
        Value q = steps(onnx, x, type, quant);
        Value shifted = zero == 0 ? q : onnx.sub(q, onnx.scalarLike(q, (double) zero));
        return onnx.mul(shifted, onnx.scalarLike(x, quant.scale()));
    }

    private static Value steps(Onnx onnx, Value x, DataType type, QuantParams quant) {
        Value q = onnx.op("Round", onnx.div(x, onnx.scalarLike(x, quant.scale())));
        double zero = (double) quant.zeroPoint();
        Value shifted = zero == 0 ? q : onnx.add(q, onnx.scalarLike(q, zero));
        return onnx.clip(shifted, (double) type.min(), (double) type.max());
    }

    private static Optional<QuantParams> wide(TflOp op, int i) {
        return op.quant(i).filter(q -> q.isPerTensor() && op.source(i).type() == DataType.INT16);
    }
}
