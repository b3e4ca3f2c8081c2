package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Examples of a batch in branches and loops, beside what is the same for all of them. */
class BatchFlowTest {
    private static final Attributes PLAIN = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
    private static final TensorSpec PAIR = TensorSpec.of(DataType.FLOAT32, 1, 2);
    private static final TensorSpec FLAG = TensorSpec.of(DataType.BOOL, 1, 1);
    private static final TensorSpec COUNT = TensorSpec.of(DataType.INT32);
    private static final Tensor X = Tensor.ofFloats(Shape.of(3, 2), 1, 2, -3, 1, 5, 6);

    private static Conversion convert(TfliteBuilder model, Dim batch) throws ConversionException {
        return Converter.convert(Bytes.of(model.build(), "model"), "model", ConversionOptions.DEFAULT.withBatch(batch));
    }

    /** Three examples by a fixed and by an open batch; tells how many operators ran once for each. */
    private static long check(TfliteBuilder model, float... expected) throws ConversionException {
        long loops = 0;
        for (Dim batch : List.of(Dim.of(3), new Dim.Named("batch"))) {
            Conversion changed = convert(model, batch);
            List<Tensor> results = Executor.of(changed.model().main()).run(List.of(X));
            assertEquals(3, results.get(0).shape().size(0));
            assertArrayEquals(
                    expected, results.get(0).toFloats(), changed.model().main().toText());
            loops = changed.report().diagnostics().stream()
                    .filter(d -> d.code() == DiagnosticCode.ONE_BY_ONE)
                    .count();
        }
        return loops;
    }

    private static TensorRef sum(TfliteBuilder model, TensorRef x, boolean keepDims) {
        Attributes options = Attributes.of(Tfl.KEEP_DIMS, keepDims);
        TensorRef axes = model.constant("axes", Tensor.ofIntegers(DataType.INT32, Shape.of(2), 0, 1));
        TensorSpec one = keepDims ? TensorSpec.of(DataType.FLOAT32, 1, 1) : TensorSpec.of(DataType.FLOAT32);
        return model.op("SUM", options, one.named("sum"), x, axes);
    }

    @Test
    void eachExampleTakesItsOwnBranch() throws ConversionException {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder then = model.graph("then");
        then.outputs(then.op("NEG", PAIR.named("minus"), then.input(PAIR.named("a"))));
        GraphBuilder otherwise = model.graph("else");
        otherwise.outputs(otherwise.op("SQUARE", PAIR.named("square"), otherwise.input(PAIR.named("b"))));
        TensorRef x = model.input(PAIR.named("x"));
        TensorRef zero = model.constant("zero", Tensor.scalar(DataType.FLOAT32, 0));
        TensorRef flag = model.op("GREATER", Attributes.NONE, FLAG.named("flag"), sum(model, x, true), zero);
        Attributes branches = Attributes.of(Tfl.THEN_SUBGRAPH_INDEX, (long) then.index())
                .with(Tfl.ELSE_SUBGRAPH_INDEX, (long) otherwise.index());
        model.outputs(model.op("IF", branches, PAIR.named("y"), flag, x));
        assertEquals(2, check(model, -1, -2, 9, 1, -5, -6));
    }

    @Test
    void loopsBeginWithTheSameForAllExamples() throws ConversionException {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder condition = model.graph("condition");
        TensorRef i = condition.input(COUNT.named("i"));
        condition.input(PAIR.named("sum"));
        condition.input(PAIR.named("x"));
        TensorRef limit = condition.constant("limit", Tensor.scalar(DataType.INT32, 4));
        condition.outputs(condition.op("LESS", TensorSpec.of(DataType.BOOL).named("more"), i, limit));
        GraphBuilder body = model.graph("body");
        TensorRef j = body.input(COUNT.named("i"));
        TensorRef sum = body.input(PAIR.named("sum"));
        TensorRef x = body.input(PAIR.named("x"));
        TensorRef one = body.constant("one", Tensor.scalar(DataType.INT32, 1));
        body.outputs(
                body.op("ADD", PLAIN, COUNT.named("next"), j, one),
                body.op("ADD", PLAIN, PAIR.named("more"), sum, x),
                x);
        Attributes rounds = Attributes.of(Tfl.COND_SUBGRAPH_INDEX, (long) condition.index())
                .with(Tfl.BODY_SUBGRAPH_INDEX, (long) body.index());
        OpSpec loop = OpSpec.of("WHILE", rounds)
                .inputs(
                        model.constant("zero", Tensor.scalar(DataType.INT32, 0)),
                        model.constant("begin", Tensor.ofFloats(Shape.of(1, 2), 100, 200)),
                        model.input(PAIR.named("fed")))
                .outputs(COUNT.named("p"), PAIR.named("q"), PAIR.named("r"));
        model.outputs(model.add(loop).get(1));
        assertEquals(0, check(model, 104, 208, 88, 204, 120, 224));
    }

    @Test
    void constantsStandBesideEachExample() throws ConversionException {
        TfliteBuilder model = TfliteBuilder.model();
        TensorRef token = model.constant("token", Tensor.ofFloats(Shape.of(1, 1), 7));
        Attributes options = Attributes.of(Tfl.AXIS, 1L).with(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
        TensorSpec three = TensorSpec.of(DataType.FLOAT32, 1, 3).named("y");
        model.outputs(model.op("CONCATENATION", options, three, token, model.input(PAIR.named("x"))));
        assertEquals(0, check(model, 7, 1, 2, 7, -3, 1, 7, 5, 6));
    }

    @Test
    void partsOfExamplesMeetConstantsForEach() throws ConversionException {
        TfliteBuilder model = TfliteBuilder.model();
        TensorSpec vector = TensorSpec.of(DataType.FLOAT32, 2);
        TensorRef two = model.constant("two", Tensor.ofIntegers(DataType.INT32, Shape.of(1), 2));
        TensorRef flat = model.op("RESHAPE", Attributes.NONE, vector.named("flat"), model.input(PAIR.named("x")), two);
        TensorRef by = model.constant("by", Tensor.ofFloats(Shape.of(2), 10, 100));
        TensorRef product = model.op("MUL", PLAIN, vector.named("product"), flat, by);
        TensorRef pair = model.constant("pair", Tensor.ofIntegers(DataType.INT32, Shape.of(2), 1, 2));
        model.outputs(model.op("RESHAPE", Attributes.NONE, PAIR.named("y"), product, pair));
        assertEquals(0, check(model, 10, 200, -30, 100, 50, 600));
    }

    @Test
    void whatHasNoPlaceForExamplesIsRefused() {
        TfliteBuilder model = TfliteBuilder.model();
        model.outputs(sum(model, model.input(PAIR.named("x")), false));
        ConversionException e = assertThrows(ConversionException.class, () -> convert(model, Dim.of(3)));
        assertEquals(DiagnosticCode.BAD_OPTION, e.diagnostics().get(0).code());
        assertEquals("SUM", e.diagnostics().get(0).where().op());
        assertTrue(e.diagnostics().get(0).reason().contains("axis of the examples"), e.getMessage());
    }
}
