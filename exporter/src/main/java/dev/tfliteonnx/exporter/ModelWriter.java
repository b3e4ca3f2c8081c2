package dev.tfliteonnx.exporter;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.ir.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes a model in one file format. The same model and options give the same bytes. */
public interface ModelWriter {
    /**
     * Writes a model to a file and, where the format needs them, further files beside it. Either all files come into
     * place or none does.
     *
     * @param to the file of the model
     * @return the files written, that of the model last
     * @throws ConversionException if a file exists and may not be overwritten, if the folder cannot be written to, or if
     *     the format cannot hold the model
     * @throws IOException if something other than the output fails
     */
    List<Path> write(Model model, Path to, WriteOptions options) throws IOException, ConversionException;
}
