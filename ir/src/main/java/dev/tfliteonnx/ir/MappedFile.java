package dev.tfliteonnx.ir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that was mapped, to be read once more without going through the mapping. It is held by its path and by the key
 * that its file system knows it by; no descriptor stays open.
 */
public final class MappedFile {
    private final Path path;
    private final Object key;

    private MappedFile(Path path, Object key) {
        this.path = path;
        this.key = key;
    }

    /** The file that is at a path now; empty if there is none, or the file system has no keys. */
    public static Optional<MappedFile> at(Path path) {
        Path absolute = path.toAbsolutePath();
        return Optional.ofNullable(key(absolute)).map(key -> new MappedFile(absolute, key));
    }

    /** Whether it is still this file that stands at the path. */
    public boolean isInPlace() {
        return key.equals(key(path));
    }

    /** Opens the file for reading; empty if it is no longer there, or another has taken its place. */
    Optional<FileChannel> open() {
        try {
            FileChannel channel = FileChannel.open(path);
            if (isInPlace()) {
                return Optional.of(channel);
            }
            channel.close();
        } catch (IOException e) {
            // the mapping still has it
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static @Nullable Object key(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }
}
