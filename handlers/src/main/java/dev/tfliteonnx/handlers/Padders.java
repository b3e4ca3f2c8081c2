package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.MirrorPadMode;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
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
     * axis, whose indices are computed where paddings or extents are not known.
     */
    static List<Value> mirrorPad(TflOp op, Onnx onnx) {
        boolean isKnown = op.constant(1).isPresent();
        if (op.option(Tfl.MODE) == MirrorPadMode.REFLECT) {
            Value pads = isKnown ? onnx.ints(begins(op.longs(1))) : onnx.reshape(onnx.transpose(op.int64(1), 1, 0), -1);
            return List.of(onnx.op("Pad", Attributes.of(OnnxOps.MODE, "reflect"), op.in(0), pads));
        }
        Value y = op.in(0);
        Value pairs = isKnown ? op.int64(1) : onnx.reshape(op.int64(1), -1);
        for (int axis = 0; axis < op.rank(0); axis++) {
            long[] pair = isKnown ? Arrays.copyOfRange(op.longs(1), 2 * axis, 2 * axis + 2) : new long[] {1, 1};
            if (pair[0] != 0 || pair[1] != 0) {
                Value indices = isKnown && op.shape(0).isFixed(axis)
                        ? onnx.ints(mirrored(pair, op.size(0, axis)))
                        : mirrored(
                                onnx,
                                isKnown ? onnx.scalar(DataType.INT64, pair[0]) : element(onnx, pairs, 2 * axis),
                                isKnown ? onnx.scalar(DataType.INT64, pair[1]) : element(onnx, pairs, 2 * axis + 1),
                                onnx.reshape(Extents.of(op, onnx, 0).at(axis)));
                y = onnx.gather(y, indices, axis);
            }
        }
        return List.of(y);
    }

    /** From which place of an axis each of the extended axis comes, if the border element is mirrored too. */
    private static long[] mirrored(long[] pair, long size) {
        return LongStream.range(-pair[0], size + pair[1])
                .map(i -> i < 0 ? -i - 1 : i >= size ? 2 * size - 1 - i : i)
                .toArray();
    }

    /** As {@link #mirrored(long[], long)}, of scalars that are known when the model runs. */
    private static Value mirrored(Onnx onnx, Value before, Value after, Value size) {
        Value one = onnx.scalar(DataType.INT64, 1);
        Value i = onnx.op("Range", onnx.op("Neg", before), onnx.add(size, after), one);
        Value last = onnx.sub(onnx.add(size, size), one);
        return onnx.op("Max", onnx.sub(onnx.op("Neg", i), one), onnx.op("Min", i, onnx.sub(last, i)));
    }

    private static Value element(Onnx onnx, Value vector, int at) {
        return onnx.gather(vector, onnx.scalar(DataType.INT64, at), 0);
    }
}
