package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;

/** Cases of IF, WHILE, CALL, STABLEHLO_CASE and STABLEHLO_WHILE. */
final class ControlCases {
    private static final Attributes PLAIN = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
    private static final TensorSpec FLAG = TensorSpec.of(DataType.BOOL);
    private static final TensorSpec COUNT = TensorSpec.of(DataType.INT32);
    private static final TensorSpec ROW = TensorSpec.of(DataType.FLOAT32, 2, 3);

    private ControlCases() {}

    static void addTo(CaseList cases) {
        addBranches(cases);
        addCases(cases);
        addLoops(cases);
        cases.exact("CALL/twice", g -> {
            GraphBuilder body = doubling(g);
            TensorRef x = g.input(ROW);
            Attributes options = Attributes.of(Tfl.SUBGRAPH, (long) body.index());
            TensorRef once = g.op("CALL", options, ROW, x);
            g.op("CALL", options, ROW, once);
        });
        excuse(cases, "has no kernel for CALL");
    }

    private static void excuse(CaseList cases, String reason) {
        cases.excuse(Engine.TFLITE_REFERENCE, reason);
        cases.excuse(Engine.TFLITE_DEFAULT, reason);
    }

    private static TensorRef flag(CaseGraph g, boolean value) {
        Tensor tensor = Tensor.ofIntegers(DataType.BOOL, Shape.of(1), value ? 1 : 0);
        return g.input(TensorSpec.of(DataType.BOOL, 1), Values.exactly(tensor));
    }

    private static TensorRef count(CaseGraph g, int value) {
        return g.input(COUNT, Values.exactly(Tensor.scalar(DataType.INT32, value)));
    }

    private static Attributes either(GraphBuilder then, GraphBuilder otherwise) {
        return Attributes.of(Tfl.THEN_SUBGRAPH_INDEX, (long) then.index())
                .with(Tfl.ELSE_SUBGRAPH_INDEX, (long) otherwise.index());
    }

    private static GraphBuilder doubling(CaseGraph g) {
        GraphBuilder graph = g.model().graph("doubling");
        TensorRef x = graph.input("x", DataType.FLOAT32, 2, 3);
        graph.outputs(graph.op("ADD", PLAIN, ROW.named("y"), x, x));
        return graph;
    }

    private static GraphBuilder passing(CaseGraph g) {
        GraphBuilder graph = g.model().graph("passing");
        graph.outputs(graph.input("x", DataType.FLOAT32, 2, 3));
        return graph;
    }

    private static void addBranches(CaseList cases) {
        for (boolean value : new boolean[] {true, false}) {
            cases.exact(
                    "IF/" + value, g -> g.op("IF", either(doubling(g), passing(g)), ROW, flag(g, value), g.input(ROW)));
            cases.exact("IF/same/" + value, g -> {
                GraphBuilder body = doubling(g);
                g.op("IF", either(body, body), ROW, flag(g, value), g.input(ROW));
            });
            cases.exact("IF/in-if/" + value, g -> {
                GraphBuilder inner = g.model().graph("inner");
                TensorRef flag = inner.input("flag", DataType.BOOL, 1);
                TensorRef x = inner.input("x", DataType.FLOAT32, 2, 3);
                TensorRef not = inner.op("LOGICAL_NOT", TensorSpec.of(DataType.BOOL, 1), flag);
                inner.outputs(inner.op("IF", either(doubling(g), passing(g)), ROW.named("y"), not, x));
                GraphBuilder other = g.model().graph("other");
                TensorRef unused = other.input("flag", DataType.BOOL, 1);
                TensorRef y = other.input("x", DataType.FLOAT32, 2, 3);
                other.outputs(other.op("NEG", ROW.named("z"), y));
                g.tag("unused operand " + unused.index());
                TensorRef given = flag(g, value);
                g.op("IF", either(inner, other), ROW, given, given, g.input(ROW));
            });
            cases.exact("IF/shapes/" + value, g -> {
                GraphBuilder longer = g.model().graph("longer");
                TensorRef a = longer.input("a", DataType.FLOAT32, 2, 3);
                longer.outputs(longer.op(
                        "CONCATENATION",
                        PLAIN.with(Tfl.AXIS, 0L),
                        TensorSpec.of(DataType.FLOAT32, 4, 3).named("aa"),
                        a,
                        a));
                TensorSpec open = TensorSpec.of(DataType.FLOAT32, 1, 3).signature(-1, 3);
                TensorRef y = g.op("IF", either(longer, passing(g)), open, flag(g, value), g.input(ROW));
                g.op("NEG", open, y);
            });
        }
    }

    private static void addCases(CaseList cases) {
        for (int index : new int[] {-1, 0, 1, 2, 7}) {
            cases.exact("STABLEHLO_CASE/" + index, g -> {
                GraphBuilder negative = g.model().graph("negative");
                negative.outputs(negative.op("NEG", ROW.named("n"), negative.input("x", DataType.FLOAT32, 2, 3)));
                Ints branches = Ints.of(doubling(g).index(), passing(g).index(), negative.index());
                g.op(
                        "STABLEHLO_CASE",
                        Attributes.of(Tfl.BRANCH_SUBGRAPH_INDICES, branches),
                        ROW,
                        count(g, index),
                        g.input(ROW));
            });
        }
    }

    /** A condition {@code counter < limit}, further operands unused. */
    private static GraphBuilder below(CaseGraph g, TensorSpec... further) {
        GraphBuilder graph = g.model().graph("below");
        TensorRef counter = graph.input(COUNT.named("counter"));
        TensorRef limit = graph.input(COUNT.named("limit"));
        for (int i = 0; i < further.length; i++) {
            graph.input(further[i].named("unused" + i));
        }
        graph.outputs(graph.op("LESS", FLAG.named("less"), counter, limit));
        return graph;
    }

    private static TensorRef next(GraphBuilder graph, TensorRef counter) {
        TensorRef one = graph.constant("one", Tensor.scalar(DataType.INT32, 1));
        return graph.op("ADD", PLAIN, COUNT.named("next"), counter, one);
    }

    private static Attributes rounds(GraphBuilder condition, GraphBuilder body) {
        return Attributes.of(Tfl.COND_SUBGRAPH_INDEX, (long) condition.index())
                .with(Tfl.BODY_SUBGRAPH_INDEX, (long) body.index());
    }

    private static void addLoops(CaseList cases) {
        for (String op : new String[] {"WHILE", "STABLEHLO_WHILE"}) {
            for (int limit : new int[] {0, 1, 5}) {
                cases.exact(op + "/doubling/" + limit, g -> doubleInRounds(g, op, limit));
                if (op.startsWith("STABLEHLO")) {
                    excuse(cases, "has no kernel for STABLEHLO_WHILE");
                }
            }
        }
        for (int limit : new int[] {1, 4}) {
            cases.exact("WHILE/growing/" + limit, g -> grow(g, limit));
            cases.exact("WHILE/nested/" + limit, g -> nest(g, limit));
        }
        cases.exact("WHILE/swapping", g -> {
            GraphBuilder body = g.model().graph("body");
            TensorRef counter = body.input(COUNT.named("counter"));
            TensorRef limit = body.input(COUNT.named("limit"));
            TensorRef a = body.input(ROW.named("a"));
            TensorRef b = body.input(ROW.named("b"));
            // without operators between them TFLite would overwrite one before it reads it
            body.outputs(
                    next(body, counter),
                    limit,
                    body.op("NEG", ROW.named("minusB"), b),
                    body.op("NEG", ROW.named("minusA"), a));
            loop(g, "WHILE", rounds(below(g, ROW, ROW), body), 3, g.input(ROW), g.input(ROW));
        });
    }

    private static void loop(CaseGraph g, String op, Attributes options, int limit, TensorRef... carried) {
        TensorRef zero = g.constant(TensorSpec.of(Tensor.scalar(DataType.INT32, 0)));
        TensorRef[] operands = new TensorRef[carried.length + 2];
        TensorSpec[] outputs = new TensorSpec[operands.length];
        operands[0] = zero;
        operands[1] = count(g, limit);
        outputs[0] = COUNT;
        outputs[1] = COUNT;
        for (int i = 0; i < carried.length; i++) {
            operands[i + 2] = carried[i];
            outputs[i + 2] = carried[i].spec().named("");
        }
        g.add(OpSpec.of(op, options).inputs(operands).outputs(outputs));
    }

    private static void doubleInRounds(CaseGraph g, String op, int limit) {
        GraphBuilder body = g.model().graph("body");
        TensorRef counter = body.input(COUNT.named("counter"));
        TensorRef end = body.input(COUNT.named("limit"));
        TensorRef x = body.input(ROW.named("x"));
        TensorRef step = body.input(ROW.named("step"));
        body.outputs(next(body, counter), end, body.op("ADD", PLAIN, ROW.named("y"), x, step), step);
        loop(g, op, rounds(below(g, ROW, ROW), body), limit, g.input(ROW), g.input(ROW));
    }

    private static void grow(CaseGraph g, int limit) {
        TensorSpec open = TensorSpec.of(DataType.FLOAT32, 1, 3).signature(-1, 3);
        GraphBuilder body = g.model().graph("body");
        TensorRef counter = body.input(COUNT.named("counter"));
        TensorRef end = body.input(COUNT.named("limit"));
        TensorRef x = body.input(open.named("x"));
        TensorRef row = body.constant("row", g.random().floats(-1, 1, 1, 3));
        TensorRef y = body.op("CONCATENATION", PLAIN.with(Tfl.AXIS, 0L), open.named("y"), x, row);
        body.outputs(next(body, counter), end, y);
        loop(g, "WHILE", rounds(below(g, open), body), limit, g.input(open));
    }

    private static void nest(CaseGraph g, int limit) {
        GraphBuilder inner = g.model().graph("inner");
        TensorRef k = inner.input(COUNT.named("counter"));
        TensorRef last = inner.input(COUNT.named("limit"));
        TensorRef y = inner.input(ROW.named("y"));
        inner.outputs(next(inner, k), last, inner.op("NEG", ROW.named("minus"), y));
        Attributes rounds = rounds(below(g, ROW), inner);
        GraphBuilder body = g.model().graph("body");
        TensorRef counter = body.input(COUNT.named("counter"));
        TensorRef end = body.input(COUNT.named("limit"));
        TensorRef x = body.input(ROW.named("x"));
        TensorRef zero = body.constant("zero", Tensor.scalar(DataType.INT32, 0));
        OpSpec loop = OpSpec.of("WHILE", rounds)
                .inputs(zero, counter, x)
                .outputs(COUNT.named("k"), COUNT.named("l"), ROW.named("z"));
        TensorRef z = body.add(loop).get(2);
        body.outputs(next(body, counter), end, body.op("ADD", PLAIN, ROW.named("sum"), z, z));
        loop(g, "WHILE", rounds(below(g, ROW), body), limit, g.input(ROW));
    }
}
