package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.ort.OrtPasses;
import dev.tfliteonnx.optimizers.ort.SavedUnits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that is optimized for ONNX Runtime. Weights are still slices of the source file, which must not change before
 * the model is written.
 *
 * @param model the model, with the versions of its operator sets
 * @param diagnostics what is to be known of it; never an error
 * @param options how it was made
 */
public record OrtConversion(Model model, List<Diagnostic> diagnostics, OrtOptions options) {
    public OrtConversion {
        diagnostics = List.copyOf(diagnostics);
    }

    /**
     * Writes the model in ONNX Runtime's own format.
     *
     * @param to the file, usually ending in {@code .ort}
     * @return the files written
     * @throws ConversionException if the file exists and may not be overwritten, or the format cannot hold the model
     * @throws IOException if the source file can no longer be read
     */
    public List<Path> write(Path to, WriteOptions writing) throws IOException, ConversionException {
        OrtWriter writer = options.notes()
                ? new OrtWriter().leaving(graph -> SavedUnits.of(graph, options.platform()))
                : new OrtWriter();
        return writer.write(model, model.opsets(), to, writing.withProducerVersion(Version.STRING));
    }

    /** The model as the file holds it, which is what a configuration of a reduced build is to be made from. */
    public Model asWritten() {
        return new OrtWriter().form(model, model.opsets());
    }

    /**
     * The model as ONNX Runtime runs it when it has done what is left to it, which a configuration of a reduced build must
     * hold too; as {@link #asWritten} if nothing is.
     */
    public Model asRun() {
        Model written = asWritten();
        if (options.notes()) {
            OrtPasses.whenLoaded(options.level(), options.platform())
                    .run(written.main(), new PassContext(PassOptions.DEFAULT));
        }
        return written;
    }

    /** Writes the optimized model as ONNX; as {@link #write}. */
    public List<Path> writeOnnx(Path to, WriteOptions writing) throws IOException, ConversionException {
        return new OnnxWriter().write(model, to, writing.withProducerVersion(Version.STRING));
    }
}
