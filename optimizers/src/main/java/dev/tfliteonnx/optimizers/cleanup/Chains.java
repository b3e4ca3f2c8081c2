package dev.tfliteonnx.optimizers.cleanup;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.optimizers.layout.Permutation;
import java.util.Arrays;
import java.util.List;

/** Nodes of a kind one after another, of which fewer do the same. */
final class Chains {
    /** Nodes that only change the shape. */
    static final String[] RESHAPES = {"Reshape", "Squeeze", "Unsqueeze", "Flatten"};

    private Chains() {}

    static List<Rule> rules() {
        return List.of(thereAndBack(), reshapes(), casts(), transposes(), shapeOfStatic());
    }

    private static Rule thereAndBack() {
        return new Rule(
                "reshape-there-and-back",
                "Two changes of shape that end where they began go away.",
                "x → Reshape → Reshape → y\n=> x → y",
                op(RESHAPES)
                        .where("reads another change of shape", v -> isReshape(operand(v)))
                        .where(
                                "has the shape that the first began with",
                                v -> NoOps.isSameShape(operand(operand(v)).shape(), v.shape())),
                m -> operand(operand(m.output())));
    }

    private static Rule reshapes() {
        return new Rule(
                "reshape-of-reshape",
                "Of two changes of shape the first goes away.",
                "x → Unsqueeze → Reshape → y\n=> x → Reshape → y",
                op(RESHAPES)
                        .where("reads another change of shape", v -> isReshape(operand(v)))
                        .where("leaves at most one extent open", v -> target(v.shape()).length > 0),
                m -> reshaped(m, operand(operand(m.output()))));
    }

    /** A Reshape of a value to the shape of the match's result. */
    static Value reshaped(Match m, Value x) {
        return m.onnx().op("Reshape", x, m.onnx().ints(target(m.output().shape())));
    }

    /** The operand of a Reshape to a shape with at most one open extent, of at least one axis; else empty. */
    static long[] target(Shape shape) {
        if (!shape.isRanked() || shape.dims().stream().anyMatch(d -> d.is(0))) {
            return new long[0];
        }
        long[] target = new long[shape.rank()];
        Arrays.setAll(target, i -> shape.isFixed(i) ? shape.size(i) : -1);
        return Arrays.stream(target).filter(d -> d < 0).count() <= 1 ? target : new long[0];
    }

    static boolean isReshape(Value value) {
        return value.producer()
                .filter(n ->
                        n.op().domain().isEmpty() && Arrays.asList(RESHAPES).contains(n.op().name()))
                .isPresent();
    }

    private static Value operand(Value value) {
        return value.producer().map(n -> n.input(0)).orElse(Value.ABSENT);
    }

    private static Rule casts() {
        return new Rule(
                "cast-of-cast",
                "Of two casts the first goes away if it loses nothing.",
                "x:INT8 → Cast INT32 → Cast FLOAT32 → y\n=> x:INT8 → Cast FLOAT32 → y",
                op("Cast")
                        .in(op("Cast").in(any("x")).as("via"))
                        .given(
                                "the first cast loses nothing",
                                m -> holdsAll(m.get("x").type(), m.get("via").type()))
                        .given(
                                "the numbers fit the result as they do on the way",
                                m -> isDirect(
                                        m.get("x").type(),
                                        m.get("via").type(),
                                        m.output().type())),
                m -> m.onnx().cast(m.get("x"), m.output().type()));
    }

    /** Whether a type has every number of another. */
    static boolean holdsAll(DataType from, DataType to) {
        if (from == to || from == DataType.BOOL) {
            return from == to || to.isFloat() || to.isInteger();
        }
        if (from.isFloat()) {
            return to == DataType.FLOAT64 && from != DataType.FLOAT64
                    || to == DataType.FLOAT32 && (from == DataType.FLOAT16 || from == DataType.BFLOAT16);
        }
        if (!from.isInteger()) {
            return false;
        }
        int magnitude = from.isSignedInteger() ? from.bits() - 1 : from.bits();
        if (to.isFloat()) {
            int exact =
                    switch (to) {
                        case FLOAT64 -> 53;
                        case FLOAT32 -> 24;
                        case FLOAT16 -> 11;
                        default -> 0;
                    };
            return magnitude <= exact;
        }
        return to.isInteger()
                && (to.isSignedInteger() || from.isUnsignedInteger())
                && magnitude <= (to.isSignedInteger() ? to.bits() - 1 : to.bits());
    }

    /** Whole numbers wrap when they are cut, but not if they are real numbers on the way. */
    private static boolean isDirect(DataType from, DataType via, DataType to) {
        return !(from.isInteger() && via.isFloat() && to.isInteger()) || holdsAll(from, to);
    }

    private static Rule transposes() {
        return new Rule(
                "transpose-of-transpose",
                "Two transpositions become one, or none.",
                "x → Transpose → Transpose → y\n=> x → Transpose → y",
                op("Transpose")
                        .in(op("Transpose").in(any("x")).as("inner"))
                        .where(
                                "has known axes",
                                v -> v.producer().flatMap(Permutation::of).isPresent())
                        .given("both have known axes", m -> Permutation.of(m.node("inner"))
                                .isPresent()),
                Chains::composed);
    }

    private static Value composed(Match m) {
        Permutation both = Permutation.of(m.node("inner"))
                .orElseThrow()
                .then(Permutation.of(m.root()).orElseThrow());
        Value x = m.get("x");
        if (!both.isIdentity()) {
            return m.onnx().transpose(x, both.toArray());
        }
        return Edit.canReplace(m.output(), x) ? x : m.onnx().op("Identity", x);
    }

    private static Rule shapeOfStatic() {
        return new Rule(
                "shape-of-static",
                "The extents of a tensor of fixed shape are a constant.",
                "x:[1,8] → Shape → y\n=> [1, 8] → y",
                op("Shape")
                        .in(any("x").where("has a fixed shape", v -> v.shape().isStatic()))
                        .where("takes all axes", v -> v.producer()
                                .filter(n -> n.attributes().isEmpty())
                                .isPresent()),
                m -> m.onnx().ints(m.get("x").shape().sizes()));
    }
}
