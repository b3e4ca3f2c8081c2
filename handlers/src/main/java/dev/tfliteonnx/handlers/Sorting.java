package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Operators that put elements in order, or find them. */
final class Sorting {
    private static final Key<Long> SORTED = Key.ofInt("sorted");

    private Sorting() {}

    /**
     * The k greatest elements of the last axis and their indices, greatest first, of equals the first first.
     *
     * <p>Source: {@code kernels/topk_v2.cc}; ONNX TopK-11.
     */
    static List<Value> topK(TflOp op, Onnx onnx) {
        Value k = onnx.reshape(op.int64(1), 1);
        List<Value> top = onnx.ops("TopK", Attributes.NONE, 2, op.in(0), k);
        return List.of(top.get(0), onnx.cast(top.get(1), op.out(1).type()));
    }

    /**
     * The different elements of {@code x [n]} in the order in which they first occur, and for each element of x its
     * place among them. Source: {@code kernels/unique.cc}; ONNX Unique-11.
     */
    static List<Value> unique(TflOp op, Onnx onnx) {
        List<Value> found = onnx.ops("Unique", Attributes.of(SORTED, 0L), 3, op.in(0));
        return List.of(found.get(0), onnx.cast(found.get(2), op.out(1).type()));
    }

    /** The indices of all elements that are true or not 0, {@code [n,rank]}. Source: {@code kernels/where.cc}; ONNX NonZero-13. */
    static List<Value> where(TflOp op, Onnx onnx) {
        return List.of(onnx.transpose(onnx.op("NonZero", op.in(0)), 1, 0));
    }

    /**
     * For each element how many of the boundaries, which ascend, are not greater.
     *
     * <p>Source: {@code kernels/bucketize.cc}, which compares integers as float; ONNX Less-13, ReduceSum-13.
     */
    static List<Value> bucketize(TflOp op, Onnx onnx) {
        Floats boundaries = op.option(Tfl.BOUNDARIES);
        Value x = op.in(0);
        Value real = x.type().isInteger() ? onnx.cast(x, DataType.FLOAT32) : x;
        Tensor steps = Tensor.ofFloats(Shape.of(boundaries.size()), boundaries.toArray())
                .cast(real.type());
        // not less, so that NaN is beyond all boundaries as in the kernel
        Value below = onnx.op("Less", onnx.unsqueeze(real, op.rank(0)), onnx.constant(steps));
        Value passed = onnx.cast(onnx.op("Not", below), DataType.INT32);
        return List.of(onnx.reduce("ReduceSum", passed, false, op.rank(0)));
    }

    /** The running sum along an axis. Source: {@code kernels/cumsum.cc}; ONNX CumSum-14. */
    static List<Value> cumsum(TflOp op, Onnx onnx) {
        Attributes attributes = Attributes.of(OnnxOps.EXCLUSIVE, op.option(Tfl.EXCLUSIVE) ? 1L : 0L)
                .with(OnnxOps.REVERSE, op.option(Tfl.REVERSE) ? 1L : 0L);
        return List.of(onnx.op("CumSum", attributes, op.in(0), onnx.reshape(op.int64(1))));
    }
}
