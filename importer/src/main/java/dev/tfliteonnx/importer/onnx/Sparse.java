package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.SparseElements;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Sparse tensors with their zeros put in, as ONNX Runtime does when it loads them. */
final class Sparse {
    /** More bytes than this are not made of a few, unless the file has many itself. */
    private static final long MOST_BYTES = 1L << 28;

    private Sparse() {}

    /** All elements; the sparse ones are read when first asked for. */
    static Tensor dense(ProtoMessage in, SparseElements sparse) throws ConversionException {
        DataType type = sparse.values().type();
        if (type.bits() < 8) {
            throw in.unsupported(DiagnosticCode.UNSUPPORTED_TYPE, "a sparse tensor has elements of " + type);
        }
        long count = 1;
        for (long size : sparse.shape().sizes()) {
            count = size == 0 ? 0 : count > MOST_BYTES / size ? MOST_BYTES + 1 : count * size;
        }
        if (count > MOST_BYTES / type.wideBytes()) {
            throw in.unsupported(DiagnosticCode.LIMIT_EXCEEDED, "a sparse tensor has the shape " + sparse.shape());
        }
        long[] places = places(in, sparse, count);
        return Tensor.computed(type, sparse.shape(), "dense", () -> filled(sparse, places));
    }

    private static Bytes filled(SparseElements sparse, long[] places) {
        int width = sparse.values().type().wideBytes();
        byte[] all = new byte[Math.toIntExact(sparse.shape().elementCount() * width)];
        ByteBuffer values = sparse.values().load();
        for (int i = 0; i < places.length; i++) {
            values.get(i * width, all, (int) places[i] * width, width);
        }
        return Bytes.of(all, "dense");
    }

    private static long[] places(ProtoMessage in, SparseElements sparse, long count) throws ConversionException {
        Tensor indices = sparse.indices();
        long[] sizes = sparse.shape().sizes();
        long n = sparse.values().elementCount();
        int each = indices.shape().rank() == 2 ? sizes.length : 1;
        if (indices.type() != DataType.INT64 || n > MOST_BYTES || indices.elementCount() != n * each) {
            throw in.invalid("a sparse tensor has " + indices + " for " + n + " elements");
        }
        ByteBuffer from = indices.load().order(ByteOrder.LITTLE_ENDIAN);
        long[] places = new long[(int) n];
        for (int i = 0; i < n; i++) {
            long place = 0;
            for (int axis = 0; axis < each; axis++) {
                long index = from.getLong();
                long size = each == 1 && indices.shape().rank() != 2 ? count : sizes[axis];
                if (index < 0 || index >= size) {
                    throw in.invalid("a sparse tensor has an element at " + index + " of " + size);
                }
                place = place * size + index;
            }
            places[i] = place;
        }
        return places;
    }
}
