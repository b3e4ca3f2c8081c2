package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A subgraph that is run as long as another one says so.
 *
 * <p>Of the operands only those are carried from one round to the next that the body changes; the others are read where
 * they are. Variables that the body assigns are carried too.
 */
final class Loops {
    /** How often a body is expressed, each time with less known of the shapes it starts from. */
    private static final int ATTEMPTS = 3;

    private final TflOp op;
    private final Onnx onnx;
    private final Lowering lowering;
    private final int condition;
    private final int body;
    private final Graph source;
    private final Map<Resource.Variable, Value> assigned;
    private final List<Value> initial = new ArrayList<>();

    private Loops(TflOp op, Onnx onnx) {
        this.op = op;
        this.onnx = onnx;
        this.lowering = op.lowering();
        this.condition = op.subgraph(op.option(Tfl.COND_SUBGRAPH_INDEX));
        this.body = op.subgraph(op.option(Tfl.BODY_SUBGRAPH_INDEX));
        this.source = lowering.model().graphs().get(body);
        this.assigned = new LinkedHashMap<>();
    }

    /**
     * operands → the same after some rounds.
     *
     * <p>Source: {@code kernels/while.cc}; ONNX Loop-13. The condition is computed before the loop and at the end of each
     * round.
     */
    static List<Value> loop(TflOp op, Onnx onnx) {
        return new Loops(op, onnx).lower();
    }

    private List<Value> lower() {
        int count = op.inputs();
        if (source.inputs().size() != count
                || source.outputs().size() != count
                || op.node().outputs().size() != count) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its body does not give what it takes", "");
        }
        Value first = truth(Calls.run(op, condition, 0, onnx.graph()), onnx);
        assigned.putAll(lowering.variables().assignedBy(body, handles(body)));
        assigned.putAll(lowering.variables().assignedBy(condition, handles(condition)));
        for (int i = 0; i < count; i++) {
            if (isCarried(i)) {
                initial.add(op.raw(i));
            }
        }
        assigned.forEach((variable, like) -> initial.add(op.read(variable, like)));
        return results(round(), first);
    }

    private Map<Value, Resource> handles(int subgraph) {
        Map<Value, Resource> handles = new IdentityHashMap<>();
        List<Value> inputs = lowering.model().graphs().get(subgraph).inputs();
        for (int i = 0; i < inputs.size(); i++) {
            Value input = inputs.get(i);
            lowering.frame().resource(op.source(i)).ifPresent(handle -> handles.put(input, handle));
        }
        return handles;
    }

    private boolean isCarried(int i) {
        return op.source(i).type() != DataType.RESOURCE
                && source.outputs().get(i) != source.inputs().get(i);
    }

    private Value truth(Calls.Outcome outcome, Onnx where) {
        if (outcome.values().size() != 1 || outcome.isHandle(0)) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its condition is not one value", "");
        }
        return where.cast(where.reshape(outcome.values().get(0)), DataType.BOOL);
    }

    /** The body of the Loop. What is known of the shapes at its start must hold at its end. */
    private Graph round() {
        List<Shape> shapes = new ArrayList<>();
        initial.forEach(v -> shapes.add(v.shape()));
        for (int attempt = 1; ; attempt++) {
            int noted = lowering.noted();
            Graph round = round(shapes);
            boolean holds = true;
            for (int i = 0; i < shapes.size(); i++) {
                Shape end = round.outputs().get(i + 1).shape();
                Shape common = attempt == ATTEMPTS - 1 ? Shape.UNKNOWN : common(shapes.get(i), end);
                if (!shapes.get(i).equals(common(shapes.get(i), end))) {
                    shapes.set(i, common);
                    holds = false;
                }
            }
            if (holds || attempt == ATTEMPTS) {
                return round;
            }
            Calls.discard(round);
            lowering.forget(noted);
        }
    }

    private static Shape common(Shape a, Shape b) {
        if (!a.isRanked() || !b.isRanked() || a.rank() != b.rank()) {
            return Shape.UNKNOWN;
        }
        Shape common = a;
        for (int i = 0; i < a.rank(); i++) {
            if (!a.dim(i).equals(b.dim(i))) {
                common = common.with(i, Dim.unknown());
            }
        }
        return common;
    }

    private Graph round(List<Shape> shapes) {
        Graph graph = onnx.graph().nested(onnx.base() + "/body");
        Onnx inside = onnx.into(graph);
        graph.input(ValueInfo.of(onnx.base() + "/round", DataType.INT64, Shape.SCALAR));
        graph.input(ValueInfo.of(onnx.base() + "/goes_on", DataType.BOOL, Shape.SCALAR));
        Variables variables = lowering.variables();
        Map<Resource.Variable, Value> before = variables.assigned();
        Frame frame = lowering.enter(body, graph);
        int next = 0;
        for (int i = 0; i < op.inputs(); i++) {
            Value input = source.inputs().get(i);
            Optional<Resource> handle = lowering.frame().resource(op.source(i));
            if (handle.isPresent()) {
                frame.put(input, handle.get());
            } else {
                Calls.pass(frame, input, isCarried(i) ? carried(graph, input.name(), next, shapes) : op.raw(i));
                next += isCarried(i) ? 1 : 0;
            }
        }
        for (Resource.Variable variable : assigned.keySet()) {
            variables.assign(variable, carried(graph, variable.name(), next++, shapes));
        }
        Calls.Outcome outcome = Calls.run(op, frame);
        List<Value> outputs = new ArrayList<>();
        outputs.add(again(outcome, inside));
        for (int i = 0; i < op.inputs(); i++) {
            if (isCarried(i)) {
                outputs.add(inside.cast(outcome.values().get(i), lowering.typeOf(op.out(i))));
            }
        }
        Map<Resource.Variable, Value> after = variables.assigned();
        assigned.keySet().forEach(variable -> outputs.add(after.get(variable)));
        variables.restore(before);
        requireAllCarried(before, after);
        Calls.close(inside, outputs);
        return graph;
    }

    private Value carried(Graph graph, String name, int i, List<Shape> shapes) {
        return graph.input(ValueInfo.of(name, initial.get(i).type(), shapes.get(i)));
    }

    private Value again(Calls.Outcome outcome, Onnx inside) {
        Frame frame = lowering.enter(condition, inside.graph());
        List<Value> inputs = Calls.inputs(op, frame, op.inputs());
        for (int i = 0; i < inputs.size(); i++) {
            if (outcome.isHandle(i)) {
                frame.put(inputs.get(i), outcome.handles().get(i).get());
            } else {
                Calls.pass(frame, inputs.get(i), outcome.values().get(i));
            }
        }
        return truth(Calls.run(op, frame), inside);
    }

    private void requireAllCarried(Map<Resource.Variable, Value> before, Map<Resource.Variable, Value> after) {
        after.forEach((variable, value) -> {
            if (!assigned.containsKey(variable) && before.get(variable) != value) {
                throw op.refuse(
                        DiagnosticCode.UNSUPPORTED_OPTION,
                        "its body assigns the variable \"" + variable.name() + "\" by a handle that a subgraph gave",
                        "pass variables down into subgraphs only");
            }
        });
    }

    private List<Value> results(Graph round, Value first) {
        List<Value> operands = new ArrayList<>(List.of(Value.ABSENT, first));
        operands.addAll(initial);
        List<Value> ends = initial.isEmpty()
                ? List.of()
                : onnx.ops("Loop", Attributes.of(OnnxOps.BODY, round), initial.size(), operands.toArray(Value[]::new));
        List<Value> results = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < op.inputs(); i++) {
            Value out = op.out(i);
            Optional<Resource> handle = lowering.frame().resource(op.source(i));
            handle.ifPresent(h -> lowering.frame().put(out, h));
            results.add(handle.isPresent() ? Value.ABSENT : isCarried(i) ? ends.get(next++) : op.raw(i));
        }
        for (Resource.Variable variable : assigned.keySet()) {
            lowering.variables().assign(variable, ends.get(next++));
        }
        return results;
    }
}
