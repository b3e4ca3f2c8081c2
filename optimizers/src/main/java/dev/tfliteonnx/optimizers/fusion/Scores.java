package dev.tfliteonnx.optimizers.fusion;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import java.util.List;
import java.util.Optional;

/**
 * Products of queries and keys, as they go into a Softmax.
 *
 * @param product the MatMul
 * @param scale what the products are multiplied with
 * @param cap what they are bounded by; 0 if they are not
 * @param mask what is added; absent if nothing is
 * @param shape of the scores
 */
record Scores(Node product, double scale, double cap, Value mask, Shape shape) {
    /** What the argument of a Softmax is. */
    static Optional<Scores> of(Value argument) {
        Value value = regrouped(argument);
        Shape shape = value.shape();
        Optional<Scores> plain = product(value, Value.ABSENT, shape);
        if (plain.isPresent()) {
            return plain;
        }
        List<Value> terms = Product.terms(value).orElse(List.of());
        for (int i = 0; i < terms.size(); i++) {
            Value term = terms.get(i);
            boolean whole = Matrices.areIn(term.shape()) && term.shape().elementCount() == shape.elementCount();
            Optional<Scores> masked = whole ? product(term, terms.get(1 - i), shape) : Optional.empty();
            if (masked.isPresent()) {
                return masked;
            }
        }
        return Optional.empty();
    }

    private static Optional<Scores> product(Value value, Value mask, Shape shape) {
        if (!value.hasOneUse()) {
            return Optional.empty();
        }
        Matrices outer = Matrices.of(value);
        Node tanh = outer.source()
                .producer()
                .filter(n -> n.is("Tanh") && n.output().hasOneUse())
                .orElse(null);
        double cap = tanh == null ? 0 : outer.factor();
        Matrices inner = tanh == null ? outer : Matrices.of(tanh.input(0));
        double scale = tanh == null ? inner.factor() : inner.factor() * cap;
        return inner.source()
                .producer()
                .filter(n -> n.is("MatMul") && n.output().hasOneUse() && cap >= 0 && scale > 0)
                .map(n -> new Scores(n, scale, cap, mask, shape));
    }

    private static Value regrouped(Value value) {
        return Matrices.isRegrouped(value) && value.hasOneUse()
                ? regrouped(value.producer().orElseThrow().input(0))
                : value;
    }
}
