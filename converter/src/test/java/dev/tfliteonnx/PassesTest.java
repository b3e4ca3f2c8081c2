package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.handlers.Lowering;
import dev.tfliteonnx.handlers.LoweringOptions;
import dev.tfliteonnx.handlers.Preflight;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.rewriters.TfliteRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Passes over real models: when all have run, none changes anything more, and the same model becomes the same graph.
 * {@code -Dpasses.every=N} takes every N-th model of the corpus.
 */
class PassesTest {
    private static final int EVERY = Integer.getInteger("passes.every", 5);

    private static Graph lowered(Path file) throws ConversionException {
        Model model = TfliteReader.read(ModelFile.map(file).bytes(), "model", Optional.ofNullable(file.getParent()))
                .model();
        for (Graph graph : model.graphs()) {
            TfliteRules.runner().run(graph, new PassContext(PassOptions.DEFAULT));
        }
        HandlerTable table = HandlerTable.with(List.of());
        if (!Preflight.check(model, 0, table).isEmpty()) {
            throw new ConversionException(Preflight.check(model, 0, table));
        }
        Graph graph = Lowering.lower(model, 0, table, new LoweringOptions(QuantMode.QDQ))
                .graph();
        graph.removeDeadNodes();
        return graph;
    }

    private static Graph optimized(Path file) throws ConversionException {
        Graph graph = lowered(file);
        DefaultPasses.runner().run(graph, new PassContext(PassOptions.DEFAULT));
        graph.verify();
        return graph;
    }

    @Test
    void noPassChangesWhatAllHaveChanged() throws IOException {
        Optional<Path> folder = Corpus.folder();
        assumeTrue(folder.isPresent(), "no folder shared/models beside the checkout");
        List<Corpus.Entry> entries = Corpus.entries(folder.get());
        int models = 0;
        for (int i = 0; i < entries.size(); i += EVERY) {
            Path file = entries.get(i).path();
            try {
                Graph graph = optimized(file);
                String text = graph.toText();
                assertEquals(text, optimized(file).toText(), () -> "other nodes or names the second time: " + file);
                for (GraphPass pass : DefaultPasses.all()) {
                    boolean changed = pass.run(graph, new PassContext(PassOptions.DEFAULT));
                    assertFalse(changed, () -> pass.name() + " says that it changed " + file);
                    assertEquals(text, graph.toText(), () -> pass.name() + " changed " + file);
                }
                models++;
            } catch (ConversionException e) {
                // what is refused has no graph
            }
        }
        assertTrue(models > entries.size() / EVERY / 2, models + " models");
    }
}
