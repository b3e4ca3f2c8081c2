package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.formats.ort.OrtSlots.Dimension;
import dev.tfliteonnx.formats.ort.OrtSlots.DimensionValue;
import dev.tfliteonnx.formats.ort.OrtSlots.MapType;
import dev.tfliteonnx.formats.ort.OrtSlots.SequenceType;
import dev.tfliteonnx.formats.ort.OrtSlots.TensorTypeAndShape;
import dev.tfliteonnx.formats.ort.OrtSlots.TypeInfo;
import dev.tfliteonnx.formats.ort.OrtSlots.ValueInfo;
import dev.tfliteonnx.ir.Container;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.List;
import java.util.OptionalInt;

/** The tables of values and of the elements of constants. */
final class OrtValues {
    private OrtValues() {}

    /** What a graph says of a value: always its type; of the value that is left out, nothing but its empty name. */
    static FlatTable info(Value value) throws ConversionException {
        FlatTable table = new FlatTable().put(ValueInfo.NAME, value.name()).put(ValueInfo.DOC_STRING, "");
        if (!value.isPresent()) {
            return table;
        }
        return table.put(ValueInfo.TYPE, type(value, 0));
    }

    /** The type of a value without its outermost containers. */
    private static FlatTable type(Value value, int depth) throws ConversionException {
        FlatTable type = new FlatTable();
        if (depth == value.containers().size()) {
            FlatTable tensor = new FlatTable().putInt(TensorTypeAndShape.ELEM_TYPE, code(value.name(), value.type()));
            if (value.shape().isRanked()) {
                tensor.put(TensorTypeAndShape.SHAPE, shape(value.shape()));
            }
            return type.putByte(TypeInfo.VALUE_TYPE, TypeInfo.TENSOR_TYPE).put(TypeInfo.VALUE, tensor);
        }
        Container container = value.containers().get(depth);
        if (container instanceof Container.Sequence) {
            FlatTable sequence = new FlatTable().put(SequenceType.ELEM_TYPE, type(value, depth + 1));
            return type.putByte(TypeInfo.VALUE_TYPE, TypeInfo.SEQUENCE_TYPE).put(TypeInfo.VALUE, sequence);
        } else if (container instanceof Container.MapOf map) {
            FlatTable entries = new FlatTable()
                    .putInt(MapType.KEY_TYPE, code(value.name(), map.key()))
                    .put(MapType.VALUE_TYPE, type(value, depth + 1));
            return type.putByte(TypeInfo.VALUE_TYPE, TypeInfo.MAP_TYPE).put(TypeInfo.VALUE, entries);
        }
        throw new ConversionException(
                DiagnosticCode.UNSUPPORTED_TYPE,
                Where.tensor(value.name()),
                "the ORT format has no values of the kind " + container,
                "keep the model as .onnx");
    }

    private static FlatTable shape(Shape shape) {
        List<FlatTable> dims = shape.dims().stream()
                .map(OrtValues::extent)
                .map(v -> new FlatTable().put(Dimension.VALUE, v))
                .toList();
        return new FlatTable().putTables(OrtSlots.Shape.DIM, dims);
    }

    private static FlatTable extent(Dim dim) {
        FlatTable table = new FlatTable();
        if (dim instanceof Dim.Fixed fixed) {
            return table.putByte(DimensionValue.DIM_TYPE, DimensionValue.TYPE_VALUE)
                    .putLong(DimensionValue.DIM_VALUE, fixed.size());
        } else if (dim instanceof Dim.Named named) {
            return table.putByte(DimensionValue.DIM_TYPE, DimensionValue.TYPE_PARAM)
                    .put(DimensionValue.DIM_PARAM, named.name());
        }
        return table;
    }

    /**
     * The elements of a constant.
     *
     * @throws ConversionException {@code UNSUPPORTED_TYPE} for elements of fewer than 8 bits, which ONNX Runtime refuses
     *     to load from this format since 1.28
     */
    static FlatTable tensor(String name, Tensor tensor) throws ConversionException {
        FlatTable table = new FlatTable()
                .put(OrtSlots.Tensor.NAME, name)
                .put(OrtSlots.Tensor.DOC_STRING, "")
                .putLongs(OrtSlots.Tensor.DIMS, tensor.shape().sizes())
                .putInt(OrtSlots.Tensor.DATA_TYPE, code(name, tensor.type()));
        if (tensor.type() == DataType.STRING) {
            return table.putTextBytes(OrtSlots.Tensor.STRING_DATA, tensor.toStrings());
        }
        if (tensor.type().bits() < 8) {
            throw new ConversionException(
                    DiagnosticCode.UNSUPPORTED_TYPE,
                    Where.tensor(name),
                    "ONNX Runtime loads no constants of " + tensor.type() + " from .ort files",
                    "widen the weights to int8, or keep the model as .onnx");
        }
        return table.put(OrtSlots.Tensor.RAW_DATA, tensor);
    }

    private static int code(String name, DataType type) throws ConversionException {
        if (type.onnxCode() == 0) {
            throw new ConversionException(
                    DiagnosticCode.UNSUPPORTED_TYPE,
                    Where.tensor(name),
                    "the ORT format has no type " + type,
                    "keep the model as .onnx");
        }
        return type.onnxCode();
    }

    static ConversionException refusal(DiagnosticCode code, Node node, String reason, String remedy) {
        OptionalInt operator = node.origin().operator();
        String name = node.outputs().isEmpty() ? "" : node.output().name();
        return new ConversionException(
                code, new Where(node.op().toString(), operator, name, List.of(), ""), reason, remedy);
    }
}
