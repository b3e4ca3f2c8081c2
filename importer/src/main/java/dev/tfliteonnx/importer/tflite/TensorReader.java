package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.QuantizationParameters;
import dev.tfliteonnx.formats.tflite.SparsityParameters;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.formats.tflite.Tensor;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.tfl.TensorTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The tensors of one subgraph: names, types, shapes, quantization and constants. What is wrong with a tensor becomes a
 * problem, and a harmless value is given in its place so that reading can go on.
 *
 * <p>Shapes: {@code shape_signature} tells with −1 which extents are open; without it −1 in {@code shape} does. Constants
 * always have the extents of {@code shape}. An empty shape is that of a single number: only files in which some tensor
 * sets {@code has_rank} tell the unknown rank from rank 0, and then only for tensors without data.
 */
final class TensorReader {
    /** The most axes that a tensor may have. */
    static final int MAX_RANK = 16;

    private final SubGraph subgraph;
    private final Buffers buffers;
    private final Problems problems;
    private final List<String> names;
    private final boolean ranksAreTold;
    private final QuantReader quants;
    private final StringTensors strings;

    TensorReader(SubGraph subgraph, Buffers buffers, StringTensors strings, boolean ranksAreTold, Problems problems) {
        this.subgraph = subgraph;
        this.buffers = buffers;
        this.strings = strings;
        this.ranksAreTold = ranksAreTold;
        this.problems = problems;
        this.names = TensorNames.of(subgraph);
        this.quants = new QuantReader(this, buffers);
    }

    int count() {
        return subgraph.tensorsLength();
    }

    boolean exists(long index) {
        return index >= 0 && index < count();
    }

    /** The name of a tensor, unlike that of every other. */
    String name(int index) {
        return names.get(index);
    }

    /** The name of a tensor that need not exist, for messages. */
    String nameOrNumber(int index) {
        return exists(index) ? names.get(index) : "tensor " + index;
    }

    Where where(int index) {
        return Where.tensor(nameOrNumber(index));
    }

    boolean isVariable(int index) {
        return subgraph.tensors(index).isVariable();
    }

    /** The last extent of a tensor by its {@code shape}, where its {@code shape_signature} leaves that open. */
    OptionalLong recordedChannels(int index) {
        if (!exists(index)) {
            return OptionalLong.empty();
        }
        Tensor tensor = subgraph.tensors(index);
        int last = tensor.shapeLength() - 1;
        boolean isOpen = last >= 0
                && tensor.shapeSignatureLength() == last + 1
                && tensor.shapeSignature(last) == -1
                && tensor.shape(last) > 0;
        return isOpen ? OptionalLong.of(tensor.shape(last)) : OptionalLong.empty();
    }

    /** What is said of a tensor that is computed or fed in. */
    ValueInfo info(int index) {
        Tensor tensor = subgraph.tensors(index);
        DataType type = DataType.FLOAT32;
        Shape shape = Shape.UNKNOWN;
        try {
            type = type(tensor, index);
            shape = shape(tensor, index);
            return new ValueInfo(name(index), type, shape, quant(tensor, type, shape, index));
        } catch (ConversionException e) {
            problems.addAll(e);
            return ValueInfo.of(name(index), type, shape);
        }
    }

    /** The scale and zero point of a tensor that is there for nothing else; empty if there are several. */
    Optional<QuantParams> quant(int index) {
        if (!exists(index)) {
            return Optional.empty();
        }
        QuantizationParameters q = subgraph.tensors(index).quantization();
        return q == null || q.scaleLength() != 1
                ? Optional.empty()
                : info(index).quant();
    }

    /** The quantization of a constant. */
    Optional<QuantParams> quantOf(int index, dev.tfliteonnx.ir.Tensor constant) {
        try {
            return quant(subgraph.tensors(index), constant.type(), constant.shape(), index);
        } catch (ConversionException e) {
            problems.addAll(e);
            return Optional.empty();
        }
    }

    /** The elements of a tensor that has data in the file. */
    Optional<dev.tfliteonnx.ir.Tensor> constant(int index) {
        try {
            return readConstant(index);
        } catch (ConversionException e) {
            problems.addAll(e);
            return Optional.empty();
        }
    }

    /** As {@link #constant}, for a tensor that need not exist and of which nobody else may be told. */
    Optional<dev.tfliteonnx.ir.Tensor> constantOrNone(int index) throws ConversionException {
        return exists(index) ? readConstant(index) : Optional.empty();
    }

    private Optional<dev.tfliteonnx.ir.Tensor> readConstant(int index) throws ConversionException {
        Tensor tensor = subgraph.tensors(index);
        Optional<Bytes> found = bytes(tensor, index);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Bytes bytes = found.get();
        DataType type = type(tensor, index);
        Shape shape = fixedShape(tensor, index);
        SparsityParameters sparsity = tensor.sparsity();
        try {
            if (type == DataType.STRING) {
                return Optional.of(strings.read(bytes, shape));
            }
            if (sparsity != null && sparsity.dimMetadataLength() > 0) {
                return Optional.of(SparseTensor.expand(type, shape, bytes, sparsity));
            }
            return Optional.of(dev.tfliteonnx.ir.Tensor.of(type, shape, bytes));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw invalid(index, "its data cannot be read: " + e.getMessage());
        }
    }

    /** Whether a tensor has data; false too where a problem keeps from telling. */
    boolean hasData(int index) {
        try {
            return bytes(subgraph.tensors(index), index).isPresent();
        } catch (ConversionException e) {
            return false;
        }
    }

    /** The elements of a tensor that needs no data, as it has none. */
    Optional<dev.tfliteonnx.ir.Tensor> emptyConstant(int index) {
        Tensor tensor = subgraph.tensors(index);
        try {
            DataType type = type(tensor, index);
            Shape shape = shape(tensor, index);
            boolean isEmpty = shape.isStatic() && shape.elementCount() == 0 && type.bits() > 0;
            return isEmpty
                    ? Optional.of(dev.tfliteonnx.ir.Tensor.of(type, shape, Bytes.of(new byte[0], "empty")))
                    : Optional.empty();
        } catch (ConversionException e) {
            problems.addAll(e);
            return Optional.empty();
        }
    }

    private Optional<Bytes> bytes(Tensor tensor, int index) throws ConversionException {
        return tensor.externalBuffer() != 0
                ? Optional.of(buffers.external(tensor.externalBuffer(), where(index)))
                : buffers.buffer(tensor.buffer(), where(index));
    }

    private DataType type(Tensor tensor, int index) throws ConversionException {
        return TensorTypes.of(tensor.type())
                .orElseThrow(() -> invalid(index, "its type has the unknown number " + tensor.type()));
    }

    private Shape shape(Tensor tensor, int index) throws ConversionException {
        requireRank(Math.max(tensor.shapeLength(), tensor.shapeSignatureLength()), index);
        int[] sizes = Vectors.ints(tensor.shapeAsByteBuffer());
        int[] signature = Vectors.ints(tensor.shapeSignatureAsByteBuffer());
        if (signature.length > 0 && signature.length != sizes.length) {
            throw invalid(index, "its shape has " + sizes.length + " axes, its signature " + signature.length);
        }
        if (sizes.length == 0 && ranksAreTold && !tensor.hasRank()) {
            return Shape.UNKNOWN;
        }
        return checked(signature.length > 0 ? signature : sizes, index);
    }

    private Shape fixedShape(Tensor tensor, int index) throws ConversionException {
        requireRank(tensor.shapeLength(), index);
        Shape shape = checked(Vectors.ints(tensor.shapeAsByteBuffer()), index);
        if (!shape.isStatic()) {
            throw invalid(index, "a constant has the shape " + shape);
        }
        return shape;
    }

    private void requireRank(int rank, int index) throws ConversionException {
        if (rank > MAX_RANK) {
            throw new ConversionException(
                    DiagnosticCode.LIMIT_EXCEEDED,
                    where(index),
                    "the tensor has " + rank + " axes, more than " + MAX_RANK,
                    "");
        }
    }

    private Shape checked(int[] sizes, int index) throws ConversionException {
        List<Dim> dims = new ArrayList<>(sizes.length);
        long elements = 1;
        for (int size : sizes) {
            if (size < -1) {
                throw invalid(index, "an extent is " + size);
            }
            dims.add(size == -1 ? Dim.unknown() : Dim.of(size));
            try {
                elements = Math.multiplyExact(elements, size == -1 ? 1L : size);
                Math.multiplyExact(elements, 128L);
            } catch (ArithmeticException e) {
                throw invalid(index, "it has more elements than can be counted");
            }
        }
        return Shape.ofDims(dims);
    }

    private Optional<QuantParams> quant(Tensor tensor, DataType type, Shape shape, int index)
            throws ConversionException {
        QuantizationParameters q = tensor.quantization();
        return q == null ? Optional.empty() : quants.read(q, type, shape, where(index));
    }

    private ConversionException invalid(int index, String reason) {
        return new ConversionException(
                DiagnosticCode.INVALID_MODEL, where(index), "tensor number " + index + ": " + reason, "");
    }
}
