package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Arithmetic that one operator does in one. */
final class ArithmeticRules {
    /** The types that Clip has a kernel for in ONNX Runtime. */
    private static final Set<DataType> CLIPPED = EnumSet.of(
            DataType.FLOAT32, DataType.FLOAT64, DataType.INT8, DataType.UINT8, DataType.INT32, DataType.INT64);

    private ArithmeticRules() {}

    static List<Rule> rules() {
        return List.of(
                clip("min-of-max-to-clip", "Min", "Max"), clip("max-of-min-to-clip", "Max", "Min"), matmulAddToGemm());
    }

    private static Rule clip(String name, String outer, String inner) {
        Pattern pattern = op(outer)
                .in(op(inner).in(any("x"), bound(inner)).anyOrder().as("first").oneUse(), bound(outer))
                .anyOrder()
                .given("Clip has the type", m -> CLIPPED.contains(m.get("x").type()))
                .given(
                        "the bounds extend no shape",
                        m -> m.get("Min").shape().rank() <= rank(m)
                                && m.get("Max").shape().rank() <= rank(m))
                .given("the lower bound is not above the upper", m -> number(m, "Max") <= number(m, "Min"));
        return new Rule(
                name,
                "A lower and an upper bound become one Clip.",
                "x → " + inner + "(a) → " + outer + "(b) → y\n=> x → Clip → y",
                pattern,
                m -> m.onnx().op("Clip", m.get("x"), scalar(m, "Max"), scalar(m, "Min")));
    }

    private static Pattern bound(String name) {
        return constant(name).where("is one number", v -> Content.single(v).isPresent());
    }

    private static int rank(Match m) {
        Shape x = m.get("x").shape();
        return x.isRanked() ? x.rank() : 0;
    }

    private static double number(Match m, String name) {
        return Content.single(m.get(name)).orElseThrow();
    }

    private static Value scalar(Match m, String name) {
        Value bound = m.get(name);
        Tensor tensor = bound.constant().orElseThrow();
        return tensor.shape().rank() == 0 ? bound : m.onnx().constant(bound.name(), tensor.reshaped(Shape.SCALAR));
    }

    private static Rule matmulAddToGemm() {
        Pattern matmul = op("MatMul")
                .in(
                        any("x").where("has two axes", v -> v.shape().hasRank(2)),
                        any("w").where("has two axes", v -> v.shape().hasRank(2))
                                .where("is not dequantized", v -> v.producer()
                                        .filter(n -> n.is("DequantizeLinear"))
                                        .isEmpty()))
                .where("is float32", v -> v.type() == DataType.FLOAT32)
                .as("product")
                .oneUse();
        return new Rule(
                "matmul-add-to-gemm",
                "A product of two matrices and an Add become one Gemm.",
                "x → MatMul(w) → Add(b) → y\n=> x → Gemm(w, b) → y",
                op("Add")
                        .in(matmul, constant("b"))
                        .anyOrder()
                        .given("the sum has the shape of the product", ArithmeticRules::fits),
                m -> m.onnx().op("Gemm", m.get("x"), m.get("w"), m.get("b")));
    }

    private static boolean fits(Match m) {
        Shape b = m.get("b").shape();
        Shape y = m.get("product").shape();
        return b.rank() <= 2
                && (b.rank() < 2 || b.dim(0).is(1))
                && (b.rank() == 0 || b.dim(-1).is(1) || b.dim(-1).equals(y.dim(1)));
    }
}
