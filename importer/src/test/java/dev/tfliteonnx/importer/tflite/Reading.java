package dev.tfliteonnx.importer.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import java.util.List;
import java.util.Optional;

/** Reads files that are well-formed or are to be refused. */
final class Reading {
    private Reading() {}

    static Model read(TinyFile file) throws ConversionException {
        Model model =
                TfliteReader.read(file.file(), "tiny.tflite", Optional.empty()).model();
        model.graphs().forEach(Graph::verify);
        return model;
    }

    static List<Diagnostic> refused(TinyFile file) {
        return assertThrows(
                        ConversionException.class,
                        () -> TfliteReader.read(file.file(), "tiny.tflite", Optional.empty()))
                .diagnostics();
    }

    static Diagnostic refusedOnce(TinyFile file, DiagnosticCode code) {
        List<Diagnostic> diagnostics = refused(file);
        assertEquals(1, diagnostics.size(), diagnostics::toString);
        assertEquals(code, diagnostics.get(0).code(), diagnostics::toString);
        assertEquals("tiny.tflite", diagnostics.get(0).where().file());
        return diagnostics.get(0);
    }
}
