package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.executor.NoKernelException;
import dev.tfliteonnx.executor.NodeFailedException;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.OperatorPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Other shapes for inputs, as TFLite's {@code ResizeInputTensor} gives them. If all inputs have fixed shapes then, the
 * shapes of what the model computes are found by running it once on zeros, but for those that depend on what is fed in;
 * if not, they stay open.
 */
public final class InputShapes {
    private final Model model;
    private final int index;
    private final Graph graph;
    private final Map<Value, Shape> wanted;

    private InputShapes(Model model, int index, Map<Value, Shape> wanted) {
        this.model = model;
        this.index = index;
        this.graph = model.graphs().get(index);
        this.wanted = wanted;
    }

    /**
     * The model with other shapes for inputs of one of its graphs.
     *
     * @param graph the number of the graph
     * @param wanted inputs of that graph and their new shapes
     * @throws ConversionException if a shape has another rank than the input, or an operator cannot run on them
     */
    public static Model of(Model model, int graph, Map<Value, Shape> wanted) throws ConversionException {
        return new InputShapes(model, graph, wanted).changed();
    }

    private Model changed() throws ConversionException {
        for (Map.Entry<Value, Shape> e : wanted.entrySet()) {
            Value input = e.getKey();
            if (input.shape().isRanked() && input.shape().rank() != e.getValue().rank()) {
                throw refusal(
                        Where.tensor(input.name()),
                        "the input has the shape " + input.shape() + "; " + e.getValue() + " has another rank");
            }
        }
        GraphCopy copy = new GraphCopy();
        boolean onlyClosed = wanted.entrySet().stream()
                .allMatch(e -> e.getKey().shape().agreesWith(e.getValue())
                        && Shape.merge(e.getKey().shape(), e.getValue()).equals(Optional.of(e.getValue())));
        wanted.forEach(copy::shape);
        if (!onlyClosed) {
            open(graph, copy);
        }
        Model open = copy.in(onlyClosed ? model : withOpenCallees(), index);
        return index == 0 ? followed(open) : open;
    }

    /** With the graphs that operators of the graph run: their shapes follow from what they are passed. */
    private Model withOpenCallees() {
        Set<Graph> callees = Callees.within(graph, model);
        List<Graph> graphs = new ArrayList<>();
        for (Graph callee : model.graphs()) {
            GraphCopy copy = new GraphCopy();
            callee.inputs().forEach(v -> copy.shape(v, open(v.shape())));
            open(callee, copy);
            graphs.add(callees.contains(callee) ? copy.copy(callee) : callee);
        }
        return new Model(graphs, model.signatures(), model.description(), model.metadata(), model.opsets());
    }

    /** What a graph computes is of any shape; a tensor that persists stays as it is. */
    private static void open(Graph graph, GraphCopy copy) {
        graph.nodes().stream()
                .filter(n -> !n.is("VARIABLE_TENSOR"))
                .flatMap(n -> n.outputs().stream())
                .forEach(v -> copy.shape(v, open(v.shape())));
    }

    private static Shape open(Shape shape) {
        return shape.isRanked() ? Shape.ofRank(shape.rank()) : shape;
    }

    /** The model with the shapes that a run on zeros gives. */
    private Model followed(Model open) throws ConversionException {
        if (!ZeroRun.isPossible(open)) {
            return open;
        }
        GraphCopy copy = new GraphCopy();
        try {
            ZeroRun.of(open).shapes().forEach(copy::shape);
        } catch (NodeFailedException e) {
            throw refusal(OperatorPlace.of(e.node()), "it cannot run on the new shapes: " + e.getMessage());
        } catch (NoKernelException e) {
            throw refusal(
                    OperatorPlace.of(e.node()),
                    "the shape of its results is not known for other shapes of its operands");
        }
        return copy.in(open, index);
    }

    private static ConversionException refusal(Where where, String reason) {
        return new ConversionException(
                DiagnosticCode.BAD_OPTION, where, reason, "leave --shape out, or choose shapes that fit the model");
    }
}
