package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeEngine;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.OnnxRuntimeOptions.Level;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sparse initializers of {@code .onnx}, and of the {@code .ort} files that ONNX Runtime makes of these, are read dense. */
class OrtSparseTest {
    private static final float[] DENSE = {0, 2.5f, 0, 0, 0, -1};

    @TempDir
    Path scratch = Path.of("");

    /** Writes the fields of a message. */
    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    @Test
    void sparseInitializersOfOnnxAreReadDense() throws IOException, ConversionException {
        for (long[] places : new long[][] {{1, 5}, {0, 1, 1, 2}}) {
            Model model = OnnxReader.read(Bytes.of(model(places), "sparse"), "sparse", Optional.empty())
                    .model();
            assertArrayEquals(DENSE, constant(model).toFloats());
        }
    }

    @Test
    void whatOnnxRuntimeSavesSparseIsReadDense() throws IOException, ConversionException, EngineException {
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        Path saved = scratch.resolve("saved.ort");
        OnnxRuntimeOptions saving =
                OnnxRuntimeOptions.plain().withLevel(Level.NONE).savingOptimized(saved);
        Tensor x = Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        List<Tensor> expected;
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(model(1, 5), saving)) {
            expected = engine.run(List.of(x));
        }
        FlatView graph = FlatView.root(Files.readAllBytes(saved))
                .table(1)
                .orElseThrow()
                .table(7)
                .orElseThrow();
        assertEquals(1, graph.length(7), "sparse initializers in the file of ONNX Runtime");
        Model model = OrtReader.read(saved).model();
        assertArrayEquals(DENSE, constant(model).toFloats());
        byte[] ours = new OrtWriter().toBytes(model, model.opsets(), WriteOptions.DEFAULT);
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(ours, OnnxRuntimeOptions.plain())) {
            assertTrue(NodeTests.isEqual(expected.get(0), engine.run(List.of(x)).get(0)));
        }
    }

    @Test
    void placesOutsideOfTheTensorAreRefused() {
        for (long[] places : new long[][] {{1, 6}, {-1, 5}, {0, 1, 2, 0}, {1}}) {
            assertThrows(
                    ConversionException.class,
                    () -> OnnxReader.read(Bytes.of(model(places), "sparse"), "sparse", Optional.empty()));
        }
    }

    private static Tensor constant(Model model) {
        Value value = model.main().constants().get(0);
        assertEquals("s", value.name());
        return value.constant().orElseThrow();
    }

    /** {@code y = x + s}, where {@code s} has two elements at these places, or in these rows and columns. */
    private static byte[] model(long... places) throws IOException {
        byte[] elements = bytes(out -> {
            out.writeInt64(1, 2);
            out.writeInt32(2, 1);
            out.writeString(8, "s");
            ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            out.writeBytes(
                    9, ByteString.copyFrom(raw.putFloat(2.5f).putFloat(-1).flip()));
        });
        byte[] indices = bytes(out -> {
            out.writeInt64(1, places.length > 2 ? places.length / 2 : places.length);
            if (places.length > 2) {
                out.writeInt64(1, 2);
            }
            out.writeInt32(2, 7);
            ByteBuffer raw = ByteBuffer.allocate(8 * places.length).order(ByteOrder.LITTLE_ENDIAN);
            for (long place : places) {
                raw.putLong(place);
            }
            out.writeBytes(9, ByteString.copyFrom(raw.flip()));
        });
        byte[] graph = bytes(out -> {
            out.writeByteArray(1, bytes(node -> {
                node.writeString(1, "x");
                node.writeString(1, "s");
                node.writeString(2, "y");
                node.writeString(4, "Add");
            }));
            out.writeString(2, "g");
            out.writeByteArray(11, value("x"));
            out.writeByteArray(12, value("y"));
            out.writeByteArray(15, bytes(sparse -> {
                sparse.writeByteArray(1, elements);
                sparse.writeByteArray(2, indices);
                sparse.writeInt64(3, 2);
                sparse.writeInt64(3, 3);
            }));
        });
        return bytes(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(7, graph);
            out.writeByteArray(8, bytes(opset -> opset.writeInt64(2, 13)));
        });
    }

    /** A value of floats {@code [2,3]}. */
    private static byte[] value(String name) throws IOException {
        byte[] shape = bytes(out -> {
            out.writeByteArray(1, bytes(extent -> extent.writeInt64(1, 2)));
            out.writeByteArray(1, bytes(extent -> extent.writeInt64(1, 3)));
        });
        byte[] tensor = bytes(out -> {
            out.writeInt32(1, 1);
            out.writeByteArray(2, shape);
        });
        return bytes(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, bytes(type -> type.writeByteArray(1, tensor)));
        });
    }

    private static byte[] bytes(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }
}
