package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.OperatorPlace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Another number of examples in a batch. The batch is the outermost axis of every input whose extent there equals that
 * of the first; it is followed through every operator by a rule that proves that examples stay apart, and constants
 * that spell the number out, those of RESHAPE and its like, are rewritten. An operator for which it cannot be proven
 * prevents the change.
 */
public final class Batch {
    private final Graph graph;
    private final Dim batch;
    private final GraphCopy changes = new GraphCopy();
    private final Map<Value, BatchAxis> axes = new IdentityHashMap<>();
    private final Set<Value> lost = new HashSet<>();
    private final List<Diagnostic> prevented = new ArrayList<>();

    private Batch(Graph graph, Dim batch) {
        this.graph = graph;
        this.batch = batch;
    }

    /**
     * The model with another number of examples for one of its graphs.
     *
     * @param graph the number of the graph
     * @param batch the number, or the name of what is chosen when the model runs
     * @throws ConversionException naming every operator that prevents it
     */
    public static Model of(Model model, int graph, Dim batch) throws ConversionException {
        Batch change = new Batch(model.graphs().get(graph), batch);
        change.follow();
        return change.changes.in(model, graph);
    }

    private void follow() throws ConversionException {
        Value first = graph.inputs().stream()
                .filter(v -> v.shape().isRanked() && v.shape().rank() > 0)
                .findFirst()
                .orElseThrow(
                        () -> new ConversionException(List.of(refusal(Where.NOWHERE, "no input has an axis for it"))));
        Dim before = first.shape().dim(0);
        for (Value input : graph.inputs()) {
            Shape shape = input.shape();
            if (shape.isRanked() && shape.rank() > 0 && shape.dim(0).equals(before)) {
                axes.put(input, BatchAxis.of(0));
                changes.shape(input, shape.with(0, batch));
            }
        }
        if (before instanceof Dim.Fixed fixed) {
            for (Node node : graph.nodes()) {
                follow(node, fixed.size());
            }
            graph.outputs().forEach(this::requirePlain);
        }
        if (!prevented.isEmpty()) {
            throw new ConversionException(prevented);
        }
    }

    private void follow(Node node, long before) {
        if (node.inputs().stream().anyMatch(lost::contains)) {
            lost.addAll(node.outputs());
            return;
        }
        if (node.inputs().stream().noneMatch(axes::containsKey)) {
            return;
        }
        try {
            BatchRule rule = BatchRules.find(node.op())
                    .orElseThrow(() -> new BatchStep.Prevented("nothing is known of how it treats examples"));
            BatchAxis axis = rule.apply(new BatchStep(node, axes, before, batch, changes));
            for (Value output : node.outputs()) {
                Shape shape = output.shape();
                if (output.isPresent() && shape.isRanked()) {
                    axes.put(output, axis);
                    changes.shape(output, shape.with(axis.axis(), axis.extent(batch)));
                }
            }
        } catch (BatchStep.Prevented e) {
            prevented.add(refusal(OperatorPlace.of(node), String.valueOf(e.getMessage())));
            lost.addAll(node.outputs());
        }
    }

    private void requirePlain(Value output) {
        Optional<BatchAxis> axis = Optional.ofNullable(axes.get(output));
        if (axis.isPresent() && !axis.get().isPlain()) {
            Where where = output.producer().map(OperatorPlace::of).orElse(Where.NOWHERE);
            String reason = "the output \"" + output.name() + "\" has no axis for examples: " + output.shape();
            prevented.add(refusal(where, reason));
        }
    }

    private static Diagnostic refusal(Where where, String reason) {
        return new Diagnostic(
                DiagnosticCode.BAD_OPTION,
                where,
                "the batch cannot be changed: " + reason,
                "leave --batch out, or cut the model before this operator");
    }
}
