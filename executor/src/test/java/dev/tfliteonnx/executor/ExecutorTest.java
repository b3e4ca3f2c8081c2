package dev.tfliteonnx.executor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.executor.kernels.KernelTable;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExecutorTest {
    private final Graph graph = new Graph(Dialect.ONNX, "test");

    private Value input(String name, long... sizes) {
        return graph.input(ValueInfo.of(name, DataType.FLOAT32, Shape.of(sizes)));
    }

    private static Value add(Graph to, String op, Attributes attributes, Value... inputs) {
        ValueInfo out = ValueInfo.of(op, DataType.FLOAT32, Shape.UNKNOWN);
        return to.add(OpType.onnx(op), List.of(inputs), attributes, List.of(out), Origin.NONE)
                .get(0);
    }

    private Value add(String op, Value... inputs) {
        return add(graph, op, Attributes.NONE, inputs);
    }

    private Value floats(Shape shape, float... values) {
        return graph.constant("c", Tensor.ofFloats(shape, values));
    }

    @Test
    void runsByOrderAndByName() {
        Value x = input("x", 2);
        Value y = input("y", 2);
        graph.setOutputs(List.of(add("Sub", x, y), x));
        Executor executor = Executor.of(graph);
        Tensor first = Tensor.ofFloats(Shape.of(2), 5, 7);
        Tensor second = Tensor.ofFloats(Shape.of(2), 1, 2);
        List<Tensor> results = executor.run(List.of(first, second));
        assertArrayEquals(new float[] {4, 5}, results.get(0).toFloats());
        assertArrayEquals(new float[] {5, 7}, results.get(1).toFloats());
        Map<String, Tensor> named = executor.run(Map.of("y", second, "x", first));
        assertEquals(List.of("Sub", "x"), List.copyOf(named.keySet()));
        assertArrayEquals(
                new float[] {4, 5}, Objects.requireNonNull(named.get("Sub")).toFloats());
    }

    @Test
    void showsEveryComputedValueInOrder() {
        Value root = add("Sqrt", add("Abs", input("x", 1)));
        graph.setOutputs(List.of(root));
        List<String> seen = new ArrayList<>();
        Executor.of(graph)
                .run(
                        List.of(Tensor.ofFloats(Shape.of(1), -9)),
                        (value, tensor) -> seen.add(value.name() + "=" + tensor.toFloats()[0]));
        assertEquals(List.of("Abs=9.0", "Sqrt=3.0"), seen);
    }

    @Test
    void runsTheSameGraphAgain() {
        graph.setOutputs(List.of(add("Add", input("x", 1), floats(Shape.of(1), 1))));
        Executor executor = Executor.of(graph);
        for (int i = 0; i < 3; i++) {
            Tensor result =
                    executor.run(List.of(Tensor.ofFloats(Shape.of(1), i))).get(0);
            assertEquals(i + 1f, result.toFloats()[0]);
        }
    }

    @Test
    void nestedGraphsReadValuesOfTheGraphAround() {
        Value condition = graph.input(ValueInfo.of("condition", DataType.BOOL, Shape.SCALAR));
        Value doubled = add("Add", input("x", 1), graph.inputs().get(1));
        Graph then = graph.nested("then");
        then.setOutputs(List.of(add(then, "Neg", Attributes.NONE, doubled)));
        Graph otherwise = graph.nested("else");
        otherwise.setOutputs(List.of(doubled));
        Attributes branches =
                Attributes.of(Key.ofGraph("then_branch"), then).with(Key.ofGraph("else_branch"), otherwise);
        graph.setOutputs(List.of(add(graph, "If", branches, condition)));
        Executor executor = Executor.of(graph);
        Tensor x = Tensor.ofFloats(Shape.of(1), 3);
        Tensor yes = Tensor.scalar(DataType.BOOL, 1);
        Tensor no = Tensor.scalar(DataType.BOOL, 0);
        assertEquals(-6f, executor.run(List.of(yes, x)).get(0).toFloats()[0]);
        assertEquals(6f, executor.run(List.of(no, x)).get(0).toFloats()[0]);
    }

    @Test
    void namesTheNodeThatHasNoKernel() {
        Value odd = add("Bernoulli", input("x", 1));
        graph.setOutputs(List.of(odd));
        NoKernelException e = assertThrows(NoKernelException.class, () -> Executor.of(graph));
        assertEquals(OpType.onnx("Bernoulli"), e.op());
        assertSame(odd.producer().orElseThrow(), e.node());
        assertTrue(String.valueOf(e.getMessage()).contains("Bernoulli(x)"), e.getMessage());
    }

    @Test
    void namesTheNodeThatFails() {
        Value bad = add("Add", input("x", 2), floats(Shape.of(3), 1, 2, 3));
        graph.setOutputs(List.of(bad));
        Executor executor = Executor.of(graph);
        NodeFailedException e = assertThrows(
                NodeFailedException.class, () -> executor.run(List.of(Tensor.ofFloats(Shape.of(2), 1, 2))));
        assertSame(bad.producer().orElseThrow(), e.node());
        assertTrue(String.valueOf(e.getMessage()).contains("cannot broadcast [2] with [3]"), e.getMessage());
    }

    @Test
    void refusesInputsThatTheGraphDoesNotTake() {
        graph.setOutputs(List.of(add("Abs", input("x", 2))));
        Executor executor = Executor.of(graph);
        assertThrows(IllegalArgumentException.class, () -> executor.run(List.of()));
        assertThrows(IllegalArgumentException.class, () -> executor.run(List.of(Tensor.ofLongs(1, 2))));
        assertThrows(
                IllegalArgumentException.class, () -> executor.run(List.of(Tensor.ofFloats(Shape.of(3), 1, 2, 3))));
        assertThrows(IllegalArgumentException.class, () -> executor.run(Map.of()));
    }

    @Test
    void foldsANodeOfConstants() {
        Value sum = add("Mul", floats(Shape.of(2), 2, 3), floats(Shape.of(1), 4));
        List<Tensor> folded = Executor.fold(sum.producer().orElseThrow()).orElseThrow();
        assertArrayEquals(new float[] {8, 12}, folded.get(0).toFloats());
        assertEquals(Shape.of(2), folded.get(0).shape());
    }

    @Test
    void foldsANodeThatLeavesInputsOut() {
        Value clipped = add("Clip", floats(Shape.of(3), -1, 2, 9), Value.ABSENT, floats(Shape.SCALAR, 3));
        Tensor folded =
                Executor.fold(clipped.producer().orElseThrow()).orElseThrow().get(0);
        assertArrayEquals(new float[] {-1, 2, 3}, folded.toFloats());
    }

    @Test
    void foldsNothingElse() {
        Value open = add("Abs", input("x", 1));
        Value odd = add("Bernoulli", floats(Shape.of(1), 1));
        assertEquals(Optional.empty(), Executor.fold(open.producer().orElseThrow()));
        assertEquals(Optional.empty(), Executor.fold(odd.producer().orElseThrow()));
        assertTrue(KernelTable.standard().supports(OpType.onnx("Abs")));
    }

    @Test
    void fourBitIntegersComeOutPackedAndGoInPacked() {
        Value x = graph.input(ValueInfo.of("x", DataType.INT4, Shape.of(3)));
        Value scale = floats(Shape.SCALAR, 0.5f);
        Value real = add("DequantizeLinear", x, scale);
        Value zero = graph.constant("zero", Tensor.ofIntegers(DataType.INT4, Shape.SCALAR, 0));
        graph.setOutputs(List.of(real, add("QuantizeLinear", real, scale, zero)));
        Tensor in = Tensor.ofIntegers(DataType.INT4, Shape.of(3), -8, 7, 1);
        List<Tensor> results = Executor.of(graph).run(List.of(in));
        assertArrayEquals(new float[] {-4, 3.5f, 0.5f}, results.get(0).toFloats());
        assertEquals(2, results.get(1).byteSize());
        assertArrayEquals(new long[] {-8, 7, 1}, results.get(1).toLongs());
    }

    @Test
    void halfPrecisionIsRoundedAfterEveryNode() {
        Value x = graph.input(ValueInfo.of("x", DataType.FLOAT16, Shape.of(1)));
        Value small = graph.constant("small", Tensor.splat(DataType.FLOAT16, Shape.of(1), 0.0004));
        graph.setOutputs(List.of(add("Sub", add("Add", x, small), x)));
        Tensor one = Tensor.splat(DataType.FLOAT16, Shape.of(1), 1);
        Tensor rest = Executor.of(graph).run(List.of(one)).get(0);
        assertEquals(DataType.FLOAT16, rest.type());
        assertEquals(0f, rest.toFloats()[0]);
    }

    @Test
    void convolutionInSinglePrecisionAgreesWithDoubleOverManyTiles() {
        Shape xs = Shape.of(2, 12, 33, 129);
        Shape ws = Shape.of(8, 3, 3, 5);
        List<Tensor> results = new ArrayList<>();
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            Graph g = new Graph(Dialect.ONNX, "conv");
            Value x = g.input(ValueInfo.of("x", type, xs));
            Value w = g.constant("w", wave(ws).cast(type));
            Attributes options = Attributes.of(Key.ofInt("group"), 4L)
                    .with(Key.ofString("auto_pad"), "SAME_UPPER")
                    .with(Key.ofInts("strides"), Ints.of(1, 2));
            g.setOutputs(List.of(add(g, "Conv", options, x, w)));
            results.add(Executor.of(g).run(List.of(wave(xs).cast(type))).get(0));
        }
        assertEquals(Shape.of(2, 8, 33, 65), results.get(0).shape());
        assertArrayEquals(results.get(1).toFloats(), results.get(0).toFloats(), 1e-4f);
    }

    private static Tensor wave(Shape shape) {
        float[] values = new float[(int) shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.7);
        }
        return Tensor.ofFloats(shape, values);
    }
}
