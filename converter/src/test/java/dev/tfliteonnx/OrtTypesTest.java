package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.OnnxSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators in element types and opsets in which ONNX Runtime has no kernel for some of them: what it runs from {@code
 * .onnx}, by functions and casts that it puts in while loading, it runs from {@code .ort} with the same outputs bit for
 * bit.
 */
class OrtTypesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final OnnxRuntimeOptions AS_WRITTEN =
            OnnxRuntimeOptions.exact().withLevel(OnnxRuntimeOptions.Level.NONE);
    private static final List<DataType> TYPES = List.of(DataType.FLOAT32, DataType.FLOAT16, DataType.FLOAT64);
    private static final List<Integer> OPSETS = List.of(14, 18, 21, 23);
    private static final Shape SHAPE = Shape.of(1, 4, 3, 3);
    private static final float[] NUMBERS = {-3.7f, -2, -1.25f, -0.5f, -0.1f, 0, 0.2f, 0.75f, 1, 1.5f, 2.9f, 6.3f};

    /** Operators of one input of any kind of real numbers. */
    private static final List<String> UNARY = List.of(
            "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu GlobalAveragePool",
            "GlobalMaxPool HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log LogSoftmax",
            "MeanVarianceNormalization Mish Neg NonZero Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp",
            "ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Round Selu Shape Shrink Sigmoid",
            "Sign Sin Sinh Size Softmax Softplus Softsign Sqrt Squeeze Swish Tan Tanh ThresholdedRelu Transpose");

    /** Of two inputs of the same shape. */
    private static final String BINARY =
            "Add Concat Div Equal Greater GreaterOrEqual Less LessOrEqual MatMul Max Mean Min Mul PRelu Pow Sub Sum";

    /** What differs, and why. */
    private static final Map<String, String> DIFFER = Map.of(
            "Softplus+Relu+Tan of FLOAT16 at 18",
            "ONNX Runtime takes the Max of float16 in Relu's function to float32, for it stands between two such nodes");

    @TempDir
    Path scratch = Path.of("");

    private final Map<String, String> lost = new TreeMap<>();
    private int same;
    private int refused;

    @Test
    void whatRunsFromOnnxRunsFromOrt() throws IOException {
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        try (ChildRunner runner = ChildRunner.create(LIMIT)) {
            for (DataType type : TYPES) {
                for (int opset : OPSETS) {
                    all(type, opset, runner);
                }
            }
        }
        System.out.println("operators by type and opset in ONNX Runtime: " + same + " the same from .onnx and .ort, "
                + lost.size() + " lost, " + refused + " do not run from .onnx");
        lost.forEach((name, why) -> System.out.println("  lost " + name + ": " + why));
        assertEquals(DIFFER.keySet(), lost.keySet());
        assertTrue(same > 0, "nothing ran");
    }

    private void all(DataType type, int opset, ChildRunner runner) throws IOException {
        for (String op : String.join(" ", UNARY).split(" ")) {
            compare(List.of(op), 1, type, opset, runner);
        }
        for (String op : BINARY.split(" ")) {
            compare(List.of(op), 2, type, opset, runner);
        }
        compare(List.of("Sin", "Cos", "Mul", "Atan"), 2, type, opset, runner);
        compare(List.of("Softplus", "Relu", "Tan"), 1, type, opset, runner);
        compare(List.of("Clip"), 1, type, opset, runner);
        compare(List.of("CenterCropPad"), 1, type, opset, runner);
        compare(List.of("GroupNormalization"), 1, type, opset, runner);
    }

    /** Compares a chain of operators; those after the first read what came before, and the other input if they have two. */
    private void compare(List<String> ops, int inputs, DataType type, int opset, ChildRunner runner)
            throws IOException {
        if (ops.stream().anyMatch(op -> OnnxSchemas.find("", op, opset).isEmpty())) {
            return;
        }
        Graph graph = graph(ops, inputs, type, opset);
        Map<String, Integer> imports = Map.of("", opset);
        Model model = new Model(List.of(graph), List.of(), "", Map.of(), imports);
        String name = String.join("+", ops) + " of " + type + " at " + opset;
        List<Tensor> given = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            given.add(numbers(i).cast(type));
        }
        Path onnx = scratch.resolve("model.onnx");
        Path ort = scratch.resolve("model.ort");
        List<Tensor> expected;
        try {
            Files.write(onnx, new OnnxWriter().toBytes(model, WriteOptions.DEFAULT));
            expected = runner.run(AS_WRITTEN, onnx, given);
        } catch (EngineException | ConversionException e) {
            refused++;
            return;
        }
        try {
            Files.write(ort, new OrtWriter().toBytes(model, imports, WriteOptions.DEFAULT));
            List<Tensor> actual = runner.run(AS_WRITTEN, ort, given);
            if (NodeTests.isEqual(expected.get(0), actual.get(0))) {
                same++;
            } else {
                lost.put(name, "another output");
            }
        } catch (EngineException | ConversionException e) {
            lost.put(name, String.valueOf(e.getMessage()));
        }
    }

    private static Tensor numbers(int input) {
        float[] all = new float[(int) SHAPE.elementCount()];
        for (int i = 0; i < all.length; i++) {
            all[i] = NUMBERS[(i * (input + 1) + input) % NUMBERS.length];
        }
        return Tensor.ofFloats(SHAPE, all);
    }

    private static Graph graph(List<String> ops, int inputs, DataType type, int opset) {
        Graph graph = new Graph(Dialect.ONNX, "g");
        Value x = graph.input(ValueInfo.of("x", type, SHAPE));
        Value other = inputs == 2 ? graph.input(ValueInfo.of("other", type, SHAPE)) : Value.ABSENT;
        Value out = x;
        for (String op : ops) {
            List<Value> in = new ArrayList<>(List.of(out));
            boolean takesTwo =
                    OnnxSchemas.find("", op, opset).orElseThrow().inputs().max() > 1;
            if (inputs == 2 && takesTwo) {
                in.add(other);
            }
            in.addAll(constants(op, type, opset, graph));
            ValueInfo info = ValueInfo.of("y", result(op, type), Shape.UNKNOWN);
            out = graph.add(OpType.onnx(op), in, attributes(op), List.of(info), Origin.NONE)
                    .get(0);
        }
        graph.setOutputs(List.of(out));
        return graph;
    }

    private static DataType result(String op, DataType type) {
        return switch (op) {
            case "IsNaN", "IsInf", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual" -> DataType.BOOL;
            case "Shape", "Size", "NonZero" -> DataType.INT64;
            default -> type;
        };
    }

    private static Attributes attributes(String op) {
        return switch (op) {
            case "Concat" -> Attributes.of(Key.ofInt("axis"), 1L);
            case "GroupNormalization" -> Attributes.of(Key.ofInt("num_groups"), 2L);
            default -> Attributes.NONE;
        };
    }

    private static List<Value> constants(String op, DataType type, int opset, Graph graph) {
        return switch (op) {
            case "Clip" ->
                List.of(
                        graph.constant("min", Tensor.scalar(type, -0.3)),
                        graph.constant("max", Tensor.scalar(type, 1.3)));
            case "CenterCropPad" -> List.of(graph.constant("shape", Tensor.ofLongs(1, 2, 5, 2)));
            case "GroupNormalization" -> {
                Shape channels = Shape.of(opset < 21 ? 2 : 4);
                yield List.of(
                        graph.constant("scale", Tensor.splat(type, channels, 1.25)),
                        graph.constant("bias", Tensor.splat(type, channels, -0.5)));
            }
            default -> List.of();
        };
    }
}
