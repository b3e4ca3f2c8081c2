package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Sink;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Subgraphs in the place of the operators that run them. */
final class Calls {
    /**
     * What came of a subgraph.
     *
     * @param values its outputs, absent in the place of those of type resource
     * @param handles what its outputs of type resource refer to
     */
    record Outcome(List<Value> values, List<Optional<Resource>> handles) {
        /** Whether an output is of type resource. */
        boolean isHandle(int i) {
            return handles.get(i).isPresent();
        }
    }

    private Calls() {}

    /** The subgraph of a composite in its place. Source: {@code kernels/stablehlo_composite.cc}. */
    static List<Value> composite(TflOp op, Onnx onnx) {
        return inline(op, onnx, op.option(Tfl.DECOMPOSITION_SUBGRAPH_INDEX));
    }

    /** The subgraph that is called in the place of the call. */
    static List<Value> call(TflOp op, Onnx onnx) {
        return inline(op, onnx, op.option(Tfl.SUBGRAPH));
    }

    private static List<Value> inline(TflOp op, Onnx onnx, long subgraph) {
        Outcome outcome = run(op, op.subgraph(subgraph), 0, onnx.graph());
        return settle(op, outcome);
    }

    /**
     * The nodes of a subgraph that takes the operator's operands.
     *
     * @param first which operand is the subgraph's first input
     * @param sink where the nodes go
     */
    static Outcome run(TflOp op, int subgraph, int first, Sink sink) {
        Frame callee = op.lowering().enter(subgraph, sink);
        List<Value> inputs = inputs(op, callee, op.inputs() - first);
        for (int i = 0; i < inputs.size(); i++) {
            Value operand = op.source(first + i);
            Optional<Resource> handle = op.lowering().frame().resource(operand);
            if (handle.isPresent()) {
                callee.put(inputs.get(i), handle.get());
            } else {
                pass(callee, inputs.get(i), op.raw(first + i));
            }
        }
        return run(op, callee);
    }

    /** The inputs of a subgraph; refused if there is another number of operands for them. */
    static List<Value> inputs(TflOp op, Frame callee, int operands) {
        List<Value> inputs = callee.source().inputs();
        if (inputs.size() != operands) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL,
                    "it passes " + operands + " values to \"" + callee.source().name() + "\", which takes "
                            + inputs.size(),
                    "");
        }
        return inputs;
    }

    /** Passes a value to a subgraph. */
    static void pass(Frame callee, Value input, Value value) {
        callee.put(input, value);
        if (!value.shape().isStatic()) {
            callee.openShapes();
        }
    }

    /** The nodes of a subgraph whose inputs are set. */
    static Outcome run(TflOp op, Frame callee) {
        op.lowering().express(callee);
        List<Value> values = new ArrayList<>();
        List<Optional<Resource>> handles = new ArrayList<>();
        for (Value out : callee.source().outputs()) {
            Optional<Resource> handle = callee.resource(out);
            handles.add(handle);
            values.add(handle.isPresent() ? Value.ABSENT : op.lowering().result(callee, out));
        }
        return new Outcome(values, handles);
    }

    /** The outcome as the results of the operator; refused if there is another number of them. */
    static List<Value> settle(TflOp op, Outcome outcome) {
        int wanted = op.node().outputs().size();
        if (outcome.values().size() != wanted) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL,
                    "its subgraph gives " + outcome.values().size() + " values where " + wanted + " are needed",
                    "");
        }
        for (int i = 0; i < wanted; i++) {
            Value out = op.out(i);
            outcome.handles().get(i).ifPresent(handle -> op.lowering().frame().put(out, handle));
        }
        return outcome.values();
    }

    /** Sets the outputs of a nested graph; those that it does not compute itself, or gives twice, are copied. */
    static void close(Onnx onnx, List<Value> outputs) {
        Graph body = onnx.graph();
        Set<Value> computed = Collections.newSetFromMap(new IdentityHashMap<>());
        body.nodes().forEach(n -> computed.addAll(n.outputs()));
        List<Value> closed = new ArrayList<>();
        for (Value value : outputs) {
            closed.add(computed.remove(value) ? value : onnx.op("Identity", value));
        }
        body.setOutputs(closed);
        body.removeDeadNodes();
    }

    /** Takes everything out of a nested graph that is not going to be used. */
    static void discard(Graph body) {
        body.setOutputs(List.of());
        body.removeDeadNodes();
        List.copyOf(body.inputs()).forEach(body::removeInput);
    }
}
