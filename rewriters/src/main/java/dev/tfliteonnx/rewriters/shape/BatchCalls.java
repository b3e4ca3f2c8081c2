package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Operators that run subgraphs: the examples are followed into them, and each gets a copy of its own. */
final class BatchCalls {
    private BatchCalls() {}

    /** A subgraph in the place of the operator. */
    static BatchRule call(Key<Long> subgraph) {
        return s -> {
            BatchGraph callee = follow(s, s.option(subgraph), operands(s, 0));
            List<Optional<BatchAxis>> results = outputs(callee);
            s.setOption(subgraph, s.graph().model().add(callee.copy()));
            return results;
        };
    }

    /** One of two subgraphs. */
    static List<Optional<BatchAxis>> either(BatchStep s) {
        List<BatchGraph> branches = new ArrayList<>();
        List<Optional<BatchAxis>> results =
                branches(s, branches, s.option(Tfl.THEN_SUBGRAPH_INDEX), s.option(Tfl.ELSE_SUBGRAPH_INDEX));
        BatchModel model = s.graph().model();
        s.setOptions(
                Tfl.THEN_SUBGRAPH_INDEX,
                model.add(branches.get(0).copy()),
                Tfl.ELSE_SUBGRAPH_INDEX,
                model.add(branches.get(1).copy()));
        return results;
    }

    /** One of several subgraphs. */
    static List<Optional<BatchAxis>> choice(BatchStep s) {
        List<BatchGraph> branches = new ArrayList<>();
        List<Optional<BatchAxis>> results =
                branches(s, branches, s.option(Tfl.BRANCH_SUBGRAPH_INDICES).toArray());
        long[] copies = branches.stream()
                .mapToLong(b -> s.graph().model().add(b.copy()))
                .toArray();
        s.setOption(Tfl.BRANCH_SUBGRAPH_INDICES, Ints.of(copies));
        return results;
    }

    private static List<Optional<BatchAxis>> branches(BatchStep s, List<BatchGraph> branches, long... subgraphs) {
        if (s.axis(0).isPresent()) {
            throw new Prevented("each example chooses a branch of its own");
        }
        for (long subgraph : subgraphs) {
            branches.add(follow(s, subgraph, operands(s, 1)));
        }
        List<Optional<BatchAxis>> results = new ArrayList<>();
        for (int i = 0; i < s.node().outputs().size(); i++) {
            int output = i;
            List<BatchAxis> found = branches.stream()
                    .flatMap(b -> b.output(output).stream())
                    .distinct()
                    .toList();
            if (found.size() > 1) {
                throw new Prevented("its branches give examples on different axes");
            }
            for (BatchGraph branch : branches) {
                if (!found.isEmpty() && branch.output(i).isEmpty()) {
                    branch.repeatOutput(i, found.get(0));
                }
            }
            results.add(found.stream().findFirst());
        }
        return results;
    }

    /** A subgraph again and again: what it gives has the examples where it took them. */
    static List<Optional<BatchAxis>> loop(BatchStep s) {
        List<Optional<BatchAxis>> carried = new ArrayList<>(operands(s, 0));
        BatchGraph body = follow(s, s.option(Tfl.BODY_SUBGRAPH_INDEX), carried);
        for (boolean grows = true; grows; ) {
            grows = false;
            for (int i = 0; i < carried.size(); i++) {
                if (carried.get(i).isEmpty() && body.output(i).isPresent()) {
                    carried.set(i, body.output(i));
                    s.repeat(i, body.output(i).get());
                    grows = true;
                }
            }
            if (grows) {
                body = follow(s, s.option(Tfl.BODY_SUBGRAPH_INDEX), carried);
            }
        }
        for (int i = 0; i < carried.size(); i++) {
            if (carried.get(i).isPresent() && body.output(i).isEmpty()) {
                body.repeatOutput(i, carried.get(i).get());
            } else if (!carried.get(i).equals(body.output(i))) {
                throw new Prevented("its body gives examples on another axis than it takes them");
            }
        }
        BatchGraph condition = follow(s, s.option(Tfl.COND_SUBGRAPH_INDEX), carried);
        if (condition.output(0).isPresent()) {
            throw new Prevented("each example has a number of rounds of its own");
        }
        BatchModel model = s.graph().model();
        s.setOptions(
                Tfl.COND_SUBGRAPH_INDEX, model.add(condition.copy()), Tfl.BODY_SUBGRAPH_INDEX, model.add(body.copy()));
        return carried;
    }

    private static List<Optional<BatchAxis>> operands(BatchStep s, int first) {
        List<Optional<BatchAxis>> axes = new ArrayList<>();
        for (int i = first; i < s.node().inputs().size(); i++) {
            axes.add(s.axis(i));
        }
        return axes;
    }

    private static List<Optional<BatchAxis>> outputs(BatchGraph graph) {
        List<Optional<BatchAxis>> axes = new ArrayList<>();
        for (int i = 0; i < graph.source().outputs().size(); i++) {
            axes.add(graph.output(i));
        }
        return axes;
    }

    private static BatchGraph follow(BatchStep s, long index, List<Optional<BatchAxis>> operands) {
        List<Graph> graphs = s.graph().model().source().graphs();
        if (index < 0
                || index >= graphs.size()
                || graphs.get((int) index).inputs().size() != operands.size()) {
            throw new Prevented("the subgraph " + index + " does not take what it passes");
        }
        BatchGraph callee = new BatchGraph(
                s.graph().model(), graphs.get((int) index), s.graph().depth() + 1);
        for (int i = 0; i < operands.size(); i++) {
            if (operands.get(i).isPresent()) {
                callee.begin(callee.source().inputs().get(i), operands.get(i).get());
            }
        }
        callee.follow();
        for (Diagnostic d : callee.prevented()) {
            throw new Prevented("in \"" + callee.source().name() + "\", " + Batch.named(d.where(), d.reason()));
        }
        return callee;
    }
}
