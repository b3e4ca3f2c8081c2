package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.OnnxRuntimeOptions.Level;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.formats.ort.OrtSlots.NodesToOptimizeIndices;
import dev.tfliteonnx.formats.ort.OrtSlots.RuntimeOptimizationRecord;
import dev.tfliteonnx.formats.ort.OrtSlots.RuntimeOptimizationRecordContainerEntry;
import dev.tfliteonnx.formats.ort.OrtSlots.RuntimeOptimizations;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.SavedUnits;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What files of the style for other processors leave to ONNX Runtime: the same, record by record, that ONNX Runtime saves
 * itself for the same graph, and ONNX Runtime does it when it loads them.
 */
class OrtRuntimeStyleTest {
    private static final List<String> MODELS = List.of(
            "mlcommons+tiny/pretrainedResnet_quant.tflite",
            "mlcommons+tiny/kws_ref_model.tflite",
            "mlcommons+tiny/vww_96_float.tflite",
            "google-coral+test_data/split_concat.tflite",
            "tensorflow+tflite-micro/person_detect.tflite",
            "esphome+micro-wake-word-models/vad.tflite");

    private static final OnnxRuntimeOptions REPLAY =
            OnnxRuntimeOptions.exact().withConfig("session.enable_saved_runtime_optimizations", "1");

    @TempDir
    Path temporary;

    @TestFactory
    Stream<DynamicTest> savesWhatOnnxRuntimeSaves() {
        return tests(this::compare);
    }

    @TestFactory
    Stream<DynamicTest> isCarriedOutByOnnxRuntime() {
        return tests(this::carryOut);
    }

    @FunctionalInterface
    private interface Judge {
        void judge(Path model) throws IOException, ConversionException, EngineException;
    }

    private static Stream<DynamicTest> tests(Judge judge) {
        return MODELS.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
                    Path folder = Corpus.folder().orElse(null);
                    assumeTrue(folder != null && Files.isRegularFile(folder.resolve(name)), "no corpus of models");
                    judge.judge(folder.resolve(name));
                }));
    }

    /** Both start from the graph that ONNX Runtime saves at its level basic. */
    private void compare(Path file) throws IOException, ConversionException, EngineException {
        Path plain = temporary.resolve("plain.onnx");
        Path basic = temporary.resolve("basic.onnx");
        Path theirs = temporary.resolve("theirs.ort");
        for (Path made : List.of(plain, basic, theirs)) {
            Files.deleteIfExists(made);
        }
        Conversion conversion = Converter.convert(file, ConversionOptions.DEFAULT);
        addZeroPoints(conversion.model().main());
        new OnnxWriter().write(conversion.model(), plain, WriteOptions.DEFAULT);
        OnnxRuntimeOptions options = OnnxRuntimeOptions.plain()
                .withConfig("optimization.disable_specified_optimizers", "NchwcTransformer")
                .withConfig("session.qdqisint8allowed", "0");
        options.withLevel(Level.BASIC).savingOptimized(basic).open(plain).close();
        options.withConfig("optimization.minimal_build_optimizations", "save")
                .savingOptimized(theirs)
                .open(basic)
                .close();
        Model model = OnnxReader.read(basic).model();
        Map<String, Integer> opsets = new TreeMap<>(model.opsets());
        opsets.put("com.microsoft", 1);
        byte[] ours = new OrtWriter()
                .leaving(graph -> SavedUnits.of(graph, TargetPlatform.AMD64))
                .toBytes(model, opsets, WriteOptions.DEFAULT);
        List<String> expected = records(Files.readAllBytes(theirs));
        assertFalse(expected.isEmpty(), "ONNX Runtime saves nothing");
        // what a Split ends in is named by us alone: without it, ONNX Runtime does not load its own files
        assertEquals(
                String.join("\n", expected),
                String.join("\n", records(ours)).replace("[:Split:18]", "[]").replace("[:Split:13]", "[]"));
    }

    /** ONNX Runtime cannot save what it would do to units whose zero points are left out. */
    private static void addZeroPoints(Graph graph) {
        for (Node node : graph.nodes()) {
            if (node.is("DequantizeLinear") && !node.input(2).isPresent()) {
                Edit edit = graph.edit("test");
                Onnx onnx = new Onnx(edit, node.output().name(), node.origin());
                DataType type = node.input(0).type();
                Value zero = onnx.constant(Tensor.splat(type, node.input(1).shape(), 0));
                Attributes same = node.attributes();
                edit.replace(node.output(), onnx.op("DequantizeLinear", same, node.input(0), node.input(1), zero))
                        .apply();
            }
        }
    }

    private void carryOut(Path file) throws IOException, ConversionException, EngineException {
        OrtOptions options = OrtOptions.DEFAULT.withLevel(OrtLevel.EXTENDED).withPlatform(TargetPlatform.AMD64);
        Path later = temporary.resolve("later.ort");
        Path now = temporary.resolve("now.ort");
        Path run = temporary.resolve("run.ort");
        WriteOptions force = WriteOptions.DEFAULT.withForce(true);
        OrtConversion noted = OrtConverter.convert(file, options.withLater(true));
        noted.write(later, force);
        OrtConverter.convert(file, options).write(now, force);
        Files.deleteIfExists(run);
        Engine first = REPLAY.withLevel(Level.EXTENDED).savingOptimized(run).open(later);
        try (first;
                Engine second = OnnxRuntimeOptions.exact().withLevel(Level.NONE).open(now)) {
            List<Tensor> inputs = new CorpusInputs(file.getParent()).make(first.inputs(), 0);
            List<Tensor> expected = second.run(inputs);
            List<Tensor> actual = first.run(inputs);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i).toDoubles(), actual.get(i).toDoubles(), "output " + i);
            }
        }
        assertEquals(
                ops(noted.asRun().main()), ops(OrtReader.read(run).model().main()), "what ONNX Runtime made of it");
        assertTrue(!ops(noted.model().main()).equals(ops(noted.asRun().main())), "nothing was left to do");
    }

    private static Map<String, Integer> ops(Graph graph) {
        Map<String, Integer> counts = new TreeMap<>();
        graph.nodes().forEach(n -> counts.merge(n.op().toString(), 1, Integer::sum));
        return counts;
    }

    /** One line for each record, nodes by the names of their first outputs; sorted. */
    private static List<String> records(byte[] file) {
        FlatView graph = FlatView.root(file)
                .table(OrtSlots.InferenceSession.MODEL)
                .flatMap(m -> m.table(OrtSlots.Model.GRAPH))
                .orElseThrow();
        Map<Integer, String> names = new HashMap<>();
        for (FlatView node : graph.tables(OrtSlots.Graph.NODES)) {
            names.put(
                    node.number(OrtSlots.Node.INDEX),
                    node.texts(OrtSlots.Node.OUTPUTS).get(0));
        }
        List<String> lines = new ArrayList<>();
        for (FlatView entry : graph.table(OrtSlots.Graph.RUNTIME_OPTIMIZATIONS)
                .map(t -> t.tables(RuntimeOptimizations.RECORDS))
                .orElse(List.of())) {
            for (FlatView made : entry.tables(RuntimeOptimizationRecordContainerEntry.RUNTIME_OPTIMIZATION_RECORDS)) {
                FlatView group = made.table(RuntimeOptimizationRecord.NODES_TO_OPTIMIZE_INDICES)
                        .orElseThrow();
                List<String> nodes = new ArrayList<>();
                for (int index : group.ints(NodesToOptimizeIndices.NODE_INDICES, 1)) {
                    nodes.add(index < 0 ? "nobody" : names.get(index));
                }
                lines.add(entry.text(RuntimeOptimizationRecordContainerEntry.OPTIMIZER_NAME) + " "
                        + made.text(RuntimeOptimizationRecord.ACTION_ID) + " " + nodes + " "
                        + group.number(NodesToOptimizeIndices.NUM_INPUTS) + " "
                        + group.number(NodesToOptimizeIndices.NUM_OUTPUTS) + " "
                        + group.small(NodesToOptimizeIndices.HAS_VARIADIC_INPUT) + " "
                        + group.small(NodesToOptimizeIndices.HAS_VARIADIC_OUTPUT) + " "
                        + group.number(NodesToOptimizeIndices.NUM_VARIADIC_INPUTS) + " "
                        + group.number(NodesToOptimizeIndices.NUM_VARIADIC_OUTPUTS) + " "
                        + made.texts(RuntimeOptimizationRecord.PRODUCED_OP_IDS));
            }
        }
        lines.sort(null);
        return lines;
    }
}
