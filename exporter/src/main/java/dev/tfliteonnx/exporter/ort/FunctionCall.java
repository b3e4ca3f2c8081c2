package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;
import java.util.Optional;

/**
 * A node that a function stands for.
 *
 * @param node the node
 * @param inputs what its function reads
 * @param opset the version of the default domain
 * @param onnx where the steps of the function go
 */
record FunctionCall(Node node, List<Value> inputs, int opset, Onnx onnx) {
    static final Key<Ints> AXES = Key.ofInts("axes");
    static final Key<Float> GAMMA = Key.ofFloat("gamma");
    static final Key<Float> SEED = Key.ofFloat("seed");

    /** An input, {@link Value#ABSENT} where the node has none. */
    Value in(int i) {
        return i < inputs.size() ? inputs.get(i) : Value.ABSENT;
    }

    /** The first input. */
    Value x() {
        return inputs.get(0);
    }

    /** The element type of the first result. */
    DataType type() {
        return node.output().type();
    }

    <T> Optional<T> option(Key<T> key) {
        return node.attributes().find(key);
    }

    float real(Key<Float> key, float otherwise) {
        return node.attributes().get(key, otherwise);
    }

    /** A number of the type of the first input, which functions write as float32. */
    Value number(double value) {
        return x().type() == DataType.FLOAT16
                ? onnx.cast(onnx.scalar(DataType.FLOAT32, value), DataType.FLOAT16)
                : onnx.scalarLike(x(), value);
    }

    /** {@code factor · x}, of the type of the first input. */
    Value times(float factor, Value x) {
        return onnx.mul(number(factor), x);
    }

    /** A value where the first input is negative, else that input. */
    Value negative(Value below) {
        return onnx.where(op("Less", x(), number(0)), below, x());
    }

    /** A node that casts, even to the same type. */
    Value cast(Value x, DataType to) {
        return op("Cast", Attributes.of(OnnxOps.TO, (long) to.onnxCode()), x);
    }

    Value op(String name, Value... in) {
        return onnx.op(name, in);
    }

    Value op(String name, Attributes attributes, Value... in) {
        return onnx.op(name, attributes, in);
    }
}
