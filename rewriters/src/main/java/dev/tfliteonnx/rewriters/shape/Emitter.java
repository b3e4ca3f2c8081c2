package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.tfl.BuiltinOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Adds builtin operators to a TFLite graph, with names and an origin that they share. */
record Emitter(Graph graph, String base, Origin origin) {
    /** What is added for the sake of a value. */
    static Emitter by(Graph graph, Value value) {
        return new Emitter(
                graph, value.name(), value.producer().map(n -> n.origin()).orElse(Origin.NONE));
    }

    /** The options that an operator has unless something else is said. */
    static Attributes options(String op) {
        return BuiltinOps.of(op).orElseThrow().defaults().with(Tfl.VERSION_OF_OP, 1L);
    }

    /** An operator with its usual options and one result. */
    Value op(String op, ValueInfo result, Value... operands) {
        return op(op, options(op), result, operands);
    }

    /** An operator with one result. */
    Value op(String op, Attributes options, ValueInfo result, Value... operands) {
        return graph.add(OpType.tflite(op), List.of(operands), options, List.of(result), origin)
                .get(0);
    }

    /** An operator on int32 numbers that gives some. */
    Value integers(String op, Shape shape, Value... operands) {
        return op(op, ValueInfo.of(base + "/" + op, DataType.INT32, shape), operands);
    }

    /** A vector of int32 constants. */
    Value vector(long... elements) {
        return constant(Shape.of(elements.length), elements);
    }

    /** A constant of int32. */
    Value constant(Shape shape, long... elements) {
        return graph.constant(base + "/const", Tensor.ofIntegers(DataType.INT32, shape, elements));
    }

    /** A vector of constants but for one that is a vector of one element. */
    Value vector(long[] elements, int at, Value one) {
        Value[] parts = {
            vector(Arrays.copyOf(elements, at)), one, vector(Arrays.copyOfRange(elements, at + 1, elements.length))
        };
        Value[] present =
                Arrays.stream(parts).filter(v -> !v.shape().dim(0).is(0)).toArray(Value[]::new);
        return present.length == 1 ? one : integers("CONCATENATION", Shape.of(elements.length), present);
    }

    /** The same elements with other axes; an extent of −1 follows from the others. */
    Value reshaped(Value x, Shape shape, long... target) {
        ValueInfo result = new ValueInfo(base + "/reshaped", x.type(), shape, x.quant());
        return op("RESHAPE", result, x, vector(target));
    }
}
