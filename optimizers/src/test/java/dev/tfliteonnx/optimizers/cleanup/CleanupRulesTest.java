package dev.tfliteonnx.optimizers.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupRulesTest {
    private final RuleCheck check = new RuleCheck(CleanupRules.pass());
    private final Sketch s = new Sketch();

    private Sketch around(Value x) {
        return s.outputs(s.onnx.op("Neg", x));
    }

    @Test
    void identityGoesAway() {
        check.fires("no-identity", around(s.onnx.op("Identity", s.input("x", 2))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void identityStaysBetweenInputAndOutput() {
        check.misses("no-identity", "must stay a value of its own", s.outputs(s.onnx.op("Identity", s.input("x", 2))));
    }

    @Test
    void identityBeforeAnOutputGivesItsName() {
        Value y = s.onnx.op("Identity", s.onnx.op("Neg", s.input("x", 2)));
        s.graph.rename(y, "y");
        check.fires("no-identity", s.outputs(y));
        assertEquals("y", s.graph.outputs().get(0).name());
    }

    @Test
    void castToTheSameTypeGoesAway() {
        Value x = s.input("x", 2);
        Attributes toFloat = Attributes.of(OnnxOps.TO, 1L);
        check.fires("no-cast-to-same", around(s.onnx.op("Cast", toFloat, x)));
    }

    @Test
    void castToAnotherTypeStays() {
        check.misses(
                "no-cast-to-same",
                "has the type already — false",
                around(s.onnx.cast(s.input("x", 2), DataType.INT32)));
    }

    @Test
    void reshapeToTheSameShapeGoesAway() {
        Value x = s.input("x", DataType.FLOAT32, Shape.ofDims(List.of(new Dim.Named("n"), Dim.of(3))));
        check.fires("no-reshape-to-same", around(s.onnx.reshape(x, -1, 3)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void reshapeOfOpenExtentsStays() {
        Value x = s.input("x", DataType.FLOAT32, Shape.ofDims(List.of(new Dim.Named("n"), Dim.unknown())));
        Value y = s.onnx.op("Reshape", x, s.input("shape", DataType.INT64, Shape.of(2)));
        check.misses("no-reshape-to-same", "has the shape already — false", around(y));
    }

    @Test
    void nothingIsDoneByTheseEither() {
        Value x = s.input("x", 2, 3);
        long[] first = {0, -3};
        long[] axes = {0, 1};
        Value y = s.onnx.op("Transpose", Attributes.of(OnnxOps.PERM, Ints.of(0, 1)), x);
        y = s.onnx.slice(y, first, new long[] {Long.MAX_VALUE, 3}, axes, new long[] {1, 1});
        y = s.onnx.op("Pad", y, s.onnx.ints(0, 0, 0, 0));
        y = s.onnx.op("Tile", y, s.onnx.ints(1, 1));
        y = s.onnx.op("Expand", y, s.onnx.ints(1, 3));
        y = s.onnx.op("Concat", Attributes.of(OnnxOps.AXIS, 0L), y);
        y = s.onnx.op("Split", Attributes.of(OnnxOps.AXIS, 0L), y, s.onnx.ints(2));
        y = s.onnx.sub(s.onnx.div(s.onnx.mul(y, one()), one()), nil());
        check.fires("no-sub-of-zero", around(y));
        assertEquals(1, s.graph.size());
    }

    private Value one() {
        return s.onnx.scalar(DataType.FLOAT32, 1);
    }

    private Value nil() {
        return s.onnx.scalar(DataType.FLOAT32, 0);
    }

    @Test
    void sliceOfTheLastStays() {
        Value y = s.onnx.slice(s.input("x", 4), new long[] {-3}, new long[] {4}, new long[] {0}, new long[] {1});
        check.misses("no-slice-of-all", "takes everything in order", around(y));
    }

    @Test
    void sliceThatTurnsAroundStays() {
        Value x = s.input("x", 4);
        long[] first = {-1};
        Value y = s.onnx.slice(x, first, new long[] {Long.MIN_VALUE}, new long[] {0}, new long[] {-1});
        check.misses("no-slice-of-all", "takes everything in order — false", around(y));
    }

    @Test
    void twoReshapesBecomeOne() {
        Value x = s.input("x", 2, 6);
        check.fires("reshape-of-reshape", around(s.onnx.reshape(s.onnx.unsqueeze(x, 1), 3, 4)));
        assertEquals(2, s.graph.size());
    }

    @Test
    void reshapeThereAndBackGoesAway() {
        Value x = s.input("x", DataType.FLOAT32, Shape.ofDims(List.of(new Dim.Named("n"), new Dim.Named("m"))));
        check.fires("reshape-there-and-back", around(s.onnx.squeeze(s.onnx.unsqueeze(x, 1), 1)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void castsBecomeOne() {
        Value x = s.input("x", DataType.INT8, Shape.of(4));
        check.fires("cast-of-cast", s.outputs(s.onnx.cast(s.onnx.cast(x, DataType.INT32), DataType.FLOAT32)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void castsThatLoseStay() {
        Value x = s.input("x", 4);
        check.misses(
                "cast-of-cast",
                "the first cast loses nothing — false",
                s.outputs(s.onnx.cast(s.onnx.cast(x, DataType.INT32), DataType.FLOAT32)));
    }

    @Test
    void castsThatClampOnTheWayStay() {
        Value x = s.input("x", DataType.INT16, Shape.of(4));
        check.misses(
                "cast-of-cast",
                "the numbers fit the result as they do on the way — false",
                s.outputs(s.onnx.cast(s.onnx.cast(x, DataType.FLOAT32), DataType.INT8)));
    }

    @Test
    void transposesBecomeOne() {
        Value x = s.input("x", 2, 3, 4);
        check.fires("transpose-of-transpose", s.outputs(s.onnx.transpose(s.onnx.transpose(x, 1, 2, 0), 0, 2, 1)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void transposesThatCancelGoAway() {
        Value x = s.input("x", 2, 3, 4);
        check.fires("transpose-of-transpose", around(s.onnx.transpose(s.onnx.transpose(x, 1, 2, 0), 2, 0, 1)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void transposesThatCancelBetweenInputAndOutputBecomeAnIdentity() {
        Value x = s.input("x", 2, 3);
        check.fires("transpose-of-transpose", s.outputs(s.onnx.transpose(s.onnx.transpose(x, 1, 0), 1, 0)));
        assertEquals(1, s.count("Identity"));
    }

    @Test
    void shapeOfFixedShapeIsConstant() {
        Value shape = s.onnx.cast(s.onnx.shapeOf(s.input("x", 2, 3)), DataType.FLOAT32);
        check.fires("shape-of-static", around(shape));
        assertEquals(1, s.graph.size());
    }

    @Test
    void shapeOfOpenShapeStays() {
        Value x = s.input("x", DataType.FLOAT32, Shape.ofRank(2));
        check.misses("shape-of-static", "has a fixed shape — false", s.outputs(s.onnx.shapeOf(x)));
    }

    @Test
    void constantsAreLaidOutAndCast() {
        Value x = s.input("x", 4, 3);
        Value c = s.onnx.cast(s.onnx.reshape(s.onnx.transpose(s.bytes(3, 2, 2), 1, 2, 0), 4, 3), DataType.FLOAT32);
        check.fires("transpose-of-constant", s.outputs(s.onnx.add(x, c)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void sharedLargeConstantsAreNotCopied() {
        Value c = s.onnx.constant("c", Tensor.splat(DataType.FLOAT32, Shape.of(200, 100), 2));
        Value x = s.input("x", 100, 200);
        Value y = s.onnx.op("MatMul", x, c);
        check.misses(
                "transpose-of-constant",
                "has one use or at most 64 KiB — false",
                s.outputs(y, s.onnx.add(x, s.onnx.transpose(c, 1, 0))));
    }

    @Test
    void largeConstantsDoNotGrow() {
        Value c = s.onnx.constant("c", Tensor.splat(DataType.FLOAT16, Shape.of(200, 200), 2));
        check.misses("cast-of-constant", "is small or does not grow — false", around(s.onnx.cast(c, DataType.FLOAT32)));
    }

    @Test
    void quantizedConstantsAreLaidOut() {
        Value c = s.dequantizeAlong(0, s.bytes(3, 2, 2));
        Value y = s.onnx.add(s.input("x", 2, 2, 3), s.onnx.transpose(c, 1, 2, 0));
        check.fires("transpose-of-dequantized-constant", s.outputs(y));
        assertEquals(0, s.count("Transpose"));
    }

    @Test
    void quantizedConstantsAreReshapedAlongTheirAxis() {
        Value c = s.dequantizeAlong(2, s.bytes(2, 2, 3));
        Value y = s.onnx.add(s.input("x", 4, 3), s.onnx.reshape(c, 4, 3));
        check.fires("reshape-of-dequantized-constant", s.outputs(y));
        assertEquals(0, s.count("Reshape"));
    }

    @Test
    void quantizedConstantsThatLoseTheirAxisStay() {
        Value c = s.dequantizeAlong(0, s.bytes(2, 3));
        check.misses(
                "reshape-of-dequantized-constant",
                "the quantized axis is an axis of the result — false",
                s.outputs(s.onnx.add(s.input("x", 6), s.onnx.reshape(c, 6))));
    }

    @Test
    void equalConstantsBecomeOne() {
        Value x = s.input("x", 3);
        Value y = s.onnx.mul(s.onnx.mul(x, s.onnx.scalar(DataType.FLOAT32, 3)), s.onnx.scalar(DataType.FLOAT32, 3));
        Value z = s.onnx.add(y, s.onnx.scalar(DataType.FLOAT32, 4));
        new RuleCheck(new SharedConstants()).fires("shared-constants", s.outputs(z));
        assertEquals(2, s.graph.constants().size());
    }

    @Test
    void zerosOfUnlikeSignStayApart() {
        Value x = s.input("x", 3);
        Value y = s.onnx.div(x, s.onnx.scalar(DataType.FLOAT32, 0.0));
        Value z = s.onnx.div(x, s.onnx.scalar(DataType.FLOAT32, -0.0));
        s.outputs(s.onnx.op("Max", y, z));
        new RuleCheck(new SharedConstants()).misses("shared-constants", "", s);
        assertEquals(2, s.graph.constants().size());
    }

    @Test
    void equalNodesBecomeOne() {
        Value x = s.input("x", 3);
        Value y = s.onnx.add(s.onnx.op("Exp", s.onnx.op("Neg", x)), s.onnx.op("Exp", s.onnx.op("Neg", x)));
        new RuleCheck(new DuplicateNodes()).fires("duplicate-nodes", s.outputs(y));
        assertEquals(3, s.graph.size());
    }

    @Test
    void equalNodesThatAreBothOutputsStay() {
        Value x = s.input("x", 3);
        Value a = s.onnx.op("Neg", x);
        Value b = s.onnx.op("Neg", x);
        new RuleCheck(new DuplicateNodes()).misses("duplicate-nodes", "", s.outputs(a, b));
        assertSame(b, s.graph.outputs().get(1));
    }

    @Test
    void everyReaderKeepsItsDequantizeLinear() {
        Value q = s.input("q", DataType.INT8, Shape.of(3));
        Value y = s.onnx.add(s.dequantize(q, 0.5, 0), s.dequantize(q, 0.5, 0));
        s.outputs(y);
        new SharedConstants().run(s.graph, new PassContext(PassOptions.DEFAULT));
        new RuleCheck(new DuplicateNodes()).misses("duplicate-nodes", "", s);
        assertEquals(2, s.count("DequantizeLinear"));
    }
}
