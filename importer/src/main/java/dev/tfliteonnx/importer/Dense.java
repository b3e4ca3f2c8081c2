package dev.tfliteonnx.importer;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.SparseElements;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sparse tensors with their zeros put in, as ONNX Runtime does when it loads them. Indices are places in the flattened
 * tensor, or one row of coordinates for each element; integers of any width.
 *
 * <p>Source: {@code SparseTensorProto} of {@code onnx/onnx.proto}; {@code tensorprotoutils.cc} of onnxruntime.
 */
public final class Dense {
    /** More bytes than this are not made of a few. */
    private static final long MOST_BYTES = 1L << 28;

    private final SparseElements sparse;
    private final Refusal refusal;

    private Dense(SparseElements sparse, Refusal refusal) {
        this.sparse = sparse;
        this.refusal = refusal;
    }

    /** Says what is wrong with a file. */
    @FunctionalInterface
    public interface Refusal {
        /** What is thrown for a reason. */
        ConversionException because(DiagnosticCode code, String reason);
    }

    /**
     * All elements; they are put in place when first asked for.
     *
     * @throws ConversionException what {@code refusal} makes, if an index is outside of the tensor, the whole is too
     *     large, or elements have fewer than 8 bits
     */
    public static Tensor of(SparseElements sparse, Refusal refusal) throws ConversionException {
        Dense dense = new Dense(sparse, refusal);
        DataType type = sparse.values().type();
        if (type.bits() < 8) {
            throw refusal.because(DiagnosticCode.UNSUPPORTED_TYPE, "a sparse tensor has elements of " + type);
        }
        long count = 1;
        for (long size : sparse.shape().sizes()) {
            count = size == 0 ? 0 : count > MOST_BYTES / size ? MOST_BYTES + 1 : count * size;
        }
        if (count > MOST_BYTES / type.wideBytes()) {
            throw refusal.because(DiagnosticCode.LIMIT_EXCEEDED, "a sparse tensor has the shape " + sparse.shape());
        }
        long[] places = dense.places(count);
        return Tensor.computed(type, sparse.shape(), "dense", () -> dense.filled(places));
    }

    private Bytes filled(long[] places) {
        int width = sparse.values().type().wideBytes();
        byte[] all = new byte[Math.toIntExact(sparse.shape().elementCount() * width)];
        ByteBuffer values = sparse.values().load();
        for (int i = 0; i < places.length; i++) {
            values.get(i * width, all, (int) places[i] * width, width);
        }
        return Bytes.of(all, "dense");
    }

    private long[] places(long count) throws ConversionException {
        Tensor indices = sparse.indices();
        long[] sizes = sparse.shape().sizes();
        long n = sparse.values().elementCount();
        boolean rows = indices.shape().rank() == 2;
        int each = rows ? sizes.length : 1;
        if (!indices.type().isSignedInteger() || n > MOST_BYTES || indices.elementCount() != n * each) {
            throw invalid("a sparse tensor has " + indices + " for " + n + " elements");
        }
        ByteBuffer from = indices.load().order(ByteOrder.LITTLE_ENDIAN);
        long[] places = new long[(int) n];
        for (int i = 0; i < n; i++) {
            long place = 0;
            for (int axis = 0; axis < each; axis++) {
                long index = next(from, indices.type());
                long size = rows ? sizes[axis] : count;
                if (index < 0 || index >= size) {
                    throw invalid("a sparse tensor has an element at " + index + " of " + size);
                }
                place = place * size + index;
            }
            places[i] = place;
        }
        return places;
    }

    private static long next(ByteBuffer from, DataType type) {
        return switch (type.wideBytes()) {
            case 1 -> from.get();
            case 2 -> from.getShort();
            case 4 -> from.getInt();
            default -> from.getLong();
        };
    }

    private ConversionException invalid(String reason) {
        return refusal.because(DiagnosticCode.INVALID_MODEL, reason);
    }
}
