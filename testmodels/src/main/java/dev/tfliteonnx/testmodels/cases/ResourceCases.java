package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;

/** Cases of variables. Those that are assigned begin at zero. */
final class ResourceCases {
    private static final Attributes PLAIN = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
    private static final TensorSpec HANDLE = TensorSpec.of(DataType.RESOURCE);
    private static final TensorSpec ROW = TensorSpec.of(DataType.FLOAT32, 2, 3);
    private static final TensorSpec COUNT = TensorSpec.of(DataType.INT32);

    private ResourceCases() {}

    static void addTo(CaseList cases) {
        cases.exact("READ_VARIABLE/constant", g -> {
            once(g, g.random().floats(-1, 1, 2, 3));
            TensorRef x = g.input(ROW);
            g.op("ADD", PLAIN, ROW, x, read(g.model().main(), handle(g.model().main())));
        });
        cases.exact("ASSIGN_VARIABLE/sum", g -> {
            once(g, zeros());
            GraphBuilder main = g.model().main();
            TensorRef handle = handle(main);
            TensorRef sum = main.op("ADD", PLAIN, ROW.named("sum"), read(main, handle), g.input(ROW));
            assign(main, handle, sum);
            g.op("NEG", ROW, read(main, handle));
        });
        for (boolean value : new boolean[] {true, false}) {
            cases.exact("ASSIGN_VARIABLE/branch/" + value, g -> assignInBranch(g, value));
        }
        for (int limit : new int[] {0, 3}) {
            cases.exact("ASSIGN_VARIABLE/loop/" + limit, g -> assignInLoop(g, limit));
        }
        cases.exact("VAR_HANDLE/two", g -> {
            once(g, zeros());
            GraphBuilder main = g.model().main();
            TensorRef x = g.input(ROW);
            assign(main, handle(main), x);
            g.op("ADD", PLAIN, ROW, read(main, handle(main)), x);
        });
        cases.exact("CALL_ONCE/quantized", g -> {
            TensorSpec held = Numeric.INT8.spec(-1, 1, 2, 3);
            GraphBuilder init = g.model().graph("init");
            Tensor bytes = g.random().integers(DataType.INT8, -128, 127, Shape.of(2, 3));
            assign(init, handle(init), init.tensor(held.data(bytes).named("initial")));
            g.model().add(OpSpec.of("CALL_ONCE", Attributes.of(Tfl.INIT_SUBGRAPH_INDEX, (long) init.index())));
            GraphBuilder main = g.model().main();
            TensorRef y = main.op("READ_VARIABLE", Attributes.NONE, held.named("held"), handle(main));
            g.op("DEQUANTIZE", Attributes.NONE, ROW, y);
            g.input(ROW);
        });
        cases.exact("VARIABLE_TENSOR/never-written", g -> {
            TensorRef memory = g.model().tensor(ROW.named("memory").variable());
            g.op("ADD", PLAIN, ROW, g.input(ROW), memory);
        });
    }

    private static Tensor zeros() {
        return Tensor.splat(DataType.FLOAT32, Shape.of(2, 3), 0);
    }

    private static TensorRef handle(GraphBuilder graph) {
        Attributes name = Attributes.of(Tfl.CONTAINER, "").with(Tfl.SHARED_NAME, "memory");
        return graph.op("VAR_HANDLE", name, HANDLE.named("handle"));
    }

    private static TensorRef read(GraphBuilder graph, TensorRef handle) {
        return graph.op("READ_VARIABLE", Attributes.NONE, ROW.named("held"), handle);
    }

    private static void assign(GraphBuilder graph, TensorRef handle, TensorRef value) {
        graph.add(OpSpec.of("ASSIGN_VARIABLE", Attributes.NONE).inputs(handle, value));
    }

    private static void once(CaseGraph g, Tensor initial) {
        GraphBuilder init = g.model().graph("init");
        assign(init, handle(init), init.constant("initial", initial));
        g.model().add(OpSpec.of("CALL_ONCE", Attributes.of(Tfl.INIT_SUBGRAPH_INDEX, (long) init.index())));
    }

    private static void assignInBranch(CaseGraph g, boolean value) {
        once(g, zeros());
        GraphBuilder then = g.model().graph("then");
        TensorRef given = then.input(HANDLE.named("handle"));
        TensorRef a = then.input(ROW.named("a"));
        TensorRef sum = then.op("ADD", PLAIN, ROW.named("sum"), read(then, given), a);
        assign(then, given, sum);
        then.outputs(sum);
        GraphBuilder otherwise = g.model().graph("else");
        otherwise.input(HANDLE.named("handle"));
        otherwise.outputs(otherwise.op("NEG", ROW.named("minus"), otherwise.input(ROW.named("b"))));
        TensorRef flag = g.input(
                TensorSpec.of(DataType.BOOL, 1),
                Values.exactly(Tensor.ofIntegers(DataType.BOOL, Shape.of(1), value ? 1 : 0)));
        GraphBuilder main = g.model().main();
        TensorRef handle = handle(main);
        Attributes options = Attributes.of(Tfl.THEN_SUBGRAPH_INDEX, (long) then.index())
                .with(Tfl.ELSE_SUBGRAPH_INDEX, (long) otherwise.index());
        TensorRef result = main.op("IF", options, ROW.named("result"), flag, handle, g.input(ROW));
        g.op("SUB", PLAIN, ROW, result, read(main, handle));
    }

    private static void assignInLoop(CaseGraph g, int rounds) {
        once(g, zeros());
        GraphBuilder condition = g.model().graph("condition");
        TensorRef counter = condition.input(COUNT.named("counter"));
        condition.input(HANDLE.named("handle"));
        TensorRef limit = condition.constant("limit", Tensor.scalar(DataType.INT32, rounds));
        condition.outputs(condition.op("LESS", TensorSpec.of(DataType.BOOL).named("less"), counter, limit));
        GraphBuilder body = g.model().graph("body");
        TensorRef old = body.input(COUNT.named("counter"));
        TensorRef given = body.input(HANDLE.named("handle"));
        TensorRef one = body.constant("one", Tensor.scalar(DataType.INT32, 1));
        TensorRef step = body.constant("step", g.random().floats(-1, 1, 2, 3));
        assign(body, given, body.op("ADD", PLAIN, ROW.named("sum"), read(body, given), step));
        body.outputs(body.op("ADD", PLAIN, COUNT.named("next"), old, one), given);
        GraphBuilder main = g.model().main();
        TensorRef handle = handle(main);
        TensorRef start = g.input(COUNT, Values.exactly(Tensor.scalar(DataType.INT32, 0)));
        Attributes options = Attributes.of(Tfl.COND_SUBGRAPH_INDEX, (long) condition.index())
                .with(Tfl.BODY_SUBGRAPH_INDEX, (long) body.index());
        main.add(OpSpec.of("WHILE", options).inputs(start, handle).outputs(COUNT.named("end"), HANDLE.named("same")));
        g.op("ADD", PLAIN, ROW, read(main, handle), g.input(ROW));
    }
}
