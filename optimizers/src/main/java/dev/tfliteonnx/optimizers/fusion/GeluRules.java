package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;
import java.util.Optional;

/**
 * The Gaussian error linear unit and its approximation, as products in any order.
 *
 * <p>Source: ONNX Gelu-20.
 */
final class GeluRules {
    private static final double CUBIC = 0.044715;

    private GeluRules() {}

    static List<Rule> rules() {
        return List.of(
                rule(
                        "erf-to-gelu",
                        "Half of a number times one more than the error function of it by √2 becomes a Gelu.",
                        "x · ½ · (1 + Erf(x / √2)) → y\n=> Gelu(x) → y",
                        "Erf",
                        "none"),
                rule(
                        "tanh-to-gelu",
                        "The approximation of the Gaussian error linear unit by Tanh becomes a Gelu.",
                        "x · ½ · (1 + Tanh(√(2/π) · (x + 0.044715·x³))) → y\n=> Gelu(x, tanh) → y",
                        "Tanh",
                        "tanh"));
    }

    private static Rule rule(String name, String summary, String drawing, String function, String approximate) {
        return new Rule(
                        name,
                        summary,
                        drawing,
                        op("Mul", "Div")
                                .where("is float32", v -> v.type() == DataType.FLOAT32)
                                .given("has the factor 1 + " + function + "(u)", m -> sigmoid(m, function)
                                        .isPresent())
                                .given("the others are ½ and x", m -> x(m, function)
                                        .isPresent())
                                .given("u is the right function of x", m -> fits(m, function)),
                        m -> m.onnx()
                                .op(
                                        "Gelu",
                                        Attributes.of(OnnxOps.APPROXIMATE, approximate),
                                        x(m, function).orElseThrow()))
                .since(20);
    }

    /** The factor that is 1 and a function of something. */
    private static Optional<Value> sigmoid(Match m, String function) {
        return Product.of(m.output()).factors().stream()
                .filter(f -> f.hasOneUse() && argument(f, function).isPresent())
                .findFirst();
    }

    private static Optional<Value> argument(Value sum, String function) {
        return Product.beside(1, sum)
                .flatMap(Value::producer)
                .filter(n -> n.is(function) && n.output().hasOneUse())
                .map(n -> n.input(0));
    }

    private static Optional<Value> x(Match m, String function) {
        Product all = Product.of(m.output());
        Value sigmoid = sigmoid(m, function).orElseThrow();
        return all.factors().stream()
                .filter(x ->
                        all.is(0.5, sigmoid, x) && x.shape().equals(m.output().shape()))
                .findFirst();
    }

    private static boolean fits(Match m, String function) {
        Value x = x(m, function).orElseThrow();
        Value u = sigmoid(m, function).flatMap(f -> argument(f, function)).orElseThrow();
        Product product = Product.of(u);
        return function.equals("Erf") ? product.is(Math.sqrt(0.5), x) : isCubic(product, x);
    }

    /** {@code √(2/π) · (x + k·x³)} or {@code √(2/π) · x · (1 + k·x²)}. */
    private static boolean isCubic(Product product, Value x) {
        double root = Math.sqrt(2 / Math.PI);
        for (Value factor : product.factors()) {
            boolean outer = product.is(root, factor)
                    && Product.terms(factor)
                            .filter(terms -> terms.contains(x))
                            .map(terms -> terms.get(0) == x ? terms.get(1) : terms.get(0))
                            .filter(cube -> Product.of(cube).is(CUBIC, x, x, x))
                            .isPresent();
            boolean inner = product.is(root, x, factor)
                    && Product.beside(1, factor)
                            .filter(square -> Product.of(square).is(CUBIC, x, x))
                            .isPresent();
            if (outer || inner) {
                return true;
            }
        }
        return false;
    }
}
