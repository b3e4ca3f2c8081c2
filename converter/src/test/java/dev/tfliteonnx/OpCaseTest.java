package dev.tfliteonnx;

import static dev.tfliteonnx.testmodels.cases.Engine.ONNX_RUNTIME;
import static dev.tfliteonnx.testmodels.cases.Engine.TFLITE_DEFAULT;
import static dev.tfliteonnx.testmodels.cases.Engine.TFLITE_REFERENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
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
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TestModel;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of every operator: the real TFLite on one side, the conversion in the real ONNX Runtime on the other; where
 * TFLite has no kernel, or one that is wrong, the plain Java kernels stand in for it (column {@code own}). One test per
 * operator, since a share of equal quantized steps means little for a tensor of ten elements.
 */
class OpCaseTest {
    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.exact().withThreads(1);

    /** Types that ONNX Runtime's Java binding does not take as inputs. */
    private static final Set<DataType> UNFEEDABLE = Set.of(DataType.UINT16, DataType.UINT32, DataType.UINT64);

    /** TFLite rounds activations to 8 bits before it multiplies them with 8-bit weights; the conversion does not. */
    private static final double HYBRID = 0.02;

    /** The share of equal steps where it is not 99 %: an 8-bit LSTM carries a difference of one step along in time. */
    private static final Map<String, Double> LEAST_EQUAL = Map.of("UNIDIRECTIONAL_SEQUENCE_LSTM", 0.98);

    private static final long SEED = 17;

    /** How many cases of each operator there are to be; those that are not written down are drawn. */
    private static final int LEAST = 200;

    private static final Map<String, String> TABLE = new TreeMap<>();

    /** The engines run in a process of their own, since a fault of theirs ends it. */
    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofSeconds(60));

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> everyOperator() {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        return OpCases.byOp(LEAST).entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())));
    }

    @AfterAll
    static void print() {
        System.out.printf("cases drawn from seed %d, inputs from seed %d%n", OpCases.drawSeed(), seed());
        System.out.printf(
                "%-30s %6s %6s %6s %8s %8s %6s %9s %9s%n",
                "operator", "cases", "exact", "within", "failing", "not run", "own", "equal", "TFLite's");
        TABLE.values().forEach(System.out::println);
    }

    private static long seed() {
        return SeededValues.of(SEED).seed();
    }

    private static void check(String op, List<OpCase> cases) {
        Tally tally = new Tally();
        for (OpCase opCase : cases) {
            try {
                run(opCase, tally);
            } catch (ConversionException | EngineException | IOException | IllegalStateException e) {
                tally.failures.add(opCase.name() + ": " + e);
            }
        }
        TABLE.put(op, tally.row(op, cases.size()));
        assertEquals(List.of(), tally.failures, op + " with seed " + seed());
        assertTrue(tally.isEqualEnough(LEAST_EQUAL.getOrDefault(op, 0.99)), op + ": " + tally.row(op, cases.size()));
    }

    private static void run(OpCase opCase, Tally tally) throws ConversionException, EngineException, IOException {
        TestModel model = opCase.model();
        List<Tensor> inputs = model.draw(SeededValues.of(SEED + opCase.name().hashCode()));
        Conversion conversion = Converter.convert(model.bytes(), opCase.name(), ConversionOptions.DEFAULT);
        if (opCase.excuse(ONNX_RUNTIME).isPresent() || inputs.stream().anyMatch(t -> UNFEEDABLE.contains(t.type()))) {
            tally.unfed++;
            return;
        }
        List<Tensor> actual = runtime(conversion, inputs);
        List<List<Tensor>> expected = new ArrayList<>();
        for (Kernels kernels : List.of(Kernels.REFERENCE, Kernels.XNNPACK)) {
            var engine = kernels == Kernels.REFERENCE ? TFLITE_REFERENCE : TFLITE_DEFAULT;
            if (opCase.excuse(engine).isEmpty()) {
                Path file = Files.write(folder.resolve("case.tflite"), model.array());
                expected.add(ENGINES.run(TfliteOptions.of(kernels).withThreads(1), file, inputs));
            }
        }
        if (expected.isEmpty()) {
            tally.own++; // every engine is excused
            expected.add(own(opCase, model, inputs));
        }
        tally.add(opCase, actual, expected);
    }

    /** What the plain Java kernels give, where TFLite has none or is known to be wrong. */
    private static List<Tensor> own(OpCase opCase, TestModel model, List<Tensor> inputs) throws ConversionException {
        try {
            return TfliteExecutor.of(TfliteReader.read(model.bytes(), opCase.name(), Optional.empty())
                            .model())
                    .run(inputs);
        } catch (NoKernelException | NodeFailedException e) {
            throw new IllegalStateException("the plain Java kernels cannot run it", e);
        }
    }

    private static List<Tensor> runtime(Conversion conversion, List<Tensor> inputs)
            throws ConversionException, EngineException, IOException {
        Path file = Files.write(folder.resolve("case.onnx"), conversion.toBytes());
        List<Tensor> fed = new ArrayList<>(inputs);
        conversion.states().forEach(s -> fed.add(s.initial()));
        return ENGINES.run(RUNTIME, file, fed);
    }

    private static Tolerance tolerance(OpCase opCase, Tensor expected) {
        return switch (opCase.tolerance()) {
            case EXACT -> Tolerance.EXACT;
            case QUANTIZED, TIES -> expected.type().isFloat() ? Tolerance.FLOAT : Tolerance.QUANTIZED;
            case FLOAT -> Tolerance.FLOAT;
            case HYBRID -> new Tolerance.Close(HYBRID * greatest(expected), 0);
        };
    }

    private static double greatest(Tensor tensor) {
        double greatest = 0;
        for (double v : tensor.toDoubles()) {
            greatest = Math.max(greatest, Math.abs(v));
        }
        return greatest;
    }

    /** What the cases of one operator came to. */
    private static final class Tally {
        final List<String> failures = new ArrayList<>();
        int unfed;
        int own;
        private int exact;
        private int within;
        private long counted;
        private double equal;
        private double kernelsEqual;

        /**
         * Counts a case against the kernels of TFLite that are nearer: a few reference kernels are wrong, and where the
         * kernels differ by a step among themselves both are right.
         */
        void add(OpCase opCase, List<Tensor> actual, List<List<Tensor>> kernels) {
            List<Comparison> best = List.of();
            for (List<Tensor> expected : kernels) {
                List<Comparison> results = compare(opCase, actual, expected);
                best = best.isEmpty() || score(opCase, results) > score(opCase, best) ? results : best;
            }
            double score = score(opCase, best);
            exact += score == 2 ? 1 : 0;
            within += score >= 1 && score < 2 ? 1 : 0;
            if (score < 1) {
                failures.add(opCase.name() + ": " + best);
            }
            if (opCase.tolerance() == dev.tfliteonnx.testmodels.cases.Tolerance.QUANTIZED && kernels.size() == 2) {
                List<Comparison> among = compare(opCase, kernels.get(1), kernels.get(0));
                for (int i = 0; i < best.size(); i++) {
                    counted += best.get(i).count();
                    equal += best.get(i).equal() * best.get(i).count();
                    kernelsEqual += among.get(i).equal() * best.get(i).count();
                }
            }
        }

        /** 2 if all is equal, from 1 up if within the tolerance, below 1 if not; equal shares count for the rest. */
        private static double score(OpCase opCase, List<Comparison> results) {
            double share = results.stream().mapToDouble(Comparison::equal).min().orElse(1);
            boolean isSteps = opCase.tolerance() == dev.tfliteonnx.testmodels.cases.Tolerance.QUANTIZED
                    || opCase.tolerance() == dev.tfliteonnx.testmodels.cases.Tolerance.TIES;
            boolean holds = true;
            boolean same = true;
            for (Comparison c : results) {
                same &= c.maxAbs() == 0;
                // a share of equal steps means little for ten elements; it is judged over the whole operator
                holds &= c.ok() || (isSteps && c.broken() == 0 && c.maxSteps() <= 1);
            }
            return same ? 2 : holds ? 1 + share / 2 : share / 2;
        }

        /** 99 % equal steps, or as many as TFLite's own kernels have among themselves. */
        boolean isEqualEnough(double least) {
            return counted == 0 || equal >= least * counted || equal >= kernelsEqual;
        }

        String row(String op, int cases) {
            return String.format(
                    Locale.ROOT,
                    "%-30s %6d %6d %6d %8d %8d %6d %9s %9s",
                    op,
                    cases,
                    exact,
                    within,
                    failures.size(),
                    unfed,
                    own,
                    percent(equal),
                    percent(kernelsEqual));
        }

        private String percent(double sum) {
            return counted == 0 ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * sum / counted);
        }
    }

    private static List<Comparison> compare(OpCase opCase, List<Tensor> actual, List<Tensor> expected) {
        List<Comparison> results = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            Shape shape = expected.get(i).shape();
            if (!shape.equals(actual.get(i).shape())) {
                throw new IllegalStateException(
                        "output " + i + " is " + actual.get(i).shape() + " instead of " + shape);
            }
            results.add(Comparison.of(actual.get(i), expected.get(i), tolerance(opCase, expected.get(i))));
        }
        return results;
    }
}
