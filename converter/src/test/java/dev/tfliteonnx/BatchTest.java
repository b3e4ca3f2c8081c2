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
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.cases.OpCase;
import dev.tfliteonnx.testmodels.cases.OpCases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A model of another batch computes for each example what the model of the file does. */
class BatchTest {
    private static final Dim DYNAMIC = new Dim.Named("batch");

    /** How many examples stand in a batch of a real model, and how often one that keeps something runs. */
    private static final int EXAMPLES = 3;

    private static final int STEPS = 2;

    /** How many cases of an operator are tried. */
    private static final int CASES = Integer.getInteger("batch.cases", 12);

    /** How many real models are tried. */
    private static final int MODELS = Integer.getInteger("batch.models", 8);

    /** Operators of which at least one case must take another batch. */
    private static final Set<String> PROVEN = Set.of(
            """
            ABS ADD ARG_MAX AVERAGE_POOL_2D BATCH_MATMUL BIDIRECTIONAL_SEQUENCE_LSTM BROADCAST_TO CALL CAST \
            CONCATENATION CONV_2D CUMSUM DEPTHWISE_CONV_2D DEPTH_TO_SPACE EXPAND_DIMS FULLY_CONNECTED \
            GATHER L2_NORMALIZATION LSTM MAX_POOL_2D MEAN MIRROR_PAD MUL ONE_HOT PACK PAD PRELU REDUCE_MAX \
            RESHAPE RESIZE_BILINEAR RNN SELECT_V2 SLICE SOFTMAX SPACE_TO_DEPTH SPLIT SPLIT_V SQUEEZE \
            STABLEHLO_COMPOSITE STRIDED_SLICE SUM SVDF TILE TOPK_V2 TRANSPOSE TRANSPOSE_CONV \
            UNIDIRECTIONAL_SEQUENCE_LSTM UNIDIRECTIONAL_SEQUENCE_RNN UNPACK WHILE"""
                    .split(" "));

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
            System.out.println(CHANGED.size() + " operators take another batch: " + CHANGED);
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
        Conversion before = Converter.convert(one.model().bytes(), one.name(), ConversionOptions.DEFAULT);
        List<Value> inputs = before.model().main().inputs();
        if (!inputs.stream().allMatch(v -> v.shape().isStatic())
                || inputs.size() != first.size() + before.states().size()) {
            return false; // the file promises to take any batch
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
            Stream<List<List<Tensor>>> runs = Stream.of(first, second).map(fed -> stream(before, fed));
            List<List<List<Tensor>>> expected = runs.toList();
            List<List<Tensor>> actual = stream(changed, stacked);
            for (int step = 0; step < STEPS; step++) {
                int now = step;
                compare(
                        one.name() + " " + batch,
                        actual.get(now),
                        expected.stream().map(r -> r.get(now)).toList());
            }
        } catch (NoKernelException e) {
            return false;
        }
        return true;
    }

    /** What comes out of some runs on the same inputs, one after the other. */
    private static List<List<Tensor>> stream(Conversion conversion, List<Tensor> fed) {
        Executor executor = Executor.of(conversion.model().main());
        return stream(conversion, Collections.nCopies(STEPS, fed), executor::run);
    }

    /** What comes out of runs, one after the other, that pass on what persists. */
    private static List<List<Tensor>> stream(
            Conversion conversion, List<List<Tensor>> steps, UnaryOperator<List<Tensor>> engine) {
        int states = conversion.states().size();
        List<Value> inputs = conversion.model().main().inputs();
        List<Tensor> held = new ArrayList<>();
        for (int i = 0; i < states; i++) {
            Tensor initial = conversion.states().get(i).initial();
            Shape shape = inputs.get(inputs.size() - states + i).shape();
            int copies = shape.isStatic()
                    ? 1
                    : Math.toIntExact(steps.get(0).get(0).shape().size(0));
            int axis = shape.dims().indexOf(DYNAMIC);
            held.add(copies == 1 ? initial : stack(Collections.nCopies(copies, initial), axis));
        }
        List<List<Tensor>> results = new ArrayList<>();
        for (List<Tensor> step : steps) {
            List<Tensor> fed = new ArrayList<>(step);
            fed.addAll(held);
            List<Tensor> made = engine.apply(fed);
            held = made.subList(made.size() - states, made.size());
            results.add(made);
        }
        return results;
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
            // the order of sums depends on how many examples are multiplied at once, and 16 bits tell
            boolean isWide = expected.type() == DataType.INT16;
            Tolerance tolerance =
                    expected.type().isFloat() ? Tolerance.FLOAT : isWide ? Tolerance.QUANTIZED : Tolerance.EXACT;
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
    void everyExampleHasAStreamOfItsOwn() throws ConversionException {
        Conversion before = Converter.convert(StreamModel.bytes(), "stream", ConversionOptions.DEFAULT);
        Tensor one = Tensor.ofFloats(Shape.of(1, 2), 10, 20);
        Tensor two = Tensor.ofFloats(Shape.of(1, 2), -3, 4);
        for (Dim batch : List.of(Dim.of(2), DYNAMIC)) {
            ConversionOptions options =
                    ConversionOptions.DEFAULT.withBatch(batch).withStateDefaults(true);
            Conversion after = Converter.convert(StreamModel.bytes(), "stream", options);
            Graph graph = after.model().main();
            assertEquals(batch, graph.inputs().get(1).shape().dim(0));
            assertEquals(batch.equals(DYNAMIC) ? 0 : 1, graph.defaults().size());
            List<List<Tensor>> actual = stream(after, List.of(stack(List.of(one, two), 0)));
            List<List<Tensor>> first = stream(before, List.of(one));
            List<List<Tensor>> second = stream(before, List.of(two));
            for (int step = 0; step < STEPS; step++) {
                compare("stream", actual.get(step), List.of(first.get(step), second.get(step)));
            }
        }
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
            List<Value> all = before.model().main().inputs();
            List<Value> inputs = all.subList(0, all.size() - before.states().size());
            boolean fits = inputs.stream()
                            .allMatch(v -> v.shape().isStatic() && v.shape().rank() > 1)
                    && inputs.stream().allMatch(v -> v.shape().size(0) == 1);
            boolean small = fits && inputs.stream().allMatch(v -> v.shape().elementCount() < 2_000_000);
            if (!small || inputs.isEmpty()) {
                return "";
            }
            List<TensorSpec> specs = inputs.stream()
                    .map(v -> new TensorSpec(v.name(), v.type(), v.shape(), Optional.empty()))
                    .toList();
            int steps = before.states().isEmpty() ? 1 : STEPS;
            Examples examples = new Examples(new CorpusInputs(models), specs, steps);
            UnaryOperator<List<Tensor>> engine = engine(engines, before, "before.onnx");
            List<List<List<Tensor>>> runs = new ArrayList<>();
            for (int example = 0; example < EXAMPLES; example++) {
                runs.add(stream(before, examples.of(example), engine));
            }
            int loops = 0;
            for (Dim batch : List.of(Dim.of(EXAMPLES), DYNAMIC)) {
                Conversion after = Converter.convert(entry.path(), ConversionOptions.DEFAULT.withBatch(batch));
                loops = (int) after.report().diagnostics().stream()
                        .filter(d -> d.code() == DiagnosticCode.ONE_BY_ONE)
                        .count();
                List<List<Tensor>> actual = stream(after, examples.stacked(), engine(engines, after, "after.onnx"));
                for (int step = 0; step < steps; step++) {
                    int now = step;
                    compare(
                            "batch " + batch,
                            actual.get(now),
                            runs.stream().map(r -> r.get(now)).toList());
                }
            }
            String told =
                    before.states().isEmpty() ? "" : ", " + before.states().size() + " states";
            return CorpusSweep.ok(told + (loops == 0 ? "" : ", " + loops + " operators once for each example"));
        } catch (UncheckedIOException e) {
            return CorpusSweep.failed(String.valueOf(e.getMessage()));
        } catch (ConversionException e) {
            return e.diagnostics().stream().allMatch(BatchTest::saysWhy)
                    ? String.valueOf(e.diagnostics().get(0).where().op() + ": "
                            + e.diagnostics().get(0).reason())
                    : CorpusSweep.failed(e.diagnostics().toString());
        } catch (IllegalStateException | AssertionError e) {
            return CorpusSweep.failed(String.valueOf(e.getMessage()));
        }
    }

    private static UnaryOperator<List<Tensor>> engine(ChildRunner engines, Conversion conversion, String name)
            throws IOException, ConversionException {
        Path file = Files.write(folder.resolve(name), conversion.toBytes());
        return fed -> {
            try {
                return engines.run(OnnxRuntimeOptions.exact().withThreads(1), file, fed);
            } catch (EngineException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    /** What is fed for each example, step by step. */
    private record Examples(CorpusInputs inputs, List<TensorSpec> specs, int steps) {
        List<List<Tensor>> of(int example) {
            return IntStream.range(0, steps)
                    .mapToObj(step -> inputs.make(specs, example + EXAMPLES * step))
                    .toList();
        }

        /** All together. */
        List<List<Tensor>> stacked() {
            List<List<Tensor>> all = new ArrayList<>();
            for (int step = 0; step < steps; step++) {
                int now = step;
                List<Tensor> fed = new ArrayList<>();
                for (int i = 0; i < specs.size(); i++) {
                    int input = i;
                    fed.add(stack(
                            IntStream.range(0, EXAMPLES)
                                    .mapToObj(e -> of(e).get(now).get(input))
                                    .toList(),
                            0));
                }
                all.add(fed);
            }
            return all;
        }
    }
}
