package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What persists from run to run has a part for each example if it takes such: a variable that an example is assigned to,
 * the state of a recurrent operator. Each part begins as the one of the file does.
 */
final class BatchStates {
    private static final Set<String> OPS = Set.of("VARIABLE_TENSOR", "READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE");

    private BatchStates() {}

    /** Whether a node is to be looked at even if none of its operands has examples. */
    static boolean concern(Node node) {
        return node.op().domain().isEmpty() && OPS.contains(node.op().name());
    }

    /** A tensor of the file that persists. */
    static List<Optional<BatchAxis>> variableTensor(BatchStep s) {
        return List.of(s.graph().model().state(s.node().output()));
    }

    /** What a variable holds. */
    static List<Optional<BatchAxis>> read(BatchStep s) {
        BatchModel model = s.graph().model();
        Optional<String> variable = variable(s.node().input(0));
        if (variable.isEmpty() && !model.states().isEmpty()) {
            throw new Prevented("which variable it reads is not known here");
        }
        return List.of(variable.flatMap(model::state));
    }

    /** What a variable holds from now on. */
    static List<Optional<BatchAxis>> assign(BatchStep s) {
        BatchModel model = s.graph().model();
        Optional<String> variable = variable(s.node().input(0));
        Optional<BatchAxis> axis = s.axis(1);
        if (variable.isEmpty()) {
            if (axis.isPresent() || !model.states().isEmpty()) {
                throw new Prevented("which variable it assigns is not known here");
            }
            return List.of();
        }
        axis.ifPresent(a -> model.grow(variable.get(), a));
        Optional<BatchAxis> held = model.state(variable.get());
        if (held.isPresent() && axis.isEmpty()) {
            s.repeat(1, held.get());
        } else if (!held.equals(axis)) {
            throw new Prevented("the variable \"" + variable.get() + "\" has examples on different axes");
        }
        return List.of();
    }

    private static Optional<String> variable(Value handle) {
        return handle.producer()
                .filter(n -> n.is("VAR_HANDLE"))
                .map(n -> n.attributes().find(Tfl.CONTAINER).orElse("") + "/"
                        + n.attributes().find(Tfl.SHARED_NAME).orElse(""));
    }

    /** What variables hold before the first run, once for each example if their number is fixed. */
    static List<Optional<BatchAxis>> once(BatchStep s) {
        BatchModel model = s.graph().model();
        long index = s.option(Tfl.INIT_SUBGRAPH_INDEX);
        boolean exists = index >= 0 && index < model.source().graphs().size();
        if (model.states().isEmpty() || !exists || !(model.after() instanceof Dim.Fixed fixed)) {
            return List.of();
        }
        Graph init = model.source().graphs().get((int) index);
        GraphCopy copy = new GraphCopy();
        for (Node node : init.nodes()) {
            if (node.is("ASSIGN_VARIABLE")) {
                Optional<BatchAxis> axis = variable(node.input(0)).flatMap(model::state);
                Optional<Tensor> first = node.input(1).constant();
                if (axis.isPresent() && first.isPresent()) {
                    copy.operand(node, 1, repeated(first.get(), axis.get().axis(), fixed.size() / model.before()));
                }
            }
        }
        s.setOption(Tfl.INIT_SUBGRAPH_INDEX, model.add(copy.copy(init)));
        return List.of();
    }

    /** The same part several times along an axis. */
    private static Tensor repeated(Tensor part, int axis, long times) {
        Shape shape = part.shape().with(axis, Dim.of(part.shape().size(axis) * times));
        return Tensor.computed(part.type(), shape, "repeated", () -> {
            int width = part.type().wideBytes();
            int block = Math.toIntExact(part.shape().elementCount() / product(part.shape(), axis));
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(shape.elementCount() * width))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (long at = 0; at < part.shape().elementCount(); at += block) {
                for (long i = 0; i < times; i++) {
                    part.read(at, block, all);
                }
            }
            return Bytes.of(all.array(), "repeated");
        });
    }

    private static long product(Shape shape, int count) {
        long product = 1;
        for (int i = 0; i < count; i++) {
            product *= shape.size(i);
        }
        return product;
    }

    /**
     * A recurrent operator: what comes in and what comes out have the examples in the same place, states on their first
     * axis.
     *
     * <p>Source: {@code kernels/unidirectional_sequence_lstm.cc} and its like.
     *
     * @param states the operands that persist, or that persist elsewhere
     */
    static BatchRule recurrent(int... states) {
        return BatchRule.same(s -> {
            BatchAxis axis = s.axis(0).orElseThrow(() -> new Prevented("what comes in has no examples"));
            boolean timeMajor = s.node().attributes().find(Tfl.TIME_MAJOR).orElse(false) && s.rank(0) == 3;
            Map<Integer, Boolean> expected = new java.util.HashMap<>(Map.of(0, true));
            for (int state : states) {
                expected.put(state, true);
                if (state < s.node().inputs().size() && s.node().input(state).isPresent()) {
                    hold(s, state);
                }
            }
            for (int i = 0; i < s.node().inputs().size(); i++) {
                if (s.axis(i).isPresent() && !expected.containsKey(i)) {
                    throw new Prevented(
                            "operand " + i + " (\"" + s.node().input(i).name() + "\") has examples, too");
                }
            }
            if (!axis.equals(BatchAxis.of(timeMajor ? 1 : 0))) {
                throw new Prevented("examples are on axis " + axis.axis());
            }
            return axis;
        });
    }

    private static void hold(BatchStep s, int state) {
        Value held = s.node().input(state);
        if (held.producer().filter(n -> n.is("VARIABLE_TENSOR")).isPresent()) {
            s.graph().model().grow(held, BatchAxis.of(0));
        } else if (s.axis(state).isEmpty()) {
            s.repeat(state, BatchAxis.of(0));
        } else if (!s.axis(state).equals(Optional.of(BatchAxis.of(0)))) {
            throw new Prevented("the state \"" + held.name() + "\" has examples on another axis than the first");
        }
    }
}
