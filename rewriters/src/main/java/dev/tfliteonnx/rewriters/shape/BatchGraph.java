package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import dev.tfliteonnx.tfl.OperatorPlace;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One graph of a model through which examples are followed. */
final class BatchGraph {
    private static final int DEEPEST = 50;

    private final BatchModel model;
    private final Graph graph;
    private final int depth;
    private final GraphCopy changes = new GraphCopy();
    private final Map<Value, BatchAxis> axes = new IdentityHashMap<>();
    private final Set<Value> lost = new HashSet<>();
    private final List<Diagnostic> prevented = new ArrayList<>();
    private @Nullable Value count;

    /** @param depth how many graphs run this one */
    BatchGraph(BatchModel model, Graph graph, int depth) {
        this.model = model;
        this.graph = graph;
        this.depth = depth;
        if (depth > DEEPEST) {
            throw new Prevented("subgraphs are nested more than " + DEEPEST + " deep");
        }
    }

    /** The model. */
    BatchModel model() {
        return model;
    }

    /** How many graphs run this one. */
    int depth() {
        return depth;
    }

    /** What changes in the copy. */
    GraphCopy changes() {
        return changes;
    }

    /** The graph as it is in the file. */
    Graph source() {
        return graph;
    }

    /** Says that an input has examples. */
    void begin(Value input, BatchAxis axis) {
        put(input, axis);
    }

    /** Where a value has examples; empty if it is the same for all. */
    Optional<BatchAxis> axis(Value value) {
        return Optional.ofNullable(axes.get(value));
    }

    /** Where an output has examples. */
    Optional<BatchAxis> output(int i) {
        return axis(graph.outputs().get(i));
    }

    /** What prevents the change. */
    List<Diagnostic> prevented() {
        return prevented;
    }

    /** Follows the examples through all nodes. */
    void follow() {
        graph.nodes().forEach(this::follow);
    }

    /** The graph for the other number of examples. */
    Graph copy() {
        count = null;
        return changes.copy(graph);
    }

    private void put(Value value, BatchAxis axis) {
        axes.put(value, axis);
        changes.shape(value, value.shape().with(axis.axis(), axis.extent(model.after())));
    }

    private void follow(Node node) {
        if (node.inputs().stream().anyMatch(lost::contains)) {
            lost.addAll(node.outputs());
            return;
        }
        BatchStep step = new BatchStep(node, this);
        if (node.inputs().stream().noneMatch(axes::containsKey) && !BatchStates.concern(node)) {
            return;
        }
        try {
            put(node, rule(node).apply(step));
        } catch (Prevented e) {
            changes.forget(node);
            followOneByOne(step, e);
        }
    }

    private static BatchRule rule(Node node) {
        return BatchRules.find(node.op())
                .orElseThrow(() -> new Prevented("nothing is known of how it treats examples"));
    }

    private void followOneByOne(BatchStep step, Prevented reason) {
        Node node = step.node();
        try {
            put(node, new ExampleLoop(step).axes());
            model.note(new Diagnostic(
                    DiagnosticCode.ONE_BY_ONE, OperatorPlace.of(node), String.valueOf(reason.getMessage()), ""));
        } catch (Prevented e) {
            boolean hasRule = BatchRules.find(node.op()).isPresent();
            String why = String.valueOf((hasRule ? reason : e).getMessage());
            prevented.add(Batch.refusal(OperatorPlace.of(node), why));
            lost.addAll(node.outputs());
        }
    }

    private void put(Node node, List<Optional<BatchAxis>> found) {
        node.inputs().forEach(v -> axis(v).ifPresent(a -> requireScalesOfAll(v, a)));
        for (int i = 0; i < found.size(); i++) {
            Value output = node.outputs().get(i);
            found.get(i).ifPresent(a -> requireScalesOfAll(output, a));
        }
        for (int i = 0; i < found.size(); i++) {
            Value output = node.outputs().get(i);
            if (output.isPresent() && output.shape().isRanked() && found.get(i).isPresent()) {
                put(output, found.get(i).get());
            }
        }
    }

    private static void requireScalesOfAll(Value value, BatchAxis axis) {
        if (value.quant().filter(q -> q.count() > 1 && q.axis() == axis.axis()).isPresent()) {
            throw new Prevented("\"" + value.name() + "\" has scales of its own for each part of axis " + axis.axis()
                    + ", where the examples are");
        }
    }

    /** How many examples there are, in the copy: int32 {@code [1]}. */
    Value count(Emitter emit) {
        if (model.after() instanceof Dim.Fixed fixed) {
            return emit.vector(fixed.size());
        }
        Value known = count;
        if (known == null) {
            Value like = graph.inputs().stream()
                    .filter(v -> axis(v).filter(BatchAxis::isPlain).isPresent())
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no input of " + graph + " has examples"));
            Emitter first = new Emitter(emit.graph(), "examples", emit.origin());
            ValueInfo shape = ValueInfo.of(
                    "examples/shape", DataType.INT32, Shape.of(like.shape().rank()));
            Value all = first.op(
                    "SHAPE", Emitter.options("SHAPE").with(Tfl.OUT_TYPE, DataType.INT32), shape, changes.copyOf(like));
            known = first.integers(
                    "GATHER",
                    Shape.of(1),
                    all,
                    first.vector(axis(like).orElseThrow().axis()));
            count = known;
        }
        return known;
    }

    /** Whether {@link #count} can tell how many examples there are. */
    boolean isCounted() {
        return model.after() instanceof Dim.Fixed
                || graph.inputs().stream()
                        .anyMatch(v -> axis(v).filter(BatchAxis::isPlain).isPresent());
    }

    /** What is the same for all examples, once for each, in the copy: {@code inner} parts on an axis. */
    GraphCopy.Form repeated(int axis) {
        return (target, copied) -> {
            Emitter emit = Emitter.by(target, copied);
            long[] ones = new long[copied.shape().rank()];
            Arrays.fill(ones, 1);
            BatchAxis made = new BatchAxis(axis, 1, copied.shape().size(axis));
            ValueInfo info = new ValueInfo(
                    copied.name() + "/repeated",
                    copied.type(),
                    copied.shape().with(axis, made.extent(model.after())),
                    copied.quant());
            return emit.op("TILE", info, copied, emit.vector(ones, axis, count(emit)));
        };
    }

    /** Lets an output be the same for all examples, once for each. */
    void repeatOutput(int i, BatchAxis axis) {
        if (model.before() != 1 || axis.outer() != 1 || !isCounted()) {
            throw new Prevented("the output \"" + graph.outputs().get(i).name() + "\" of \"" + graph.name()
                    + "\" is the same for all examples");
        }
        changes.output(i, repeated(axis.axis()));
    }

    /** Gives the examples of an output an axis of their own: the first, if they share theirs. */
    void putInFront(int i) {
        Optional<BatchAxis> axis = output(i);
        if (axis.isPresent() && !axis.get().isPlain()) {
            Value output = graph.outputs().get(i);
            long[] sizes = BatchStep.sizes(output);
            if (sizes.length == 0 || sizes[0] != 1) {
                throw new Prevented("its first axis has " + output.shape());
            }
            changes.output(i, Spread.of(model, sizes, axis.get(), BatchAxis.of(0), sizes.length));
        }
    }
}
