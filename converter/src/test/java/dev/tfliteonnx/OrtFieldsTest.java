package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.OnnxRuntimeOptions.Level;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX Runtime saves a graph as {@code .ort}; the same graph, read from that file and written here, says the same in every
 * field but those listed. Prints how many fields of each kind are equal. The properties {@code ort.fields.nodes} (every how
 * manieth node test), {@code ort.fields.models} (how many real models) and {@code ort.fields.levels} (all levels for each)
 * say how much is compared.
 */
class OrtFieldsTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int MOST_TOLD = 100;

    private static final String DEAD = "left over from nodes that the optimizer removed; nothing refers to it";

    /** Kinds of fields that differ on purpose, and why. */
    private static final Map<String, String> ON_PURPOSE = Map.of(
            "format version", "5 is read by ONNX Runtime from 1.13 on and says all that is needed; it writes 6",
            "ir_version", "the least that the operator sets need; some files state less than that",
            "producer", "each writes its own name",
            "node name", "nodes are named after their first output, which no two of them share",
            "node doc_string", "what is said about nodes is not kept",
            "max_node_index", "nodes are numbered without gaps",
            "node_arg type without use", DEAD,
            "node_arg shape without use", DEAD,
            "node_arg doc_string without use", DEAD);

    @TempDir
    Path scratch = Path.of("");

    private final SortedMap<String, int[]> counts = new TreeMap<>();
    private final SortedMap<String, String> differences = new TreeMap<>();
    private final SortedMap<String, String> unloadable = new TreeMap<>();
    private int files;
    private int misaligned;

    @Test
    void filesSayWhatThoseOfOnnxRuntimeSay() throws IOException {
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        try (ChildRunner runner = ChildRunner.create(LIMIT)) {
            nodeTests(runner);
            realModels(runner);
        }
        assumeTrue(files > 0, "neither node tests nor a corpus of models");
        System.out.println(files + " files compared with those of ONNX Runtime, field by field");
        unloadable.forEach((name, why) -> System.out.println("  refused " + name + ", as ONNX Runtime does: " + why));
        counts.forEach((kind, c) -> System.out.printf(
                Locale.ROOT,
                "  %-22s %8d of %8d equal (%.2f %%) %s%n",
                kind,
                c[0],
                c[1],
                100.0 * c[0] / c[1],
                c[0] == c[1] ? "" : ON_PURPOSE.getOrDefault(kind, "")));
        differences.entrySet().stream().limit(MOST_TOLD).forEach(e -> System.out.println("  " + e));
        assertEquals(0, differences.size(), "differences");
        assertEquals(0, misaligned, "tensors that are not aligned");
    }

    private void nodeTests(ChildRunner runner) throws IOException {
        int step = Integer.getInteger("ort.fields.nodes", 5);
        if (!NodeTests.areThere() || step == 0) {
            return;
        }
        List<Path> folders = NodeTests.folders();
        for (int i = 0; i < folders.size(); i += step) {
            compare(
                    folders.get(i).resolve("model.onnx"),
                    String.valueOf(folders.get(i).getFileName()),
                    i,
                    runner);
        }
    }

    private void realModels(ChildRunner runner) throws IOException {
        Path folder = Corpus.folder().orElse(null);
        int wanted = Integer.getInteger("ort.fields.models", 6);
        if (folder == null) {
            return;
        }
        Path onnx = scratch.resolve("converted.onnx");
        int done = 0;
        for (Path file : Corpus.distinctFiles(folder)) {
            if (done == wanted) {
                return;
            }
            try {
                Converter.convert(file, ConversionOptions.DEFAULT).write(onnx, WriteOptions.DEFAULT.withForce(true));
            } catch (ConversionException e) {
                continue;
            }
            compare(onnx, String.valueOf(file.getFileName()), done, runner);
            done++;
        }
    }

    /** Compares at one level, a different one each time, or at all. */
    private void compare(Path onnx, String name, int turn, ChildRunner runner) throws IOException {
        boolean all = Boolean.getBoolean("ort.fields.levels");
        for (Level level : Level.values()) {
            if (all || level.ordinal() == turn % Level.values().length) {
                compare(onnx, name + " at " + level, level, runner);
            }
        }
    }

    private void compare(Path onnx, String name, Level level, ChildRunner runner) throws IOException {
        Path file = scratch.resolve("theirs.ort");
        Files.deleteIfExists(file);
        try {
            runner.describe(OnnxRuntimeOptions.plain().withLevel(level).savingOptimized(file), onnx);
        } catch (EngineException e) {
            // some are saved before the engine finds out that it cannot hold their inputs or outputs
            if (!Files.isRegularFile(file)) {
                return;
            }
        }
        byte[] theirs = Files.readAllBytes(file);
        byte[] ours;
        try {
            Model model = OrtReader.read(file).model();
            ours = new OrtWriter().toBytes(model, model.opsets(), WriteOptions.DEFAULT);
        } catch (ConversionException e) {
            refused(name, file, e, runner);
            return;
        }
        files++;
        OrtFacts facts = OrtFacts.of(ours);
        misaligned += facts.misaligned();
        compare(name, OrtFacts.of(theirs).all(), facts.all());
    }

    /** What is not written here is what ONNX Runtime writes but does not load. */
    private void refused(String name, Path file, ConversionException why, ChildRunner runner) {
        try {
            runner.describe(OnnxRuntimeOptions.plain(), file);
            differences.put("refused " + name, String.valueOf(why.getMessage()));
        } catch (EngineException e) {
            unloadable.put(name, String.valueOf(e.getMessage()));
        }
    }

    private void compare(
            String name,
            SortedMap<String, SortedMap<String, String>> theirs,
            SortedMap<String, SortedMap<String, String>> ours) {
        TreeSet<String> kinds = new TreeSet<>(theirs.keySet());
        kinds.addAll(ours.keySet());
        for (String kind : kinds) {
            SortedMap<String, String> a = theirs.getOrDefault(kind, new TreeMap<>());
            SortedMap<String, String> b = ours.getOrDefault(kind, new TreeMap<>());
            TreeSet<String> owners = new TreeSet<>(a.keySet());
            owners.addAll(b.keySet());
            int[] count = counts.computeIfAbsent(kind, k -> new int[2]);
            for (String owner : owners) {
                String wanted = a.getOrDefault(owner, "nothing");
                String found = b.getOrDefault(owner, "nothing");
                count[0] += wanted.equals(found) ? 1 : 0;
                count[1]++;
                if (!wanted.equals(found) && !ON_PURPOSE.containsKey(kind)) {
                    differences.put(kind + " of " + owner + " in " + name, found + " instead of " + wanted);
                }
            }
        }
    }
}
