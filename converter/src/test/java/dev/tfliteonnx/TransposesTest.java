package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.optimizers.layout.Crossings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Prints, for every real model that converts, how many nodes do what its operators did and how many Transposes are left
 * that do not stand between an input or output and the rest. A convolutional network with one input and one output has
 * none of these, but for those that are named here.
 */
class TransposesTest {
    private static final Map<String, String> INSIDE = Map.of(
            "google-coral+test_data/movenet_single_pose_lightning_ptq.tflite",
            "three heads are read as one list of pixels each, by Reshape, TopK and GatherND");

    private static final Set<String> QUANTIZATION = Set.of("QuantizeLinear", "DequantizeLinear");

    private final Map<String, Integer> inside = new TreeMap<>();
    private final List<Double> growth = new ArrayList<>();

    @Test
    void noTransposeIsLeftInsideOfAConvolutionalNetwork() throws IOException {
        Optional<Path> folder = Corpus.folder();
        assumeTrue(folder.isPresent(), "no folder shared/models beside the checkout");
        System.out.printf("%-90s %9s %6s %10s %6s%n", "model", "operators", "nodes", "Transposes", "inside");
        int all = 0;
        for (Corpus.Entry entry : Corpus.entries(folder.get())) {
            try {
                all += count(entry.name(), Converter.convert(entry.path(), ConversionOptions.DEFAULT));
            } catch (ConversionException e) {
                // what is refused has no graph to count
            }
        }
        growth.sort(null);
        System.out.printf(
                Locale.ROOT,
                "float models: nodes out / operators in, median %.3f of %d; Transposes inside: %d%n",
                growth.get(growth.size() / 2),
                growth.size(),
                all);
        assertEquals(INSIDE.keySet(), inside.keySet());
    }

    private int count(String name, Conversion conversion) {
        Graph graph = conversion.model().main();
        long computing = graph.nodes().stream()
                .filter(n -> !QUANTIZATION.contains(n.op().name()))
                .count();
        Crossings crossings = Crossings.of(graph);
        int operators = conversion.report().operators();
        System.out.printf("%-90s %9d %6d %10d %6d%n", name, operators, computing, crossings.all(), crossings.inside());
        boolean network = graph.nodes().stream().anyMatch(n -> n.is("Conv"))
                && graph.inputs().size() == 1
                && graph.outputs().size() == 1;
        if (network && crossings.inside() > 0) {
            inside.put(name, crossings.inside());
        }
        if (graph.nodes().stream().noneMatch(TransposesTest::dequantizes)) {
            growth.add(computing / (double) Math.max(1, operators));
        }
        return crossings.inside();
    }

    private static boolean dequantizes(Node node) {
        return node.is("DequantizeLinear") && !node.input(0).isConstant();
    }
}
