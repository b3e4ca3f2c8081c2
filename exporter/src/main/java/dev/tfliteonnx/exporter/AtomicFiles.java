package dev.tfliteonnx.exporter;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes files so that a reader sees each of them whole or not at all. All are first written under temporary names in
 * the folders that they end in; only when every one is complete and on the disk do they take their places, in the order
 * given. Whatever fails, no temporary file is left behind and files that were there before are as they were. When the
 * power fails, the last file may lose its new place, but then has its old content, or none.
 */
public final class AtomicFiles {
    private final boolean force;
    private final Map<Path, Path> temporary = new LinkedHashMap<>();
    private final Map<Path, Path> saved = new LinkedHashMap<>();
    private final List<Path> placed = new ArrayList<>();

    private AtomicFiles(boolean force) {
        this.force = force;
    }

    /** Writes what a file is to hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; the channel is closed by the caller. */
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /**
     * A file to be written.
     *
     * @param to its place; a symbolic link that stands there is replaced, not followed
     * @param content what it is to hold
     */
    public record Output(Path to, Content content) {}

    /**
     * Writes files.
     *
     * @param force whether existing files are overwritten
     * @throws ConversionException {@code OUTPUT_EXISTS} or {@code OUTPUT_FAILED}
     */
    public static void write(List<Output> outputs, boolean force) throws ConversionException {
        AtomicFiles files = new AtomicFiles(force);
        for (Output output : outputs) {
            files.requireFree(output.to());
        }
        boolean complete = false;
        try {
            for (Output output : outputs) {
                files.fill(output);
            }
            for (Output output : outputs) {
                files.place(output.to());
            }
            complete = true;
        } finally {
            files.clean(complete);
        }
    }

    private void requireFree(Path to) throws ConversionException {
        if (Files.exists(to) && !force) {
            throw new ConversionException(
                    DiagnosticCode.OUTPUT_EXISTS,
                    Where.file(to.toString()),
                    "a file of that name exists",
                    "choose another name, or allow overwriting with --force");
        }
        if (Files.exists(to) && !Files.isRegularFile(to)) {
            throw failed(to, "it exists and is not a regular file", "choose another name");
        }
        Path folder = folder(to);
        if (!Files.isDirectory(folder)) {
            throw failed(to, "the folder " + folder + " does not exist", "create the folder first");
        }
    }

    private void fill(Output output) throws ConversionException {
        Path to = output.to();
        try {
            Path file = folder(to).resolve(".tfliteonnx-" + UUID.randomUUID() + ".tmp");
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                temporary.put(to, file);
                output.content().writeTo(channel);
                channel.force(true);
            }
        } catch (EOFException e) {
            throw new ConversionException(
                    DiagnosticCode.INPUT_FAILED,
                    Where.file(to.toString()),
                    reason(e),
                    "do not change the source file before the result is written");
        } catch (IOException e) {
            throw failed(to, reason(e), "check that the folder can be written to and that the disk has room");
        }
    }

    private void place(Path to) throws ConversionException {
        requireFree(to);
        try {
            boolean isLast = placed.size() == temporary.size() - 1;
            if (Files.exists(to) && !isLast) {
                save(to);
            }
            move(Objects.requireNonNull(temporary.get(to)), to);
            placed.add(to);
            if (!isLast) {
                sync(folder(to));
            }
        } catch (IOException e) {
            throw failed(to, reason(e), "check that the file and its folder can be written to");
        }
    }

    /** Keeps what a later failure would need, without taking it from its place where the file system can do that. */
    private void save(Path to) throws IOException {
        Path copy = folder(to).resolve(".tfliteonnx-" + UUID.randomUUID() + ".old");
        try {
            Files.createLink(copy, to);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(to, copy);
        }
        saved.put(to, copy);
    }

    private void clean(boolean complete) {
        temporary.values().forEach(AtomicFiles::remove);
        if (complete) {
            saved.values().forEach(AtomicFiles::remove);
            return;
        }
        placed.stream().filter(to -> !saved.containsKey(to)).forEach(AtomicFiles::remove);
        saved.forEach((to, copy) -> {
            try {
                move(copy, to);
                Files.deleteIfExists(copy);
            } catch (IOException e) {
                // the copy stays: it is all that is left of the file
                return;
            }
        });
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // nothing depends on it any more
            return;
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Some systems cannot open a folder; there the move is as safe as it gets. */
    private static void sync(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return;
        }
    }

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    private static String reason(IOException e) {
        String what = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return e.getClass().getSimpleName() + (what == null ? "" : ": " + what);
    }

    private static ConversionException failed(Path to, String reason, String remedy) {
        return new ConversionException(DiagnosticCode.OUTPUT_FAILED, Where.file(to.toString()), reason, remedy);
    }
}
