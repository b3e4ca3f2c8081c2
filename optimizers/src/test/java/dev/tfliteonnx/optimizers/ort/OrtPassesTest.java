package dev.tfliteonnx.optimizers.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrtPassesTest {
    private final Sketch s = new Sketch();
    private final RuleCheck units = new RuleCheck(new QuantizedUnits(TargetPlatform.ARM));

    private Value image(String name) {
        return s.dequantize(s.input(name, DataType.INT8, Shape.of(1, 4, 6, 6)), 0.25, 3);
    }

    private Value conv(Value x, double biasScale) {
        Value w = s.dequantize(s.bytes(4, 4, 3, 3), 0.5, 0);
        Value b = s.onnx.constant("b", Tensor.ofIntegers(DataType.INT32, Shape.of(4), 40, -8, 0, 16));
        Value bias = s.onnx.op("DequantizeLinear", b, s.onnx.scalar(DataType.FLOAT32, biasScale));
        Attributes pads = Attributes.of(OnnxOps.PADS, Ints.of(1, 1, 1, 1));
        return s.onnx.op("Conv", pads, x, w, bias);
    }

    private Value small(Value x) {
        return s.quantize(x, 0.5, -2);
    }

    private void stays(GraphPass pass, Sketch sketch) {
        String before = sketch.graph.toText();
        assertFalse(pass.run(sketch.graph, new PassContext(PassOptions.DEFAULT)));
        assertEquals(before, sketch.graph.toText());
    }

    private long contrib(String op) {
        return s.graph.nodes().stream()
                .filter(n -> n.op().toString().equals(OnnxOps.MICROSOFT + ":" + op))
                .count();
    }

    @Test
    void convolutionWorksOnIntegers() {
        units.fires("quantized-conv", s.outputs(s.quantize(conv(image("q"), 0.125), 64, -2)));
        assertEquals(1, s.graph.size());
        assertEquals(1, s.count("QLinearConv"));
    }

    @Test
    void biasInStepsThatDifferByTwoHundredthsKeepsTheConvolutionReal() {
        stays(new QuantizedUnits(TargetPlatform.ARM), s.outputs(s.quantize(conv(image("q"), 0.125 * 1.02), 64, -2)));
    }

    @Test
    void int8ConvolutionStaysWhereUint8IsWanted() {
        stays(new QuantizedUnits(TargetPlatform.AMD64), s.outputs(s.quantize(conv(image("q"), 0.125), 64, -2)));
    }

    @Test
    void resultThatIsReadElsewhereKeepsTheUnitReal() {
        Value y = conv(image("q"), 0.125);
        stays(new QuantizedUnits(TargetPlatform.ARM), s.outputs(s.quantize(y, 64, -2), y));
    }

    @Test
    void reluGoesWhereZeroIsTheLeastInteger() {
        Value relu = s.onnx.op("Relu", conv(image("q"), 0.125));
        units.fires("quantized-conv", s.outputs(s.quantize(relu, 64, -128)));
        assertEquals(0, s.count("Relu"));
    }

    @Test
    void reluStaysWhereIntegersBelowZeroExist() {
        Value relu = s.onnx.op("Relu", conv(image("q"), 0.125));
        stays(new QuantizedUnits(TargetPlatform.ARM), s.outputs(s.quantize(relu, 64, -127)));
    }

    @Test
    void elementwiseOperatorsWorkOnIntegers() {
        units.fires("quantized-binary", s.outputs(small(s.onnx.add(image("a"), image("b")))));
        units.fires("quantized-binary", s.outputs(small(s.onnx.mul(image("c"), image("d")))));
        assertEquals(1, contrib("QLinearMul"));
        units.fires("quantized-unary", s.outputs(small(s.onnx.op("Sigmoid", image("e")))));
        assertEquals(1, contrib("QLinearSigmoid"));
    }

    @Test
    void poolsAndSoftmaxWorkOnIntegers() {
        Attributes window = Attributes.of(OnnxOps.KERNEL_SHAPE, Ints.of(2, 2));
        units.fires("quantized-unary", s.outputs(small(s.onnx.op("AveragePool", window, image("a")))));
        units.fires("quantized-unary", s.outputs(small(s.onnx.op("GlobalAveragePool", image("b")))));
        Attributes axis = Attributes.of(OnnxOps.AXIS, 1L);
        units.fires("quantized-softmax", s.outputs(small(s.onnx.op("Softmax", axis, image("c")))));
        assertEquals(1, contrib("QLinearSoftmax"));
    }

    @Test
    void concatWorksOnIntegersOfUnlikeScales() {
        Value other = s.dequantize(s.input("r", DataType.INT8, Shape.of(1, 2, 6, 6)), 0.125, -7);
        units.fires("quantized-concat", s.outputs(small(s.onnx.concat(1, image("q"), other))));
    }

    @Test
    void gemmWorksOnIntegers() {
        Value x = s.dequantize(s.input("q", DataType.INT8, Shape.of(2, 8)), 0.25, 3);
        Value w = s.dequantize(s.bytes(3, 8), 0.5, 0);
        Value b = s.onnx.constant("b", Tensor.ofIntegers(DataType.INT32, Shape.of(3), 4, -8, 1));
        Value bias = s.onnx.op("DequantizeLinear", b, s.onnx.scalar(DataType.FLOAT32, 0.125));
        Value y = s.onnx.op("Gemm", Attributes.of(OnnxOps.TRANS_B, 1L), x, w, bias);
        units.fires("quantized-gemm", s.outputs(s.quantize(y, 16, -2)));
        assertEquals(1, contrib("QGemm"));
    }

    @Test
    void matMulWithoutQuantizedResultGivesFloats() {
        Value x = s.dequantize(s.input("q", DataType.INT8, Shape.of(2, 8)), 0.25, 3);
        units.fires("quantized-matmul", s.outputs(s.onnx.op("MatMul", x, s.dequantize(s.bytes(8, 3), 0.5, 0))));
        assertEquals(1, contrib("MatMulIntegerToFloat"));
    }

    @Test
    void whatMovesDataMovesIntegersIfQuantizedAlike() {
        units.fires("quantized-move", s.outputs(s.quantize(s.onnx.reshape(image("q"), 1, 144), 0.25, 3)));
        assertEquals(1, s.graph.size());
        Sketch unlike = new Sketch();
        Value x = unlike.dequantize(unlike.input("q", DataType.INT8, Shape.of(1, 4)), 0.25, 3);
        stays(
                new QuantizedUnits(TargetPlatform.ARM),
                unlike.outputs(unlike.quantize(unlike.onnx.reshape(x, 4, 1), 0.25, 4)));
    }

    @Test
    void splitMovesIntegers() {
        List<Value> parts = s.onnx.split(image("q"), 1, 1, 3);
        units.fires("quantized-split", s.outputs(s.quantize(parts.get(0), 0.25, 3), s.quantize(parts.get(1), 0.25, 3)));
    }

    @Test
    void int8StaysWhereItIsFast() {
        s.outputs(s.dequantize(small(s.input("x", 1, 4)), 0.5, -2));
        OrtPasses.runner(OrtLevel.EXTENDED, TargetPlatform.ARM).run(s.graph, new PassContext(PassOptions.DEFAULT));
        assertEquals(1, quantized(DataType.INT8));
        OrtPasses.runner(OrtLevel.EXTENDED, TargetPlatform.AMD64).run(s.graph, new PassContext(PassOptions.DEFAULT));
        assertEquals(1, quantized(DataType.UINT8));
    }

    private long quantized(DataType type) {
        return s.graph.nodes().stream()
                .filter(n -> n.is("QuantizeLinear") && n.output().type() == type)
                .count();
    }

    private Value floats(Value x) {
        return s.onnx.op("Conv", x, s.weights(4, 4, 1, 1), s.weights(4));
    }

    @Test
    void activationJoinsItsConvolution() {
        RuleCheck check = new RuleCheck(new ConvActivation(false));
        check.fires("conv-activation", s.outputs(s.onnx.op("Relu", floats(s.input("a", 1, 4, 3, 3)))));
        check.fires("conv-activation", s.outputs(s.onnx.clip(floats(s.input("b", 1, 4, 3, 3)), 0, 6)));
        check.fires("conv-activation", s.outputs(s.onnx.op("LeakyRelu", floats(s.input("c", 1, 4, 3, 3)))));
        assertEquals(3, contrib("FusedConv"));
    }

    @Test
    void activationOfWhatIsReadElsewhereStays() {
        Value y = floats(s.input("a", 1, 4, 3, 3));
        stays(new ConvActivation(false), s.outputs(s.onnx.op("Relu", y), y));
    }

    @Test
    void sumJoinsItsConvolution() {
        RuleCheck check = new RuleCheck(new ConvActivation(true));
        Value z = s.input("z", 1, 4, 3, 3);
        check.fires("conv-add-activation", s.outputs(s.onnx.op("Relu", s.onnx.add(z, floats(z)))));
        assertEquals(1, s.graph.size());
        check.fires("conv-add-activation", s.outputs(s.onnx.add(floats(z), z)));
        assertEquals(2, s.graph.size());
    }

    @Test
    void sumThatIsStretchedStays() {
        Value z = s.input("z", 1, 4, 1, 1);
        stays(new ConvActivation(true), s.outputs(s.onnx.add(z, floats(s.input("x", 1, 4, 3, 3)))));
    }

    @Test
    void activationJoinsItsGemm() {
        Value y = s.onnx.op("Gemm", s.input("x", 2, 4), s.weights(4, 3));
        new RuleCheck(new GemmActivation()).fires("gemm-activation", s.outputs(s.onnx.op("Sigmoid", y)));
        Sketch soft = new Sketch();
        Value x = soft.onnx.op("Gemm", soft.input("x", 2, 4), soft.weights(4, 3));
        stays(new GemmActivation(), soft.outputs(soft.onnx.op("Softmax", x)));
    }

    @Test
    void imagesOfIntegersHaveChannelsLastAndNoTransposeBetween() {
        Value x = s.dequantize(s.input("q", DataType.INT8, Shape.of(1, 6, 6, 4)), 0.25, 3);
        Value image = s.onnx.transpose(s.quantize(x, 0.25, 3), Sketch.toSecond());
        Value first = s.quantize(conv(s.dequantize(image, 0.25, 3), 0.125), 64, -2);
        Value branch = s.dequantize(first, 64, -2);
        Value again = s.dequantize(first, 64, -2);
        Value sum = s.quantize(s.onnx.add(branch, s.onnx.op("Sigmoid", again)), 64, -2);
        Value last = s.onnx.transpose(sum, Sketch.toLast());
        List<Tensor> before = s.outputs(last).run();
        PassRunner runner = OrtPasses.runner(OrtLevel.ALL, TargetPlatform.ARM);
        runner.run(s.graph, new PassContext(PassOptions.DEFAULT));
        RuleCheck.same(before, s.run());
        assertEquals(1, contrib("QLinearConv"));
        assertEquals(0, s.count("Transpose"), () -> s.graph.toText());
    }

    @Test
    void levelsHoldOneAnother() {
        for (TargetPlatform platform : TargetPlatform.values()) {
            List<String> lower = List.of();
            for (OrtLevel level : OrtLevel.values()) {
                List<String> names = OrtPasses.forLevel(level, platform).stream()
                        .map(GraphPass::name)
                        .toList();
                assertEquals(lower, names.subList(0, lower.size()));
                lower = names;
            }
        }
        assertTrue(OrtPasses.forLevel(OrtLevel.DISABLE, TargetPlatform.ANY).isEmpty());
    }
}
