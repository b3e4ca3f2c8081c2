package dev.tfliteonnx.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long runs of a mapped file are read from the file itself, as long as it is still that file. */
final class MappedBytesTest {
    private static final int SIZE = (1 << 20) + 13;
    private static final int FROM = 12_345;

    @TempDir
    Path folder;

    private Bytes map(byte[] content) throws IOException {
        Path path = folder.resolve("file");
        Files.write(path, content);
        Optional<MappedFile> file = MappedFile.at(path);
        assumeTrue(file.isPresent(), "this file system tells no files apart");
        try (FileChannel channel = FileChannel.open(path)) {
            return Bytes.ofFile(file.get(), List.of(channel.map(MapMode.READ_ONLY, 0, SIZE)), "file");
        }
    }

    private static byte[] random(int seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] streamed(Bytes bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bytes.writeTo(Channels.newChannel(out));
        return out.toByteArray();
    }

    @Test
    void partsGoFromFileToFileBehindWhatWasThere() throws IOException {
        byte[] content = random(1);
        Bytes part = map(content).slice(FROM, SIZE - FROM - 1, "part");
        Path to = folder.resolve("to");
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Bytes.ofUtf8("head").writeTo(out);
            part.writeTo(out);
            Bytes.ofUtf8("tail").writeTo(out);
        }
        byte[] written = Files.readAllBytes(to);
        assertEquals("head", new String(written, 0, 4, java.nio.charset.StandardCharsets.UTF_8));
        assertArrayEquals(
                Arrays.copyOfRange(content, FROM, SIZE - 1), Arrays.copyOfRange(written, 4, written.length - 4));
        assertArrayEquals(Arrays.copyOfRange(content, FROM, SIZE - 1), streamed(part));
    }

    @Test
    void aFileThatTookThePlaceIsNotRead() throws IOException {
        byte[] content = random(1);
        Bytes bytes = map(content);
        Path other = folder.resolve("other");
        Files.write(other, random(2));
        Files.move(other, folder.resolve("file"), StandardCopyOption.REPLACE_EXISTING);
        assertArrayEquals(content, streamed(bytes));
        Files.delete(folder.resolve("file"));
        assertArrayEquals(content, streamed(bytes));
    }

    @Test
    void theKeyTellsFilesApart() throws IOException {
        map(random(1));
        MappedFile file = MappedFile.at(folder.resolve("file")).orElseThrow();
        Files.move(folder.resolve("file"), folder.resolve("elsewhere"));
        assertFalse(file.isInPlace());
        assertEquals(Optional.empty(), MappedFile.at(folder.resolve("file")));
    }

    @Test
    void aFileThatBecameShorterIsToldNotReadForEver() throws IOException {
        Bytes bytes = map(random(1));
        try (FileChannel channel = FileChannel.open(folder.resolve("file"), StandardOpenOption.WRITE)) {
            channel.truncate(SIZE / 2);
        }
        assertThrows(EOFException.class, () -> streamed(bytes));
        Path to = folder.resolve("to");
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThrows(EOFException.class, () -> bytes.writeTo(out));
        }
    }
}
