package dev.tfliteonnx.cli;

import dev.tfliteonnx.cli.OrtRequest.Style;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.ir.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What makes {@code .ort} files. */
interface OrtEngine {
    /**
     * What is to be made.
     *
     * @param ort the file in ONNX Runtime's own format
     * @param onnx the optimized model as ONNX, if it is wanted too
     * @param style when fusions are made
     */
    record Target(Path ort, Optional<Path> onnx, Style style) {}

    /**
     * Converts a file.
     *
     * @return the models that a configuration of a reduced build is made from
     */
    List<Model> convert(Path model, Target to) throws ConversionException, IOException;
}
