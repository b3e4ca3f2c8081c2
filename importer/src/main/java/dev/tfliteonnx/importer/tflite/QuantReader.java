package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.BlockwiseQuantization;
import dev.tfliteonnx.formats.tflite.MultiAxisQuantization;
import dev.tfliteonnx.formats.tflite.QuantizationDetails;
import dev.tfliteonnx.formats.tflite.QuantizationParameters;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads how the integers of a tensor stand for real numbers. Only integer tensors are quantized, and only by scales that
 * are not all 0, which is what old converters wrote for none.
 *
 * <p>Source: {@code InterpreterBuilder::ParseQuantization} of LiteRT, {@code tflite/core/interpreter_builder.cc}, for what
 * fits together; {@code tflite.fbs} for blocks.
 */
final class QuantReader {
    private static final long FREE_SCALES = 1 << 16;

    /** Parameters that many tensors may share. */
    private record Blocks(int scales, int zeroPoints, int axis, int blockSize, long count) {}

    private final TensorReader tensors;
    private final Buffers buffers;
    private final Map<Blocks, QuantParams> blocks = new HashMap<>();
    private long scalesRead;

    QuantReader(TensorReader tensors, Buffers buffers) {
        this.tensors = tensors;
        this.buffers = buffers;
    }

    /**
     * The quantization of a tensor.
     *
     * @throws ConversionException {@code INVALID_MODEL} if it does not fit the tensor, {@code UNSUPPORTED_OPTION} if it
     *     is of a kind that cannot be told here
     */
    Optional<QuantParams> read(QuantizationParameters q, DataType type, Shape shape, Where where)
            throws ConversionException {
        if (!type.isInteger()) {
            return Optional.empty();
        }
        return switch (q.detailsType()) {
            case QuantizationDetails.NONE -> affine(q, shape, where);
            case QuantizationDetails.BlockwiseQuantization -> {
                BlockwiseQuantization b = (BlockwiseQuantization) q.details(new BlockwiseQuantization());
                if (b == null) {
                    yield affine(q, shape, where);
                }
                yield Optional.of(blockwise(b, shape, where));
            }
            case QuantizationDetails.MultiAxisQuantization -> {
                MultiAxisQuantization m = (MultiAxisQuantization) q.details(new MultiAxisQuantization());
                if (m == null) {
                    yield affine(q, shape, where);
                }
                yield Optional.of(oneAxis(m, shape, where));
            }
            default -> throw unsupported(where, "is quantized in a way that is private to its maker");
        };
    }

    private static Optional<QuantParams> affine(QuantizationParameters q, Shape shape, Where where)
            throws ConversionException {
        float[] scales = Vectors.floats(q.scaleAsByteBuffer());
        long[] zeroPoints = Vectors.longs(q.zeroPointAsByteBuffer());
        if (isUnset(scales)) {
            return Optional.empty();
        }
        if (zeroPoints.length == 0) {
            zeroPoints = new long[scales.length];
        }
        // a vector has one axis, whichever the file names: biases of old converters name that of the weights
        int axis = shape.hasRank(1) ? 0 : q.quantizedDimension();
        if (scales.length != zeroPoints.length) {
            throw invalid(where, scales.length + " scales and " + zeroPoints.length + " zero points");
        }
        requireFinite(scales, where);
        if (scales.length > 1) {
            requireAxis(scales.length, axis, shape, where);
        }
        return Optional.of(QuantParams.perAxis(scales, zeroPoints, axis));
    }

    private static boolean isUnset(float[] scales) {
        for (float scale : scales) {
            if (scale != 0) {
                return false;
            }
        }
        return true;
    }

    private static void requireAxis(int count, int axis, Shape shape, Where where) throws ConversionException {
        boolean fits = shape.isRanked()
                && axis >= 0
                && axis < shape.rank()
                && shape.dim(axis).is(count);
        if (!fits) {
            throw invalid(where, count + " scales do not fit axis " + axis + " of " + shape);
        }
    }

    private static void requireFinite(float[] scales, Where where) throws ConversionException {
        for (float scale : scales) {
            if (!Float.isFinite(scale) || scale < 0) {
                throw invalid(where, "has the scale " + scale);
            }
        }
    }

    private QuantParams blockwise(BlockwiseQuantization b, Shape shape, Where where) throws ConversionException {
        int size = b.blockSize();
        int axis = shape.isRanked() ? shape.rank() - 1 : -1;
        if (axis < 0 || !shape.isStatic() || size <= 0 || shape.size(axis) % size != 0) {
            throw invalid(where, "blocks of " + size + " do not divide the last axis of " + shape);
        }
        return scales(new Blocks(b.scales(), b.zeroPoints(), axis, size, shape.elementCount() / size), where);
    }

    private QuantParams oneAxis(MultiAxisQuantization m, Shape shape, Where where) throws ConversionException {
        int[] axes = Vectors.ints(m.quantizedDimensionsAsByteBuffer());
        if (axes.length != 1 || m.blockSize() != 0) {
            throw unsupported(where, "is quantized along " + axes.length + " axes in blocks of " + m.blockSize());
        }
        int axis = axes[0];
        if (!shape.isStatic() || axis < 0 || axis >= shape.rank()) {
            throw invalid(where, "is quantized along axis " + axis + " of " + shape);
        }
        return scales(new Blocks(m.scales(), m.zeroPoints(), axis, 0, shape.size(axis)), where);
    }

    /** Reads scales and zero points from the tensors that hold them. */
    private QuantParams scales(Blocks key, Where where) throws ConversionException {
        QuantParams known = blocks.get(key);
        if (known != null) {
            return known;
        }
        Tensor tensor = constant(key.scales(), where);
        if (!tensor.type().isFloat() || tensor.elementCount() != key.count() || key.count() == 0) {
            throw invalid(where, "needs " + key.count() + " scales, not " + tensor.type() + tensor.shape());
        }
        scalesRead += key.count();
        if (scalesRead > FREE_SCALES + buffers.bytesMapped() / 2) {
            throw new ConversionException(
                    DiagnosticCode.LIMIT_EXCEEDED, where, scalesRead + " scales are more than the file can hold", "");
        }
        float[] scales = tensor.toFloats();
        requireFinite(scales, where);
        long[] zeroPoints = zeroPoints(key, where);
        QuantParams made = key.blockSize() == 0
                ? QuantParams.perAxis(scales, zeroPoints, key.axis())
                : QuantParams.blockwise(scales, zeroPoints, key.axis(), key.blockSize());
        blocks.put(key, made);
        return made;
    }

    /**
     * Zero points from their tensor; all 0 if it is −1. The schema's default of 0 names a tensor too, so that 0 is taken
     * for none where that tensor cannot be one of zero points.
     */
    private long[] zeroPoints(Blocks key, Where where) throws ConversionException {
        long[] out = new long[(int) key.count()];
        if (key.zeroPoints() < 0) {
            return out;
        }
        Optional<Tensor> tensor = tensors.constantOrNone(key.zeroPoints())
                .filter(t -> t.type().isInteger() && t.elementCount() == key.count());
        if (tensor.isEmpty()) {
            if (key.zeroPoints() == 0) {
                return out;
            }
            throw invalid(where, "needs " + key.count() + " zero points in tensor " + key.zeroPoints());
        }
        float[] values = tensor.get().toFloats();
        for (int i = 0; i < out.length; i++) {
            out[i] = (long) values[i];
        }
        return out;
    }

    private Tensor constant(int index, Where where) throws ConversionException {
        return tensors.constantOrNone(index)
                .orElseThrow(
                        () -> invalid(where, "its scales are to be in tensor " + index + ", which holds no constant"));
    }

    private static ConversionException invalid(Where where, String reason) {
        return new ConversionException(DiagnosticCode.INVALID_MODEL, where, "quantization: " + reason, "");
    }

    private static ConversionException unsupported(Where where, String reason) {
        return new ConversionException(
                DiagnosticCode.UNSUPPORTED_OPTION, where, "the tensor " + reason, "quantize the model in another way");
    }
}
