package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.report.TraceLog;
import dev.tfliteonnx.rewriters.TfliteRules;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static TraceLog trace(Trace trace) throws ConversionException {
        return convert(ConversionOptions.DEFAULT.withTrace(trace)).report().trace();
    }

    private static Conversion convert(ConversionOptions options) throws ConversionException {
        TfliteBuilder builder = TfliteBuilder.model();
        TensorRef x = builder.input("x", DataType.FLOAT32, 2, 3);
        TensorRef y =
                builder.op("MAXIMUM", TensorSpec.of(DataType.FLOAT32, 2, 3).named("y"), x, x);
        builder.outputs(
                builder.op("MINIMUM", TensorSpec.of(DataType.FLOAT32, 2, 3).named("z"), y, x));
        return Converter.convert(Bytes.of(builder.build(), "test"), "test", options);
    }

    private static TraceLog whyNot(String rule) throws ConversionException {
        return trace(new Trace(Set.of(rule), Set.of()));
    }

    private static TraceLog after(String stage) throws ConversionException {
        return trace(new Trace(Set.of(), Set.of(stage)));
    }

    @Test
    void nothingIsToldUnlessAsked() throws ConversionException {
        assertEquals(TraceLog.NONE, trace(Trace.NONE));
    }

    @Test
    void theNearestMissIsTold() throws ConversionException {
        String text = String.valueOf(whyNot("min-of-max-to-clip").whyNot().get("min-of-max-to-clip"));
        assertTrue(text.startsWith("node \"z\": is constant — false"), text);
    }

    @Test
    void aRuleThatNoNodeComesNearSaysSo() throws ConversionException {
        assertEquals("nothing else came near", whyNot("pad-into-conv").whyNot().get("pad-into-conv"));
    }

    @Test
    void aPassStandsForItsRules() throws ConversionException {
        assertEquals(
                Set.copyOf(
                        TfliteRules.pass().parts().stream().map(p -> p.name()).toList()),
                whyNot("tflite-cleanup").whyNot().keySet());
    }

    @Test
    void graphsAreTextAfterEveryStage() throws ConversionException {
        assertTrue(String.valueOf(after("import").dumps().get("import")).contains("MAXIMUM"));
        assertTrue(String.valueOf(after("lowering").dumps().get("lowering")).contains("Max"));
        List<String> stages = new ArrayList<>(List.of("result"));
        TfliteRules.runner().passes().forEach(p -> stages.add(p.name()));
        DefaultPasses.all().forEach(p -> stages.add(p.name()));
        for (String stage : stages) {
            String text = String.valueOf(after(stage).dumps().get(stage));
            assertTrue(text.startsWith("graph ") && text.contains("out z"), stage);
        }
    }

    @Test
    void unknownNamesAreErrors() {
        for (Trace wrong : List.of(
                new Trace(Set.of("no-such-rule"), Set.of()),
                new Trace(Set.of("layout"), Set.of()),
                new Trace(Set.of(), Set.of("no-such-stage")))) {
            ConversionException e = assertThrows(ConversionException.class, () -> trace(wrong));
            assertEquals(DiagnosticCode.BAD_OPTION, e.diagnostics().get(0).code());
        }
    }

    private static String refused(ConversionOptions options) {
        ConversionException e = assertThrows(ConversionException.class, () -> convert(options));
        assertEquals(DiagnosticCode.BAD_OPTION, e.diagnostics().get(0).code());
        return e.diagnostics().get(0).reason() + "; " + e.diagnostics().get(0).remedy();
    }

    @Test
    void misspeltNamesThatAreSkippedAreErrors() {
        String text = refused(ConversionOptions.DEFAULT.withSkipped("layuot"));
        assertTrue(text.contains("no rule or pass \"layuot\"; did you mean layout? "), text);
    }

    @Test
    void misspeltNamesOfRulesAreErrors() {
        Trace trace = new Trace(Set.of("min-of-max-clip"), Set.of());
        String text = refused(ConversionOptions.DEFAULT.withTrace(trace));
        assertTrue(text.contains("did you mean min-of-max-to-clip"), text);
    }

    @Test
    void passesOfOtherStagesHaveNothingNoted() {
        Trace trace = new Trace(Set.of("bias-gelu"), Set.of());
        assertTrue(
                refused(ConversionOptions.DEFAULT.withTrace(trace)).contains("not one of the passes of a conversion"));
    }

    @Test
    void everyNameThereIsCanBeSkipped() throws ConversionException {
        ConversionOptions options = ConversionOptions.DEFAULT;
        for (String name : Passes.names()) {
            options = options.withSkipped(name);
        }
        assertEquals(2, convert(options).report().nodes());
    }
}
