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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Drawn cases of control flow and of variables: subgraphs of a few operators on tensors of any extents. */
final class ProgramCases {
    private static final Attributes PLAIN = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
    private static final TensorSpec COUNT = TensorSpec.of(DataType.INT32);
    private static final List<DataType> TYPES = List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64);

    /** One operator on what the step before it gave and, if it takes two, on an input of the subgraph. */
    private record Step(String op, int other) {
        static final List<String> SUMS = List.of("ADD", "SUB", "MAXIMUM", "MINIMUM");
        static final List<String> BINARY = List.of("ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM");

        static Step drawn(Draw d, List<String> binary, int inputs) {
            return d.in(0, 4) == 0 ? new Step("NEG", 0) : new Step(d.of(binary), d.in(0, inputs - 1));
        }

        TensorRef add(GraphBuilder graph, TensorSpec spec, TensorRef x, List<TensorRef> inputs) {
            TensorSpec y = spec.named(op.toLowerCase(Locale.ROOT));
            return switch (op) {
                case "NEG" -> graph.op(op, y, x);
                case "MAXIMUM", "MINIMUM" -> graph.op(op, y, x, inputs.get(other));
                default -> graph.op(op, PLAIN, y, x, inputs.get(other));
            };
        }

        @Override
        public String toString() {
            return op + other;
        }
    }

    /** Steps for each result; result i begins with input i. */
    private record Program(List<List<Step>> results) {
        static Program drawn(Draw d, int inputs, int results) {
            return drawn(d, Step.BINARY, inputs, results, 0);
        }

        private static Program drawn(Draw d, List<String> binary, int inputs, int results, int least) {
            List<List<Step>> all = new ArrayList<>();
            for (int i = 0; i < results; i++) {
                List<Step> steps = new ArrayList<>();
                for (int k = d.in(least, 3); k > 0; k--) {
                    steps.add(Step.drawn(d, binary, inputs));
                }
                all.add(steps);
            }
            return new Program(all);
        }

        /**
         * What is carried passes an operator, since without one TFLite overwrites some before it reads them. Products of
         * products of floats would come below the least normal number, which TFLite takes for 0.
         */
        static Program ofLoop(Draw d, DataType type, int carried) {
            return drawn(d, type.isFloat() ? Step.SUMS : Step.BINARY, carried, carried, 1);
        }

        List<TensorRef> add(GraphBuilder graph, TensorSpec spec, List<TensorRef> inputs) {
            List<TensorRef> out = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                TensorRef y = inputs.get(i);
                for (Step step : results.get(i)) {
                    y = step.add(graph, spec, y, inputs);
                }
                out.add(y);
            }
            return out;
        }

        /** A subgraph of so many inputs of a kind. */
        GraphBuilder graph(CaseGraph g, TensorSpec spec, int count) {
            GraphBuilder graph = g.model().graph("program");
            List<TensorRef> in = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                in.add(graph.input(spec.named("in" + i)));
            }
            graph.outputs(add(graph, spec, in).toArray(TensorRef[]::new));
            return graph;
        }

        @Override
        public String toString() {
            return results.stream()
                    .map(s -> s.stream().map(Step::toString).collect(Collectors.joining("-")))
                    .collect(Collectors.joining(",", "(", ")"));
        }
    }

    private ProgramCases() {}

    static void addTo(CaseList cases) {
        cases.draw("IF", d -> {
            int inputs = d.in(1, 3);
            int results = d.in(1, inputs);
            Program then = Program.drawn(d, inputs, results);
            Program otherwise = Program.drawn(d, inputs, results);
            boolean value = d.coin();
            TensorSpec spec = TensorSpec.of(d.of(TYPES), d.shape(0, 4));
            cases.exact("IF/" + path(spec) + "/" + inputs + then + otherwise + "/" + value, g -> {
                Attributes options = Attributes.of(Tfl.THEN_SUBGRAPH_INDEX, (long)
                                then.graph(g, spec, inputs).index())
                        .with(Tfl.ELSE_SUBGRAPH_INDEX, (long)
                                otherwise.graph(g, spec, inputs).index());
                Tensor flag = Tensor.ofIntegers(DataType.BOOL, Shape.of(1), value ? 1 : 0);
                TensorRef given = g.input(TensorSpec.of(DataType.BOOL, 1), Values.exactly(flag));
                call(g, OpSpec.of("IF", options), spec, results, operands(g, spec, inputs, given));
            });
        });
        cases.draw("STABLEHLO_CASE", d -> {
            int inputs = d.in(1, 3);
            int results = d.in(1, inputs);
            List<Program> branches = new ArrayList<>();
            for (int i = d.in(1, 4); i > 0; i--) {
                branches.add(Program.drawn(d, inputs, results));
            }
            int index = d.in(-1, branches.size());
            TensorSpec spec = TensorSpec.of(d.of(TYPES), d.shape(0, 4));
            cases.exact("STABLEHLO_CASE/" + path(spec) + "/" + inputs + branches + "/" + index, g -> {
                int[] graphs = branches.stream()
                        .mapToInt(b -> b.graph(g, spec, inputs).index())
                        .toArray();
                Attributes options = Attributes.of(Tfl.BRANCH_SUBGRAPH_INDICES, Ints.ofInts(graphs));
                TensorRef given = g.input(COUNT, Values.exactly(Tensor.scalar(DataType.INT32, index)));
                call(g, OpSpec.of("STABLEHLO_CASE", options), spec, results, operands(g, spec, inputs, given));
            });
        });
        cases.draw("CALL", d -> {
            int inputs = d.in(1, 3);
            Program body = Program.drawn(d, inputs, inputs);
            TensorSpec spec = TensorSpec.of(d.of(TYPES), d.shape(0, 4));
            cases.exact("CALL/" + path(spec) + "/" + inputs + body, g -> {
                int graph = body.graph(g, spec, inputs).index();
                OpSpec op = OpSpec.of("CALL", Attributes.of(Tfl.SUBGRAPH, (long) graph));
                call(g, op, spec, inputs, operands(g, spec, inputs));
            });
            excuse(cases, "it has no kernel");
        });
        for (String op : List.of("WHILE", "STABLEHLO_WHILE")) {
            cases.draw(op, d -> drawLoop(cases, op, d));
        }
        for (String op : List.of("READ_VARIABLE", "ASSIGN_VARIABLE", "VAR_HANDLE", "CALL_ONCE")) {
            cases.draw(op, d -> drawVariables(cases, op, d));
        }
    }

    private static void excuse(CaseList cases, String reason) {
        cases.excuse(Engine.TFLITE_REFERENCE, reason);
        cases.excuse(Engine.TFLITE_DEFAULT, reason);
    }

    private static String path(TensorSpec spec) {
        return spec.type() + "/" + Shapes.path(spec.sizes());
    }

    /** Inputs of the model, behind what is given. */
    private static List<TensorRef> operands(CaseGraph g, TensorSpec spec, int count, TensorRef... given) {
        List<TensorRef> all = new ArrayList<>(List.of(given));
        for (int i = 0; i < count; i++) {
            all.add(g.input(spec));
        }
        return all;
    }

    private static void call(CaseGraph g, OpSpec op, TensorSpec spec, int results, List<TensorRef> operands) {
        TensorSpec[] outputs = new TensorSpec[results];
        Arrays.fill(outputs, spec);
        g.add(op.inputs(operands.toArray(TensorRef[]::new)).outputs(outputs));
    }

    /** When a loop goes on. */
    private record Rounds(String comparison, int limit, int step, boolean constant) {
        static Rounds drawn(Draw d) {
            String comparison = d.of("LESS", "LESS_EQUAL", "NOT_EQUAL");
            int step = comparison.equals("NOT_EQUAL") ? 1 : d.in(1, 2);
            return new Rounds(comparison, d.in(0, 5), step, d.coin());
        }

        @Override
        public String toString() {
            return comparison + limit + (constant ? "constant" : "") + "/by" + step;
        }
    }

    private static void drawLoop(CaseList cases, String op, Draw d) {
        int carried = d.in(1, 3);
        TensorSpec spec = TensorSpec.of(d.of(TYPES), d.shape(0, 3));
        Program body = Program.ofLoop(d, spec.type(), carried);
        Rounds rounds = Rounds.drawn(d);
        cases.exact(op + "/" + path(spec) + "/" + carried + body + "/" + rounds, g -> {
            GraphBuilder condition = g.model().graph("condition");
            TensorRef counter = condition.input(COUNT.named("counter"));
            TensorRef limit = condition.input(COUNT.named("limit"));
            GraphBuilder loop = g.model().graph("loop");
            TensorRef old = loop.input(COUNT.named("counter"));
            TensorRef end = loop.input(COUNT.named("limit"));
            List<TensorRef> in = new ArrayList<>();
            for (int i = 0; i < carried; i++) {
                condition.input(spec.named("unused" + i));
                in.add(loop.input(spec.named("x" + i)));
            }
            TensorSpec flag = TensorSpec.of(DataType.BOOL).named("again");
            condition.outputs(condition.op(rounds.comparison(), flag, counter, limit));
            TensorRef step = loop.constant("step", Tensor.scalar(DataType.INT32, rounds.step()));
            loop.outputs(loop.op("ADD", PLAIN, COUNT.named("next"), old, step), end);
            loop.outputs(body.add(loop, spec, in).toArray(TensorRef[]::new));
            Tensor most = Tensor.scalar(DataType.INT32, rounds.limit());
            TensorRef zero = g.constant(Tensor.scalar(DataType.INT32, 0));
            TensorRef given = rounds.constant() ? g.constant(most) : g.input(COUNT, Values.exactly(most));
            List<TensorSpec> outputs = new ArrayList<>(List.of(COUNT, COUNT));
            in.forEach(x -> outputs.add(spec));
            g.add(OpSpec.of(
                            op,
                            Attributes.of(Tfl.COND_SUBGRAPH_INDEX, (long) condition.index())
                                    .with(Tfl.BODY_SUBGRAPH_INDEX, (long) loop.index()))
                    .inputs(operands(g, spec, carried, zero, given).toArray(TensorRef[]::new))
                    .outputs(outputs.toArray(TensorSpec[]::new)));
        });
        if (op.startsWith("STABLEHLO")) {
            excuse(cases, "it has no kernel");
        }
    }

    /** Variables of one kind, which are read, joined with the last result, and assigned, in any order. */
    private static void drawVariables(CaseList cases, String op, Draw d) {
        int variables = d.in(1, 3);
        List<Step> steps = new ArrayList<>();
        List<Integer> assigned = new ArrayList<>();
        for (int i = d.in(1, 4); i > 0; i--) {
            steps.add(Step.drawn(d, Step.BINARY, variables));
            assigned.add(d.in(-1, variables - 1));
        }
        TensorSpec spec = TensorSpec.of(d.of(TYPES), d.shape(1, 4));
        cases.exact(op + "/" + path(spec) + "/" + variables + steps + "/assigned" + assigned, g -> {
            GraphBuilder init = g.model().graph("init");
            for (int i = 0; i < variables; i++) {
                Tensor initial = Values.anyOf(spec.type()).draw(g.random(), spec.type(), spec.shape());
                assign(init, handle(init, i), init.constant("initial" + i, initial));
            }
            g.model().add(OpSpec.of("CALL_ONCE", Attributes.of(Tfl.INIT_SUBGRAPH_INDEX, (long) init.index())));
            GraphBuilder main = g.model().main();
            TensorRef last = g.input(spec);
            for (int i = 0; i < steps.size(); i++) {
                List<TensorRef> held = new ArrayList<>();
                for (int k = 0; k < variables; k++) {
                    held.add(main.op("READ_VARIABLE", Attributes.NONE, spec.named("held"), handle(main, k)));
                }
                last = steps.get(i).add(main, spec, last, held);
                if (assigned.get(i) >= 0) {
                    assign(main, handle(main, assigned.get(i)), last);
                }
            }
            g.op("NEG", spec, last);
        });
    }

    private static TensorRef handle(GraphBuilder graph, int variable) {
        Attributes name = Attributes.of(Tfl.CONTAINER, "").with(Tfl.SHARED_NAME, "variable" + variable);
        return graph.op("VAR_HANDLE", name, TensorSpec.of(DataType.RESOURCE).named("handle" + variable));
    }

    private static void assign(GraphBuilder graph, TensorRef handle, TensorRef value) {
        graph.add(OpSpec.of("ASSIGN_VARIABLE", Attributes.NONE).inputs(handle, value));
    }
}
