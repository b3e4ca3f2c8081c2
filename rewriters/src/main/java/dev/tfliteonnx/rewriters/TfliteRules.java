package dev.tfliteonnx.rewriters;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Stage 1: what a TFLite graph computes from constants alone, or for nothing, goes away before it is lowered. */
public final class TfliteRules {
    /** Operators that take weights as real numbers, quantized or not, and mean the same by both. */
    private static final Set<String> WEIGHTED = Set.of(
            "CONV_2D",
            "DEPTHWISE_CONV_2D",
            "TRANSPOSE_CONV",
            "CONV_3D",
            "CONV_3D_TRANSPOSE",
            "FULLY_CONNECTED",
            "BATCH_MATMUL",
            "PRELU",
            "ADD",
            "SUB",
            "MUL",
            "DIV");

    private static final Set<DataType> CASTABLE = EnumSet.of(
            DataType.FLOAT32,
            DataType.FLOAT16,
            DataType.FLOAT64,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.BOOL);

    private TfliteRules() {}

    /** All rules of the stage, those to be tried first first. */
    public static List<Rule> all() {
        return List.of(
                dequantizeOfHalf(),
                dequantizeOfConstant(),
                densifyOfConstant(),
                castOfConstant(),
                quantizeOfDequantize(),
                quantizeToSame(),
                DilationRules.spaceToBatch());
    }

    /** All rules as one pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "tflite-cleanup", "Does away with what a TFLite graph computes for nothing.", Set.of(), all());
    }

    /** Runs the stage. */
    public static PassRunner runner() {
        List<GraphPass> passes = new ArrayList<>(builtins().passes());
        passes.addAll(simplifications().passes());
        return new PassRunner(passes, 1);
    }

    /** Runs the first pass of the stage: only of builtin operators is it known what other shapes do to them. */
    public static PassRunner builtins() {
        return new PassRunner(List.of(new FlexOperators()), 1);
    }

    /** Runs what comes after {@link #builtins()}. */
    public static PassRunner simplifications() {
        return new PassRunner(List.of(pass(), new HybridWeights()), 1);
    }

    /** The result is a float tensor whatever reads it, so the constant may as well be one. */
    private static Rule dequantizeOfHalf() {
        return new Rule(
                "dequantize-of-half-constant",
                "A float16 constant that is dequantized is read as float32.",
                "c:FLOAT16 → DEQUANTIZE → y\n=> c':FLOAT32 → y",
                op("DEQUANTIZE").in(constant("c").where("is float16", v -> v.type() == DataType.FLOAT16)),
                m -> cast(m, DataType.FLOAT32));
    }

    private static Rule dequantizeOfConstant() {
        return new Rule(
                "dequantize-of-constant",
                "A quantized constant that is dequantized is read as it is stored, by operators that dequantize it"
                        + " themselves.",
                "w:INT8 q(…) → DEQUANTIZE → CONV_2D\n=> w:INT8 q(…) → CONV_2D",
                op("DEQUANTIZE")
                        .in(constant("c")
                                .where("is quantized", v -> v.quant().isPresent())
                                // uint8 beside float operands would be read as int8
                                .where("holds signed integers", v -> v.type().isSignedInteger()))
                        .where("is float32", v -> v.type() == DataType.FLOAT32)
                        .where("is read as weights alone", v -> v.uses().stream()
                                .map(Use::user)
                                .allMatch(n -> n.op().domain().isEmpty() && WEIGHTED.contains(n.op().name()))),
                m -> m.get("c"));
    }

    private static Rule densifyOfConstant() {
        return new Rule(
                "densify-of-constant",
                "A sparse constant, which was made dense when it was read, needs no DENSIFY.",
                "c → DENSIFY → y\n=> c → y",
                op("DENSIFY").in(constant("c")).given("has the same type", TfliteRules::isSameKind),
                m -> m.get("c"));
    }

    private static boolean isSameKind(Match m) {
        Value c = m.get("c");
        return c.type() == m.output().type() && c.quant().equals(m.output().quant());
    }

    private static Rule castOfConstant() {
        Pattern small = constant("c").where("has at most 65536 elements", v -> v.constant()
                .filter(t -> t.elementCount() <= Tensor.SMALL)
                .isPresent());
        return new Rule(
                "cast-of-constant-operand",
                "A small constant has the type that is wanted.",
                "c:INT64 → CAST → y\n=> c':INT32 → y",
                op("CAST")
                        .in(small)
                        .given("both types are plain numbers", m -> isPlain(m.get("c")) && isPlain(m.output())),
                m -> cast(m, m.output().type()));
    }

    private static boolean isPlain(Value value) {
        return CASTABLE.contains(value.type()) && value.quant().isEmpty();
    }

    private static Value cast(Match m, DataType to) {
        Value c = m.get("c");
        return m.edit().constant(c.name(), c.constant().orElseThrow().cast(to));
    }

    private static Rule quantizeOfDequantize() {
        return new Rule(
                "requantize-of-same",
                "Integers of at most 16 bits that are dequantized and quantized with the same parameters stay.",
                "q → DEQUANTIZE → QUANTIZE → r\n=> q → r",
                op("QUANTIZE")
                        .in(op("DEQUANTIZE").in(any("q")))
                        .given("type and parameters are the same", TfliteRules::isSameQuantization),
                m -> m.get("q"));
    }

    private static Rule quantizeToSame() {
        return new Rule(
                "quantize-to-same",
                "A QUANTIZE to the parameters that its operand has already goes away.",
                "q → QUANTIZE → r\n=> q → r",
                op("QUANTIZE").in(any("q")).given("type and parameters are the same", TfliteRules::isSameQuantization),
                m -> m.get("q"));
    }

    private static boolean isSameQuantization(Match m) {
        Value q = m.get("q");
        return q.quant().isPresent()
                && q.quant().equals(m.output().quant())
                && q.type() == m.output().type()
                && q.type().isInteger()
                && q.type().bits() <= 16;
    }
}
