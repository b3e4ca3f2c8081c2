package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.MirrorPadMode;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.stream.LongStream;

/** Operators that extend a tensor: operand 1 is {@code [rank,2]}, what goes before and after each axis. */
final class Padders {
    private Padders() {}

    /**
     * Extended by zeros; where the tensor is quantized by its zero point, which is the same.
     *
     * <p>Source: {@code kernels/pad.cc}; ONNX Pad-13.
     */
    static List<Value> pad(TflOp op, Onnx onnx) {
        Value x = op.in(0);
        // ONNX Runtime folds a Pad of +0 into a MaxPool, which pads with −∞; it leaves −0 alone
        Value zero = x.type() == DataType.FLOAT32 && feedsMaxPool(op) ? onnx.scalar(x.type(), -0.0) : Value.ABSENT;
        return List.of(padded(op, onnx, x, zero));
    }

    /** Extended by operand 2. Source: {@code kernels/pad.cc}; ONNX Pad-13. */
    static List<Value> padV2(TflOp op, Onnx onnx) {
        Value value = op.in(2);
        return List.of(padded(op, onnx, op.in(0), onnx.reshape(value)));
    }

    private static boolean feedsMaxPool(TflOp op) {
        return op.out().uses().stream().map(Use::user).anyMatch(n -> n.is("MAX_POOL_2D"));
    }

    /** {@code x} extended by as much as operand 1 says. */
    static Value padded(TflOp op, Onnx onnx, Value x, Value value) {
        if (op.constant(1).isPresent()) {
            long[] pairs = op.longs(1);
            if (LongStream.of(pairs).allMatch(p -> p == 0)) {
                return x;
            }
            return onnx.op("Pad", x, onnx.ints(begins(pairs)), value);
        }
        Value pairs = onnx.transpose(op.int64(1), 1, 0);
        return onnx.op("Pad", x, onnx.reshape(pairs, -1), value);
    }

    /** Pairs per axis as ONNX orders them: all that goes before, then all that goes after. */
    private static long[] begins(long[] pairs) {
        int rank = pairs.length / 2;
        long[] pads = new long[pairs.length];
        for (int i = 0; i < rank; i++) {
            pads[i] = pairs[2 * i];
            pads[rank + i] = pairs[2 * i + 1];
        }
        return pads;
    }

    /**
     * Extended by its own mirror image, with the border element (SYMMETRIC) or without (REFLECT).
     *
     * <p>Source: {@code kernels/mirror_pad.cc}; ONNX Pad-13 in mode reflect; for SYMMETRIC, which ONNX lacks, a Gather per
     * axis.
     */
    static List<Value> mirrorPad(TflOp op, Onnx onnx) {
        long[] pairs = op.longs(1);
        if (op.option(Tfl.MODE) == MirrorPadMode.REFLECT) {
            Attributes reflect = Attributes.of(OnnxOps.MODE, "reflect");
            return List.of(onnx.op("Pad", reflect, op.in(0), onnx.ints(begins(pairs))));
        }
        Value y = op.in(0);
        for (int axis = 0; axis < pairs.length / 2; axis++) {
            long before = pairs[2 * axis];
            long after = pairs[2 * axis + 1];
            if (before != 0 || after != 0) {
                long size = op.size(0, axis);
                long[] indices = LongStream.range(-before, size + after)
                        .map(i -> i < 0 ? -i - 1 : i >= size ? 2 * size - 1 - i : i)
                        .toArray();
                y = onnx.gather(
                        y, onnx.constant(Tensor.ofIntegers(DataType.INT64, Shape.of(indices.length), indices)), axis);
            }
        }
        return List.of(y);
    }
}
