package dev.tfliteonnx.exporter.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.ExternalData.Span;
import dev.tfliteonnx.exporter.onnx.OnnxFields.GraphProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.ModelProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.StringStringEntryProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TensorProto;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalDataTest {
    private static final Shape SHAPE = Shape.of(20, 30);

    @TempDir
    Path folder;

    private static Tensor counting(float first) {
        float[] values = new float[600];
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        return Tensor.ofFloats(SHAPE, values);
    }

    @Test
    void putsWeightsBesideTheModelWhenAskedTo() throws ConversionException, IOException {
        Model model = SampleModels.sums(List.of(counting(0), Tensor.splat(DataType.FLOAT32, SHAPE, 3), counting(0)));
        Path to = folder.resolve("net.onnx");
        List<Path> files = new OnnxWriter().write(model, to, WriteOptions.DEFAULT.withExternalData(true));
        assertEquals(List.of(folder.resolve("net.onnx.data"), to), files);
        byte[] data = Files.readAllBytes(files.get(0));
        assertEquals(4096 + 2400, data.length);

        List<Proto> tensors =
                Proto.parse(Files.readAllBytes(to)).message(ModelProto.GRAPH).messages(GraphProto.INITIALIZER);
        assertPlace(tensors.get(0), 0, 2400);
        assertPlace(tensors.get(1), 4096, 2400);
        assertPlace(tensors.get(2), 0, 2400);
        Proto inline = Proto.parse(new OnnxWriter().toBytes(model, WriteOptions.DEFAULT))
                .message(ModelProto.GRAPH);
        for (int i = 0; i < 2; i++) {
            byte[] expected = inline.messages(GraphProto.INITIALIZER).get(i).bytes(TensorProto.RAW_DATA);
            assertArrayEquals(expected, Arrays.copyOfRange(data, i * 4096, i * 4096 + 2400));
        }
    }

    private static void assertPlace(Proto tensor, long offset, long length) {
        assertFalse(tensor.has(TensorProto.RAW_DATA));
        assertEquals(1, tensor.number(TensorProto.DATA_LOCATION));
        Map<String, String> place = new HashMap<>();
        for (Proto entry : tensor.messages(TensorProto.EXTERNAL_DATA)) {
            place.put(entry.text(StringStringEntryProto.KEY), entry.text(StringStringEntryProto.VALUE));
        }
        assertEquals(Map.of("location", "net.onnx.data", "offset", "" + offset, "length", "" + length), place);
    }

    @Test
    void putsWeightsBesideTheModelOnlyBeyondTheLimit() throws ConversionException, IOException {
        Model model = SampleModels.sums(List.of(counting(0), counting(1)));
        long size = new OnnxWriter().toBytes(model, WriteOptions.DEFAULT).length;
        Path fits = folder.resolve("fits.onnx");
        Path exceeds = folder.resolve("exceeds.onnx");
        assertEquals(
                1,
                new OnnxWriter()
                        .write(model, fits, WriteOptions.DEFAULT.withInlineLimit(size))
                        .size());
        assertEquals(
                2,
                new OnnxWriter()
                        .write(model, exceeds, WriteOptions.DEFAULT.withInlineLimit(size - 1))
                        .size());
        assertEquals(size, Files.size(fits));
        assertTrue(Files.size(exceeds) < 1000);
    }

    @Test
    void sameModelSameFiles() throws ConversionException, IOException {
        List<byte[]> written = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            Path own = Files.createDirectory(folder.resolve(name));
            Model model = SampleModels.sums(List.of(counting(0), counting(5), counting(0)));
            WriteOptions options = WriteOptions.DEFAULT.withExternalData(true);
            for (Path file : new OnnxWriter().write(model, own.resolve("m.onnx"), options)) {
                written.add(Files.readAllBytes(file));
            }
        }
        assertArrayEquals(written.get(0), written.get(2));
        assertArrayEquals(written.get(1), written.get(3));
    }

    @Test
    void writesOneFileIfNothingIsLargeEnough() throws ConversionException, IOException {
        Model model = SampleModels.sum(Tensor.ofFloats(Shape.of(2), 1, 2));
        Path to = folder.resolve("small.onnx");
        assertEquals(List.of(to), new OnnxWriter().write(model, to, WriteOptions.DEFAULT.withExternalData(true)));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void keepsShapesTextAndSmallTensorsInTheModel() {
        ExternalData data = new ExternalData("x");
        assertEquals(Optional.empty(), data.place(Tensor.splat(DataType.FLOAT32, Shape.of(255), 1)));
        assertEquals(Optional.empty(), data.place(Tensor.splat(DataType.INT64, Shape.of(1024), 1)));
        assertEquals(Optional.empty(), data.place(Tensor.ofStrings(Shape.of(1), List.of(new byte[5000]))));
        assertTrue(data.isEmpty());
        assertEquals(Optional.of(new Span(0, 1024)), data.place(Tensor.splat(DataType.FLOAT32, Shape.of(256), 1)));
        assertEquals(Optional.of(new Span(4096, 8200)), data.place(Tensor.splat(DataType.INT64, Shape.of(1025), 1)));
    }

    @Test
    void alignsLargeTensorsFurther() {
        ExternalData data = new ExternalData("x");
        data.place(Tensor.splat(DataType.INT8, Shape.of(5000), 1));
        assertEquals(Optional.of(new Span(65536, 65536)), data.place(Tensor.splat(DataType.INT8, Shape.of(65536), 1)));
        assertEquals(Optional.of(new Span(131072, 65535)), data.place(Tensor.splat(DataType.INT8, Shape.of(65535), 1)));
    }

    @Test
    void tellsTensorsApartThatDifferOnlyLate() {
        ExternalData data = new ExternalData("x");
        long[] values = new long[5000];
        data.place(Tensor.ofIntegers(DataType.INT8, Shape.of(5000), values));
        values[4999] = 1;
        assertEquals(
                Optional.of(new Span(8192, 5000)),
                data.place(Tensor.ofIntegers(DataType.INT8, Shape.of(5000), values)));
        Tensor zeros = Tensor.splat(DataType.INT8, Shape.of(50, 100), 0);
        assertEquals(Optional.of(new Span(0, 5000)), data.place(zeros));
    }
}
