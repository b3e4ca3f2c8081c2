package dev.tfliteonnx.importer.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.formats.ort.OrtSlots.Dimension;
import dev.tfliteonnx.formats.ort.OrtSlots.DimensionValue;
import dev.tfliteonnx.formats.ort.OrtSlots.MapType;
import dev.tfliteonnx.formats.ort.OrtSlots.SequenceType;
import dev.tfliteonnx.formats.ort.OrtSlots.TensorTypeAndShape;
import dev.tfliteonnx.formats.ort.OrtSlots.TypeInfo;
import dev.tfliteonnx.importer.Dense;
import dev.tfliteonnx.importer.Extents;
import dev.tfliteonnx.importer.ort.FlatFile.Table;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Container;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.SparseElements;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what is said of values, and the elements of constants.
 *
 * <p>Source: ONNX Runtime's {@code ort.fbs} and {@code graph_flatbuffers_utils.cc}.
 */
final class OrtValues {
    private static final int DEEPEST = 32;

    private OrtValues() {}

    /** A value's name, type and shape; unknown where the file does not tell. */
    static ValueInfo info(Table in) throws ConversionException {
        String name = in.text(OrtSlots.ValueInfo.NAME);
        Optional<Table> type = in.table(OrtSlots.ValueInfo.TYPE);
        return type.isEmpty()
                ? ValueInfo.of(name, DataType.UNKNOWN, Shape.UNKNOWN)
                : type(type.get(), new ArrayList<>()).named(name);
    }

    private static ValueInfo type(Table in, List<Container> around) throws ConversionException {
        if (around.size() > DEEPEST) {
            throw in.in().failure(DiagnosticCode.LIMIT_EXCEEDED, "a type is nested more than " + DEEPEST + " deep");
        }
        int kind = in.getByte(TypeInfo.VALUE_TYPE);
        Optional<Table> value = kind == 0 ? Optional.empty() : in.table(TypeInfo.VALUE);
        if (value.isEmpty()) {
            return new ValueInfo("", DataType.UNKNOWN, Shape.UNKNOWN, Optional.empty(), around);
        }
        Table table = value.get();
        return switch (kind) {
            case TypeInfo.TENSOR_TYPE -> {
                DataType element = element(table, TensorTypeAndShape.ELEM_TYPE);
                yield new ValueInfo("", element, shape(table), Optional.empty(), around);
            }
            case TypeInfo.SEQUENCE_TYPE -> {
                around.add(new Container.Sequence());
                yield inner(table.table(SequenceType.ELEM_TYPE), around);
            }
            case TypeInfo.MAP_TYPE -> {
                around.add(new Container.MapOf(element(table, MapType.KEY_TYPE)));
                yield inner(table.table(MapType.VALUE_TYPE), around);
            }
            default -> throw in.in().failure(DiagnosticCode.UNSUPPORTED_TYPE, "a value has a type of kind " + kind);
        };
    }

    private static ValueInfo inner(Optional<Table> in, List<Container> around) throws ConversionException {
        return in.isPresent()
                ? type(in.get(), around)
                : new ValueInfo("", DataType.UNKNOWN, Shape.UNKNOWN, Optional.empty(), around);
    }

    private static DataType element(Table in, int slot) throws ConversionException {
        int code = in.getInt(slot);
        if (code == 0) {
            return DataType.UNKNOWN;
        }
        Optional<DataType> type = DataType.ofOnnxCode(code);
        if (type.isEmpty()) {
            throw in.in().failure(DiagnosticCode.UNSUPPORTED_TYPE, "the element type " + code + " is not known");
        }
        return type.get();
    }

    private static Shape shape(Table tensor) throws ConversionException {
        Optional<Table> shape = tensor.table(TensorTypeAndShape.SHAPE);
        if (shape.isEmpty()) {
            return Shape.UNKNOWN;
        }
        List<Dim> dims = new ArrayList<>();
        for (Table dimension : shape.get().tables(OrtSlots.Shape.DIM)) {
            Optional<Table> value = dimension.table(Dimension.VALUE);
            dims.add(value.isEmpty() ? Dim.unknown() : dim(value.get()));
        }
        if (dims.size() > Extents.GREATEST_RANK) {
            throw tensor.in().failure(DiagnosticCode.LIMIT_EXCEEDED, "a shape has " + dims.size() + " axes");
        }
        return Shape.ofDims(dims);
    }

    /** An extent; a negative one is an unknown one, as in ONNX Runtime. */
    private static Dim dim(Table in) throws ConversionException {
        int kind = in.getByte(DimensionValue.DIM_TYPE);
        if (kind == DimensionValue.TYPE_VALUE) {
            long size = in.getLong(DimensionValue.DIM_VALUE, 0);
            return size < 0 ? Dim.unknown() : Dim.of(size);
        }
        String name = kind == DimensionValue.TYPE_PARAM ? in.text(DimensionValue.DIM_PARAM) : "";
        return name.isEmpty() ? Dim.unknown() : new Dim.Named(name);
    }

    /** The elements of a constant, where they stand in the file. */
    static Tensor tensor(Table in) throws ConversionException {
        String name = in.text(OrtSlots.Tensor.NAME);
        DataType type = element(in, OrtSlots.Tensor.DATA_TYPE);
        if (in.getLong(OrtSlots.Tensor.EXTERNAL_DATA_OFFSET, -1) >= 0) {
            throw in.in()
                    .failure(
                            DiagnosticCode.UNSUPPORTED_OPTION,
                            "the elements of tensor " + name + " stand outside of the file, which does not say where");
        }
        Shape shape = extents(in, OrtSlots.Tensor.DIMS, name, type);
        if (type == DataType.STRING) {
            List<byte[]> strings = in.manyBytes(OrtSlots.Tensor.STRING_DATA);
            requireSize(in, name, strings.size(), shape.elementCount());
            return Tensor.ofStrings(shape, strings);
        }
        Bytes bytes = in.slice(OrtSlots.Tensor.RAW_DATA, name);
        requireSize(in, name, bytes.size(), type.byteSize(shape.elementCount()));
        return Tensor.of(type, shape, bytes);
    }

    /** A sparse constant with its zeros put in; its name is that of its elements. */
    static Tensor dense(Table in) throws ConversionException {
        Table values = part(in, OrtSlots.SparseTensor.VALUES);
        Tensor elements = tensor(values);
        Tensor indices = tensor(part(in, OrtSlots.SparseTensor.INDICES));
        Shape shape = extents(in, OrtSlots.SparseTensor.DIMS, values.text(OrtSlots.Tensor.NAME), elements.type());
        return Dense.of(new SparseElements(elements, indices, shape), in.in()::failure);
    }

    /** The elements, or the indices, of a sparse constant. */
    static Table part(Table in, int slot) throws ConversionException {
        return in.table(slot).orElseThrow(() -> in.in()
                .failure(DiagnosticCode.INVALID_MODEL, "a sparse tensor lacks its elements or indices"));
    }

    private static void requireSize(Table in, String name, long actual, long wanted) throws ConversionException {
        if (actual != wanted) {
            throw in.in()
                    .failure(
                            DiagnosticCode.INVALID_MODEL,
                            "tensor " + name + " has " + actual + " bytes or strings where its shape needs " + wanted);
        }
    }

    private static Shape extents(Table in, int slot, String name, DataType type) throws ConversionException {
        long[] dims = in.longs(slot);
        return Extents.of(dims, type).orElseThrow(() -> in.in()
                .failure(
                        DiagnosticCode.INVALID_MODEL,
                        "tensor " + name + " has " + dims.length + " axes, too large or negative ones, or no type"));
    }
}
