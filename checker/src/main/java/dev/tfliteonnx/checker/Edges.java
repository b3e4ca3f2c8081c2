package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a tensor of the source corresponds to one of its conversion: the same; or with channels second instead of last; or
 * real numbers for quantized ones; or int8 as uint8, both with the zero point moved along.
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
        if (isSignTurned(source.type(), type)) {
            typed = source.signTurned();
        } else if (source.type() != type) {
            boolean isTurned = isByte(source.type()) && isByte(type);
            if (!isTurned && (quant.isEmpty() || !type.isFloat())) {
                throw new IllegalArgumentException(source + " does not correspond to " + type.name() + shape);
            }
            typed = isTurned ? source.signTurned() : source.dequantized(quant.get());
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

    /** Whether both are of 8 bits and one has a sign: {@code --io} turns it. */
    private static boolean isSignTurned(DataType a, DataType b) {
        return (a == DataType.INT8 && b == DataType.UINT8) || (a == DataType.UINT8 && b == DataType.INT8);
    }

    /** What a source is fed as its conversion is fed it, one by one. */
    static List<Tensor> toResult(List<Tensor> fed, List<TensorSpec> source, List<TensorSpec> result) {
        if (result.size() != source.size()) {
            throw new IllegalArgumentException("it takes " + result + ", the source takes " + source);
        }
        List<Tensor> mapped = new ArrayList<>();
        for (int i = 0; i < result.size(); i++) {
            TensorSpec spec = result.get(i);
            mapped.add(toResult(fed.get(i), source.get(i).quant(), spec.type(), spec.shape()));
        }
        return mapped;
    }

    private static boolean isByte(DataType type) {
        return type == DataType.INT8 || type == DataType.UINT8;
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
