package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Complex numbers in ONNX: one more axis at the end, of extent 2, for the real and the imaginary part. */
final class Complex {
    private Complex() {}

    /** Whether a type is complex. */
    static boolean is(DataType type) {
        return type == DataType.COMPLEX64 || type == DataType.COMPLEX128;
    }

    /** The type of the parts; the type itself if it is not complex. */
    static DataType part(DataType type) {
        return switch (type) {
            case COMPLEX64 -> DataType.FLOAT32;
            case COMPLEX128 -> DataType.FLOAT64;
            default -> type;
        };
    }

    /** A shape with the axis of the parts. */
    static Shape paired(Shape shape) {
        if (!shape.isRanked()) {
            return shape;
        }
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.add(Dim.of(2));
        return Shape.ofDims(dims);
    }

    /** A shape of a tensor as ONNX has it. */
    static Shape shape(Value source, Shape shape) {
        return is(source.type()) ? paired(shape) : shape;
    }

    /** Whether an operator reads or writes complex numbers. */
    static boolean touches(Node node) {
        return node.inputs().stream().anyMatch(v -> is(v.type()))
                || node.outputs().stream().anyMatch(v -> is(v.type()));
    }

    /** The parts of a tensor of complex numbers; any other tensor itself. */
    static Tensor parts(Tensor tensor) {
        if (!is(tensor.type())) {
            return tensor;
        }
        ByteBuffer in = tensor.load();
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return Tensor.of(part(tensor.type()), paired(tensor.shape()), Bytes.of(bytes, tensor.source()));
    }
}
