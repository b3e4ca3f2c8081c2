package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.Described;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A Loop that is an LSTM, a GRU or an RNN becomes one. It must be proved: how often the loop runs, that each round reads
 * the next step of one sequence, the equations of the states, and that what is read of the loop is the state after the last
 * or after every step. Anything else stays a Loop.
 *
 * <p>A loop that may not run at all, as a sequence may be empty, comes to stand in an If: ONNX Runtime's operators do not
 * take empty sequences.
 */
public final class RecurrentLoops implements GraphPass {
    /** What a loop may be. */
    private record Form(String name, String operator, Function<Cells, Optional<Cell>> find) implements Described {
        @Override
        public String summary() {
            return "A Loop over the steps of a sequence whose states follow the equations of " + operator
                    + " becomes that operator.";
        }

        @Override
        public String drawing() {
            return "x, h → Loop {h' = …} → y\n=> x, h → " + operator + " → y";
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form("loop-to-lstm", "LSTM", Cells::lstm),
            new Form("loop-to-gru", "GRU", Cells::gru),
            new Form("loop-to-rnn", "RNN", Cells::rnn));

    @Override
    public String name() {
        return "recurrent-loops";
    }

    @Override
    public String summary() {
        return "Loops that are recurrent layers become recurrent operators.";
    }

    @Override
    public String drawing() {
        return "";
    }

    @Override
    public Set<String> after() {
        return Set.of("cleanup");
    }

    @Override
    public List<? extends Described> parts() {
        return FORMS;
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        boolean changed = false;
        for (Node node : graph.nodes()) {
            for (Form form : FORMS) {
                if (node.is("Loop") && node.isAttached() && context.allows(form.name())) {
                    changed |= apply(form, node, graph, context);
                }
            }
        }
        return changed;
    }

    private static boolean apply(Form form, Node loop, Graph graph, PassContext context) {
        Proof proof = new Proof(context, form.name(), loop);
        Optional<Replacement> replacement = replacement(form, loop, proof);
        if (replacement.isEmpty()) {
            proof.failed();
            return false;
        }
        replacement.get().apply(graph.edit(form.name()));
        context.fired(form.name(), 1);
        return true;
    }

    private static Optional<Replacement> replacement(Form form, Node loop, Proof proof) {
        Counters counters = new Counters(loop);
        Optional<Dim> rounds = counters.rounds();
        boolean counted = proof.holds(
                rounds.filter(r -> !r.is(0)).isPresent(),
                "the number of rounds is a constant or an extent",
                loop.attributes().get(OnnxOps.BODY).outputs().get(0));
        boolean begins = counted
                && proof.holds(
                        rounds.get() instanceof Dim.Fixed || Replacement.mayRest(loop),
                        "a condition tells whether a sequence of open length has a first step",
                        loop.input(1));
        if (!begins) {
            return Optional.empty();
        }
        Body body = new Body(loop, counters, rounds.get());
        return form.find()
                .apply(new Cells(states(loop, body), proof))
                .filter(cell -> isWhole(loop, cell, proof))
                .flatMap(cell -> new Results(loop, counters, body, rounds.get())
                        .of(cell, proof)
                        .filter(results -> !results.isEmpty())
                        .map(results -> new Replacement(loop, new Layer(loop, cell), results)));
    }

    private static List<Carried> states(Node loop, Body body) {
        Graph graph = loop.attributes().get(OnnxOps.BODY);
        List<Carried> states = new ArrayList<>();
        for (int i = 0; i < graph.inputs().size() - 2; i++) {
            Value start = graph.inputs().get(i + 2);
            Value end = graph.outputs().get(i + 1);
            if (isMatrix(start)
                    && isMatrix(end)
                    && start.shape().dim(1).equals(end.shape().dim(1))) {
                int index = i;
                body.definition(end).flatMap(Row::sum).ifPresent(next -> body.of(end)
                        .flatMap(Row::atom)
                        .ifPresent(after -> states.add(new Carried(index, next, after))));
            }
        }
        return states;
    }

    private static boolean isMatrix(Value value) {
        return value.type() == DataType.FLOAT32
                && value.shape().hasRank(2)
                && value.shape().isFixed(1);
    }

    /** Whether sequence and states have the same examples. */
    private static boolean isWhole(Node loop, Cell cell, Proof proof) {
        Dim examples = cell.step().sequence().shape().dim(1);
        List<Integer> states = new ArrayList<>(List.of(cell.hidden()));
        cell.cell().ifPresent(states::add);
        return states.stream()
                .allMatch(s -> proof.holds(
                        isMatrix(loop.input(s + 2))
                                && loop.input(s + 2).shape().dim(0).equals(examples)
                                && loop.input(s + 2).shape().dim(1).equals(width(loop, s)),
                        "the state begins as a matrix with a row for each example of the sequence",
                        loop.input(s + 2)));
    }

    private static Dim width(Node loop, int state) {
        return loop.attributes()
                .get(OnnxOps.BODY)
                .inputs()
                .get(state + 2)
                .shape()
                .dim(1);
    }
}
