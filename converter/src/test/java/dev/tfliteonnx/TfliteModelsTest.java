package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.TfliteModelRow.Verdict;
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
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every model of the corpus that the real TFLite runs, in the plain Java executor, against TFLite's reference kernels:
 * integers equal, floats within 1e-5 + 1e-4·|b|. Seeds are fed one after the other to one engine, so that what a model
 * keeps between runs counts, too. What does not hold must stand in {@link TfliteModelExceptions} with its reason, and
 * what stands there must still not hold. Prints the table; {@code -Dmodels.seeds=N} sets the number of inputs, {@code
 * -Dmodels.all=true} adds the models that take long, {@code -Dmodels.only=TEXT} keeps those whose names hold the text.
 */
class TfliteModelsTest {
    private static final TfliteOptions REFERENCE =
            TfliteOptions.of(Kernels.REFERENCE).withThreads(1);

    /** Models of more than that run only on demand. */
    private static final long SMALL = 1 << 20;

    /** Operators that keep something between runs. */
    private static final Set<String> STATE = Set.of("VARIABLE_TENSOR", "VAR_HANDLE", "HASHTABLE");

    private static final Map<String, TfliteModelRow> TABLE = new TreeMap<>();

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofMinutes(10));

    @AfterAll
    static void print() {
        System.out.println(TfliteModelRow.header());
        TABLE.values().forEach(System.out::println);
        System.out.println(TABLE.size() + " models: "
                + TABLE.values().stream()
                        .collect(Collectors.groupingBy(TfliteModelRow::verdict, TreeMap::new, Collectors.counting())));
    }

    @TestFactory
    Stream<DynamicTest> equalsTheReferenceKernels() throws IOException {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        assumeTrue(Engines.hasTflite(), "TFLite is not on this machine");
        Path folder = Corpus.folder().orElseThrow();
        CorpusInputs inputs = new CorpusInputs(folder);
        String only = System.getProperty("models.only", "");
        List<Corpus.Entry> wanted = new ArrayList<>();
        for (Corpus.Entry entry : Corpus.entries(folder)) {
            if (entry.runs() && entry.name().contains(only) && (!only.isEmpty() || isWanted(entry))) {
                wanted.add(entry);
            }
        }
        assertTrue(!wanted.isEmpty(), "no model");
        return wanted.stream().map(e -> DynamicTest.dynamicTest(e.name(), () -> check(e, inputs)));
    }

    private static boolean isWanted(Corpus.Entry entry) throws IOException {
        return Boolean.getBoolean("models.all")
                || Files.size(entry.path()) <= SMALL && !TfliteModelExceptions.SLOW.contains(entry.name());
    }

    private static void check(Corpus.Entry entry, CorpusInputs inputs)
            throws IOException, ConversionException, EngineException {
        TfliteModelRow row = judge(entry, inputs);
        TABLE.put(entry.name(), row);
        boolean holds = Set.of(Verdict.EQUAL, Verdict.WITHIN, Verdict.NOT_RUN).contains(row.verdict());
        Optional<String> reason = TfliteModelExceptions.reason(entry.name());
        assertEquals(
                reason.isEmpty(),
                holds,
                row + reason.map(r -> " excepted: " + r).orElse(""));
    }

    private static TfliteModelRow judge(Corpus.Entry entry, CorpusInputs inputs)
            throws IOException, ConversionException, EngineException {
        TfliteModelRow row = TfliteModelRow.of(entry.name(), entry.kind());
        Model model = TfliteReader.read(entry.path()).model();
        int seeds = Math.max(Integer.getInteger("models.seeds", 1), keepsState(model) ? 3 : 1);
        List<List<Tensor>> fed = new ArrayList<>();
        List<List<Tensor>> expected;
        long start = System.nanoTime();
        try {
            var specs = ENGINES.describe(REFERENCE, entry.path()).inputs();
            for (int seed = 0; seed < seeds; seed++) {
                fed.add(inputs.make(specs, seed));
            }
            expected = ENGINES.runSteps(REFERENCE, entry.path(), fed);
        } catch (EngineException e) {
            return row.ended(Verdict.NOT_RUN, String.valueOf(e.getMessage()));
        }
        long between = System.nanoTime();
        try {
            TfliteExecutor executor = TfliteExecutor.of(model);
            for (int seed = 0; seed < seeds; seed++) {
                row = row.with(executor.run(fed.get(seed)), expected.get(seed));
            }
        } catch (NoKernelException e) {
            return row.ended(Verdict.LACKING, e.op().toString());
        } catch (NodeFailedException | IllegalArgumentException e) {
            return row.ended(Verdict.FAILED, String.valueOf(e.getMessage()));
        }
        return row.timed(System.nanoTime() - between, between - start);
    }

    private static boolean keepsState(Model model) {
        return model.graphs().stream()
                .map(Graph::nodes)
                .flatMap(List::stream)
                .anyMatch(n -> STATE.contains(n.op().name()));
    }
}
