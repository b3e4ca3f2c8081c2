package dev.tfliteonnx.importer.tflite;

import static dev.tfliteonnx.importer.tflite.TinyFile.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.tflite.BlockwiseQuantization;
import dev.tfliteonnx.formats.tflite.Conv2DOptions;
import dev.tfliteonnx.formats.tflite.DimensionMetadata;
import dev.tfliteonnx.formats.tflite.Int32Vector;
import dev.tfliteonnx.formats.tflite.Operator;
import dev.tfliteonnx.formats.tflite.SparsityParameters;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.formats.tflite.TensorType;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the bytes are, there is a model or a {@link ConversionException}. Damage is random, from the seed in the
 * property {@code test.seed}; a failure names file and seed.
 */
class HostileTest {
    private static final long SEED = Long.getLong("test.seed", 1);
    private static final int DAMAGES = 2_000;
    private static final int CUTS = 256;
    private static final int[] ODD = {0, 1, -1, -4, 0x7fffffff, 0x80000000, 0x7ffffffc, 0x40000000, 0xffff, 0x10000};

    /** Reads bytes and all small constants; gives whether there was a model. */
    private static boolean survives(byte[] bytes, String what) {
        try {
            List<Graph> graphs = TfliteReader.read(Bytes.of(bytes, what), what, Optional.empty())
                    .model()
                    .graphs();
            for (Graph graph : graphs) {
                graph.verify();
                graph.constants().forEach(HostileTest::load);
            }
            return true;
        } catch (ConversionException e) {
            assertFalse(e.diagnostics().isEmpty());
            return false;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(what + " escaped", e);
        }
    }

    private static void load(Value value) {
        Tensor tensor = value.constant().orElseThrow();
        if (tensor.type() != DataType.STRING && tensor.elementCount() <= 1 << 16) {
            tensor.load();
        }
    }

    private static void damage(byte[] whole, String name) {
        assertTrue(survives(whole, name), name);
        int step = Math.max(1, whole.length / CUTS);
        for (int size = 0; size < whole.length; size += step) {
            survives(Arrays.copyOf(whole, size), name + " cut to " + size);
        }
        for (int i = 0; i < DAMAGES; i++) {
            long seed = SEED * 1_000_003 + i;
            survives(damaged(whole, new Random(seed)), name + " damaged by seed " + seed);
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int times = 1 + random.nextInt(3);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> words.putInt(Math.min(at & ~3, bytes.length - 4), ODD[random.nextInt(ODD.length)]);
                default -> words.putInt(Math.min(at & ~3, bytes.length - 4), random.nextInt(bytes.length));
            }
        }
        return bytes;
    }

    static Map<String, TinyFile> handMade() {
        return Map.of(
                "relu",
                TinyFile.relu(),
                "options",
                options(),
                "sparse",
                sparse(),
                "blocks",
                blocks(),
                "strings",
                strings(),
                "signatures",
                TinyFile.relu()
                        .signature("s", 0, Map.of("a", 0), Map.of("b", 1))
                        .metadata("min_runtime_version", 0));
    }

    private static TinyFile options() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        int state = file.tensor("state", t -> t.variable = true);
        int options = Conv2DOptions.createConv2DOptions(file.fbb, (byte) 1, 2, 3, (byte) 3, 1, 1, (byte) 0);
        int y = file.tensor("y", 1);
        int z = file.tensor("z", 1);
        file.op(file.code("CONV_2D"), ints(x, x, -1), ints(y), 1, options);
        file.customOp(file.rawCode((byte) 32, 32, "Own"), ints(y, state), ints(z), new byte[] {1, 2}, 0, 0);
        return file.graph("g", ints(x), ints(z));
    }

    private static TinyFile sparse() {
        TinyFile file = new TinyFile();
        var b = file.fbb;
        int segments = Int32Vector.createInt32Vector(b, Int32Vector.createValuesVector(b, ints(0, 2, 2, 3)));
        int indices = Int32Vector.createInt32Vector(b, Int32Vector.createValuesVector(b, ints(0, 3, 1)));
        int[] levels = {
            DimensionMetadata.createDimensionMetadata(b, (byte) 0, 3, (byte) 0, 0, (byte) 0, 0),
            DimensionMetadata.createDimensionMetadata(b, (byte) 1, 0, (byte) 1, segments, (byte) 1, indices)
        };
        int order = SparsityParameters.createTraversalOrderVector(b, ints(0, 1));
        int list = SparsityParameters.createDimMetadataVector(b, levels);
        int sparsity = SparsityParameters.createSparsityParameters(b, order, 0, list);
        int buffer = file.buffer((byte) 1, (byte) 2, (byte) 3);
        int c = file.tensor("c", t -> {
            t.type = TensorType.INT8;
            t.shape = ints(3, 4);
            t.buffer = buffer;
            t.sparsity = sparsity;
        });
        return file.graph("g", ints(), ints(c));
    }

    private static TinyFile blocks() {
        TinyFile file = new TinyFile();
        int scaleBuffer = file.buffer((byte) 0, (byte) 0x3c, (byte) 0, (byte) 0x40);
        int scales = file.tensor("s", t -> {
            t.type = TensorType.FLOAT16;
            t.shape = ints(1, 2);
            t.buffer = scaleBuffer;
        });
        int details = BlockwiseQuantization.createBlockwiseQuantization(file.fbb, scales, -1, 4);
        int quant = file.quantDetails((byte) 2, details);
        int buffer = file.buffer(new byte[4]);
        int w = file.tensor("w", t -> {
            t.type = TensorType.INT4;
            t.shape = ints(1, 8);
            t.buffer = buffer;
            t.quant = quant;
        });
        return file.graph("g", ints(), ints(w));
    }

    private static TinyFile strings() {
        TinyFile file = new TinyFile();
        int buffer = file.buffer(
                (byte) 1,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 12,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 13,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 'A');
        int c = file.tensor("c", t -> {
            t.type = TensorType.STRING;
            t.shape = ints(1);
            t.buffer = buffer;
        });
        return file.graph("g", ints(), ints(c));
    }

    static List<String> names() {
        return List.copyOf(handMade().keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void handMadeFilesMayBeDamagedAnyhow(String name) {
        damage(handMade().get(name).bytes(), name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "google-ai-edge+LiteRT/nested_while.tflite",
                "google-ai-edge+LiteRT/lstm_quantized.tflite",
                "google-ai-edge+LiteRT/call_once_mul.tflite",
                "google-ai-edge+LiteRT/multi_signature_model.tflite",
                "google-ai-edge+ai-edge-quantizer/simple_composite.tflite",
                "tensorflow+tflite-micro/audio_preprocessor_int8.tflite",
                "tensorflow+tflite-support/test_model_nl_classifier_with_associated_label.tflite",
                "tensorflow+tflite-support/whitespace_tokenizer_flex_delegate.tflite"
            })
    void realFilesMayBeDamagedAnyhow(String name) throws IOException {
        Path folder = RealFiles.folder();
        damage(Files.readAllBytes(folder.resolve(name)), name);
    }

    private static Diagnostic refused(byte[] bytes) {
        return assertThrows(
                        ConversionException.class, () -> TfliteReader.read(Bytes.of(bytes, ""), "x", Optional.empty()))
                .diagnostics()
                .get(0);
    }

    @Test
    void eightBytesAreNoModel() {
        byte[] bytes = {8, 0, 0, 0, 'T', 'F', 'L', '3'};
        Diagnostic d = refused(bytes);
        assertEquals(DiagnosticCode.BROKEN_FILE, d.code());
        assertTrue(d.reason().endsWith("at Model"), d::reason);
    }

    @Test
    void sharedTablesMayNotUnfoldWithoutEnd() {
        FlatBufferBuilder b = new FlatBufferBuilder();
        int name = b.createString("n".repeat(1_000));
        int list = Operator.createInputsVector(b, new int[1_000]);
        int operator = Operator.createOperator(b, 0, list, list, (byte) 0, 0, 0, (byte) 0, 0, 0, 0, 0, (byte) 0, 0, -1);
        int[] same = new int[1_000];
        Arrays.fill(same, operator);
        int operators = SubGraph.createOperatorsVector(b, same);
        int graph = SubGraph.createSubGraph(b, 0, 0, 0, operators, name, -1);
        Arrays.fill(same, graph);
        int graphs = dev.tfliteonnx.formats.tflite.Model.createSubgraphsVector(b, same);
        b.finish(dev.tfliteonnx.formats.tflite.Model.createModel(b, 3, 0, graphs, 0, 0, 0, 0, 0, 0, 0), "TFL3");
        Diagnostic d = refused(b.sizedByteArray());
        assertEquals(DiagnosticCode.LIMIT_EXCEEDED, d.code());
        assertTrue(d.reason().contains("overlap"), d::reason);
    }

    @Test
    void moreThanAThousandGraphsAreRefused() {
        TinyFile file = new TinyFile();
        for (int i = 0; i <= 1_000; i++) {
            file.graph("", ints(), ints());
        }
        assertEquals(DiagnosticCode.LIMIT_EXCEEDED, refused(file.bytes()).code());
    }

    @Test
    void longNamesAreCutInMessages() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x".repeat(100_000), 1);
        int relu = file.code("RELU");
        for (int i = 0; i < 150; i++) {
            file.op(relu, ints(x), ints());
        }
        ConversionException e = assertThrows(
                ConversionException.class,
                () -> TfliteReader.read(file.graph("g", ints(), ints()).file(), "x", Optional.empty()));
        assertTrue(String.valueOf(e.getMessage()).length() < 100_000);
    }
}
