package dev.tfliteonnx.optimizers.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaterOperatorsTest {
    private final RuleCheck check = new RuleCheck(LaterOperators.pass(), 23);
    private final RuleCheck early = new RuleCheck(LaterOperators.pass());
    private final RuleCheck fusion = new RuleCheck(FusionRules.pass());
    private final Sketch s = new Sketch();

    private Value number(double value) {
        return s.onnx.scalar(DataType.FLOAT32, value);
    }

    private Value mean(Value x, boolean keep, long... axes) {
        return s.onnx.reduce("ReduceMean", x, keep, axes);
    }

    private Node only(String op) {
        assertEquals(1, s.count(op), () -> s.graph.toText());
        return s.graph.nodes().stream().filter(n -> n.is(op)).findFirst().orElseThrow();
    }

    // Gelu

    private Value sigmoid(String function, Value u) {
        return s.onnx.add(number(1), s.onnx.op(function, u));
    }

    private Value errorOf(Value x, double root) {
        return sigmoid("Erf", s.onnx.div(x, number(root)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void halfOfANumberTimesItsShareIsGelu(int order) {
        Value x = s.input("x", 2, 8);
        Value share = errorOf(x, Math.sqrt(2));
        Value y =
                switch (order) {
                    case 0 -> s.onnx.mul(s.onnx.mul(x, number(0.5)), share);
                    case 1 -> s.onnx.div(s.onnx.mul(share, x), number(2));
                    default -> s.onnx.mul(x, s.onnx.mul(number(0.5), share));
                };
        check.firesRounding("erf-to-gelu", s.outputs(y));
        assertEquals("none", only("Gelu").attributes().get(OnnxOps.APPROXIMATE));
        assertEquals(1, s.graph.size());
    }

    @Test
    void anotherRootIsNoGelu() {
        Value x = s.input("x", 2, 8);
        Value y = s.onnx.mul(s.onnx.mul(x, number(0.5)), errorOf(x, 1.5));
        check.misses("erf-to-gelu", "u is the right function of x — false", s.outputs(y));
    }

    @Test
    void theWholeIsNoGelu() {
        Value x = s.input("x", 2, 8);
        Value y = s.onnx.mul(x, errorOf(x, Math.sqrt(2)));
        check.misses("erf-to-gelu", "the others are ½ and x — false", s.outputs(y));
    }

    @Test
    void geluWaitsForItsOpset() {
        Value x = s.input("x", 2, 8);
        Value y = s.onnx.mul(s.onnx.mul(x, number(0.5)), errorOf(x, Math.sqrt(2)));
        early.misses("erf-to-gelu", "the model's opset is 0; ask for --opset 20", s.outputs(y));
    }

    @Test
    void aModelThatNeedsTheOpsetHasTheOperator() {
        Value x = s.input("x", 2, 8);
        Value y = s.onnx.mul(s.onnx.mul(x, number(0.5)), errorOf(x, Math.sqrt(2)));
        s.outputs(y, s.onnx.op("Gelu", s.onnx.op("Neg", x)));
        PassContext context = new PassContext(PassOptions.DEFAULT);
        new PassRunner(List.of(LaterOperators.pass()), 1).run(s.graph, context);
        assertTrue(context.fired().containsKey("erf-to-gelu"), context.fired() + "");
    }

    private Value cubic(Value x, boolean inner) {
        if (inner) {
            Value square = s.onnx.mul(s.onnx.mul(x, x), number(0.044715));
            return s.onnx.mul(s.onnx.mul(number(Math.sqrt(2 / Math.PI)), x), s.onnx.add(number(1), square));
        }
        Value cube = s.onnx.mul(number(0.044715), s.onnx.op("Pow", x, number(3)));
        return s.onnx.mul(number(Math.sqrt(2 / Math.PI)), s.onnx.add(x, cube));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theApproximationByTanhIsGelu(boolean inner) {
        Value x = s.input("x", 2, 8);
        Value y = s.onnx.mul(x, s.onnx.mul(number(0.5), sigmoid("Tanh", cubic(x, inner))));
        check.firesRounding("tanh-to-gelu", s.outputs(y));
        assertEquals("tanh", only("Gelu").attributes().get(OnnxOps.APPROXIMATE));
        assertEquals(1, s.graph.size());
    }

    @Test
    void aCubeOfAnotherNumberIsNot() {
        Value x = s.input("x", 2, 8);
        Value y = s.onnx.mul(x, s.onnx.mul(number(0.5), sigmoid("Tanh", cubic(s.input("z", 2, 8), false))));
        check.misses("tanh-to-gelu", "u is the right function of x — false", s.outputs(y));
    }

    // Normalization

    private Value root(Value squares) {
        return s.onnx.op("Sqrt", s.onnx.add(squares, number(1e-3)));
    }

    private Value byRoot(Value x, Value squares) {
        return s.onnx.mul(x, s.onnx.op("Reciprocal", root(squares)));
    }

    @Test
    void theRootOfTheMeanOfSquaresIsRmsNormalization() {
        Value x = s.input("x", 2, 3, 8);
        Value y = s.onnx.mul(byRoot(x, mean(s.onnx.mul(x, x), true, -1)), s.weights(8));
        check.firesRounding("rms-normalization", s.outputs(y));
        assertEquals(-1L, only("RMSNormalization").attributes().get(OnnxOps.AXIS));
        assertEquals(1, s.graph.size());
    }

    @Test
    void aSumByTheNumberIsAMean() {
        Value x = s.input("x", 2, 3, 8);
        Value sum = s.onnx.reduce("ReduceSum", s.onnx.op("Pow", x, number(2)), false, 1, 2);
        Value squares = s.onnx.reshape(s.onnx.div(sum, number(24)), 2, 1, 1);
        check.firesRounding("rms-normalization", s.outputs(s.onnx.div(x, root(squares))));
        assertEquals(-2L, only("RMSNormalization").attributes().get(OnnxOps.AXIS));
        assertEquals(1, s.graph.size());
    }

    @Test
    void aSumByAnotherNumberIsNot() {
        Value x = s.input("x", 2, 3, 8);
        Value squares = s.onnx.div(s.onnx.reduce("ReduceSum", s.onnx.mul(x, x), true, 2), number(7));
        check.misses("rms-normalization", "normalized", s.outputs(byRoot(x, squares)));
    }

    @Test
    void otherAxesAreNotTheLast() {
        Value x = s.input("x", 2, 3, 8);
        check.misses(
                "rms-normalization",
                "goes over the last axes — false",
                s.outputs(byRoot(x, mean(s.onnx.mul(x, x), true, 1))));
    }

    @Test
    void rootsThatMeetOtherRowsAreNot() {
        Value x = s.input("x", 8, 8);
        Value squares = s.onnx.reshape(mean(s.onnx.mul(x, x), false, 1), 1, 8);
        check.misses("rms-normalization", "normalized", s.outputs(byRoot(x, squares)));
    }

    @Test
    void rmsNormalizationWaitsForItsOpset() {
        Value x = s.input("x", 2, 3, 8);
        early.misses("rms-normalization", "ask for --opset 23", s.outputs(byRoot(x, mean(s.onnx.mul(x, x), true, -1))));
    }

    private Value offset(Value x, double sign, long... axes) {
        Value mean = mean(x, false, axes);
        long[] kept = x.shape().sizes();
        for (long axis : axes) {
            kept[(int) axis] = 1;
        }
        Value difference = s.onnx.sub(x, s.onnx.reshape(mean, kept));
        Value gain = s.onnx.op("Reciprocal", root(mean(s.onnx.mul(difference, difference), false, axes)));
        Value scaled = s.onnx.mul(x, s.onnx.reshape(gain, kept));
        Value shift = s.onnx.mul(gain, mean);
        return sign > 0
                ? s.onnx.add(scaled, s.onnx.reshape(s.onnx.sub(number(0), shift), kept))
                : s.onnx.sub(scaled, s.onnx.reshape(shift, kept));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, -1})
    void aGainAndAnOffsetAreLayerNormalization(double sign) {
        Value x = s.input("x", 1, 6, 8);
        fusion.firesRounding("gain-and-offset-to-layer-normalization", s.outputs(offset(x, sign, 0, 2)));
        assertEquals(-1L, only("LayerNormalization").attributes().get(OnnxOps.AXIS));
        assertEquals(1, s.graph.size());
    }

    @Test
    void anOffsetOfAnotherMeanIsNot() {
        Value x = s.input("x", 1, 8, 8);
        Value difference = s.onnx.sub(x, mean(x, true, 2));
        Value gain = s.onnx.op("Reciprocal", root(mean(s.onnx.mul(difference, difference), true, 2)));
        Value y = s.onnx.sub(s.onnx.mul(x, gain), s.onnx.mul(mean(x, true, 1), gain));
        fusion.misses("gain-and-offset-to-layer-normalization", "normalized", s.outputs(y));
    }

    private Value grouped(Value x, long[] inner, long[] weights, long... axes) {
        Value parts = s.onnx.reshape(x, inner);
        Value difference = s.onnx.sub(parts, mean(parts, true, axes));
        Value normal = byRoot(difference, mean(s.onnx.mul(difference, difference), true, axes));
        Value whole = s.onnx.reshape(normal, x.shape().sizes());
        return s.onnx.add(s.onnx.mul(whole, s.weights(weights)), s.weights(weights));
    }

    @ParameterizedTest
    @CsvSource({"false, 0", "true, 2"})
    void groupsOfChannelsAreGroupNormalization(boolean last, int transposes) {
        Value x = last ? s.input("x", 2, 4, 4, 6) : s.input("x", 2, 6, 4, 4);
        Value y = last
                ? grouped(x, new long[] {2, 4, 4, 3, 2}, new long[] {6}, 1, 2, 4)
                : grouped(x, new long[] {2, 3, 2, 16}, new long[] {6, 1, 1}, 2, 3);
        check.firesRounding("group-normalization", s.outputs(y));
        assertEquals(3L, only("GroupNormalization").attributes().get(OnnxOps.NUM_GROUPS));
        assertEquals(transposes, s.count("Transpose"));
        assertEquals(1 + transposes, s.graph.size());
    }

    @Test
    void groupsOfPixelsAreNot() {
        Value x = s.input("x", 2, 4, 4, 6);
        check.misses(
                "group-normalization",
                "normalizes groups of channels — false",
                s.outputs(grouped(x, new long[] {2, 4, 2, 2, 6}, new long[] {6}, 1, 2, 5 - 1)));
    }

    @Test
    void scalesOfColumnsAreNot() {
        Value x = s.input("x", 2, 6, 4, 6);
        check.misses(
                "group-normalization",
                "scale and bias are one number for each channel — false",
                s.outputs(grouped(x, new long[] {2, 3, 2, 24}, new long[] {6}, 2, 3)));
    }

    // Attention

    private Value shares(Value q, Value k, Value mask) {
        Value product = s.onnx.mul(s.onnx.op("MatMul", q, s.onnx.transpose(k, 0, 1, 3, 2)), number(0.25));
        Value sum = mask.isPresent() ? s.onnx.add(product, mask) : product;
        return s.onnx.op("Softmax", Attributes.of(OnnxOps.AXIS, -1L), sum);
    }

    @Test
    void weightedValuesAreAttention() {
        Value q = s.input("q", 2, 3, 4, 8);
        Value k = s.input("k", 2, 3, 5, 8);
        Value y = s.onnx.op("MatMul", shares(q, k, Value.ABSENT), s.input("v", 2, 3, 5, 6));
        check.firesRounding("attention", s.outputs(y));
        assertEquals(0.25f, only("Attention").attributes().get(OnnxOps.SCALE));
        assertEquals(1, s.graph.size());
    }

    @ParameterizedTest
    @CsvSource({"4, 0", "1, 1"})
    void masksHaveARowForEachQuery(int rows, int expands) {
        Value q = s.input("q", 1, 3, 4, 8);
        Value mask = s.input("mask", 1, 1, rows, 5);
        Value y = s.onnx.op("MatMul", shares(q, s.input("k", 1, 3, 5, 8), mask), s.input("v", 1, 3, 5, 6));
        check.firesRounding("attention", s.outputs(y));
        assertEquals(expands, s.count("Expand"));
        assertEquals(1 + expands, s.graph.size());
    }

    @Test
    void matricesAreGroupedAsTheHeadsAre() {
        Value q = s.onnx.reshape(s.onnx.mul(s.input("q", 2, 3, 4, 8), number(0.5)), 6, 4, 8);
        Value k = s.onnx.mul(s.onnx.reshape(s.input("k", 2, 3, 5, 8), 6, 5, 8), number(0.5));
        Value product = s.onnx.op("MatMul", q, s.onnx.transpose(k, 0, 2, 1));
        Value sum = s.onnx.add(s.onnx.reshape(product, 2, 3, 4, 5), s.input("mask", 2, 1, 4, 5));
        Value shares = s.onnx.op("Softmax", Attributes.of(OnnxOps.AXIS, -1L), sum);
        Value v = s.onnx.reshape(s.input("v", 2, 3, 5, 6), 6, 5, 6);
        check.firesRounding("attention", s.outputs(s.onnx.op("MatMul", s.onnx.reshape(shares, 6, 4, 5), v)));
        assertEquals(2, s.graph.size());
    }

    @Test
    void oneHeadOfKeysServesAllQueries() {
        Value ones = s.onnx.constant(Tensor.splat(DataType.FLOAT32, Shape.of(1, 3, 5, 8), 1));
        Value k = s.onnx.mul(s.input("k", 1, 1, 5, 8), ones);
        Value v = s.onnx.op("Expand", s.input("v", 1, 1, 5, 6), s.onnx.ints(1, 3, 5, 6));
        Value y = s.onnx.op("MatMul", shares(s.input("q", 1, 3, 4, 8), k, Value.ABSENT), v);
        check.firesRounding("attention", s.outputs(y));
        assertEquals(1, s.graph.size());
    }

    private Value repeated(Value x, int times) {
        long[] d = x.shape().sizes();
        Value apart = s.onnx.reshape(x, d[0], d[1], 1, d[2], d[3]);
        Value many = s.onnx.op("Expand", apart, s.onnx.ints(d[0], d[1], times, d[2], d[3]));
        return s.onnx.reshape(many, d[0], d[1] * times, d[2], d[3]);
    }

    @Test
    void headsOfKeysServeGroupsOfQueries() {
        Value k = repeated(s.input("k", 2, 2, 5, 8), 3);
        Value v = repeated(s.input("v", 2, 2, 5, 6), 3);
        Value y = s.onnx.op("MatMul", shares(s.input("q", 2, 6, 4, 8), k, Value.ABSENT), v);
        check.firesRounding("attention", s.outputs(y));
        assertEquals(1, s.graph.size());
    }

    @Test
    void headsThatTakeTurnsAreNotLeftOut() {
        Value k = s.input("k", 2, 1, 2, 5, 8);
        Value v = s.input("v", 2, 1, 2, 5, 6);
        Value keys = s.onnx.reshape(s.onnx.op("Expand", k, s.onnx.ints(2, 3, 2, 5, 8)), 2, 6, 5, 8);
        Value values = s.onnx.reshape(s.onnx.op("Expand", v, s.onnx.ints(2, 3, 2, 5, 6)), 2, 6, 5, 6);
        Value y = s.onnx.op("MatMul", shares(s.input("q", 2, 6, 4, 8), keys, Value.ABSENT), values);
        check.firesRounding("attention", s.outputs(y));
        assertEquals(2, s.count("Expand"));
    }

    @Test
    void scoresThatAreBoundedKeepTheBound() {
        Value q = s.input("q", 1, 3, 4, 8);
        Value product = s.onnx.op("MatMul", q, s.onnx.transpose(s.input("k", 1, 3, 5, 8), 0, 1, 3, 2));
        Value bounded = s.onnx.mul(s.onnx.op("Tanh", s.onnx.div(product, number(20))), number(10));
        Value shares = s.onnx.op("Softmax", s.onnx.add(bounded, s.weights(4, 5)));
        check.firesRounding("attention", s.outputs(s.onnx.op("MatMul", shares, s.input("v", 1, 3, 5, 6))));
        assertEquals(10f, only("Attention").attributes().get(OnnxOps.SOFTCAP));
        assertEquals(0.5f, only("Attention").attributes().get(OnnxOps.SCALE));
    }

    @Test
    void keysThatServeAllBatchesStay() {
        Value k = s.onnx.transpose(s.input("k", 4, 5, 8), 0, 2, 1);
        Value shares = s.onnx.op("Softmax", s.onnx.op("MatMul", s.input("q", 2, 4, 6, 8), k));
        Value y = s.onnx.op("MatMul", shares, s.input("v", 4, 5, 6));
        check.misses("attention", "has heads that fit together — false", s.outputs(y));
    }

    @Test
    void valuesOfMoreHeadsStay() {
        Value k = s.onnx.transpose(s.input("k", 1, 1, 5, 8), 0, 1, 3, 2);
        Value shares = s.onnx.op("Softmax", s.onnx.op("MatMul", s.input("q", 1, 1, 6, 8), k));
        Value v = s.onnx.op("Expand", s.input("v", 1, 1, 5, 6), s.onnx.ints(1, 3, 5, 6));
        check.misses("attention", "has heads that fit together — false", s.outputs(s.onnx.op("MatMul", shares, v)));
    }

    @Test
    void keysThatAreNotTransposedStay() {
        Value product = s.onnx.op("MatMul", s.input("q", 1, 3, 4, 8), s.input("k", 1, 3, 8, 5));
        Value y = s.onnx.op("MatMul", s.onnx.op("Softmax", product), s.input("v", 1, 3, 5, 6));
        check.misses("attention", "takes the keys transposed — false", s.outputs(y));
    }

    @Test
    void scoresThatOthersReadStay() {
        Value q = s.input("q", 1, 3, 4, 8);
        Value shares = shares(q, s.input("k", 1, 3, 5, 8), Value.ABSENT);
        Value y = s.onnx.op("MatMul", shares, s.input("v", 1, 3, 5, 6));
        check.misses("attention", "has one use — false", s.outputs(y, shares));
    }

    @Test
    void masksOfQueriesAloneStay() {
        Value q = s.input("q", 1, 3, 4, 8);
        Value shares = shares(q, s.input("k", 1, 3, 5, 8), s.input("mask", 1, 1, 4, 1));
        Value y = s.onnx.op("MatMul", shares, s.input("v", 1, 3, 5, 6));
        check.misses("attention", "has a mask that fits the scores — false", s.outputs(y));
    }

    private Value placesFirst(String name, long... shape) {
        return s.onnx.transpose(s.input(name, shape), 0, 2, 1, 3);
    }

    @Test
    void headsSideBySideAreNotTransposed() {
        Value y = s.onnx.op(
                "Attention",
                Attributes.of(OnnxOps.SCALE, 0.25f),
                placesFirst("q", 2, 4, 6, 8),
                placesFirst("k", 2, 5, 3, 8),
                placesFirst("v", 2, 5, 3, 6),
                s.input("mask", 4, 5));
        check.firesRounding("attention-of-places-first", s.outputs(s.onnx.transpose(y, 0, 2, 1, 3)));
        assertEquals(0, s.count("Transpose"));
        assertEquals(6L, only("Attention").attributes().get(OnnxOps.Q_NUM_HEADS));
        assertEquals(3L, only("Attention").attributes().get(OnnxOps.KV_NUM_HEADS));
    }

    @Test
    void oneQueryNeedsNoTranspose() {
        Value y = s.onnx.op(
                "Attention", s.input("q", 2, 6, 1, 8), placesFirst("k", 2, 5, 3, 8), placesFirst("v", 2, 5, 3, 6));
        check.firesRounding("attention-of-places-first", s.outputs(s.onnx.reshape(y, 2, 36)));
        assertEquals(0, s.count("Transpose"));
    }

    @Test
    void keysWithHeadsFirstStay() {
        Value y = s.onnx.op(
                "Attention", placesFirst("q", 2, 4, 6, 8), s.input("k", 2, 3, 5, 8), placesFirst("v", 2, 5, 3, 6));
        check.misses(
                "attention-of-places-first",
                "takes places before heads — false",
                s.outputs(s.onnx.transpose(y, 0, 2, 1, 3)));
    }

    // RotaryEmbedding

    private Value half(Value x, long which) {
        long size = x.shape().size(3) / 2;
        return s.onnx.slice(
                x, new long[] {which * size}, new long[] {(which + 1) * size}, new long[] {3}, new long[] {1});
    }

    private Value turned(Value a, Value b, Value cos, Value sin) {
        Value real = s.onnx.sub(s.onnx.mul(a, cos), s.onnx.mul(b, sin));
        Value imaginary = s.onnx.add(s.onnx.mul(b, cos), s.onnx.mul(a, sin));
        return s.onnx.concat(3, real, imaginary);
    }

    private Value turned(Value x, Value cos, Value sin) {
        return turned(half(x, 0), half(x, 1), cos, sin);
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 4"})
    void halvesThatAreTurnedAreRotaryEmbedding(boolean headsFirst, int reshapes) {
        Value x = s.input("x", 2, 3, 4, 8);
        long[] places = headsFirst ? new long[] {2, 1, 4, 4} : new long[] {2, 3, 1, 4};
        Value y = turned(x, s.input("cos", places), s.input("sin", places));
        check.firesRounding("rotary-embedding", s.outputs(y));
        int own = headsFirst ? 2 : reshapes;
        assertEquals(own, s.count("Reshape"));
        assertEquals(1 + own, s.graph.size());
    }

    @Test
    void splitsAreHalvesToo() {
        List<Value> parts = s.onnx.split(s.input("x", 1, 3, 4, 8), 3, 4, 4);
        Value y = turned(parts.get(0), parts.get(1), s.input("cos", 4, 4), s.input("sin", 4, 4));
        check.firesRounding("rotary-embedding", s.outputs(y));
    }

    @Test
    void halvesOfTwoTensorsStay() {
        Value y = turned(
                half(s.input("x", 1, 3, 4, 8), 0),
                half(s.input("z", 1, 3, 4, 8), 1),
                s.input("cos", 4, 4),
                s.input("sin", 4, 4));
        check.misses("rotary-embedding", "turns both halves of the same tensor — false", s.outputs(y));
    }

    @Test
    void anglesOfHeadsStay() {
        Value y = turned(s.input("x", 1, 3, 4, 8), s.input("cos", 3, 4, 4), s.input("sin", 3, 4, 4));
        check.misses("rotary-embedding", "has an angle for each place", s.outputs(y));
    }

    private Value whole(Value x, Value angles, boolean doubled) {
        Value twice = doubled ? s.onnx.concat(angles.shape().rank() - 1, angles, angles) : angles;
        Value other = s.onnx.concat(3, s.onnx.op("Neg", half(x, 1)), half(x, 0));
        return s.onnx.add(s.onnx.mul(s.onnx.op("Cos", twice), x), s.onnx.mul(other, s.onnx.op("Sin", twice)));
    }

    @Test
    void anglesThatStandTwiceAreTakenOnce() {
        Value x = s.input("x", 2, 3, 4, 8);
        check.firesRounding(
                "rotary-embedding-by-doubled-angles", s.outputs(whole(x, s.input("angles", 2, 1, 4, 4), true)));
        assertEquals(1, s.count("RotaryEmbedding"));
        assertEquals(0, s.count("Neg"));
    }

    @Test
    void constantsHoldAnglesTwice() {
        float[] table = new float[4 * 8];
        for (int i = 0; i < table.length; i++) {
            table[i] = i / 8 + i % 4;
        }
        Value angles = s.onnx.constant("table", Tensor.ofFloats(Shape.of(4, 8), table));
        Value x = s.input("x", 1, 3, 4, 8);
        check.firesRounding("rotary-embedding-by-doubled-angles", s.outputs(whole(x, angles, false)));
    }

    @Test
    void anglesThatDifferBetweenHalvesStay() {
        Value x = s.input("x", 2, 3, 4, 8);
        check.misses(
                "rotary-embedding-by-doubled-angles",
                "holds the same in both halves of its last axis — false",
                s.outputs(whole(x, s.input("angles", 2, 1, 4, 8), false)));
    }
}
