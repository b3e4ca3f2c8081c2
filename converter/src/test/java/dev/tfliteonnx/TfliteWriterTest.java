package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.tflite.TfliteWriter;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.testmodels.RealModel;
import dev.tfliteonnx.testmodels.RealModels;
import dev.tfliteonnx.testmodels.cases.OpCase;
import dev.tfliteonnx.testmodels.cases.OpCases;
import dev.tfliteonnx.tfl.Tfl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read, written and read again is the same model. */
class TfliteWriterTest {
    /** One case of so many is tried; 1 for all. */
    private static final int EVERY = Integer.getInteger("test.every", 8);

    @Test
    void operatorCasesSurvive() throws ConversionException, IOException {
        List<String> differ = new ArrayList<>();
        int same = 0;
        List<OpCase> all = OpCases.all();
        for (int i = 0; i < all.size(); i += EVERY) {
            OpCase test = all.get(i);
            Model model = read(test.model().array());
            String difference = difference(model, read(new TfliteWriter().toBytes(model)));
            if (difference.isEmpty()) {
                same++;
            } else {
                differ.add(test.name() + ": " + difference);
            }
        }
        assertEquals(List.of(), differ);
        assertTrue(same * EVERY >= all.size(), same + " cases");
    }

    @Test
    void realModelsSurvive() throws ConversionException, IOException {
        for (RealModel real : RealModels.all()) {
            Model model = read(real.array());
            assertEquals("", difference(model, read(new TfliteWriter().toBytes(model))), real.name());
        }
    }

    @Test
    void theSameModelGivesTheSameBytes() throws ConversionException {
        Model model = read(RealModels.demo().array());
        assertArrayEquals(new TfliteWriter().toBytes(model), new TfliteWriter().toBytes(model));
    }

    private static Model read(byte[] bytes) throws ConversionException {
        return TfliteReader.read(Bytes.of(bytes, "a file"), "model.tflite", Optional.empty())
                .model();
    }

    private static String difference(Model before, Model after) throws IOException {
        if (before.graphs().size() != after.graphs().size()) {
            return after.graphs().size() + " graphs";
        }
        for (int i = 0; i < before.graphs().size(); i++) {
            Graph a = before.graphs().get(i);
            Graph b = after.graphs().get(i);
            if (!text(a).equals(text(b))) {
                return text(b) + " instead of " + text(a);
            }
            List<Value> constants = a.constants();
            for (int k = 0; k < constants.size(); k++) {
                Tensor wanted = constants.get(k).constant().orElseThrow();
                Tensor found = b.constants().get(k).constant().orElseThrow();
                if (!Arrays.equals(bytes(wanted), bytes(found))) {
                    return "other elements of " + constants.get(k);
                }
            }
        }
        return "";
    }

    /** The graph with all options, but without places in a file and the numbers of tensors that only have scales. */
    private static String text(Graph graph) {
        StringBuilder text = new StringBuilder(graph.toText());
        for (Node node : graph.nodes()) {
            node.attributes().find(Tfl.CUSTOM_OPTIONS).ifPresent(b -> text.append(Arrays.toString(b.toArray()))
                    .append('\n'));
        }
        return text.toString().replaceAll("intermediates=\\S*|0x[0-9a-f]+", "");
    }

    private static byte[] bytes(Tensor tensor) throws IOException {
        if (tensor.type() == DataType.STRING) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            tensor.toStrings().forEach(all::writeBytes);
            return all.toByteArray();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (WritableByteChannel channel = Channels.newChannel(out)) {
            tensor.writeTo(channel);
        }
        return out.toByteArray();
    }
}
