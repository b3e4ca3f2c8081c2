package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TensorFlow operators that a model runs as they are, against the functions that they stand for. */
class FlexOpsTest {
    private static final float[] X = {-2.5f, -0.25f, 0f, 0.5f, 1f, 3f};
    private static final float[] Y = {1f, -0.25f, 2f, -4f, 0.5f, 8f};
    private static final Set<String> BINARY =
            Set.of("Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "Less", "Greater");
    private static final Map<String, DoubleBinaryOperator> FUNCTIONS = Map.ofEntries(
            Map.entry("Add", (x, y) -> x + y),
            Map.entry("AddV2", (x, y) -> x + y),
            Map.entry("Sub", (x, y) -> x - y),
            Map.entry("Mul", (x, y) -> x * y),
            Map.entry("RealDiv", (x, y) -> x / y),
            Map.entry("Maximum", Math::max),
            Map.entry("Minimum", Math::min),
            Map.entry("Less", (x, y) -> x < y ? 1 : 0),
            Map.entry("Greater", (x, y) -> x > y ? 1 : 0),
            Map.entry("Abs", (x, y) -> Math.abs(x)),
            Map.entry("Neg", (x, y) -> -x),
            Map.entry("Sign", (x, y) -> Math.signum(x)),
            Map.entry("Sigmoid", (x, y) -> 1 / (1 + Math.exp(-x))),
            Map.entry("Tanh", (x, y) -> Math.tanh(x)),
            Map.entry("Relu", (x, y) -> Math.max(x, 0)),
            Map.entry("Softplus", (x, y) -> Math.log1p(Math.exp(x))),
            Map.entry("Exp", (x, y) -> Math.exp(x)),
            Map.entry("Log", (x, y) -> Math.log(x)),
            Map.entry("Sqrt", (x, y) -> Math.sqrt(x)),
            Map.entry("Tan", (x, y) -> Math.tan(x)),
            Map.entry("Sinh", (x, y) -> Math.sinh(x)),
            Map.entry("Cosh", (x, y) -> Math.cosh(x)));

    /** Those that {@link ProgramsTest} runs against TensorFlow. */
    private static final Set<String> IN_MODELS = Set.of(
            "Atan", "AvgPool3D", "Erf", "Identity", "Inv", "IsNan", "MaxPool3D", "Reciprocal", "Selu", "Softsign");

    /** Those whose handlers {@link OtherCustomOpsTest} tries. */
    private static final Set<String> DRAWN = Set.of("Multinomial", "RandomStandardNormal", "RandomUniform");

    static Stream<String> operators() {
        return FUNCTIONS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void computesItsFunction(String name) throws Exception {
        boolean binary = BINARY.contains(name);
        boolean logical = name.equals("Less") || name.equals("Greater");
        TfliteBuilder model = TfliteBuilder.model();
        TensorRef x = model.input("x", DataType.FLOAT32, X.length);
        TensorRef[] operands = binary
                ? new TensorRef[] {x, model.constant("y", Tensor.ofFloats(Shape.of(Y.length), Y))}
                : new TensorRef[] {x};
        OpSpec spec = OpSpec.custom("Flex" + name)
                .inputs(operands)
                .outputs(TensorSpec.of(logical ? DataType.BOOL : DataType.FLOAT32, X.length)
                        .named("z"));
        model.outputs(model.add(spec).toArray(TensorRef[]::new));
        Bytes bytes = Bytes.of(model.build(), "model");
        Conversion conversion = Converter.convert(bytes, "model", ConversionOptions.DEFAULT);
        DoubleBinaryOperator function = Objects.requireNonNull(FUNCTIONS.get(name));
        double[] expected = new double[X.length];
        for (int i = 0; i < X.length; i++) {
            expected[i] = function.applyAsDouble(X[i], Y[i]);
        }
        Executor executor = Executor.of(conversion.model().graphs().get(0));
        List<Tensor> inputs = List.of(Tensor.ofFloats(Shape.of(X.length), X));
        assertArrayEquals(expected, executor.run(inputs).get(0).toDoubles(), 2e-6);
        TfliteExecutor source = TfliteExecutor.of(
                TfliteReader.read(bytes, "model", Optional.empty()).model());
        assertArrayEquals(expected, source.run(inputs).get(0).toDoubles(), 2e-6);
    }

    @Test
    void everyRowIsTried() {
        Set<String> rows = HandlerTable.all().stream()
                .map(r -> r.op().name())
                .filter(n -> n.startsWith("Flex"))
                .map(n -> n.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tried = new TreeSet<>(FUNCTIONS.keySet());
        tried.addAll(IN_MODELS);
        tried.addAll(DRAWN);
        assertEquals(rows, tried);
    }
}
