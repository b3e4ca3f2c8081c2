package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.OnnxRuntimeOptions.Level;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.OpsetVersions;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.OrtPasses;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each form that the passes for ONNX Runtime know, and forms close to it that must stay: which rule fires, that the
 * numbers stay, and that ONNX Runtime itself comes to the same operators.
 */
class OrtFusionTest {
    private static final OnnxRuntimeOptions AS_WRITTEN =
            OnnxRuntimeOptions.exact().withLevel(Level.NONE);

    @TempDir
    Path temporary;

    @TestFactory
    Stream<DynamicTest> fusesAsOnnxRuntimeDoes() {
        return OrtFusionCases.all().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> judge(c)));
    }

    private void judge(OrtFusionCases.Case c) throws IOException, ConversionException, EngineException {
        Path plain = temporary.resolve("plain.onnx");
        WriteOptions force = WriteOptions.DEFAULT.withForce(true);
        new OnnxWriter().write(model(c.graph()), plain, force);
        fires(c, plain);
        Path ours = temporary.resolve("ours.ort");
        OrtConverter.convert(
                        plain, OrtOptions.DEFAULT.withLevel(OrtLevel.EXTENDED).withPlatform(TargetPlatform.AMD64))
                .write(ours, force);
        Graph fused = OrtReader.read(ours).model().main();
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        Path theirs = temporary.resolve("theirs.ort");
        Files.deleteIfExists(theirs);
        List<Tensor> inputs;
        List<Tensor> expected;
        try (Engine engine = AS_WRITTEN.open(plain)) {
            inputs = SeededInputs.of(7).make(engine.inputs());
            expected = engine.run(inputs);
        }
        OnnxRuntimeOptions saving = OnnxRuntimeOptions.plain()
                .withLevel(Level.EXTENDED)
                .withConfig("optimization.disable_specified_optimizers", "NchwcTransformer")
                .savingOptimized(theirs);
        saving.open(plain).close();
        if (!c.differs()) {
            assertEquals(ops(OrtReader.read(theirs).model().main()), ops(fused), "operators");
        }
        try (Engine engine = AS_WRITTEN.open(ours)) {
            near(expected, engine.run(inputs), c.steps(), "ONNX Runtime");
        }
        near(expected, Executor.of(fused).run(inputs), c.steps(), "executor");
    }

    private static void fires(OrtFusionCases.Case c, Path plain) throws ConversionException {
        PassContext context = new PassContext(PassOptions.DEFAULT);
        Graph graph = OnnxReader.read(plain).model().main();
        OrtPasses.runner(OrtLevel.EXTENDED, TargetPlatform.AMD64).run(graph, context);
        if (c.stays()) {
            assertTrue(!context.fired().containsKey(c.rule()), () -> context.fired() + "\n" + graph.toText());
        } else {
            assertTrue(context.fired().containsKey(c.rule()), () -> context.fired() + "\n" + graph.toText());
            PassContext again = new PassContext(PassOptions.DEFAULT);
            OrtPasses.runner(OrtLevel.EXTENDED, TargetPlatform.AMD64).run(graph, again);
            assertEquals(Map.of(), again.fired(), "a second run");
        }
    }

    private static Model model(Graph graph) {
        OpsetVersions.Fit fit = OpsetVersions.lowest(graph, 17, 21);
        int opset = ((OpsetVersions.Fit.At) fit).opset();
        return new Model(List.of(graph), List.of(), "", Map.of(), OpsetVersions.imports(graph, opset));
    }

    private static Map<String, Integer> ops(Graph graph) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : graph.nodes()) {
            counts.merge(node.op().toString(), 1, Integer::sum);
        }
        return counts;
    }

    /** Floats within so many steps of float32 at the largest magnitude; whole numbers the same. */
    private static void near(List<Tensor> expected, List<Tensor> actual, int steps, String what) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            double[] wanted = expected.get(i).toDoubles();
            double[] given = actual.get(i).toDoubles();
            assertEquals(expected.get(i).type(), actual.get(i).type());
            assertEquals(wanted.length, given.length);
            double largest = 0;
            for (double v : wanted) {
                largest = Math.max(largest, Math.abs(v));
            }
            double tolerance = expected.get(i).type().isFloat() ? steps * Math.ulp((float) largest) : 0;
            for (int k = 0; k < wanted.length; k++) {
                assertEquals(wanted[k], given[k], tolerance, what + ", output " + i + ", element " + k);
            }
        }
    }
}
