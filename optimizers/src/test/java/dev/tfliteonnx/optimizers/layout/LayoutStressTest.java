package dev.tfliteonnx.optimizers.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.OnnxVerifier;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random graphs with transpositions in random places; the seed is the name of the test. */
class LayoutStressTest {
    private static final int[][] PERMS = {
        Sketch.toSecond(), Sketch.toLast(), Sketch.toSecond(), Sketch.toLast(), {0, 2, 1, 3}, {3, 2, 1, 0}
    };

    static LongStream seeds() {
        String only = System.getProperty("test.seed");
        return only == null ? LongStream.range(0, 300) : LongStream.of(Long.parseLong(only));
    }

    /** A graph that grows by random nodes. */
    private static final class Growth {
        private static final Attributes SPACE_TURNED = Attributes.of(OnnxOps.PERM, Ints.of(0, 2, 1, 3));

        private final Random random;
        private final Sketch s = new Sketch();
        private final List<Value> values = new ArrayList<>();

        Growth(long seed) {
            this.random = new Random(seed);
        }

        Sketch grow() {
            values.add(s.input("x", 1 + random.nextInt(2), 1 + random.nextInt(4), 1 + random.nextInt(4), 3));
            for (int i = 4 + random.nextInt(20); i > 0; i--) {
                Value x = values.get(Math.max(0, values.size() - 1 - random.nextInt(4)));
                Value y = x.shape().hasRank(4) ? next(x) : s.onnx.op("Neg", x);
                if (y.shape().elementCount() <= 4000) {
                    values.add(y);
                }
            }
            List<Value> outputs = new ArrayList<>();
            outputs.add(values.get(values.size() - 1));
            for (Value v : values) {
                if (v.producer().isPresent() && !outputs.contains(v) && random.nextInt(8) == 0) {
                    outputs.add(v);
                }
            }
            if (outputs.get(0).producer().isEmpty()) {
                outputs.set(0, s.onnx.op("Relu", outputs.get(0)));
            }
            s.outputs(outputs.toArray(new Value[0]));
            s.graph.removeDeadNodes();
            return s;
        }

        private Value next(Value x) {
            int axis = random.nextInt(4);
            return switch (random.nextInt(16)) {
                case 0, 1, 2 -> s.onnx.transpose(x, PERMS[random.nextInt(PERMS.length)]);
                case 3, 4 -> s.conv(x, 1 + random.nextInt(4));
                case 5 -> s.onnx.op(random.nextBoolean() ? "Relu" : "Identity", x);
                case 6 -> s.onnx.add(x, other(x));
                case 7 -> s.onnx.mul(x, s.weights(x.shape().size(3)));
                case 8 -> s.onnx.concat(axis, x, s.onnx.op("Neg", x));
                case 9 ->
                    s.onnx.op(
                            "Pad",
                            x,
                            s.onnx.ints(LongStream.range(0, 8)
                                    .map(i -> random.nextInt(2))
                                    .toArray()));
                case 10 -> reduced(x, axis);
                case 11 -> s.onnx.op("Max", x, turned(x));
                case 12 -> s.onnx.split(x, axis, x.shape().size(axis), 0).get(0);
                case 13 -> s.onnx.gather(x, s.onnx.ints(0, x.shape().size(axis) - 1), axis);
                case 14 -> s.dequantize(s.quantize(x, 0.125, 3), 0.125, 3);
                default -> reshaped(x);
            };
        }

        private Value turned(Value x) {
            Value turned = s.onnx.op("Transpose", SPACE_TURNED, x);
            return turned.shape().equals(x.shape()) ? turned : x;
        }

        private Value other(Value x) {
            List<Value> alike = values.stream()
                    .filter(v -> Shape.broadcast(v.shape(), x.shape()).isPresent())
                    .toList();
            return alike.get(random.nextInt(alike.size()));
        }

        private Value reduced(Value x, int axis) {
            boolean keep = random.nextInt(3) > 0;
            long second = random.nextInt(4);
            long[] axes = second == axis ? new long[] {axis} : new long[] {axis, second};
            return s.onnx.reduce(random.nextBoolean() ? "ReduceMax" : "ReduceMin", x, keep, axes);
        }

        private Value reshaped(Value x) {
            long[] d = x.shape().sizes();
            return switch (random.nextInt(5)) {
                case 0 -> s.onnx.reshape(x, d[0], 1, d[1] * d[2], d[3]);
                case 1 -> s.onnx.reshape(x, d[0], d[1], d[2] * d[3], 1);
                case 2 -> s.onnx.unsqueeze(s.onnx.op("Abs", s.onnx.reshape(x, d[0], d[1] * d[2], d[3])), 2);
                case 3 ->
                    s.onnx.op("MatMul", s.onnx.reshape(x, d[0], d[1] * d[2] * d[3]), s.weights(d[1] * d[2] * d[3], 2));
                default -> s.onnx.reshape(x, d[0] * d[1], d[2], 1, d[3]);
            };
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void numbersStayAndTransposesGrowNoMore(long seed) {
        Sketch s = new Growth(seed).grow();
        List<Tensor> before = s.run();
        List<String> names = s.graph.outputs().stream().map(Value::name).toList();
        long transposes = s.count("Transpose");

        new LayoutPass().run(s.graph, new PassContext(PassOptions.DEFAULT));

        OnnxVerifier.verify(s.graph, 20);
        RuleCheck.same(before, s.run());
        assertEquals(names, s.graph.outputs().stream().map(Value::name).toList());
        assertTrue(s.count("Transpose") <= transposes, s.graph::toText);
        String text = s.graph.toText();
        assertFalse(new LayoutPass().run(s.graph, new PassContext(PassOptions.DEFAULT)), text);
        assertEquals(text, s.graph.toText());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void allPassesKeepTheNumbers(long seed) {
        Sketch s = new Growth(seed).grow();
        List<Tensor> before = s.run();
        long transposes = s.count("Transpose");

        DefaultPasses.runner().run(s.graph, new PassContext(PassOptions.DEFAULT));

        OnnxVerifier.verify(s.graph, 20);
        RuleCheck.same(before, s.run());
        assertTrue(s.count("Transpose") <= transposes, s.graph::toText);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theSameGraphGivesTheSameGraph(long seed) {
        Sketch a = new Growth(seed).grow();
        Sketch b = new Growth(seed).grow();
        DefaultPasses.runner().run(a.graph, new PassContext(PassOptions.DEFAULT));
        DefaultPasses.runner().run(b.graph, new PassContext(PassOptions.DEFAULT));
        assertEquals(a.graph.toText(), b.graph.toText());
    }
}
