package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.executor.NoKernelException;
import dev.tfliteonnx.executor.NodeFailedException;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TestModel;
import dev.tfliteonnx.testmodels.cases.Engine;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of every operator in the plain Java executor, against the real TFLite's reference kernels: integers equal,
 * floats within 1e-5 + 1e-4·|b|. A case that differs or is refused must stand in {@link TfliteKernelExceptions} with its reason, and what stands
 * there must still differ. {@code -Dtest.op=NAME} keeps one operator, {@code -Dtest.seeds=N} draws N inputs for each case.
 */
class TfliteKernelTest {
    private static final long SEED = 17;

    /** How many draws of inputs each case is run on. */
    private static final int SEEDS = Integer.getInteger("test.seeds", 1);

    private static final Map<String, String> TABLE = new TreeMap<>();

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofSeconds(60));

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> everyOperator() {
        assumeTrue(Engines.hasTflite(), "TFLite is not on this machine");
        return OpCases.byOp(0).entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())));
    }

    @AfterAll
    static void print() {
        System.out.printf("%-30s %6s %6s %8s %8s %8s%n", "operator", "cases", "equal", "within", "excepted", "not run");
        TABLE.values().forEach(System.out::println);
    }

    private static void check(String op, List<OpCase> cases) throws EngineException, IOException, ConversionException {
        Tally tally = new Tally();
        for (long seed = SEED; seed < SEED + SEEDS; seed++) {
            for (OpCase opCase : cases) {
                run(opCase, seed, tally);
            }
        }
        TABLE.put(op, tally.row(op, cases.size() * SEEDS));
        assertEquals(List.of(), tally.failures, op + " with seed " + SEED + " and following");
    }

    private static void run(OpCase opCase, long seed, Tally tally)
            throws EngineException, IOException, ConversionException {
        if (opCase.excuse(Engine.TFLITE_REFERENCE).isPresent()) {
            tally.notRun++;
            return;
        }
        TestModel model = opCase.model();
        List<Tensor> inputs = model.draw(SeededValues.of(seed + opCase.name().hashCode()));
        Model imported = TfliteReader.read(model.bytes(), opCase.name(), Optional.empty())
                .model();
        List<Tensor> actual;
        try {
            actual = TfliteExecutor.of(imported).run(inputs);
        } catch (NoKernelException | NodeFailedException e) {
            tally.judge(opCase, Optional.of(e.getMessage()), false);
            return;
        }
        Path file = Files.write(folder.resolve("case.tflite"), model.array());
        List<Tensor> expected = ENGINES.run(TfliteOptions.of(Kernels.REFERENCE).withThreads(1), file, inputs);
        tally.judge(opCase, difference(actual, expected), isSame(actual, expected));
    }

    private static boolean isSame(List<Tensor> actual, List<Tensor> expected) {
        for (int i = 0; i < expected.size(); i++) {
            if (expected.get(i).type() == DataType.STRING
                    || !actual.get(i).load().equals(expected.get(i).load())) {
                return false;
            }
        }
        return true;
    }

    /** What the first output that is not as it should be looks like. */
    static Optional<String> difference(List<Tensor> actual, List<Tensor> expected) {
        for (int i = 0; i < expected.size(); i++) {
            Tensor a = actual.get(i);
            Tensor b = expected.get(i);
            if (!a.shape().equals(b.shape()) || a.type() != b.type()) {
                return Optional.of(
                        "output " + i + " is " + a.type() + a.shape() + " instead of " + b.type() + b.shape());
            }
            Optional<String> found = b.type().isFloat() ? floats(a, b) : bytes(a, b);
            if (found.isPresent()) {
                return Optional.of("output " + i + ": " + found.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> floats(Tensor actual, Tensor expected) {
        double[] a = doubles(actual);
        double[] b = doubles(expected);
        for (int i = 0; i < b.length; i++) {
            boolean isSame = Double.compare(a[i], b[i]) == 0;
            if (!isSame && !(Math.abs(a[i] - b[i]) <= 1e-5 + 1e-4 * Math.abs(b[i]))) {
                return Optional.of("element " + i + " is " + a[i] + " instead of " + b[i]);
            }
        }
        return Optional.empty();
    }

    private static double[] doubles(Tensor tensor) {
        ByteBuffer in = tensor.load().order(ByteOrder.LITTLE_ENDIAN);
        double[] out = new double[Math.toIntExact(tensor.elementCount())];
        for (int i = 0; i < out.length; i++) {
            out[i] = Elements.real(in, tensor.type());
        }
        return out;
    }

    private static Optional<String> bytes(Tensor actual, Tensor expected) {
        if (expected.type() == DataType.STRING) {
            for (int i = 0; i < expected.elementCount(); i++) {
                ByteBuffer a = ByteBuffer.wrap(actual.toStrings().get(i));
                if (!a.equals(ByteBuffer.wrap(expected.toStrings().get(i)))) {
                    return Optional.of("string " + i);
                }
            }
            return Optional.empty();
        }
        ByteBuffer a = actual.load();
        ByteBuffer b = expected.load();
        int at = a.mismatch(b);
        return at < 0 ? Optional.empty() : Optional.of("byte " + at + " is " + a.get(at) + " instead of " + b.get(at));
    }

    /** What the cases of one operator came to. */
    private static final class Tally {
        final List<String> failures = new ArrayList<>();
        int notRun;
        private int equal;
        private int within;
        private int excepted;

        void judge(OpCase opCase, Optional<String> difference, boolean same) {
            Optional<String> reason = TfliteKernelExceptions.reason(opCase.name());
            if (difference.isPresent() != reason.isPresent()) {
                failures.add(opCase.name() + ": "
                        + difference.orElse("agrees, but stands among the exceptions: " + reason.orElse("")));
            } else if (difference.isPresent()) {
                excepted++;
            } else if (same) {
                equal++;
            } else {
                within++;
            }
        }

        String row(String op, int cases) {
            assertTrue(equal + within + excepted + notRun + failures.size() == cases);
            return String.format(Locale.ROOT, "%-30s %6d %6d %8d %8d %8d", op, cases, equal, within, excepted, notRun);
        }
    }
}
