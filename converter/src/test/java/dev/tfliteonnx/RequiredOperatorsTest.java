package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.exporter.ort.config.RequiredOperators;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Configurations of reduced builds are those that ONNX Runtime's own tool writes for the same {@code .ort} files, recorded
 * in a table; {@code -Dort.configs=TABLE} names another. {@code -Dort.configs.write=FOLDER -Dort.configs.step=N} writes the
 * files that a table is made of by {@code tools/required_operators.py}, of every N-th node test.
 */
class RequiredOperatorsTest {
    private static final String TABLE = "required_operators.tsv";
    private static final Map<String, Integer> IMPORTS = Map.of("", 13, "com.microsoft", 1);

    /** What ONNX Runtime's tool said of a file, or of all files. */
    private record Row(String file, String config, String typed) {}

    @Test
    void configurationsAreThoseOfOnnxRuntimesTool() throws IOException, ConversionException {
        assumeTrue(NodeTests.areThere(), "libonnx-testdata is not installed: configurations skipped");
        Map<String, String> lost = new TreeMap<>();
        RequiredOperators all = new RequiredOperators();
        List<Row> rows = rows();
        for (Row row : rows) {
            RequiredOperators one = new RequiredOperators();
            if (row.file.equals("*")) {
                one = all;
            } else {
                Model model = OrtReader.read(Bytes.of(ort(row.file), row.file), row.file)
                        .model();
                one.add(row.file, model);
                all.add(row.file, model);
            }
            boolean comments = row.file.equals("*");
            String actual = joined(one.toText(false), comments) + "\t" + joined(one.toText(true), comments);
            if (!actual.equals(row.config + "\t" + row.typed)) {
                lost.put(row.file, actual + " instead of " + row.config + "\t" + row.typed);
            }
        }
        System.out.println("configurations equal to those of ONNX Runtime's tool: " + (rows.size() - lost.size())
                + " of " + rows.size());
        assertEquals(Map.of(), lost);
        assertTrue(rows.size() > 50, rows.size() + " rows");
    }

    @Test
    void filesForTheTableAreWritten() throws IOException, ConversionException {
        String to = System.getProperty("ort.configs.write", "");
        assumeTrue(!to.isEmpty() && NodeTests.areThere(), "nothing is to be written");
        List<String> names = new ArrayList<>(graphs().keySet());
        List<Path> folders = NodeTests.folders();
        for (int i = 0; i < folders.size(); i += Integer.getInteger("ort.configs.step", 8)) {
            names.add(folders.get(i).getFileName() + ".ort");
        }
        for (String name : names) {
            try {
                Files.write(Files.createDirectories(Path.of(to)).resolve(name), ort(name));
            } catch (ConversionException e) {
                System.out.println("not written: " + name);
            }
        }
    }

    @Test
    void whatIsWrittenIsReadAsItWas() throws ConversionException {
        RequiredOperators required = new RequiredOperators();
        graphs().forEach((name, graph) -> required.add(name, graph, IMPORTS));
        String typed = required.toText(true);
        assertTrue(typed.contains("\"custom\""), typed);
        assertEquals(typed, RequiredOperators.parse(typed, "a.config").toText(true));
        String plain = required.toText(false);
        assertEquals(plain, RequiredOperators.parse(plain, "a.config").toText(true));
    }

    @Test
    void mergedConfigurationsNeedWhatEachNeeds() throws ConversionException {
        RequiredOperators merged = RequiredOperators.parse(
                "# - a.ort\nai.onnx;13;Add{\"inputs\": {\"0\": [\"float\"]}},Cast{\"inputs\": {\"0\": [\"bool\"]}}\n",
                "a");
        merged.addAll(RequiredOperators.parse(
                "# - b.ort\nai.onnx; 13, 14 ;Add{\"inputs\": {\"0\": [\"double\"]}},Cast\ncom.microsoft;1;FusedConv\n",
                "b"));
        assertEquals(
                "# Generated from model/s:\n# - a.ort\n# - b.ort\n"
                        + "ai.onnx;13;Add{\"inputs\": {\"0\": [\"double\", \"float\"]}},Cast\n"
                        + "ai.onnx;14;Add{\"inputs\": {\"0\": [\"double\", \"float\"]}},Cast\n"
                        + "com.microsoft;1;FusedConv\n",
                merged.toText(true));
    }

    @Test
    void brokenConfigurationsAreRefused() {
        for (String text : List.of(
                "ai.onnx;13",
                "ai.onnx;x;Add",
                ";13;Add",
                "ai.onnx;13;",
                "ai.onnx;13;Add{\"inputs\": {\"0\": [\"float\"]}",
                "ai.onnx;13;Add{\"inputs\": {}}",
                "ai.onnx;13;Add{}}",
                "ai.onnx;13;Add;Sub",
                "!globally_allowed_types;float")) {
            assertThrows(ConversionException.class, () -> RequiredOperators.parse(text, "a.config"), text);
        }
    }

    @Test
    void theReportSaysWhatABuildNeeds() {
        RequiredOperators required = new RequiredOperators();
        required.add("a.ort", graph(DataType.FLOAT16), IMPORTS);
        String report = required.toReport();
        assertTrue(report.contains("operators of ai.onnx (3): Add, Cast, GlobalAveragePool"), report);
        assertTrue(report.contains("element types: MLFloat16, int64_t"), report);
        assertTrue(report.contains("--disable_contrib_ops"), report);
        required.add("b.ort", quantized(), IMPORTS);
        assertFalse(required.toReport().contains("--disable_contrib_ops"), required.toReport());
    }

    @Test
    void operatorsStandUnderTheVersionOfTheirForm() {
        RequiredOperators required = new RequiredOperators();
        required.add("b.ort", graph(DataType.FLOAT16), IMPORTS);
        required.add("a.ort", graph(DataType.FLOAT32), IMPORTS);
        assertEquals(
                "# Generated from model/s:\n# - a.ort\n# - b.ort\nai.onnx;1;GlobalAveragePool\nai.onnx;13;Add,Cast\n",
                required.toText(false));
    }

    @Test
    void typesWithoutANameAreRefused() {
        Graph graph = new Graph(Dialect.ONNX, "g");
        Value x = graph.input(ValueInfo.of("x", DataType.COMPLEX64, Shape.of(1)));
        add(graph, OpType.onnx("Transpose"), DataType.COMPLEX64, x);
        RequiredOperators required = new RequiredOperators();
        assertThrows(IllegalArgumentException.class, () -> required.add("x.ort", graph, IMPORTS));
    }

    private static String joined(String config, boolean comments) {
        return String.join(
                "|", config.lines().filter(l -> comments || !l.startsWith("#")).toList());
    }

    private static List<Row> rows() throws IOException {
        String other = System.getProperty("ort.configs", "");
        try (InputStream in = other.isEmpty()
                ? Objects.requireNonNull(RequiredOperatorsTest.class.getResourceAsStream(TABLE))
                : Files.newInputStream(Path.of(other))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .map(line -> line.split("\t", -1))
                    .map(c -> new Row(c[0], c[1], c[2]))
                    .toList();
        }
    }

    /** The file of that name: of a graph below, or of a node test. */
    private static byte[] ort(String name) throws ConversionException, IOException {
        Graph graph = graphs().get(name);
        if (graph != null) {
            Model model = new Model(List.of(graph), List.of(), "", Map.of(), IMPORTS);
            return new OrtWriter().toBytes(model, IMPORTS, WriteOptions.DEFAULT);
        }
        Path folder = NodeTests.folder(name.substring(0, name.length() - ".ort".length()));
        Model model = OnnxReader.read(folder.resolve("model.onnx")).model();
        return new OrtWriter(true).toBytes(model, WriteOptions.DEFAULT);
    }

    private static Map<String, Graph> graphs() {
        Map<String, Graph> graphs = new LinkedHashMap<>();
        graphs.put("float16.ort", graph(DataType.FLOAT16));
        graphs.put("float32.ort", graph(DataType.FLOAT32));
        graphs.put("quantized.ort", quantized());
        graphs.put("one_hot.ort", oneHot());
        return graphs;
    }

    private static Graph graph(DataType type) {
        Graph graph = new Graph(Dialect.ONNX, "g");
        Value x = graph.input(ValueInfo.of("x", type, Shape.of(1, 1, 2, 2)));
        Onnx onnx = new Onnx(graph, "y", Origin.NONE);
        Value sum = onnx.add(x, x);
        Value pooled = add(graph, OpType.onnx("GlobalAveragePool"), type, sum);
        graph.setOutputs(List.of(onnx.cast(pooled, DataType.INT64)));
        return graph;
    }

    private static Graph quantized() {
        Graph graph = new Graph(Dialect.ONNX, "g");
        Value x = graph.input(ValueInfo.of("x", DataType.UINT8, Shape.of(1, 1, 2, 2)));
        Onnx onnx = new Onnx(graph, "y", Origin.NONE);
        Value scale = onnx.scalar(DataType.FLOAT32, 0.5);
        Value zero = onnx.scalar(DataType.UINT8, 3);
        OpType op = new OpType(Dialect.ONNX, OnnxOps.MICROSOFT, "QLinearAdd");
        Value sum = add(graph, op, DataType.UINT8, x, scale, zero, x, scale, zero, scale, zero);
        graph.setOutputs(List.of(onnx.op("DequantizeLinear", sum, scale, zero)));
        return graph;
    }

    private static Graph oneHot() {
        Graph graph = new Graph(Dialect.ONNX, "g");
        Value x = graph.input(ValueInfo.of("x", DataType.INT32, Shape.of(3)));
        Onnx onnx = new Onnx(graph, "y", Origin.NONE);
        Tensor levels = Tensor.ofFloats(Shape.of(2), 0, 1);
        graph.setOutputs(List.of(onnx.op("OneHot", x, onnx.scalar(DataType.INT64, 4), onnx.constant(levels))));
        return graph;
    }

    private static Value add(Graph graph, OpType op, DataType type, Value... in) {
        ValueInfo info = ValueInfo.of(op.name(), type, in[0].shape());
        return graph.add(op, List.of(in), Attributes.NONE, List.of(info), Origin.NONE)
                .get(0);
    }
}
