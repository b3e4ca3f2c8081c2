package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subgraphs, variables over several runs, and what of them is refused. */
class ControlFlowTest {
    private static final Attributes PLAIN = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
    private static final TensorSpec PAIR = TensorSpec.of(DataType.FLOAT32, 2);

    private static Conversion convert(TfliteBuilder model) throws ConversionException {
        return Converter.convert(Bytes.of(model.build(), "test"), "test", ConversionOptions.DEFAULT);
    }

    private static List<Diagnostic> refusals(TfliteBuilder model) {
        return assertThrows(ConversionException.class, () -> convert(model)).diagnostics();
    }

    private static TensorRef call(GraphBuilder graph, long subgraph, TensorRef x) {
        return graph.op("CALL", Attributes.of(Tfl.SUBGRAPH, subgraph), PAIR.named("called"), x);
    }

    @Test
    void calledSubgraphsStandInPlaceOfTheirCalls() throws Exception {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder doubling = model.graph("doubling");
        TensorRef in = doubling.input(PAIR.named("in"));
        doubling.outputs(doubling.op("ADD", PLAIN, PAIR.named("out"), in, in));
        TensorRef once = call(model.main(), doubling.index(), model.input(PAIR.named("x")));
        model.outputs(call(model.main(), doubling.index(), once));
        try (Engine engine = OnnxRuntimeOptions.exact().open(convert(model).toBytes())) {
            List<Tensor> y = engine.run(List.of(Tensor.ofFloats(Shape.of(2), 1.5f, -2f)));
            assertArrayEquals(new float[] {6, -8}, y.get(0).toFloats());
        }
    }

    @Test
    void subgraphsThatRunThemselvesAreRefused() {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder one = model.graph("one");
        GraphBuilder two = model.graph("two");
        one.outputs(call(one, two.index(), one.input(PAIR.named("a"))));
        two.outputs(call(two, one.index(), two.input(PAIR.named("b"))));
        model.outputs(call(model.main(), one.index(), model.input(PAIR.named("x"))));
        List<Diagnostic> refusals = refusals(model);
        assertEquals(DiagnosticCode.INVALID_MODEL, refusals.get(0).code());
        assertTrue(
                refusals.get(0).reason().contains("runs itself"),
                refusals.get(0).reason());
    }

    @Test
    void missingSubgraphsAreRefused() {
        TfliteBuilder model = TfliteBuilder.model();
        model.outputs(call(model.main(), 7, model.input(PAIR.named("x"))));
        assertEquals(DiagnosticCode.INVALID_MODEL, refusals(model).get(0).code());
    }

    @Test
    void operatorsInsideBranchesAreLookedAtFirst() {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder branch = model.graph("branch");
        TensorRef in = branch.input(PAIR.named("in"));
        branch.outputs(branch.add(OpSpec.custom("Mystery").inputs(in).outputs(PAIR.named("out")))
                .get(0));
        Attributes both = Attributes.of(Tfl.THEN_SUBGRAPH_INDEX, (long) branch.index())
                .with(Tfl.ELSE_SUBGRAPH_INDEX, (long) branch.index());
        TensorRef flag = model.input("flag", DataType.BOOL, 1);
        model.outputs(model.op("IF", both, PAIR.named("y"), flag, model.input(PAIR.named("x"))));
        assertEquals(
                List.of(DiagnosticCode.UNKNOWN_CUSTOM_OP),
                refusals(model).stream().map(Diagnostic::code).toList());
    }

    @Test
    void callsThatMultiplyAreRefused() {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder inner = model.graph("leaf");
        inner.outputs(inner.op("NEG", PAIR.named("minus"), inner.input(PAIR.named("in"))));
        for (int depth = 0; depth < 24; depth++) {
            GraphBuilder outer = model.graph("level " + depth);
            TensorRef once = call(outer, inner.index(), outer.input(PAIR.named("in")));
            outer.outputs(call(outer, inner.index(), once));
            inner = outer;
        }
        model.outputs(call(model.main(), inner.index(), model.input(PAIR.named("x"))));
        assertEquals(DiagnosticCode.LIMIT_EXCEEDED, refusals(model).get(0).code());
    }

    @Test
    void computedInitialValuesAreRefused() {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder init = model.graph("init");
        Attributes name = Attributes.of(Tfl.CONTAINER, "").with(Tfl.SHARED_NAME, "memory");
        TensorSpec handle = TensorSpec.of(DataType.RESOURCE).named("handle");
        TensorRef one = init.constant("one", Tensor.ofFloats(Shape.of(2), 1, 1));
        TensorRef sum = init.op("ADD", PLAIN, PAIR.named("sum"), one, one);
        init.add(OpSpec.of("ASSIGN_VARIABLE", Attributes.NONE).inputs(init.op("VAR_HANDLE", name, handle), sum));
        model.add(OpSpec.of("CALL_ONCE", Attributes.of(Tfl.INIT_SUBGRAPH_INDEX, (long) init.index())));
        TensorRef held =
                model.op("READ_VARIABLE", Attributes.NONE, PAIR.named("held"), model.op("VAR_HANDLE", name, handle));
        model.outputs(model.op("ADD", PLAIN, PAIR.named("y"), held, model.input(PAIR.named("x"))));
        assertTrue(refusals(model).stream().anyMatch(d -> d.code() == DiagnosticCode.NOT_HANDLED));
    }

    @Test
    void whatALoopDoesNotChangeIsNotCarried() throws Exception {
        TfliteBuilder model = TfliteBuilder.model();
        TensorSpec flag = TensorSpec.of(DataType.BOOL);
        GraphBuilder condition = model.graph("condition");
        condition.input(PAIR.named("a"));
        condition.input(PAIR.named("b"));
        condition.outputs(condition.input(flag.named("goes on")));
        GraphBuilder body = model.graph("body");
        TensorRef a = body.input(PAIR.named("a"));
        TensorRef b = body.input(PAIR.named("b"));
        TensorRef on = body.input(flag.named("goes on"));
        TensorRef off = body.op("LOGICAL_NOT", flag.named("off"), on);
        body.outputs(body.op("ADD", PLAIN, PAIR.named("sum"), a, b), b, off);
        Attributes rounds = Attributes.of(Tfl.COND_SUBGRAPH_INDEX, (long) condition.index())
                .with(Tfl.BODY_SUBGRAPH_INDEX, (long) body.index());
        OpSpec loop = OpSpec.of("WHILE", rounds)
                .inputs(model.input(PAIR.named("x")), model.input(PAIR.named("y")), model.input(flag.named("z")))
                .outputs(PAIR.named("p"), PAIR.named("q"), flag.named("r"));
        model.outputs(model.add(loop).get(0));
        Node node = convert(model).model().main().nodes().stream()
                .filter(n -> n.is("Loop"))
                .findFirst()
                .orElseThrow();
        assertEquals(4, node.inputs().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"okay_nabu__1", "hey_mycroft", "alexa", "vad"})
    void wakeWordsAreHeardOverManyRuns(String name) throws Exception {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        Path file = Path.of("../../shared/models/esphome+micro-wake-word-models/" + name + ".tflite");
        assumeTrue(Files.exists(file), file + " is not on this machine");
        Conversion conversion = Converter.convert(file, ConversionOptions.DEFAULT);
        assertTrue(conversion.states().size() >= 4, conversion.states().toString());
        try (Engine tflite = TfliteOptions.of(Kernels.XNNPACK).open(Files.readAllBytes(file));
                Engine runtime = OnnxRuntimeOptions.exact().open(conversion.toBytes())) {
            List<Tensor> held = conversion.states().stream().map(State::initial).toList();
            List<Tensor> expected = new ArrayList<>();
            List<Tensor> actual = new ArrayList<>();
            for (int run = 0; run < 40; run++) {
                List<Tensor> inputs = SeededInputs.of(run).make(tflite.inputs());
                expected.addAll(tflite.run(inputs));
                List<Tensor> results = runtime.run(
                        Stream.concat(inputs.stream(), held.stream()).toList());
                actual.add(results.get(0));
                held = results.subList(1, results.size());
            }
            for (int run = 0; run < expected.size(); run++) {
                assertArrayEquals(expected.get(run).toLongs(), actual.get(run).toLongs(), "run " + run);
            }
        }
    }
}
