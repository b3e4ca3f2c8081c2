package dev.tfliteonnx.optimizers.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.OnnxVerifier;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutPassTest {
    private final Sketch s = new Sketch();

    /** Runs the pass; the numbers stay, a second run changes nothing, and so many transpositions are left. */
    private void leaves(int transposes) {
        List<Tensor> before = s.run();
        new LayoutPass().run(s.graph, new PassContext(PassOptions.DEFAULT));
        OnnxVerifier.verify(s.graph, 20);
        RuleCheck.same(before, s.run());
        assertEquals(transposes, s.count("Transpose"), s.graph::toText);
        String text = s.graph.toText();
        assertFalse(new LayoutPass().run(s.graph, new PassContext(PassOptions.DEFAULT)), text);
        assertEquals(text, s.graph.toText());
    }

    /** Between two convolutions nothing is transposed: only the input and the output are. */
    private void isCarried(UnaryOperator<Value> between) {
        Value y = between.apply(s.conv(s.input("x", 2, 4, 6, 3), 8));
        s.outputs(s.conv(y, 2));
        leaves(2);
    }

    private static Attributes axis(long axis) {
        return Attributes.of(OnnxOps.AXIS, axis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Relu", "Sigmoid", "HardSwish", "Neg", "Abs", "Round", "Erf", "Softplus", "Identity"})
    void unaryOperatorsAreCarried(String op) {
        isCarried(x -> s.onnx.op(op, x));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Sub", "Mul", "Min", "Max", "PRelu"})
    void constantsAreLaidOutAnew(String op) {
        isCarried(x -> s.onnx.op(op, s.onnx.op(op, s.onnx.op(op, x, s.weights(8)), s.weights(6, 8)), s.weights(1)));
    }

    @Test
    void constantsOnTheLeftToo() {
        isCarried(x -> s.onnx.sub(s.weights(4, 1, 8), x));
    }

    @Test
    void quantizedConstantsAreLaidOutAnew() {
        isCarried(x ->
                s.onnx.mul(s.onnx.add(x, s.dequantize(s.bytes(6, 8), 0.5, 3)), s.dequantizeAlong(1, s.bytes(6, 8))));
        assertEquals(2, s.count("DequantizeLinear"));
    }

    @Test
    void quantizedImagesAreCarried() {
        isCarried(x -> s.dequantize(s.quantize(x, 0.5, 3), 0.5, 3));
    }

    @Test
    void axesAreMoved() {
        isCarried(x -> s.onnx.op("Softmax", axis(-1), s.onnx.op("LogSoftmax", axis(1), x)));
    }

    @Test
    void joinedAndCutAlongChannels() {
        isCarried(x -> {
            List<Value> parts = s.onnx.split(s.onnx.concat(3, x, s.onnx.op("Relu", x), s.weights(2, 4, 6, 1)), 3, 9, 8);
            return s.onnx.concat(-3, parts.get(1), s.onnx.op("Neg", parts.get(1)));
        });
    }

    @Test
    void paddedCutRepeatedAndExtended() {
        isCarried(x -> {
            Value y = s.onnx.op("Pad", x, s.onnx.ints(0, 1, 2, 3, 0, 0, 1, 0));
            y = s.onnx.slice(y, new long[] {1, 2}, new long[] {4, 9}, new long[] {1, -1}, new long[] {1, 2});
            y = s.onnx.op("Tile", y, s.onnx.ints(1, 1, 2, 1));
            y = s.onnx.op("Slice", y, s.onnx.ints(0, 0, 1, 0), s.onnx.ints(2, 3, 2, 4));
            return s.onnx.op("Expand", y, s.onnx.ints(2, 3, 5, 4));
        });
    }

    @Test
    void reducedAndIndexed() {
        isCarried(x -> {
            Value mean = s.onnx.reduce("ReduceMean", x, true, 1, 2);
            Value greatest = s.onnx.reduce("ReduceMax", x, true, 3);
            Value y = s.onnx.add(s.onnx.mul(x, mean), greatest);
            return s.onnx.gather(y, s.onnx.ints(3, 0, 1), 2);
        });
    }

    @Test
    void sumsAlong() {
        isCarried(x -> s.onnx.op("CumSum", x, s.onnx.scalar(DataType.INT32, -1)));
    }

    @Test
    void chosenByComparison() {
        isCarried(x -> s.onnx.where(s.onnx.op("Greater", x, s.weights(8)), x, s.weights(1)));
    }

    @Test
    void operandsOfLowerRankAreTransposedByThemselves() {
        Value small = s.input("small", 6, 8);
        Value y = s.onnx.add(s.conv(s.input("x", 2, 4, 6, 3), 8), small);
        s.outputs(s.conv(y, 2));
        leaves(3);
    }

    @Test
    void reducedToAVectorNeedsNoLayout() {
        Value x = s.conv(s.input("x", 2, 4, 6, 3), 8);
        s.outputs(s.onnx.reduce("ReduceMean", x, false, 1, 2));
        leaves(1);
    }

    @Test
    void reducedToThreeAxesKeepsALayout() {
        Value x = s.onnx.reduce("ReduceSum", s.conv(s.input("x", 2, 4, 6, 3), 8), false, 1);
        s.outputs(s.conv(s.onnx.unsqueeze(s.onnx.op("Relu", x), 1), 2));
        leaves(2);
    }

    @Test
    void theGreatestChannelHasNoLayout() {
        Value x = s.conv(s.input("x", 2, 4, 6, 3), 8);
        s.outputs(s.onnx.op("ArgMax", axis(3).with(OnnxOps.KEEPDIMS, 0L), x));
        leaves(1);
    }

    @Test
    void aReductionOfTheBatchStaysAsItIs() {
        Value x = s.conv(s.input("x", 2, 4, 6, 3), 8);
        s.outputs(s.onnx.reduce("ReduceSum", x, false, 0));
        leaves(2);
    }

    @Test
    void spaceIsReshaped() {
        isCarried(x -> s.onnx.unsqueeze(s.onnx.op("Relu", s.onnx.reshape(x, 2, 24, 8)), 1));
    }

    @Test
    void openBatchesAreReshaped() {
        Value x = s.input(
                "x", DataType.FLOAT32, Shape.ofDims(List.of(new Dim.Named("n"), Dim.of(4), Dim.of(6), Dim.of(3))));
        s.outputs(s.conv(s.onnx.reshape(s.conv(x, 8), -1, 6, 4, 8), 2));
        leaves(2);
    }

    @Test
    void channelsThatAreReshapedKeepTheirLayout() {
        Value x = s.conv(s.input("x", 2, 4, 6, 3), 8);
        s.outputs(s.onnx.reshape(x, 2, 48, 4));
        leaves(2);
    }

    @Test
    void singleCellsAreReshapedAsTheyAre() {
        Value x = s.onnx.reduce("ReduceMean", s.conv(s.input("x", 2, 4, 6, 3), 8), true, 1, 2);
        s.outputs(s.onnx.reshape(x, 16), s.conv(s.onnx.reshape(s.input("y", 16), 2, 1, 1, 8), 3));
        leaves(2);
    }

    @Test
    void aFlatImageIsAbsorbedByWeights() {
        Value x = s.onnx.reshape(s.conv(s.input("x", 2, 4, 6, 3), 8), 2, 192);
        Value y = s.onnx.op("Gemm", Attributes.of(OnnxOps.TRANS_B, 1L), x, s.weights(5, 192));
        s.outputs(y, s.onnx.op("MatMul", s.onnx.op("Relu", x), s.weights(192, 4)));
        leaves(1);
    }

    @Test
    void aFlatQuantizedImageIsAbsorbedByQuantizedWeights() {
        Value image = s.conv(s.input("x", 2, 4, 6, 3), 8);
        Value flat = s.onnx.reshape(s.dequantize(s.quantize(image, 0.5, 0), 0.5, 0), 2, 192);
        Value again = s.dequantize(s.quantize(flat, 0.5, 0), 0.5, 0);
        Value w = s.dequantizeAlong(0, s.bytes(5, 192));
        s.outputs(s.onnx.op("Gemm", Attributes.of(OnnxOps.TRANS_B, 1L), again, w));
        leaves(1);
    }

    @Test
    void aFlatImageStaysIfItsWeightsHaveOtherReaders() {
        Value w = s.weights(192, 4);
        Value x = s.onnx.reshape(s.conv(s.input("x", 2, 4, 6, 3), 8), 2, 192);
        s.outputs(s.onnx.op("MatMul", x, w), s.onnx.op("Neg", w));
        leaves(2);
    }

    @Test
    void aFlatImageStaysIfItIsQuantizedAlongItsAxis() {
        Value x = s.onnx.reshape(s.conv(s.input("x", 2, 4, 6, 3), 8), 2, 192);
        s.outputs(s.onnx.op("MatMul", x, s.dequantizeAlong(0, s.bytes(192, 4))));
        leaves(2);
    }

    @Test
    void aFlatImageStaysIfItComesOut() {
        Value x = s.onnx.reshape(s.conv(s.input("x", 2, 4, 6, 3), 8), 2, 192);
        s.outputs(x, s.onnx.op("MatMul", x, s.weights(192, 4)));
        leaves(2);
    }

    @Test
    void extentsAreAskedForInEitherLayout() {
        Value x = s.input(
                "x",
                DataType.FLOAT32,
                Shape.ofDims(List.of(new Dim.Named("n"), new Dim.Named("h"), Dim.of(6), Dim.of(3))));
        Value y = s.onnx.op("Relu", s.conv(x, 8));
        Value extents = s.onnx.shapeOf(y);
        s.outputs(s.conv(s.onnx.op("Neg", y), 2), extents);
        leaves(2);
    }

    @Test
    void residualsAreAddedInTheLayoutOfConvolutions() {
        Value x = s.conv(s.input("x", 2, 4, 6, 3), 8);
        Value y = s.onnx.add(x, s.conv(s.onnx.op("Relu", s.conv(s.onnx.op("Relu", x), 8)), 8));
        s.outputs(s.onnx.op("Relu", y));
        leaves(2);
    }

    @Test
    void aTensorThatManyReadIsTransposedOnce() {
        Value x = s.conv(s.input("x", 2, 4, 6, 3), 8);
        Value a = s.onnx.reshape(s.onnx.op("Relu", x), 8, 48);
        Value b = s.onnx.reshape(s.onnx.op("Relu", x), 4, 96);
        s.outputs(a, b, s.onnx.reshape(x, 2, 192));
        leaves(2);
    }

    @Test
    void theSmallerTensorIsTransposed() {
        Value x =
                s.onnx.op("Slice", s.conv(s.input("x", 2, 4, 6, 3), 8), s.onnx.ints(0), s.onnx.ints(1), s.onnx.ints(1));
        Value y = s.onnx.op("Relu", s.onnx.op("Tile", x, s.onnx.ints(1, 5, 1, 1)));
        s.outputs(y);
        leaves(2);
        Value last = s.graph.nodes().stream()
                .filter(n -> n.is("Transpose"))
                .reduce((a, b) -> b)
                .orElseThrow()
                .output();
        assertEquals(2 * 6 * 8, last.shape().elementCount());
    }

    @Test
    void theSmallerTypeIsTransposed() {
        Value q = s.input("q", DataType.INT8, Shape.of(1, 4, 4, 3));
        s.outputs(s.quantize(s.conv(s.dequantize(q, 0.5, 0), 8), 0.5, 0));
        leaves(2);
        s.graph.nodes().stream()
                .filter(n -> n.is("Transpose"))
                .forEach(n -> assertEquals(DataType.INT8, n.output().type()));
    }

    private Value resized(Value x, String mode, long... sizes) {
        Attributes options = Attributes.of(OnnxOps.MODE, mode);
        return s.onnx.op("Resize", options, x, Value.ABSENT, Value.ABSENT, s.onnx.ints(sizes));
    }

    private void resizedAtTheEnd(String mode, long channels, long small) {
        Value x = s.onnx.op("Conv", s.input("x", 1, 3, 4, 6), s.weights(channels, 3, 1, 1));
        s.outputs(s.onnx.transpose(resized(x, mode, 1, channels, 16, 12), Sketch.toLast()));
        leaves(1);
        Node transpose = s.graph.nodes().stream()
                .filter(n -> n.is("Transpose"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                Shape.of(1, small, small == 4 ? 6 : 12, channels),
                transpose.output().shape());
    }

    @Test
    void anImageIsTransposedBeforeItGrows() {
        resizedAtTheEnd("linear", 8, 4);
    }

    @Test
    void pixelsGrowWithChannelsSecond() {
        resizedAtTheEnd("nearest", 8, 16);
    }

    @Test
    void fewChannelsGrowWithChannelsSecond() {
        resizedAtTheEnd("linear", 3, 16);
    }

    @Test
    void resizedBetweenConvolutions() {
        isCarried(x -> s.onnx.transpose(
                resized(s.onnx.transpose(x, Sketch.toSecond()), "linear", 2, 8, 8, 12), Sketch.toLast()));
    }

    @Test
    void ofEqualTranspositionsThatOfTheEdgeIsTaken() {
        Value x = s.onnx.sub(s.input("x", 1, 4, 6, 3), s.weights(3));
        s.outputs(s.onnx.op("Relu", s.conv(x, 2)));
        leaves(2);
        assertEquals("Transpose", s.graph.nodes().get(0).op().name());
        assertEquals("Relu", s.graph.nodes().get(3).op().name());
        assertEquals(new Crossings(2, 0), Crossings.of(s.graph));
    }

    @Test
    void aTransposeBetweenTwoOthersIsInside() {
        Value x = s.onnx.transpose(s.onnx.transpose(s.input("x", 1, 4, 6, 3), Sketch.toSecond()), 0, 1, 3, 2);
        s.outputs(s.onnx.op("Neg", s.onnx.transpose(x, Sketch.toLast())));
        assertEquals(new Crossings(3, 1), Crossings.of(s.graph));
    }

    @Test
    void oneTransposeForEachOutputIsAtTheEdge() {
        Value x = s.onnx.op("Conv", s.input("x", 1, 3, 4, 6), s.weights(2, 3, 1, 1));
        Value y = s.onnx.transpose(x, Sketch.toLast());
        Value z = s.onnx.transpose(s.onnx.op("Neg", x), Sketch.toLast());
        s.outputs(s.onnx.add(y, z));
        // the input stands in front of both, the output behind both
        assertEquals(new Crossings(2, 0), Crossings.of(s.graph));
        s.outputs(s.onnx.add(s.onnx.add(y, z), s.onnx.transpose(s.onnx.op("Abs", x), Sketch.toLast())));
        assertEquals(new Crossings(3, 1), Crossings.of(s.graph));
    }

    @Test
    void volumesAreCarried() {
        Value x = s.onnx.transpose(s.input("x", 1, 2, 3, 4, 5), 0, 4, 1, 2, 3);
        Value y = s.onnx.transpose(s.onnx.op("Conv", x, s.weights(6, 5, 1, 1, 1)), 0, 2, 3, 4, 1);
        y = s.onnx.transpose(s.onnx.add(y, s.weights(6)), 0, 4, 1, 2, 3);
        s.outputs(s.onnx.transpose(s.onnx.op("Conv", y, s.weights(2, 6, 1, 1, 1)), 0, 2, 3, 4, 1));
        leaves(2);
    }

    @Test
    void otherTranspositionsStay() {
        Value x = s.onnx.transpose(s.conv(s.input("x", 2, 4, 6, 3), 8), 3, 0, 2, 1);
        s.outputs(s.onnx.op("Relu", x));
        leaves(3);
    }

    @Test
    void contradictionsAreLeftAlone() {
        Value x = s.input("x", 1, 5, 5, 5);
        Value y = s.onnx.add(s.onnx.transpose(x, Sketch.toSecond()), x);
        s.outputs(s.onnx.transpose(s.onnx.op("Relu", y), Sketch.toSecond()), y);
        leaves(2);
    }

    @Test
    void aCancelledPairBetweenInputAndOutputBecomesAnIdentity() {
        Value x = s.input("x", 2, 4, 6, 3);
        s.outputs(s.onnx.transpose(s.onnx.transpose(x, Sketch.toSecond()), Sketch.toLast()));
        leaves(0);
        assertEquals(1, s.count("Identity"));
    }

    @Test
    void outputsKeepTheirNames() {
        Value a = s.onnx.op("Relu", s.conv(s.input("x", 2, 4, 6, 3), 8));
        Value b = s.conv(a, 2);
        s.graph.rename(a, "a");
        s.graph.rename(b, "b");
        s.outputs(a, b);
        leaves(3);
        assertEquals(
                List.of("a", "b"), s.graph.outputs().stream().map(Value::name).toList());
    }

    @Test
    void graphsInsideAreLaidOutByThemselves() {
        Value condition = s.input("c", DataType.BOOL, Shape.SCALAR);
        Value x = s.conv(s.input("x", 2, 4, 6, 3), 8);
        var then = s.graph.nested("then");
        var inThen = s.onnx.into(then);
        Value t = inThen.transpose(inThen.op("Relu", inThen.transpose(x, Sketch.toSecond())), Sketch.toLast());
        then.setOutputs(List.of(t));
        var otherwise = s.graph.nested("else");
        otherwise.setOutputs(List.of(s.onnx.into(otherwise).op("Neg", x)));
        Attributes branches = Attributes.of(OnnxOps.THEN_BRANCH, then).with(OnnxOps.ELSE_BRANCH, otherwise);
        s.outputs(s.onnx.op("If", branches, condition), s.conv(x, 4));
        List<Tensor> before = s.run();
        new PassRunner(List.of(new LayoutPass()), 3).run(s.graph, new PassContext(PassOptions.DEFAULT));
        s.graph.verify();
        RuleCheck.same(before, s.run());
        assertEquals(3, s.count("Transpose"));
        assertEquals(1, then.size());
    }

    @Test
    void permIsSpeltOutOrNot() {
        Value x = s.input("x", 2, 3);
        Value y = s.onnx.op("Transpose", x);
        assertEquals(
                Permutation.of(1, 0), Permutation.of(y.producer().orElseThrow()).orElseThrow());
        assertEquals(
                Attributes.of(OnnxOps.PERM, Ints.of(1, 0)),
                Permutation.of(y.producer().orElseThrow()).orElseThrow().attributes());
    }
}
