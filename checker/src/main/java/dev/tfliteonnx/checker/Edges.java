package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.Optional;

/**
 * How a tensor of the source corresponds to one of its conversion: the same; or with channels second instead of last; or
 * real numbers for quantized ones.
 */
final class Edges {
    private Edges() {}

    /**
     * A tensor of the source as the conversion has it.
     *
     * @param quant how its integers stand for real numbers
     * @throws IllegalArgumentException if neither layout nor quantization explains the difference
     */
    static Tensor toResult(Tensor source, Optional<QuantParams> quant, DataType type, Shape shape) {
        Tensor typed = source;
        if (source.type() != type) {
            if (quant.isEmpty() || !type.isFloat()) {
                throw new IllegalArgumentException(source + " does not correspond to " + type.name() + shape);
            }
            typed = source.dequantized(quant.get());
            typed = typed.type() == type ? typed : typed.cast(type);
        }
        if (shape.agreesWith(typed.shape())) {
            return typed;
        }
        int rank = typed.shape().rank();
        if (shape.hasRank(rank) && rank >= 3) {
            Tensor flipped = typed.permuted(channelsSecond(rank));
            if (shape.agreesWith(flipped.shape())) {
                return flipped;
            }
        }
        boolean same = shape.isStatic() && shape.elementCount() == typed.elementCount();
        if (!same) {
            throw new IllegalArgumentException(source + " does not correspond to " + type.name() + shape);
        }
        return typed.reshaped(shape);
    }

    /** Numbers that a quantized tensor cannot hold, as it would hold them: cut off at the ends of its range. */
    static Tensor held(Tensor real, TensorSpec source) {
        Optional<QuantParams> quant = source.quant().filter(QuantParams::isPerTensor);
        if (quant.isEmpty() || !real.type().isFloat() || source.type().isFloat()) {
            return real;
        }
        QuantParams q = quant.get();
        float low = q.scale() * (source.type().min() - q.zeroPoint());
        float high = q.scale() * (source.type().max() - q.zeroPoint());
        float[] values = real.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(low, Math.min(high, values[i]));
        }
        return Tensor.ofFloats(real.shape(), values);
    }

    private static int[] channelsSecond(int rank) {
        int[] perm = new int[rank];
        perm[1] = rank - 1;
        for (int i = 2; i < rank; i++) {
            perm[i] = i - 1;
        }
        return perm;
    }
}
