package dev.tfliteonnx.optimizers.layout;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The pass {@code transpose-cleanup}: transpositions that move nothing in memory. */
public final class TransposeRules {
    private TransposeRules() {}

    /** All rules of the pass. */
    public static List<Rule> all() {
        return List.of(new Rule(
                "transpose-to-reshape",
                "A Transpose that moves only axes of extent 1 becomes a Reshape, which copies nothing.",
                "x:[1,8,1,1] → Transpose → y:[1,1,1,8]\n=> x:[1,8,1,1] → Reshape → y:[1,1,1,8]",
                op("Transpose")
                        .in(any("x"))
                        .where("moves only axes of extent 1", TransposeRules::keepsOrder)
                        .where("has at most one open extent", v -> openExtents(v) <= 1),
                TransposeRules::reshaped));
    }

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "transpose-cleanup", "Does away with transpositions that move nothing.", Set.of("layout"), all());
    }

    private static boolean keepsOrder(Value y) {
        return y.producer()
                .flatMap(n ->
                        Permutation.of(n).filter(p -> p.keepsOrder(n.input(0).shape())))
                .isPresent();
    }

    private static long openExtents(Value y) {
        return y.shape().isRanked() && y.shape().dims().stream().noneMatch(d -> d.is(0))
                ? java.util.stream.IntStream.range(0, y.shape().rank())
                        .filter(i -> !y.shape().isFixed(i))
                        .count()
                : 2;
    }

    private static Value reshaped(Match m) {
        Value y = m.output();
        long[] target = new long[y.shape().rank()];
        Arrays.setAll(target, i -> y.shape().isFixed(i) ? y.shape().size(i) : -1);
        return m.onnx().op("Reshape", m.get("x"), m.onnx().ints(target));
    }
}
