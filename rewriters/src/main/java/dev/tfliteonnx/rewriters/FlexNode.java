package dev.tfliteonnx.rewriters;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.tfl.BuiltinOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.Optional;

/** A TensorFlow operator: its operands, the attributes of its NodeDef, and the edit that takes what replaces it. */
record FlexNode(Node node, Edit edit) {
    /** An operand. */
    Value in(int i) {
        return node.input(i);
    }

    /** All operands. */
    Value[] all() {
        return node.inputs().toArray(Value[]::new);
    }

    /** A truth value. */
    boolean flag(String name) {
        return node.attributes().get(Key.ofBool(name), false);
    }

    /** A whole number, or another if it is not there. */
    long number(String name, long otherwise) {
        return node.attributes().get(Key.ofInt(name), otherwise);
    }

    /** A real number, or another if it is not there. */
    float real(String name, float otherwise) {
        return node.attributes().get(Key.ofFloat(name), otherwise);
    }

    /** A text; empty if it is not there. */
    String text(String name) {
        return node.attributes().get(Key.ofString(name), "");
    }

    /** Whole numbers, or others if they are not there. */
    Ints numbers(String name, Ints otherwise) {
        return node.attributes().find(Key.ofInts(name)).orElse(otherwise);
    }

    /** The one whole number of a constant operand. */
    Optional<Long> constant(int i) {
        return in(i).constant()
                .filter(t -> t.elementCount() == 1 && t.type().isInteger())
                .map(t -> t.toLongs()[0]);
    }

    /** Whether channels stand last; TensorFlow's default. */
    boolean hasChannelsLast() {
        String format = text("data_format");
        return format.isEmpty() || format.equals("NHWC") || format.equals("NDHWC");
    }

    /** The defaults of a builtin operator's options. */
    static Attributes options(String builtin) {
        return BuiltinOps.of(builtin).orElseThrow().defaults().with(Tfl.VERSION_OF_OP, 1L);
    }

    /** A builtin operator with the results of this one. */
    Optional<List<Value>> as(String builtin, Attributes options, Value... operands) {
        List<ValueInfo> infos = node.outputs().stream()
                .map(v -> v.isPresent() ? ValueInfo.of(v.name(), v.type(), v.shape()) : ValueInfo.ABSENT)
                .toList();
        return Optional.of(edit.add(OpType.tflite(builtin), List.of(operands), options, infos, node.origin()));
    }

    /** A builtin operator on the way, with one result. */
    Value step(String builtin, Shape shape, Value... operands) {
        ValueInfo info =
                ValueInfo.of(node.output().name() + "/" + builtin, node.output().type(), shape);
        return edit.add(OpType.tflite(builtin), List.of(operands), options(builtin), List.of(info), node.origin())
                .get(0);
    }

    /** A constant. */
    Value constant(Tensor tensor) {
        return edit.constant(node.output().name() + "/const", tensor);
    }

    /** As many zeros of float32. */
    Value zeros(long count) {
        return constant(Tensor.splat(DataType.FLOAT32, Shape.of(count), 0));
    }
}
