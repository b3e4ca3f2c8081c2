package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.executor.NoKernelException;
import dev.tfliteonnx.executor.NodeFailedException;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.OperatorPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Another number of examples in a batch. The batch is the outermost axis of every input whose extent there equals that
 * of the first; it is followed through every operator by a rule that proves that examples stay apart, and constants
 * that spell the number out, those of RESHAPE and its like, are rewritten. An operator of which that cannot be proven
 * runs once for each example, if the file has one alone; otherwise it prevents the change. What the file computes from
 * shapes stays as it is there: each example is computed as before.
 */
public final class Batch {
    private Batch() {}

    /**
     * What came of it.
     *
     * @param model the model with another number of examples
     * @param notes what is to be told
     */
    public record Result(Model model, List<Diagnostic> notes) {
        public Result {
            notes = List.copyOf(notes);
        }
    }

    /**
     * The model with another number of examples for one of its graphs.
     *
     * @param graph the number of the graph
     * @param batch the number, or the name of what is chosen when the model runs
     * @throws ConversionException naming every operator that prevents it
     */
    public static Result of(Model model, int graph, Dim batch) throws ConversionException {
        Dim before = before(model.graphs().get(graph));
        if (!(before instanceof Dim.Fixed fixed)) {
            GraphCopy changes = new GraphCopy();
            inputs(model.graphs().get(graph), before)
                    .forEach(v -> changes.shape(v, v.shape().with(0, batch)));
            return new Result(changes.in(model, graph), List.of());
        }
        Model settled = graph == 0 ? settled(model) : model;
        Map<Object, BatchAxis> states = new HashMap<>();
        while (true) {
            BatchModel change = new BatchModel(settled, fixed.size(), batch, states);
            BatchGraph main = new BatchGraph(change, settled.graphs().get(graph), 0);
            inputs(settled.graphs().get(graph), before).forEach(v -> main.begin(v, BatchAxis.of(0)));
            main.follow();
            if (!change.hasGrown()) {
                return finished(change, main, graph);
            }
            states = change.states();
        }
    }

    private static Result finished(BatchModel change, BatchGraph main, int graph) throws ConversionException {
        List<Diagnostic> prevented = new ArrayList<>(main.prevented());
        List<Value> outputs = change.source().graphs().get(graph).outputs();
        for (int i = 0; i < outputs.size(); i++) {
            Value output = outputs.get(i);
            try {
                main.putInFront(i);
            } catch (BatchStep.Prevented e) {
                Where where = output.producer().map(OperatorPlace::of).orElse(Where.NOWHERE);
                String reason = "the output \"" + output.name() + "\" has no axis for examples: " + output.shape();
                prevented.add(refusal(where, reason));
            }
        }
        if (!prevented.isEmpty()) {
            throw new ConversionException(prevented);
        }
        return new Result(change.with(graph, main.copy()), change.notes());
    }

    private static Dim before(Graph graph) throws ConversionException {
        return graph.inputs().stream()
                .map(Value::shape)
                .filter(s -> s.isRanked() && s.rank() > 0)
                .findFirst()
                .map(s -> s.dim(0))
                .orElseThrow(
                        () -> new ConversionException(List.of(refusal(Where.NOWHERE, "no input has an axis for it"))));
    }

    private static List<Value> inputs(Graph graph, Dim before) {
        return graph.inputs().stream()
                .filter(v -> v.shape().isRanked() && v.shape().rank() > 0)
                .filter(v -> v.shape().dim(0).equals(before))
                .toList();
    }

    /** With the shapes that TFLite finds, where the file does not tell them, and without what follows from shapes. */
    private static Model settled(Model model) {
        boolean told = model.main().nodes().stream()
                .filter(n -> !n.is("CALL_ONCE"))
                .allMatch(n -> !n.is("SHAPE")
                        && n.outputs().stream()
                                .map(Value::shape)
                                .allMatch(s -> s.isStatic() && !s.equals(Shape.SCALAR)));
        if (told || !ZeroRun.isPossible(model)) {
            return model;
        }
        try {
            ZeroRun run = ZeroRun.of(model);
            GraphCopy copy = new GraphCopy();
            run.shapes().forEach(copy::shape);
            run.elements().forEach(copy::known);
            Model shaped = copy.in(model, 0);
            shaped.main().removeDeadNodes();
            return shaped;
        } catch (NodeFailedException | NoKernelException e) {
            return model; // the shapes of the file have to do
        }
    }

    /** The refusal of a change. */
    static Diagnostic refusal(Where where, String reason) {
        return new Diagnostic(
                DiagnosticCode.BAD_OPTION,
                where,
                "the batch cannot be changed: " + reason,
                "leave --batch out, or cut the model before this operator");
    }

    /** A place in words. */
    static String named(Where where, String reason) {
        String number = where.operator().isPresent() ? " #" + where.operator().getAsInt() : "";
        return where.op() + number + ": " + reason;
    }
}
