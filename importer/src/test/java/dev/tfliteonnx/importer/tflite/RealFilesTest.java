package dev.tfliteonnx.importer.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every real file is read as its line in the list of the collection says, which another program wrote. */
class RealFilesTest {
    /** TFLite refuses these too: one tensor in and out of an operator; reads of tensors that nothing writes. */
    private static final Set<String> CONTRADICTORY =
            Set.of("add_shared_tensors.tflite", "blockwise_quantized.tflite", "segment_sum_invalid_buffer.tflite");

    @TestFactory
    Stream<DynamicTest> readsAsListed() throws IOException {
        Path folder = RealFiles.folder();
        List<String> lines = Files.readAllLines(folder.resolve("manifest.csv"));
        List<String> header = cells(lines.get(0));
        return lines.stream().skip(1).map(line -> {
            Map<String, String> row = new HashMap<>();
            List<String> cells = cells(line);
            for (int i = 0; i < header.size(); i++) {
                row.put(header.get(i), cells.get(i));
            }
            Path file = folder.resolve(row.get("local_path"));
            return DynamicTest.dynamicTest(row.get("local_path"), () -> check(file, row));
        });
    }

    private static void check(Path file, Map<String, String> row) throws ConversionException {
        Import read;
        try {
            read = TfliteReader.read(file);
        } catch (ConversionException e) {
            if (CONTRADICTORY.contains(file.getFileName().toString())) {
                assertTrue(e.diagnostics().stream().allMatch(d -> d.code() == DiagnosticCode.INVALID_MODEL));
                return;
            }
            throw e;
        }
        Model model = read.model();
        assertEquals(List.of(), read.warnings());
        model.graphs().forEach(Graph::verify);
        assertEquals(Integer.parseInt(row.get("subgraphs")), model.graphs().size());
        assertEquals(Integer.parseInt(row.get("signatures")), model.signatures().size());
        assertEquals(row.get("op_kinds"), operators(model));
        assertEquals(types(row.get("inputs")), types(model.main().inputs()));
        assertEquals(types(row.get("outputs")), types(model.main().outputs()));
        assertEquals(Integer.parseInt(row.get("sparse_tensors")), sparse(model).size());
        sparse(model).forEach(v -> v.constant().orElseThrow().load());
    }

    private static String operators(Model model) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Graph graph : model.graphs()) {
            for (Node node : graph.nodes()) {
                if (!node.is(TfliteReader.VARIABLE_TENSOR)) {
                    String custom = node.op().domain().equals(OpType.CUSTOM) ? "CUSTOM:" : "";
                    counts.merge(custom + node.op().name(), 1, Integer::sum);
                }
            }
        }
        return counts.entrySet().stream()
                .map(e -> e.getKey() + ":" + e.getValue())
                .collect(Collectors.joining(" "));
    }

    private static List<Value> sparse(Model model) {
        return model.graphs().stream()
                .flatMap(g -> g.constants().stream())
                .filter(v -> v.constant().orElseThrow().source().endsWith("expanded"))
                .toList();
    }

    private static List<String> types(List<Value> values) {
        return values.stream().map(v -> v.type().name()).toList();
    }

    /** The types in a list such as {@code [['FLOAT32', [1, 2]], …]}. */
    private static List<String> types(String list) {
        List<String> types = new ArrayList<>();
        String[] parts = list.split("'");
        for (int i = 1; i < parts.length; i += 2) {
            types.add(parts[i]);
        }
        return types;
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
