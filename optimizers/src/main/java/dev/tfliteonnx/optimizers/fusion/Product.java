package dev.tfliteonnx.optimizers.fusion;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A product taken apart, in whatever order and by whichever operators it was written.
 *
 * @param constant the product of all factors that are constant numbers
 * @param factors the other ones, those of a power as often as it says; one alone stands for itself
 */
record Product(double constant, List<Value> factors) {
    private static final int MOST = 8;
    private static final double ROUNDING = 1e-6;

    Product {
        factors = List.copyOf(factors);
    }

    /** The factors of a value; what others read too is not taken apart, but for the value itself. */
    static Product of(Value value) {
        List<Value> factors = new ArrayList<>();
        double constant = collect(value, factors);
        return factors.isEmpty() || factors.size() > MOST
                ? new Product(1, List.of(value))
                : new Product(constant, factors);
    }

    private static double collect(Value value, List<Value> into) {
        Node node = value.producer().filter(n -> n.op().domain().isEmpty()).orElse(null);
        if (node == null || into.size() > MOST || !node.output().shape().equals(value.shape())) {
            into.add(value);
            return 1;
        }
        return switch (node.op().name()) {
            case "Mul" -> factor(node, 0, into) * factor(node, 1, into);
            case "Neg" -> -inner(node.input(0), into);
            case "Sub" ->
                number(node, 0).filter(d -> d == 0).isPresent() ? -inner(node.input(1), into) : leaf(value, into);
            case "Div" ->
                number(node, 1).isPresent()
                        ? inner(node.input(0), into) / number(node, 1).get()
                        : leaf(value, into);
            case "Pow" -> power(node, value, into);
            default -> leaf(value, into);
        };
    }

    private static double factor(Node node, int operand, List<Value> into) {
        Optional<Double> number = number(node, operand);
        return number.isPresent() ? number.get() : inner(node.input(operand), into);
    }

    private static double inner(Value value, List<Value> into) {
        return value.hasOneUse() ? collect(value, into) : leaf(value, into);
    }

    private static double leaf(Value value, List<Value> into) {
        into.add(value);
        return 1;
    }

    private static double power(Node node, Value value, List<Value> into) {
        double exponent = number(node, 1).orElse(0.0);
        if (exponent != 2 && exponent != 3) {
            return leaf(value, into);
        }
        for (int i = 0; i < exponent; i++) {
            into.add(node.input(0));
        }
        return 1;
    }

    /** An operand that is one number and extends no shape. */
    private static Optional<Double> number(Node node, int operand) {
        Value other = node.input(1 - operand);
        return other.shape().equals(node.output().shape()) ? Content.single(node.input(operand)) : Optional.empty();
    }

    /** Whether these are the factors, and the constant is about that number. */
    boolean is(double number, Value... values) {
        List<Value> left = new ArrayList<>(factors);
        for (Value value : values) {
            if (!left.remove(value)) {
                return false;
            }
        }
        return left.isEmpty() && about(constant, number);
    }

    /** The only factor beside the constant; empty if there are several. */
    Optional<Value> single() {
        return factors.size() == 1 ? Optional.of(factors.get(0)) : Optional.empty();
    }

    /** Whether a number is another one but for rounding to float32. */
    static boolean about(double number, double wanted) {
        return Math.abs(number - wanted) <= ROUNDING * Math.abs(wanted);
    }

    /** What is added to a number by Add; empty if that is not how a value is computed. */
    static Optional<Value> beside(double wanted, Value sum) {
        return terms(sum)
                .flatMap(terms -> terms.stream()
                        .filter(t ->
                                Content.single(t).filter(d -> about(d, wanted)).isPresent())
                        .findFirst()
                        .map(t -> terms.get(0) == t ? terms.get(1) : terms.get(0)))
                .filter(rest -> rest.shape().equals(sum.shape()));
    }

    /** The two operands of the Add that computes a value. */
    static Optional<List<Value>> terms(Value sum) {
        return sum.producer().filter(n -> n.is("Add")).map(Node::inputs);
    }
}
