package dev.tfliteonnx.importer;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.ir.Model;
import java.util.List;

/**
 * A model that was read, and what could not be read beside it.
 *
 * @param model the model
 * @param warnings what was left out; never an error
 */
public record Import(Model model, List<Diagnostic> warnings) {
    public Import {
        warnings = List.copyOf(warnings);
    }
}
