package dev.tfliteonnx.importer;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Files of weights that a model names. They lie in the model's folder or below, however links and dots wind about. */
public final class SideFiles {
    private SideFiles() {}

    /**
     * The bytes of a file that a model names, mapped.
     *
     * @param folder the model's folder; without one nothing is found
     * @param name the path as the model gives it
     * @param where what in the model needs the file
     * @throws ConversionException {@code MISSING_DATA} if the path is absolute, leaves the folder, also by a link, or leads
     *     to no regular file; {@code INPUT_FAILED} if the system refuses
     */
    public static Bytes map(Optional<Path> folder, String name, Where where) throws ConversionException {
        if (folder.isEmpty()) {
            throw missing(name, where, "the model was not read from a folder");
        }
        return ModelFile.mapNoLink(beside(folder.get(), name, where)).bytes();
    }

    private static Path beside(Path folder, String name, Where where) throws ConversionException {
        try {
            Path home = folder.toRealPath();
            Path relative = home.getFileSystem().getPath(name);
            if (name.isEmpty() || relative.isAbsolute()) {
                throw missing(name, where, "it is not named by a relative path");
            }
            if (!home.resolve(relative).normalize().startsWith(home)) {
                throw missing(name, where, "it would lie outside of the model's folder");
            }
            Path real = home.resolve(relative).toRealPath();
            if (!real.startsWith(home)) {
                throw missing(name, where, "a link leads outside of the model's folder");
            }
            if (!Files.isRegularFile(real)) {
                throw missing(name, where, "it is not a regular file");
            }
            return real;
        } catch (InvalidPathException e) {
            throw missing(name, where, "its name is not a path");
        } catch (IOException e) {
            throw missing(name, where, "it cannot be found or opened");
        }
    }

    private static ConversionException missing(String name, Where where, String why) {
        return new ConversionException(
                DiagnosticCode.MISSING_DATA,
                where,
                "weights stand in the file \"" + Problems.clip(name) + "\": " + why,
                "put that file into the model's folder");
    }
}
