package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.executor.NoKernelException;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.cases.OpCase;
import dev.tfliteonnx.testmodels.cases.OpCases;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A model of another batch computes for each example what the model of the file does. */
class BatchTest {
    private static final Dim DYNAMIC = new Dim.Named("batch");

    /** How many cases of an operator are tried. */
    private static final int CASES = Integer.getInteger("batch.cases", 12);

    /** How many real models are tried. */
    private static final int MODELS = Integer.getInteger("batch.models", 8);

    /** Operators of which at least one case must take another batch. */
    private static final Set<String> PROVEN = Set.of(
            "ABS",
            "ADD",
            "ARG_MAX",
            "AVERAGE_POOL_2D",
            "BATCH_MATMUL",
            "CAST",
            "CONCATENATION",
            "CONV_2D",
            "CUMSUM",
            "DEPTHWISE_CONV_2D",
            "DEPTH_TO_SPACE",
            "EXPAND_DIMS",
            "FULLY_CONNECTED",
            "GATHER",
            "L2_NORMALIZATION",
            "MAX_POOL_2D",
            "MEAN",
            "MIRROR_PAD",
            "MUL",
            "ONE_HOT",
            "PACK",
            "PAD",
            "PRELU",
            "REDUCE_MAX",
            "RESHAPE",
            "RESIZE_BILINEAR",
            "SELECT_V2",
            "SLICE",
            "SOFTMAX",
            "SPACE_TO_DEPTH",
            "SPLIT",
            "SPLIT_V",
            "SQUEEZE",
            "STRIDED_SLICE",
            "SUM",
            "TILE",
            "TOPK_V2",
            "TRANSPOSE",
            "TRANSPOSE_CONV",
            "UNPACK");

    @TempDir
    static Path folder;

    private static final Set<String> CHANGED = new TreeSet<>();

    @TestFactory
    Stream<DynamicTest> everyOperator() {
        Stream<DynamicTest> ops = OpCases.byOp(0).entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())));
        DynamicTest all = DynamicTest.dynamicTest("proven", () -> {
            Set<String> missing = new TreeSet<>(PROVEN);
            missing.removeAll(CHANGED);
            assertEquals(Set.of(), missing);
        });
        return System.getProperty("test.op") == null ? Stream.concat(ops, Stream.of(all)) : ops;
    }

    private static void check(String op, List<OpCase> cases) throws IOException, ConversionException {
        int changed = 0;
        int step = Math.max(1, cases.size() / CASES);
        for (int i = 0; i < cases.size(); i += step) {
            OpCase one = cases.get(i);
            for (boolean fixed : new boolean[] {true, false}) {
                changed += check(one, fixed) ? 1 : 0;
            }
        }
        if (changed > 0) {
            CHANGED.add(op);
        }
    }

    /** Whether the case takes twice as many examples; if it does, each is computed as before. */
    private static boolean check(OpCase one, boolean fixed) throws IOException, ConversionException {
        List<Tensor> first = one.model().draw(SeededValues.of(1));
        List<Tensor> second = new ArrayList<>(one.model().draw(SeededValues.of(2)));
        Optional<Long> examples = first.stream()
                .filter(t -> t.shape().rank() > 0)
                .findFirst()
                .map(t -> t.shape().size(0));
        if (examples.isEmpty() || examples.get() == 0) {
            return false;
        }
        Graph graph = Converter.convert(one.model().bytes(), one.name(), ConversionOptions.DEFAULT)
                .model()
                .main();
        if (!graph.inputs().stream().allMatch(v -> v.shape().isStatic())
                || graph.inputs().size() != first.size()) {
            return false; // the file promises to take any batch, or keeps something from run to run
        }
        Dim batch = fixed ? Dim.of(2 * examples.get()) : DYNAMIC;
        Conversion changed;
        try {
            changed = Converter.convert(one.model().bytes(), one.name(), ConversionOptions.DEFAULT.withBatch(batch));
        } catch (ConversionException e) {
            assertTrue(e.diagnostics().stream().allMatch(BatchTest::saysWhy), one.name() + ": " + e.diagnostics());
            return false;
        }
        List<Tensor> stacked = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            boolean has =
                    first.get(i).shape().rank() > 0 && first.get(i).shape().size(0) == examples.get();
            if (!has) {
                second.set(i, first.get(i));
            }
            stacked.add(has ? stack(List.of(first.get(i), second.get(i)), 0) : first.get(i));
        }
        try {
            compare(
                    one.name() + " " + batch,
                    Executor.of(changed.model().main()).run(stacked),
                    List.of(Executor.of(graph).run(first), Executor.of(graph).run(second)));
        } catch (NoKernelException e) {
            return false;
        }
        return true;
    }

    private static boolean saysWhy(Diagnostic d) {
        return d.code() == DiagnosticCode.BAD_OPTION
                || d.code() == DiagnosticCode.UNKNOWN_SHAPE
                || d.code() == DiagnosticCode.OPERAND_NOT_CONSTANT;
    }

    /** All examples together against those of several runs, put behind each other on the axis that grew. */
    private static void compare(String name, List<Tensor> actual, List<List<Tensor>> runs) {
        for (int i = 0; i < actual.size(); i++) {
            int output = i;
            List<Tensor> parts = runs.stream().map(r -> r.get(output)).toList();
            Shape one = parts.get(0).shape();
            Shape all = actual.get(i).shape();
            Tensor expected = parts.get(0);
            if (!one.equals(all)) {
                int axis = 0;
                while (one.size(axis) == all.size(axis)) {
                    axis++;
                }
                expected = stack(parts, axis);
            }
            assertEquals(expected.shape(), all, name);
            Tolerance tolerance = expected.type().isFloat() ? Tolerance.FLOAT : Tolerance.EXACT;
            Comparison found = Comparison.of(actual.get(i), expected, tolerance);
            assertTrue(found.ok(), name + " output " + i + ": " + found);
        }
    }

    private static Tensor stack(List<Tensor> parts, int axis) {
        Shape one = parts.get(0).shape();
        long outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= one.size(i);
        }
        int block = (int) (one.elementCount() / outer);
        int width = parts.get(0).type().wideBytes();
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(parts.size() * one.elementCount() * width))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long o = 0; o < outer; o++) {
            for (Tensor part : parts) {
                part.read(o * block, block, all);
            }
        }
        Shape shape = one.with(axis, Dim.of(one.size(axis) * parts.size()));
        return Tensor.of(parts.get(0).type(), shape, Bytes.of(all.array(), "examples"));
    }

    @Test
    void realModelsComputeEachExampleAsBefore() throws IOException {
        Path models = Corpus.folder().orElse(null);
        assumeTrue(models != null, "the folder shared/models is not beside the project");
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        try (ChildRunner engines = ChildRunner.create(Duration.ofMinutes(2))) {
            CorpusSweep.run(models, MODELS, System.getProperty("batch.only", ""), e -> check(engines, models, e));
        }
    }

    /** What came of a model: ok, why it was refused, or FAILED; empty if it is no model with a batch of one. */
    private static String check(ChildRunner engines, Path models, Corpus.Entry entry) throws IOException {
        try {
            Conversion before = Converter.convert(entry.path(), ConversionOptions.DEFAULT);
            List<Value> inputs = before.model().main().inputs();
            boolean fits = before.states().isEmpty()
                    && inputs.stream()
                            .allMatch(v -> v.shape().isStatic() && v.shape().rank() > 1)
                    && inputs.stream().allMatch(v -> v.shape().size(0) == 1);
            boolean small = fits && inputs.stream().allMatch(v -> v.shape().elementCount() < 2_000_000);
            if (!small || inputs.isEmpty()) {
                return "";
            }
            List<TensorSpec> specs = inputs.stream()
                    .map(v -> new TensorSpec(v.name(), v.type(), v.shape(), Optional.empty()))
                    .toList();
            List<List<Tensor>> fed = new ArrayList<>();
            List<List<Tensor>> runs = new ArrayList<>();
            Path file = Files.write(folder.resolve("before.onnx"), before.toBytes());
            for (int run = 0; run < 3; run++) {
                fed.add(new CorpusInputs(models).make(specs, run));
                runs.add(engines.run(OnnxRuntimeOptions.exact().withThreads(1), file, fed.get(run)));
            }
            List<Tensor> stacked = new ArrayList<>();
            for (int i = 0; i < specs.size(); i++) {
                int input = i;
                stacked.add(stack(fed.stream().map(f -> f.get(input)).toList(), 0));
            }
            for (Dim batch : List.of(Dim.of(3), DYNAMIC)) {
                Conversion after = Converter.convert(entry.path(), ConversionOptions.DEFAULT.withBatch(batch));
                Path other = Files.write(folder.resolve("after.onnx"), after.toBytes());
                compare("batch " + batch, engines.run(OnnxRuntimeOptions.exact().withThreads(1), other, stacked), runs);
            }
            return CorpusSweep.ok("");
        } catch (ConversionException e) {
            return e.diagnostics().stream().allMatch(BatchTest::saysWhy)
                    ? String.valueOf(e.diagnostics().get(0).where().op() + ": "
                            + e.diagnostics().get(0).reason())
                    : CorpusSweep.failed(e.diagnostics().toString());
        } catch (EngineException | AssertionError e) {
            return CorpusSweep.failed(String.valueOf(e.getMessage()));
        }
    }
}
