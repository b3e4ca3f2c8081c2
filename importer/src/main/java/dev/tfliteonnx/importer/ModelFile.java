package dev.tfliteonnx.importer;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file in memory: all of it as windows, and its head as the one buffer that FlatBuffers need.
 *
 * <p>A file is mapped, not read. The mapping stays until it is collected, since Java offers no safe way to end one; a
 * file that is cut short by someone else meanwhile ends in an {@link InternalError} of the virtual machine.
 *
 * @param bytes the whole file
 * @param head the file from its first byte on, little-endian and read-only: up to 2³¹−1 bytes of a mapped file, up to
 *     {@link Bytes#WINDOW} of bytes that were handed in
 * @param name the file's name, for messages
 */
public record ModelFile(Bytes bytes, ByteBuffer head, String name) {
    /**
     * Maps a file, following links.
     *
     * @throws ConversionException {@code INPUT_FAILED} if the system refuses, {@code NOT_A_MODEL} if it is a folder or
     *     device
     */
    public static ModelFile map(Path path) throws ConversionException {
        String name = nameOf(path);
        if (!Files.exists(path)) {
            throw failed(name, "there is no such file", "check the path");
        }
        if (!Files.isRegularFile(path)) {
            String what = Files.isDirectory(path) ? "it is a folder" : "it is not a regular file";
            String remedy = Files.isDirectory(path)
                    ? "name the .tflite file inside it; a SavedModel has to be converted by TensorFlow first"
                    : "copy the model to a file";
            throw new ConversionException(DiagnosticCode.NOT_A_MODEL, Where.file(name), what, remedy);
        }
        return map(path, name, Set.of(StandardOpenOption.READ));
    }

    /** Maps a regular file that must not be reached by a link at its last step. */
    public static ModelFile mapNoLink(Path path) throws ConversionException {
        return map(path, nameOf(path), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Bytes that are in memory already. */
    public static ModelFile of(Bytes bytes, String name) {
        return new ModelFile(bytes, bytes.view(0, (int) Math.min(bytes.size(), Bytes.WINDOW)), name);
    }

    private static ModelFile map(Path path, String name, Set<OpenOption> options) throws ConversionException {
        Optional<MappedFile> file = MappedFile.at(path);
        try (FileChannel channel = FileChannel.open(path, options)) {
            long size = channel.size();
            List<ByteBuffer> windows = new ArrayList<>();
            for (long at = 0; at < size; at += Bytes.WINDOW) {
                windows.add(channel.map(MapMode.READ_ONLY, at, Math.min(Bytes.WINDOW, size - at)));
            }
            Bytes bytes = file.filter(MappedFile::isInPlace)
                    .map(f -> Bytes.ofFile(f, windows, name))
                    .orElseGet(() -> Bytes.ofWindows(windows, name));
            if (size <= Bytes.WINDOW) {
                return of(bytes, name);
            }
            ByteBuffer head = channel.map(MapMode.READ_ONLY, 0, Math.min(Integer.MAX_VALUE, size));
            return new ModelFile(bytes, head.order(ByteOrder.LITTLE_ENDIAN), name);
        } catch (NoSuchFileException e) {
            throw failed(name, "there is no such file", "check the path");
        } catch (IOException | UnsupportedOperationException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw failed(name, why, "check the file's permissions and the disk");
        }
    }

    private static String nameOf(Path path) {
        Path last = path.getFileName();
        return last == null ? path.toString() : last.toString();
    }

    private static ConversionException failed(String name, String reason, String remedy) {
        return new ConversionException(DiagnosticCode.INPUT_FAILED, Where.file(name), reason, remedy);
    }
}
