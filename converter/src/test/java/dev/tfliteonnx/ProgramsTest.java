package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.RealModel;
import dev.tfliteonnx.testmodels.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What TensorFlow's converter writes for recurrence, loops, branches and words gives TFLite's numbers once converted; what
 * it leaves as TensorFlow operators gives TensorFlow's.
 */
class ProgramsTest {
    private static Stream<RealModel> models() {
        return Stream.concat(RealModels.programs().stream(), RealModels.flex().stream());
    }

    @TestFactory
    Stream<DynamicTest> inPlainJava() {
        return models().map(m -> DynamicTest.dynamicTest(m.name(), () -> {
            Executor executor = Executor.of(conversion(m).model().main());
            for (RealModel.Run run : m.runs()) {
                check(executor.run(run.inputs()), run);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> inOnnxRuntime() {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        return models().map(m -> DynamicTest.dynamicTest(m.name(), () -> inOnnxRuntime(m)));
    }

    private static void inOnnxRuntime(RealModel model) throws ConversionException, EngineException, IOException {
        try (Engine runtime = OnnxRuntimeOptions.exact().open(conversion(model).toBytes())) {
            for (RealModel.Run run : model.runs()) {
                check(runtime.run(run.inputs()), run);
            }
        }
    }

    @Test
    void everySignatureBecomesAModelAndWeightsStandOnce(@TempDir Path folder) throws IOException, ConversionException {
        RealModel two = RealModels.programs().stream()
                .filter(m -> m.name().equals("two_signatures"))
                .findFirst()
                .orElseThrow();
        Path source = Files.write(folder.resolve("two.tflite"), two.array());
        Map<String, Conversion> all = Converter.convertSignatures(source, ConversionOptions.DEFAULT);
        assertEquals(Set.of("encode", "decode"), all.keySet());
        Map<Path, Conversion> targets = new LinkedHashMap<>();
        all.forEach((key, conversion) -> targets.put(folder.resolve(key + ".onnx"), conversion));
        targets.put(folder.resolve("again.onnx"), all.get("decode"));
        List<Path> files = Conversion.writeAll(targets, WriteOptions.DEFAULT.withExternalData(true));
        assertEquals(4, files.size());
        // encode reads the weight transposed; a tensor begins at a multiple of 4096
        assertEquals(4096 + 64 * 8 * 4, Files.size(files.get(0)), "equal weights stand once");
        Tensor code = run(all.get("encode"), Tensor.splat(DataType.FLOAT32, Shape.of(1, 64), 0.25));
        Tensor image = run(all.get("decode"), code);
        assertEquals(Shape.of(1, 8), code.shape());
        assertEquals(Shape.of(1, 64), image.shape());
    }

    private static Tensor run(Conversion conversion, Tensor input) {
        return Executor.of(conversion.model().main()).run(List.of(input)).get(0);
    }

    private static Conversion conversion(RealModel model) throws ConversionException {
        Conversion conversion = Converter.convert(model.bytes(), model.name(), ConversionOptions.DEFAULT);
        assertEquals(List.of(), conversion.states());
        return conversion;
    }

    private static void check(List<Tensor> actual, RealModel.Run run) {
        assertEquals(run.reference().size(), actual.size());
        for (int i = 0; i < actual.size(); i++) {
            Tolerance tolerance = actual.get(i).type().isFloat() ? Tolerance.FLOAT : Tolerance.EXACT;
            Comparison found = Comparison.of(actual.get(i), run.reference().get(i), tolerance);
            assertTrue(found.ok(), "output " + i + ": " + found);
        }
    }
}
