package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.importer.Extents;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.Container;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what is said of values: {@code ValueInfoProto} and {@code TypeProto}.
 *
 * <p>Source: {@code onnx/onnx.proto}.
 */
final class TypeMessages {
    private static final int DEEPEST = 32;

    private TypeMessages() {}

    /** A value's name, type and shape. */
    static ValueInfo value(ProtoMessage in) throws ConversionException {
        String name = "";
        ValueInfo type = ValueInfo.of("", DataType.UNKNOWN, Shape.UNKNOWN);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> type = type(in.message());
                default -> {}
            }
        }
        return type.named(name);
    }

    /** A type, as a value without a name. */
    static ValueInfo type(ProtoMessage in) throws ConversionException {
        List<Container> containers = new ArrayList<>();
        return type(in, containers);
    }

    private static ValueInfo type(ProtoMessage in, List<Container> around) throws ConversionException {
        if (around.size() > DEEPEST) {
            throw in.unsupported(DiagnosticCode.LIMIT_EXCEEDED, "a type is nested more than " + DEEPEST + " deep");
        }
        ValueInfo type = ValueInfo.of("", DataType.UNKNOWN, Shape.UNKNOWN);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = tensor(in.message(), List.copyOf(around));
                case 4 -> type = inner(in.message(), new Container.Sequence(), 1, around);
                case 5 -> type = map(in.message(), around);
                case 7 -> throw in.unsupported(DiagnosticCode.UNSUPPORTED_TYPE, "a value has an opaque type");
                case 8 -> {
                    List<Container> sparse = new ArrayList<>(around);
                    sparse.add(new Container.Sparse());
                    type = tensor(in.message(), sparse);
                }
                case 9 -> type = inner(in.message(), new Container.Maybe(), 1, around);
                default -> {}
            }
        }
        return type;
    }

    private static ValueInfo inner(ProtoMessage in, Container container, int field, List<Container> around)
            throws ConversionException {
        List<Container> all = new ArrayList<>(around);
        all.add(container);
        ValueInfo type = new ValueInfo("", DataType.UNKNOWN, Shape.UNKNOWN, Optional.empty(), all);
        while (in.next()) {
            if (in.field() == field) {
                type = type(in.message(), all);
            }
        }
        return type;
    }

    private static ValueInfo map(ProtoMessage in, List<Container> around) throws ConversionException {
        DataType key = DataType.UNKNOWN;
        ProtoMessage keys = in.again();
        while (keys.next()) {
            if (keys.field() == 1) {
                key = element(keys);
            }
        }
        return inner(in, new Container.MapOf(key), 2, around);
    }

    private static ValueInfo tensor(ProtoMessage in, List<Container> around) throws ConversionException {
        DataType type = DataType.UNKNOWN;
        Shape shape = Shape.UNKNOWN;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = element(in);
                case 2 -> shape = shape(in.message());
                default -> {}
            }
        }
        return new ValueInfo("", type, shape, Optional.empty(), around);
    }

    /** The element type whose number stands in a field. */
    static DataType element(ProtoMessage in) throws ConversionException {
        int code = in.int32();
        if (code == 0) {
            return DataType.UNKNOWN;
        }
        Optional<DataType> type = DataType.ofOnnxCode(code);
        if (type.isEmpty()) {
            throw in.unsupported(DiagnosticCode.UNSUPPORTED_TYPE, "the element type " + code + " is not known");
        }
        return type.get();
    }

    private static Shape shape(ProtoMessage in) throws ConversionException {
        List<Dim> dims = new ArrayList<>();
        while (in.next()) {
            if (in.field() == 1) {
                dims.add(dim(in.message()));
                if (dims.size() > Extents.GREATEST_RANK) {
                    throw in.unsupported(DiagnosticCode.LIMIT_EXCEEDED, "a shape has more than 1024 axes");
                }
            }
        }
        return Shape.ofDims(dims);
    }

    /** An extent; a negative one is an unknown one, as in ONNX Runtime. */
    private static Dim dim(ProtoMessage in) throws ConversionException {
        Dim dim = Dim.unknown();
        while (in.next()) {
            if (in.field() == 1) {
                long size = in.integer();
                dim = size < 0 ? Dim.unknown() : Dim.of(size);
            } else if (in.field() == 2) {
                String name = in.text();
                dim = name.isEmpty() ? Dim.unknown() : new Dim.Named(name);
            }
        }
        return dim;
    }
}
