package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.onnx.TypedShape;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the rules that end in operators of {@code com.microsoft} have in common. */
final class Contrib {
    private static final double TOLERANCE = 1e-5;

    private Contrib() {}

    /** One node of {@code com.microsoft} in the place of what a rule matched; inputs left out at the end are dropped. */
    static Value in(Match m, String op, Attributes attributes, Value... inputs) {
        List<Value> given = new ArrayList<>(Arrays.asList(inputs));
        while (!given.get(given.size() - 1).isPresent()) {
            given.remove(given.size() - 1);
        }
        Value y = m.output();
        return m.onnx().contrib(op, attributes, new TypedShape(y.type(), y.shape()), given);
    }

    /** One node of an operator that ONNX Runtime has in the domain of ONNX beside those of ONNX. */
    static Value beside(Match m, String op, Attributes attributes, Value... inputs) {
        Value y = m.output();
        ValueInfo info = ValueInfo.of(y.name(), y.type(), y.shape());
        return m.edit()
                .add(
                        OpType.onnx(op),
                        List.of(inputs),
                        attributes,
                        List.of(info),
                        m.root().origin())
                .get(0);
    }

    /** A constant with one element of about that value, which extends no shape. */
    static Pattern number(String name, double value) {
        return Pattern.constant(name)
                .where("is " + value, v -> Content.single(v)
                        .filter(x -> Math.abs(x - value) <= TOLERANCE * Math.abs(value))
                        .isPresent())
                .where("has at most one axis", v -> v.shape().rank() <= 1);
    }

    /** A value of float32, which alone these operators have kernels for in every build for a processor. */
    static Pattern floats(String name) {
        return Pattern.any(name).where("is float32", v -> v.type() == DataType.FLOAT32);
    }
}
