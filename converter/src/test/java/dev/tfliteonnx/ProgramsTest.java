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
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.RealModel;
import dev.tfliteonnx.testmodels.RealModels;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What TensorFlow's converter writes for recurrence, loops, branches and words gives TFLite's numbers once converted. */
class ProgramsTest {
    @TestFactory
    Stream<DynamicTest> inPlainJava() {
        return RealModels.programs().stream()
                .map(m -> DynamicTest.dynamicTest(m.name(), () -> {
                    Executor executor = Executor.of(conversion(m).model().main());
                    for (RealModel.Run run : m.runs()) {
                        check(executor.run(run.inputs()), run);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> inOnnxRuntime() {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        return RealModels.programs().stream().map(m -> DynamicTest.dynamicTest(m.name(), () -> inOnnxRuntime(m)));
    }

    private static void inOnnxRuntime(RealModel model) throws ConversionException, EngineException, IOException {
        try (Engine runtime = OnnxRuntimeOptions.exact().open(conversion(model).toBytes())) {
            for (RealModel.Run run : model.runs()) {
                check(runtime.run(run.inputs()), run);
            }
        }
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
