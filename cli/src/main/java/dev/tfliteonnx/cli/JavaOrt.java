package dev.tfliteonnx.cli;

import dev.tfliteonnx.OrtConversion;
import dev.tfliteonnx.OrtConverter;
import dev.tfliteonnx.cli.OrtRequest.Style;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * This program as what makes {@code .ort} files.
 *
 * @param request how they are made
 * @param terminal where warnings go
 */
record JavaOrt(OrtRequest request, Terminal terminal) implements OrtEngine {
    @Override
    public List<Model> convert(Path model, Target to) throws ConversionException, IOException {
        boolean later = to.style() == Style.RUNTIME;
        OrtConversion made = OrtConverter.convert(model, request.options().withLater(later));
        List<Diagnostic> told = made.diagnostics();
        if (!told.isEmpty()) {
            terminal.complain(new DiagnosticText(told).toText());
        }
        WriteOptions writing = WriteOptions.DEFAULT.withForce(request.force());
        if (to.onnx().isPresent()) {
            made.writeOnnx(to.onnx().get(), writing);
        }
        made.write(to.ort(), writing);
        return later ? List.of(made.asWritten(), made.asRun()) : List.of(made.asWritten());
    }
}
