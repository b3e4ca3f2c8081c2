package dev.tfliteonnx.importer.tflite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.metadata.AssociatedFileType;
import dev.tfliteonnx.formats.metadata.Content;
import dev.tfliteonnx.formats.metadata.ContentProperties;
import dev.tfliteonnx.formats.metadata.ImageProperties;
import dev.tfliteonnx.formats.metadata.ModelMetadata;
import dev.tfliteonnx.formats.metadata.NormalizationOptions;
import dev.tfliteonnx.formats.metadata.ProcessUnit;
import dev.tfliteonnx.formats.metadata.ProcessUnitOptions;
import dev.tfliteonnx.formats.metadata.SubGraphMetadata;
import dev.tfliteonnx.formats.metadata.TensorMetadata;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.ir.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class MetadataTest {
    private static final Map<String, String> LABELS = Map.of("labels.txt", "cat\r\ndog\n");

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] metadata() {
        FlatBufferBuilder b = new FlatBufferBuilder();
        int mean = NormalizationOptions.createMeanVector(b, new float[] {127.5f, 0});
        int std = NormalizationOptions.createStdVector(b, new float[] {128});
        int normalization = NormalizationOptions.createNormalizationOptions(b, mean, std);
        int unit = ProcessUnit.createProcessUnit(b, ProcessUnitOptions.NormalizationOptions, normalization);
        int units = TensorMetadata.createProcessUnitsVector(b, new int[] {unit});
        int image = ImageProperties.createImageProperties(b, (byte) 1, 0);
        int content = Content.createContent(b, ContentProperties.ImageProperties, image, 0);
        int inName = b.createString("image");
        int input = TensorMetadata.createTensorMetadata(b, inName, 0, 0, content, units, 0, 0);
        int fileName = b.createString("labels.txt");
        int file = dev.tfliteonnx.formats.metadata.AssociatedFile.createAssociatedFile(
                b, fileName, 0, AssociatedFileType.TENSOR_AXIS_LABELS, 0, 0);
        int files = TensorMetadata.createAssociatedFilesVector(b, new int[] {file});
        int outName = b.createString("class");
        int output = TensorMetadata.createTensorMetadata(b, outName, 0, 0, 0, 0, 0, files);
        int in = SubGraphMetadata.createInputTensorMetadataVector(b, new int[] {input});
        int out = SubGraphMetadata.createOutputTensorMetadataVector(b, new int[] {output});
        int graph = SubGraphMetadata.createSubGraphMetadata(b, 0, 0, in, out, 0, 0, 0, 0, 0, 0);
        int graphs = ModelMetadata.createSubgraphMetadataVector(b, new int[] {graph});
        int name = b.createString("pets");
        b.finish(ModelMetadata.createModelMetadata(b, name, 0, 0, graphs, 0, 0, 0, 0), "M001");
        return b.sizedByteArray();
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] bytes = utf8(file.getValue());
                ZipEntry entry = new ZipEntry(file.getKey());
                if (bytes.length < 100) {
                    CRC32 crc = new CRC32();
                    crc.update(bytes);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(bytes.length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(bytes);
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[] a, byte[] b) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(a);
        out.writeBytes(b);
        return out.toByteArray();
    }

    private static byte[] model(byte[] metadata) {
        TinyFile file = TinyFile.relu();
        file.metadata("min_runtime_version", file.buffer(utf8("2.14.0\0\0\0\0")));
        file.metadata("TFLITE_METADATA", file.buffer(metadata));
        return file.bytes();
    }

    private static Import read(byte[] bytes) throws ConversionException {
        return TfliteReader.read(Bytes.of(bytes, "m.tflite"), "m.tflite", Optional.empty());
    }

    private static void warns(byte[] bytes, String reason) throws ConversionException {
        Import read = read(bytes);
        assertTrue(
                read.warnings().stream()
                        .anyMatch(w -> w.code() == DiagnosticCode.BAD_METADATA
                                && w.reason().contains(reason)),
                () -> read.warnings().toString());
        assertEquals(1, read.model().main().size());
    }

    @Test
    void readsWordsNumbersAndLabels() throws IOException, ConversionException {
        Import read = read(joined(model(metadata()), zip(LABELS)));
        assertEquals(List.of(), read.warnings());
        assertEquals(
                "{tflite.description=tiny, tflite.min_runtime_version=2.14.0, tflite.model.name=pets,"
                        + " tflite.input.0.name=image, tflite.input.0.color_space=rgb, tflite.input.0.mean=127.5,0.0,"
                        + " tflite.input.0.std=128.0, tflite.output.0.name=class, tflite.output.0.labels=cat\ndog,"
                        + " tflite.files=labels.txt}",
                read.model().metadata().toString());
    }

    @Test
    void archiveOffsetsMayCountFromTheModelsStart() throws IOException, ConversionException {
        byte[] model = model(metadata());
        byte[] zip = zip(LABELS);
        byte[] whole = joined(model, zip);
        shift(whole, whole.length - 22 + 16, model.length);
        int directory = model.length + zip.length - 22 - (46 + "labels.txt".length());
        shift(whole, directory + 42, model.length);
        assertEquals("cat\ndog", read(whole).model().metadata().get("tflite.output.0.labels"));
    }

    private static void shift(byte[] bytes, int at, int by) {
        int value = (bytes[at] & 0xff) + ((bytes[at + 1] & 0xff) << 8) + by;
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
        bytes[at + 2] = (byte) (value >> 16);
    }

    @Test
    void missingLabelsAreAWarning() throws ConversionException {
        warns(model(metadata()), "labels.txt is missing");
    }

    @Test
    void brokenMetadataIsAWarning() throws ConversionException {
        byte[] broken = metadata();
        broken[0] = (byte) 0xf0;
        broken[1] = (byte) 0xff;
        warns(model(broken), "target of an offset");
        byte[] other = metadata();
        other[4] = 'X';
        warns(model(other), "M001");
        warns(model(new byte[3]), "ends before the root table");
    }

    @Test
    void metadataInABufferThatDoesNotExistIsAWarning() throws ConversionException {
        warns(TinyFile.relu().metadata("TFLITE_METADATA", 77).bytes(), "buffer 77 does not exist");
    }

    @Test
    void unpacksDeflatedFiles() throws IOException {
        String text = "label\n".repeat(50_000);
        byte[] model = joined(TinyFile.relu().bytes(), zip(Map.of("a/b.txt", text)));
        MetadataFiles files = MetadataFiles.in(Bytes.of(model, "m"));
        assertEquals(List.of("a/b.txt"), files.names());
        assertArrayEquals(
                utf8(text), files.read("a/b.txt").orElseThrow().bytes().toArray());
        assertEquals(1, files.readAll().size());
        assertTrue(files.read("c").isEmpty());
    }

    @Test
    void refusesABomb() throws IOException {
        byte[] model = joined(TinyFile.relu().bytes(), zip(Map.of("bomb", "0".repeat(30 << 20))));
        MetadataFiles files = MetadataFiles.in(Bytes.of(model, "m"));
        ZipException e = assertThrows(ZipException.class, () -> files.read("bomb"));
        assertTrue(e.getMessage().contains("unpacks to more than"), e::getMessage);
    }

    @Test
    void refusesNamesThatLeadAway() throws IOException, ConversionException {
        for (String name : List.of("../x", "/x", "a/../../x", "a\\x", "C:x")) {
            warns(joined(TinyFile.relu().bytes(), zip(Map.of(name, "1"))), "holds the name");
        }
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        byte[] zip = zip(LABELS);
        zip[30 + "labels.txt".length()] ^= 1;
        MetadataFiles files = MetadataFiles.in(Bytes.of(joined(new byte[50], zip), "m"));
        ZipException e = assertThrows(ZipException.class, () -> files.read("labels.txt"));
        assertEquals("labels.txt is damaged", e.getMessage());
    }

    @Test
    void refusesTooManyFiles() throws IOException {
        Map<String, String> many = new java.util.LinkedHashMap<>();
        for (int i = 0; i <= MetadataFiles.MAX_FILES; i++) {
            many.put("f" + i, "");
        }
        byte[] zip = zip(many);
        assertThrows(ZipException.class, () -> MetadataFiles.in(Bytes.of(zip, "m")));
    }

    @Test
    void modelsWithoutAnArchiveHaveNoFiles() throws ZipException {
        assertEquals(List.of(), MetadataFiles.in(TinyFile.relu().file()).names());
        assertEquals(List.of(), MetadataFiles.in(Bytes.of(new byte[0], "")).names());
    }
}
