package dev.tfliteonnx.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.onnx.OnnxSchema.Option;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OnnxSchemasTest {
    @Test
    void findsTheVersionThatHoldsAtAnOpset() {
        assertEquals(13, find("Add", 13).sinceVersion());
        assertEquals(14, find("Add", 14).sinceVersion());
        assertEquals(14, find("Add", 28).sinceVersion());
        assertEquals(7, find("Add", 12).sinceVersion());
        assertSame(find("Add", 14), find("Add", 20));
    }

    @Test
    void doesNotFindWhatCameLaterOrIsWithdrawn() {
        assertTrue(OnnxSchemas.find("", "Gelu", 19).isEmpty());
        assertTrue(OnnxSchemas.find("", "Gelu", 20).isPresent());
        assertTrue(OnnxSchemas.find("", "Upsample", 9).isPresent());
        assertTrue(OnnxSchemas.find("", "Upsample", 13).isEmpty());
        assertTrue(OnnxSchemas.find("", "NoSuchOp", 13).isEmpty());
        assertTrue(OnnxSchemas.find("com.microsoft", "Add", 13).isEmpty());
    }

    @Test
    void knowsBothDomainsAndBothNamesOfTheDefaultOne() {
        assertEquals("", find("Add", 13).op().domain());
        assertSame(
                OnnxSchemas.find("ai.onnx", "Add", 13).orElseThrow(),
                OnnxSchemas.find("", "Add", 13).orElseThrow());
        assertEquals(
                OnnxSchemas.ML,
                OnnxSchemas.find(OnnxSchemas.ML, "LabelEncoder", 4)
                        .orElseThrow()
                        .op()
                        .domain());
        assertFalse(OnnxSchemas.covers("com.microsoft"));
    }

    @Test
    void readsOperands() {
        OnnxSchema clip = find("Clip", 13);
        assertEquals(1, clip.inputs().min());
        assertEquals(3, clip.inputs().max());
        assertEquals(Option.OPTIONAL, clip.inputs().at(2).orElseThrow().option());
        assertEquals(Optional.empty(), clip.inputs().at(3));
        assertTrue(clip.inputs().at(0).orElseThrow().allowed().contains("float"));

        OnnxSchema concat = find("Concat", 13);
        assertEquals(Integer.MAX_VALUE, concat.inputs().max());
        assertEquals(Option.VARIADIC, concat.inputs().at(99).orElseThrow().option());
        assertTrue(concat.inputs().at(99).orElseThrow().homogeneous());
        assertFalse(find("If", 13).outputs().at(0).orElseThrow().homogeneous());

        assertEquals(
                Set.of("int64"),
                find("ArgMax", 13).outputs().at(0).orElseThrow().allowed());
        assertEquals(List.of(), find("Constant", 13).inputs().list());
    }

    @Test
    void readsAttributesAndTheirDefaults() {
        OnnxSchema cast = find("Cast", 13);
        assertTrue(cast.attributes().get("to").required());
        assertEquals(Optional.empty(), cast.attributes().get("to").defaultValue());
        assertEquals(
                Optional.of(0.01f),
                find("LeakyRelu", 16).attributes().get("alpha").defaultValue());
        assertEquals(
                Optional.of(-1L), find("Softmax", 13).attributes().get("axis").defaultValue());
        assertEquals(
                Optional.of("DCR"),
                find("DepthToSpace", 13).attributes().get("mode").defaultValue());
        assertEquals(
                Optional.of(Strings.of("Tanh", "Tanh")),
                find("RNN", 14).attributes().get("activations").defaultValue());
        Object axes = find("MeanVarianceNormalization", 13)
                .attributes()
                .get("axes")
                .defaultValue()
                .orElseThrow();
        assertEquals(Ints.of(0, 2, 3), axes);
    }

    @Test
    void namesEveryTypeAsTheTableDoes() {
        Set<String> known =
                new HashSet<>(find("Cast", 28).inputs().at(0).orElseThrow().allowed());
        known.addAll(find("Identity", 13).inputs().at(0).orElseThrow().allowed());
        for (DataType type : DataType.values()) {
            String name = OnnxSchema.typeName(type);
            assertEquals(type.onnxCode() != 0, known.contains(name), type + " is called " + name);
        }
    }

    @Test
    void everyLineOfTheTableParsesAndIsInOrder() throws IOException {
        int schemas = 0;
        String last = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(OnnxSchemas.class.getResourceAsStream("onnx-schemas.tsv")),
                StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.startsWith("#")) {
                    continue;
                }
                String[] cells = line.split("\t", -1);
                String key = cells[0] + '\t' + cells[1] + '\t';
                assertTrue(last.compareTo(key) <= 0, key + " stands behind " + last);
                last = key;
                if (cells[3].equals("0")) {
                    int since = Integer.parseInt(cells[2]);
                    OnnxSchema schema =
                            OnnxSchemas.find(cells[0], cells[1], since).orElseThrow();
                    assertEquals(since, schema.sinceVersion());
                    schema.attributes().values().forEach(OnnxSchemasTest::checkDefault);
                    assertTrue(since <= (cells[0].equals(OnnxSchemas.ML) ? OnnxSchemas.NEWEST_ML : OnnxSchemas.NEWEST));
                    schemas++;
                }
            }
        }
        assertTrue(schemas > 600, schemas + " schemas");
    }

    private static void checkDefault(OnnxSchema.Attribute attribute) {
        attribute.defaultValue().ifPresent(v -> assertTrue(attribute.kind().admits(v), attribute + " is " + v));
    }

    private static OnnxSchema find(String op, int opset) {
        return OnnxSchemas.find("", op, opset).orElseThrow();
    }
}
