package dev.tfliteonnx.ir.pattern;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * What a value and the nodes that compute it must be like. Conditions are part of the pattern and have a text, which is
 * the answer to the question why a rule did not fire. Patterns are immutable.
 */
public class Pattern {
    private final Set<String> operators;
    private final BiPredicate<Value, Match> check;

    private Pattern(Set<String> operators, BiPredicate<Value, Match> check) {
        this.operators = operators;
        this.check = check;
    }

    /** Whether a value is like this; binds names in the match. */
    boolean fits(Value value, Match match) {
        return check.test(value, match);
    }

    /** The operators that a node must have one of for the pattern to fit its result; empty if any will do. */
    Set<String> operators() {
        return operators;
    }

    /** The first result of a node of one of these operators, whatever it reads. */
    public static Op op(String... names) {
        return new Op(new LinkedHashSet<>(Arrays.asList(names)), (node, match) -> true, List.of());
    }

    /** Any value that is there. */
    public static Pattern any(String name) {
        return plain("is there", Value::isPresent).as(name);
    }

    /** Any constant. */
    public static Pattern constant(String name) {
        return plain("is constant", Value::isConstant).as(name);
    }

    /** The first of these patterns that fits. */
    public static Pattern oneOf(Pattern... patterns) {
        Set<String> all = new LinkedHashSet<>();
        List.of(patterns).forEach(p -> all.addAll(p.operators));
        return new Pattern(all, (value, match) -> Arrays.stream(patterns)
                .anyMatch(p -> match.attempt(() -> p.fits(value, match))));
    }

    private static Pattern plain(String text, Predicate<Value> holds) {
        return new Pattern(Set.of(), (value, match) -> match.check(holds.test(value), text, value));
    }

    private Pattern also(BiPredicate<Value, Match> then) {
        return new Pattern(operators, (value, match) -> fits(value, match) && then.test(value, match));
    }

    /** This pattern, its value bound to a name. */
    public Pattern as(String name) {
        return also((value, match) -> match.bind(name, value));
    }

    /** This pattern or an operand that is left out. */
    public Pattern optional() {
        return oneOf(this, plain("is left out", v -> !v.isPresent()));
    }

    /** This pattern, and nothing else reads the value. */
    public Pattern oneUse() {
        return where("has one use", Value::hasOneUse);
    }

    /** This pattern, and a condition on the value. */
    public Pattern where(String text, Predicate<Value> holds) {
        return also((value, match) -> match.check(holds.test(value), text, value));
    }

    /** This pattern, and a condition on all that is bound so far. */
    public Pattern given(String text, Predicate<Match> holds) {
        return also((value, match) -> match.check(holds.test(match), text, value));
    }

    /** The result of a node. */
    public static final class Op extends Pattern {
        private final List<Pattern> operands;

        private Op(Set<String> names, BiPredicate<Node, Match> reads, List<Pattern> operands) {
            super(names, (value, match) -> {
                Node node = value.producer().orElse(null);
                boolean named = node != null
                        && node.op().domain().isEmpty()
                        && names.contains(node.op().name())
                        && node.output() == value;
                return match.check(named, "is computed by " + String.join(" or ", names), value)
                        && node != null
                        && reads.test(node, match);
            });
            this.operands = operands;
        }

        /** The node reads values like these, in this order, and no others. */
        public Op in(Pattern... patterns) {
            List<Pattern> wanted = List.of(patterns);
            return new Op(operators(), (node, match) -> reads(node, wanted, false, match), wanted);
        }

        /** The two operands may be exchanged. */
        public Op anyOrder() {
            BiPredicate<Node, Match> either =
                    (node, match) -> reads(node, operands, false, match) || reads(node, operands, true, match);
            return new Op(operators(), either, operands);
        }

        private static boolean reads(Node node, List<Pattern> wanted, boolean exchanged, Match match) {
            int n = wanted.size();
            return match.check(node.inputs().size() <= n, "reads at most " + n + " operands", node.output())
                    && match.attempt(() -> {
                        for (int i = 0; i < n; i++) {
                            if (!wanted.get(i).fits(node.input(exchanged ? n - 1 - i : i), match)) {
                                return false;
                            }
                        }
                        return true;
                    });
        }
    }
}
