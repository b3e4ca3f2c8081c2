package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Severity;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.executor.NoKernelException;
import dev.tfliteonnx.executor.NodeFailedException;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TestModel;
import dev.tfliteonnx.testmodels.cases.Engine;
import dev.tfliteonnx.testmodels.cases.OpCase;
import dev.tfliteonnx.testmodels.cases.OpCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every operator on quantized tensors in integer operators: in ONNX Runtime, as it optimizes by default, all elements
 * equal those of TFLite's reference kernels, or the conversion is refused because there is no exact form. Where a case
 * names a defect of the reference kernel, the plain Java kernel stands for what is meant.
 * {@code -Dexact.cases=N} sets how many cases of an operator and a type are taken, evenly from all there are,
 * {@code -Dexact.seeds=N} the inputs of each, and {@code -Dtest.op=TEXT} keeps the cases whose names begin so.
 */
class ExactOpsTest {
    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.plain().withThreads(1);
    private static final TfliteOptions REFERENCE =
            TfliteOptions.of(Kernels.REFERENCE).withThreads(1);
    private static final long SEED = 17;
    private static final Map<String, String> TABLE = new TreeMap<>();

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofSeconds(60));

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> everyOperator() {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        return OpCases.byOp(0).entrySet().stream().flatMap(e -> byType(e.getValue()).entrySet().stream()
                .map(t -> DynamicTest.dynamicTest(
                        e.getKey() + " " + t.getKey(), () -> check(e.getKey(), t.getKey(), t.getValue()))));
    }

    @AfterAll
    static void print() {
        System.out.printf(
                "%-30s %-6s %6s %6s %8s %8s %8s %10s%n",
                "operator", "type", "cases", "equal", "refused", "differ", "not run", "elements");
        TABLE.values().forEach(System.out::println);
    }

    /** The cases with quantized tensors, by the narrowest type of those that are no constants; as many as are asked for. */
    private static Map<DataType, List<OpCase>> byType(List<OpCase> cases) {
        Map<DataType, List<OpCase>> types = new TreeMap<>();
        for (OpCase opCase : cases) {
            narrowest(opCase).ifPresent(t -> types.computeIfAbsent(t, k -> new ArrayList<>())
                    .add(opCase));
        }
        int most = Integer.getInteger("exact.cases", 6);
        types.replaceAll((t, all) -> Stream.iterate(0, i -> i + 1)
                .limit(Math.min(most, all.size()))
                .map(i -> all.get((int) ((long) i * all.size() / Math.min(most, all.size()))))
                .toList());
        return types;
    }

    private static Optional<DataType> narrowest(OpCase opCase) {
        Graph graph;
        try {
            graph = TfliteReader.read(opCase.model().bytes(), opCase.name(), Optional.empty())
                    .model()
                    .graphs()
                    .get(0);
        } catch (ConversionException e) {
            throw new AssertionError(opCase.name(), e);
        }
        List<Value> values = new ArrayList<>(graph.inputs());
        for (Node node : graph.nodes()) {
            values.addAll(node.outputs());
        }
        return values.stream()
                .filter(v -> v.quant().isPresent())
                .map(Value::type)
                .min(java.util.Comparator.comparingInt(DataType::wideBytes));
    }

    private static void check(String op, DataType type, List<OpCase> cases) throws EngineException, IOException {
        Tally tally = new Tally();
        for (OpCase opCase : cases) {
            run(opCase, tally);
        }
        TABLE.put(op + " " + type, tally.row(op, type, cases.size()));
        assertEquals(List.of(), tally.differ, op);
    }

    private static void run(OpCase opCase, Tally tally) throws EngineException, IOException {
        TestModel model = opCase.model();
        Optional<Conversion> conversion = convert(opCase, model, tally);
        if (conversion.isEmpty()) {
            return;
        }
        if (opCase.excuse(Engine.ONNX_RUNTIME).isPresent()) {
            tally.notRun++;
            return;
        }
        Path tflite = Files.write(folder.resolve("case.tflite"), model.array());
        Path onnx = folder.resolve("case.onnx");
        try {
            Files.write(onnx, conversion.get().toBytes());
        } catch (ConversionException e) {
            throw new AssertionError(opCase.name(), e);
        }
        for (int seed = 0; seed < Integer.getInteger("exact.seeds", 1); seed++) {
            List<Tensor> inputs =
                    model.draw(SeededValues.of(SEED + seed + opCase.name().hashCode()));
            List<Tensor> fed = new ArrayList<>(inputs);
            conversion.get().states().forEach(s -> fed.add(s.initial()));
            List<Tensor> expected = opCase.excuse(Engine.TFLITE_REFERENCE).isEmpty()
                    ? ENGINES.run(REFERENCE, tflite, inputs)
                    : meant(opCase, inputs);
            List<Tensor> actual = ENGINES.run(RUNTIME, onnx, fed).subList(0, expected.size());
            List<Comparison> results = Comparison.all(actual, expected, Tolerance.EXACT);
            if (results.stream().anyMatch(c -> c.maxAbs() != 0 || c.broken() != 0)) {
                tally.differ.add(opCase.name() + " seed " + seed + ": " + results);
                return;
            }
            tally.elements += results.stream().mapToLong(Comparison::count).sum();
        }
        tally.equal++;
    }

    /** What the kernel would give but for a defect that the case names: the results of the plain Java one. */
    private static List<Tensor> meant(OpCase opCase, List<Tensor> inputs) {
        try {
            Bytes model = opCase.model().bytes();
            return TfliteExecutor.of(TfliteReader.read(model, opCase.name(), Optional.empty())
                            .model())
                    .run(inputs);
        } catch (ConversionException | NoKernelException | NodeFailedException e) {
            throw new AssertionError(opCase.name(), e);
        }
    }

    /** The conversion, unless there is no exact form and it says so. */
    private static Optional<Conversion> convert(OpCase opCase, TestModel model, Tally tally) {
        try {
            return Optional.of(Converter.convert(
                    model.bytes(), opCase.name(), ConversionOptions.DEFAULT.withQuant(QuantMode.INTEGER)));
        } catch (ConversionException e) {
            List<DiagnosticCode> errors = e.diagnostics().stream()
                    .filter(d -> d.severity() == Severity.ERROR)
                    .map(d -> d.code())
                    .distinct()
                    .collect(Collectors.toList());
            if (!errors.equals(List.of(DiagnosticCode.NO_EXACT_FORM))) {
                tally.differ.add(opCase.name() + ": " + e.getMessage());
            }
            tally.refused++;
            return Optional.empty();
        }
    }

    /** What the cases of one operator came to. */
    private static final class Tally {
        final List<String> differ = new ArrayList<>();
        int equal;
        int refused;
        int notRun;
        long elements;

        String row(String op, DataType type, int cases) {
            return String.format(
                    Locale.ROOT,
                    "%-30s %-6s %6d %6d %8d %8d %8d %10d",
                    op,
                    type,
                    cases,
                    equal,
                    refused,
                    differ.size(),
                    notRun,
                    elements);
        }
    }
}
