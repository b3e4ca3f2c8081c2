package dev.tfliteonnx.rewriters;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.ir.pattern.Rule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TfliteRulesTest {
    private static final QuantParams PARAMS = QuantParams.perTensor(0.5f, 3);

    private final Graph graph = new Graph(Dialect.TFLITE, "main");

    private Value op(String name, ValueInfo out, Value... inputs) {
        return graph.add(OpType.tflite(name), List.of(inputs), Attributes.NONE, List.of(out), Origin.NONE)
                .get(0);
    }

    private static ValueInfo floats(long... shape) {
        return ValueInfo.of("f", DataType.FLOAT32, Shape.of(shape));
    }

    private static ValueInfo quantized(DataType type, QuantParams params, long... shape) {
        return new ValueInfo("q", type, Shape.of(shape), Optional.of(params));
    }

    private static Tensor int8(long... values) {
        return Tensor.ofIntegers(DataType.INT8, Shape.of(values.length), values);
    }

    private PassContext run(String rule) {
        PassContext context = new PassContext(PassOptions.DEFAULT.withExplain(Set.of(rule)));
        TfliteRules.runner().run(graph, context);
        graph.verify();
        String text = graph.toText();
        assertFalse(TfliteRules.runner().run(graph, new PassContext(PassOptions.DEFAULT)));
        assertEquals(text, graph.toText());
        return context;
    }

    private void fires(String rule) {
        assertEquals(Map.of(rule, 1), run(rule).fired());
    }

    private void misses(String rule, String reason) {
        PassContext context = run(rule);
        assertEquals(Map.of(), context.fired());
        String miss = context.nearestMiss(rule).orElse("");
        assertTrue(miss.contains(reason), miss);
    }

    private Value onlyOperand(int input) {
        assertEquals(1, graph.size());
        return graph.nodes().get(0).input(input);
    }

    @Test
    void halfConstantsAreReadAsFloats() {
        ByteBuffer half = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        half.putShort(Elements.floatToHalf(1.5f)).putShort(Elements.floatToHalf(-2));
        Tensor tensor = Tensor.of(DataType.FLOAT16, Shape.of(2), Bytes.of(half.array(), "made"));
        Value w = op("DEQUANTIZE", floats(2), graph.constant("w", tensor));
        graph.setOutputs(List.of(op("ADD", floats(2), graph.input(floats(2)), w)));
        fires("dequantize-of-half-constant");
        assertArrayEquals(
                new float[] {1.5f, -2}, onlyOperand(1).constant().orElseThrow().toFloats());
    }

    @Test
    void quantizedWeightsAreReadAsTheyAreStored() {
        Value c = graph.constant("w", int8(1, 2), PARAMS);
        Value w = op("DEQUANTIZE", floats(2), c);
        graph.setOutputs(List.of(op("MUL", floats(2), graph.input(floats(2)), w)));
        fires("dequantize-of-constant");
        assertSame(c, onlyOperand(1));
    }

    @Test
    void unsignedWeightsStay() {
        Value c = graph.constant("w", int8(1, 2).cast(DataType.UINT8), PARAMS);
        Value w = op("DEQUANTIZE", floats(2), c);
        graph.setOutputs(List.of(op("MUL", floats(2), graph.input(floats(2)), w)));
        misses("dequantize-of-constant", "holds signed integers — false");
    }

    @Test
    void quantizedConstantsThatOthersReadStay() {
        Value w = op("DEQUANTIZE", floats(2), graph.constant("w", int8(1, 2), PARAMS));
        graph.setOutputs(List.of(op("CALL", floats(2), graph.input(floats(2)), w)));
        misses("dequantize-of-constant", "is read as weights alone — false");
    }

    @Test
    void quantizedConstantsThatComeOutStay() {
        graph.setOutputs(List.of(op("DEQUANTIZE", floats(2), graph.constant("w", int8(1, 2), PARAMS))));
        misses("dequantize-of-constant", "must stay a value of its own");
    }

    @Test
    void computedTensorsAreStillDequantized() {
        Value q = graph.input(quantized(DataType.INT8, PARAMS, 2));
        graph.setOutputs(List.of(op("DEQUANTIZE", floats(2), q)));
        misses("dequantize-of-constant", "is constant — false");
    }

    @Test
    void sparseConstantsAreDenseAlready() {
        Value c = graph.constant("w", Tensor.ofFloats(Shape.of(2), 1, 0));
        Value w = op("DENSIFY", floats(2), c);
        graph.setOutputs(List.of(op("ADD", floats(2), graph.input(floats(2)), w)));
        fires("densify-of-constant");
        assertSame(c, onlyOperand(1));
    }

    @Test
    void computedTensorsAreStillMadeDense() {
        graph.setOutputs(List.of(op("DENSIFY", floats(2), graph.input(floats(2)))));
        misses("densify-of-constant", "is constant — false");
    }

    @Test
    void smallConstantsAreCast() {
        Value c = graph.constant("shape", Tensor.ofLongs(4, 5));
        Value cast = op("CAST", ValueInfo.of("s", DataType.INT32, Shape.of(2)), c);
        graph.setOutputs(List.of(op("RESHAPE", floats(4, 5), graph.input(floats(20)), cast)));
        fires("cast-of-constant-operand");
        Tensor shape = onlyOperand(1).constant().orElseThrow();
        assertEquals(DataType.INT32, shape.type());
        assertArrayEquals(new long[] {4, 5}, shape.toLongs());
    }

    @Test
    void largeConstantsAreNotCast() {
        Value c = graph.constant("c", Tensor.splat(DataType.INT8, Shape.of(70_000), 1));
        Value cast = op("CAST", floats(70_000), c);
        graph.setOutputs(List.of(op("ADD", floats(70_000), graph.input(floats(70_000)), cast)));
        misses("cast-of-constant-operand", "has at most 65536 elements — false");
    }

    private void again(QuantParams other) {
        Value q = op("RELU", quantized(DataType.INT8, PARAMS, 2), graph.input(quantized(DataType.INT8, PARAMS, 2)));
        Value r = op("QUANTIZE", quantized(DataType.INT8, other, 2), op("DEQUANTIZE", floats(2), q));
        graph.setOutputs(List.of(op("RELU", quantized(DataType.INT8, other, 2), r)));
    }

    @Test
    void quantizingWhatWasDequantizedGoesAway() {
        again(PARAMS);
        fires("requantize-of-same");
        assertEquals(2, graph.size());
    }

    @Test
    void quantizingByOtherParametersStays() {
        again(QuantParams.perTensor(0.5f, 4));
        misses("requantize-of-same", "type and parameters are the same — false");
    }

    @Test
    void quantizingToTheSameParametersGoesAway() {
        Value q = graph.input(quantized(DataType.INT8, PARAMS, 2));
        Value r = op("QUANTIZE", quantized(DataType.INT8, PARAMS, 2), q);
        graph.setOutputs(List.of(op("RELU", quantized(DataType.INT8, PARAMS, 2), r)));
        fires("quantize-to-same");
        assertSame(q, onlyOperand(0));
    }

    @Test
    void quantizingToAnotherTypeStays() {
        Value q = graph.input(quantized(DataType.INT8, PARAMS, 2));
        graph.setOutputs(List.of(op("QUANTIZE", quantized(DataType.UINT8, PARAMS, 2), q)));
        misses("quantize-to-same", "type and parameters are the same — false");
    }

    @Test
    void everyRuleIsDescribedUnderANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (Rule rule : TfliteRules.all()) {
            assertTrue(rule.name().matches("[a-z0-9]+(-[a-z0-9]+)*"), rule.name());
            assertTrue(names.add(rule.name()), rule.name());
            assertTrue(rule.summary().endsWith("."), rule.name());
            assertTrue(rule.drawing().contains("\n=> "), rule.name());
        }
    }
}
