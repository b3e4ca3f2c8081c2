package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.CombinerType;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/** Operators that look rows of a table up. */
final class Embeddings {
    private Embeddings() {}

    /**
     * Ids {@code [n]}, table {@code [V,...]} → {@code [n,...]}.
     *
     * <p>Source: {@code kernels/embedding_lookup.cc}; ONNX Gather-13 of what is stored, and for real numbers from a
     * quantized table DequantizeLinear of the rows alone. The kernel takes no account of zero points, and reads uint8 as
     * int8.
     */
    static List<Value> embeddingLookup(TflOp op, Onnx onnx) {
        Value ids = op.raw(0);
        QuantParams quant = op.quant(1).orElse(null);
        if (quant == null || op.out().quant().isPresent() || !op.out().type().isFloat()) {
            return List.of(onnx.gather(op.raw(1), ids, 0));
        }
        Value table = op.constant(1)
                .filter(t -> t.type() != DataType.INT8)
                .map(t -> onnx.constant(op.source(1).name(), t.cast(DataType.INT8)))
                .orElseGet(() -> onnx.cast(op.raw(1), DataType.INT8));
        Value rows = onnx.gather(table, ids, 0);
        if (quant.isPerTensor()) {
            return List.of(Quantization.dequantize(onnx, rows, QuantParams.perTensor(quant.scale(), 0)));
        }
        Value scales = onnx.constant(Tensor.ofFloats(Shape.of(quant.count()), quant.scales()));
        Value scale = Scattering.column(onnx, onnx.gather(scales, ids, 0), op.rank(1));
        return List.of(onnx.mul(onnx.cast(rows, DataType.FLOAT32), scale));
    }

    /**
     * Ids {@code [n]}, their places {@code [n,r]} in a tensor of shape {@code [r]}, weights {@code [n]}, table
     * {@code [V,...]} → the weighted sum of the rows along the last axis of that tensor, or their mean by weight or by
     * the root of the sum of squared weights. A place without ids is 0.
     *
     * <p>Source: {@code kernels/embedding_lookup_sparse.cc}; ONNX ScatterElements-16 with reduction add.
     */
    static List<Value> embeddingLookupSparse(TflOp op, Onnx onnx) {
        int outer = (int) op.size(1, 1) - 1;
        int rank = op.rank(4);
        Value rows = onnx.mul(onnx.gather(op.in(4), op.raw(0), 0), Scattering.column(onnx, op.in(3), rank));
        if (outer == 0) {
            // all ids share one place
            Value sum = onnx.reduce("ReduceSum", rows, false, 0);
            return List.of(combined(op, onnx, sum, w -> onnx.reduce("ReduceSum", w, false, 0)));
        }
        Value buckets = Scattering.part(onnx, op.int64(2), 0, outer);
        Value places = Scattering.places(onnx, op.int64(1), buckets, outer);
        Value count = Scattering.count(onnx, buckets);
        Value row = Extents.join(onnx, Extents.of(op, onnx, 4).range(1, rank));
        Value sum = Scattering.summed(onnx, Extents.join(onnx, count, row), places, rows, rank);
        Value all = combined(op, onnx, sum, w -> {
            Value total = Scattering.summed(onnx, count, places, w, 1);
            return Scattering.column(onnx, total, rank);
        });
        return List.of(outer == 1 ? all : onnx.op("Reshape", all, Extents.join(onnx, buckets, row)));
    }

    private static Value combined(TflOp op, Onnx onnx, Value sum, UnaryOperator<Value> total) {
        CombinerType combiner = op.option(Tfl.COMBINER);
        if (combiner == CombinerType.SUM) {
            return sum;
        }
        Value w = op.in(3);
        Value by = combiner == CombinerType.MEAN ? total.apply(w) : onnx.op("Sqrt", total.apply(onnx.mul(w, w)));
        Value empty = onnx.op("Equal", by, onnx.scalarLike(by, 0));
        return onnx.div(sum, onnx.where(empty, onnx.scalarLike(by, 1), by));
    }

    /**
     * Ids {@code [n]}, keys {@code [K]}, values {@code [K,...]} → the value of each id {@code [n,...]}, 0 or an empty
     * string if there is none, and whether there was one {@code [n]}.
     *
     * <p>Source: {@code kernels/hashtable_lookup.cc}; ONNX Equal-13, ArgMax-13, Gather-13, Where-9.
     */
    static List<Value> hashtableLookup(TflOp op, Onnx onnx) {
        Value equal = onnx.cast(onnx.op("Equal", onnx.unsqueeze(op.raw(0), 1), op.raw(1)), DataType.INT32);
        Value hit = onnx.cast(onnx.reduce("ReduceMax", equal, false, 1), DataType.BOOL);
        Attributes attributes = Attributes.of(OnnxOps.AXIS, 1L).with(OnnxOps.KEEPDIMS, 0L);
        Value rows = onnx.gather(op.in(2), onnx.op("ArgMax", attributes, equal), 0);
        Tensor none = rows.type() == DataType.STRING
                ? Tensor.ofStrings(Shape.of(1), List.of("".getBytes(StandardCharsets.UTF_8)))
                : Tensor.splat(rows.type(), Shape.of(1), 0);
        Value found = onnx.where(Scattering.column(onnx, hit, op.rank(2)), rows, onnx.constant(none));
        return List.of(found, onnx.cast(hit, op.out(1).type()));
    }
}
