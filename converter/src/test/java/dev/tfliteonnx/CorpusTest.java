package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.handlers.QuantMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every real model of the corpus: converted, loaded in ONNX Runtime and compared with the real TFLite, or refused with
 * every operator named. Prints the table; {@code -Dcorpus.runs=N} sets the number of inputs, {@code -Dcorpus.only=TEXT}
 * keeps the models whose names hold the text.
 */
class CorpusTest {
    @TempDir
    Path temporary;

    @Test
    void keepsTheNumbers() throws IOException, InterruptedException, ExecutionException {
        List<CorpusRow> rows = compareAll(QuantMode.QDQ, e -> true);
        print(rows, CorpusExceptions.ALL);
        assertEquals(List.of(), wrong(rows, CorpusExceptions.ALL));
        assertFalse(rows.isEmpty());
    }

    @Test
    void dequantizedModelsComeClose() throws IOException, InterruptedException, ExecutionException {
        List<CorpusRow> rows = compareAll(QuantMode.FLOAT, Corpus.Entry::isQuantized);
        print(rows, CorpusExceptions.DEQUANTIZED);
        assertEquals(List.of(), wrong(rows, CorpusExceptions.DEQUANTIZED));
    }

    private static List<String> wrong(List<CorpusRow> rows, Map<String, String> exceptions) {
        return rows.stream()
                .filter(r -> r.verdict() == CorpusRow.Verdict.DIFFERENT || r.verdict() == CorpusRow.Verdict.FAILED)
                .filter(r -> !exceptions.containsKey(r.name()))
                .map(CorpusRow::toString)
                .toList();
    }

    private List<CorpusRow> compareAll(QuantMode mode, java.util.function.Predicate<Corpus.Entry> wanted)
            throws IOException, InterruptedException, ExecutionException {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        Path folder = Corpus.folder().orElseThrow();
        String only = System.getProperty("corpus.only", "");
        List<Corpus.Entry> entries = Corpus.entries(folder).stream()
                .filter(wanted)
                .filter(e -> e.name().contains(only))
                .toList();
        List<CorpusRow> rows = new ArrayList<>();
        int workers = Math.min(2, Runtime.getRuntime().availableProcessors());
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            List<Future<List<CorpusRow>>> parts = new ArrayList<>();
            for (int w = 0; w < workers; w++) {
                int worker = w;
                parts.add(pool.submit(() -> part(folder, entries, worker, workers, mode)));
            }
            for (Future<List<CorpusRow>> part : parts) {
                rows.addAll(part.get());
            }
        } finally {
            pool.shutdownNow();
        }
        rows.sort(java.util.Comparator.comparing(CorpusRow::name));
        return rows;
    }

    private List<CorpusRow> part(Path folder, List<Corpus.Entry> entries, int worker, int workers, QuantMode mode)
            throws IOException {
        List<CorpusRow> rows = new ArrayList<>();
        try (CorpusJudge judge = new CorpusJudge(folder, mode)) {
            for (int i = worker; i < entries.size(); i += workers) {
                Corpus.Entry entry = entries.get(i);
                Path onnx = temporary.resolve(mode + "-" + i + ".onnx");
                CorpusRow row = CorpusRow.of(entry);
                try {
                    Conversion c = Converter.convert(entry.path(), ConversionOptions.DEFAULT.withQuant(mode));
                    c.write(onnx, WriteOptions.DEFAULT);
                    row = judge.judge(entry, onnx, c.states(), row.converted(c.report()));
                } catch (ConversionException e) {
                    assertFalse(e.diagnostics().isEmpty());
                    assertTrue(
                            e.diagnostics().stream().noneMatch(d -> d.reason().isBlank()), entry.name());
                    row = row.refused(e.diagnostics().stream()
                            .map(CorpusTest::brief)
                            .distinct()
                            .collect(Collectors.joining("; ")));
                } catch (IllegalStateException e) {
                    // a fault of this program; the other models are looked at all the same
                    row = row.ended(CorpusRow.Verdict.FAILED, e + " caused by " + e.getCause());
                }
                Files.deleteIfExists(onnx);
                rows.add(row);
            }
        }
        return rows;
    }

    private static String brief(Diagnostic d) {
        return d.code().code() + " " + d.where().op();
    }

    private static void print(List<CorpusRow> rows, Map<String, String> exceptions) {
        Map<CorpusRow.Verdict, Long> counts =
                rows.stream().collect(Collectors.groupingBy(CorpusRow::verdict, TreeMap::new, Collectors.counting()));
        System.out.println(CorpusRow.header());
        rows.forEach(r -> System.out.println(
                r + (exceptions.containsKey(r.name()) ? "  exception: " + exceptions.get(r.name()) : "")));
        System.out.println(counts);
    }
}
