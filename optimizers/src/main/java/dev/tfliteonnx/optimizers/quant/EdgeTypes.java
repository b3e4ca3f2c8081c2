package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Inputs and outputs that stand for real numbers take another type: real numbers where there were integers, integers of
 * the scale and zero point that the model quantizes or dequantizes them with where there were real numbers, and integers
 * of the other sign, whose zero points are 128 away. What the model computes stays the same to the bit.
 *
 * <pre>
 * x:FLOAT32 ─Q(s, z)─▶ q      becomes      q:UINT8 ─▶ q
 * x:INT8 ─▶                   becomes      x:UINT8 ─DQ(s, z + 128)─Q(s, z)─▶
 * </pre>
 *
 * <p>The pass does so once. It is made for one graph, whose edges it is told.
 */
public final class EdgeTypes implements GraphPass {
    private final EdgeType wanted;
    private final List<Optional<StoredAs>> inputs;
    private final List<Optional<StoredAs>> outputs;

    /**
     * A pass for one graph.
     *
     * @param inputs how the source stores each input, in their order; those beyond the list are left alone
     * @param outputs how the source stores each output, in their order; those beyond the list are left alone
     */
    public EdgeTypes(EdgeType wanted, List<Optional<StoredAs>> inputs, List<Optional<StoredAs>> outputs) {
        this.wanted = wanted;
        this.inputs = new ArrayList<>(inputs);
        this.outputs = new ArrayList<>(outputs);
    }

    @Override
    public String name() {
        return "edge-types";
    }

    @Override
    public String summary() {
        return "Inputs and outputs that stand for real numbers take the type that was asked for.";
    }

    @Override
    public String drawing() {
        return "x:FLOAT32 → QuantizeLinear → q:UINT8\n=> q:UINT8";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        if (wanted.type().isEmpty() || context.fired().containsKey(name())) {
            return false;
        }
        DataType type = wanted.type().get();
        int changes = 0;
        for (int i = 0; i < inputs.size(); i++) {
            changes += enter(graph, i, type) ? 1 : 0;
        }
        for (int i = 0; i < outputs.size(); i++) {
            changes += leave(graph, i, type) ? 1 : 0;
        }
        if (changes > 0) {
            context.fired(name(), changes);
        }
        return changes > 0;
    }

    /** How many inputs it looks at. */
    public int inputs() {
        return inputs.size();
    }

    /** How many outputs it looks at. */
    public int outputs() {
        return outputs.size();
    }

    /** How an input is stored once the pass has run; empty if it has no one scale. */
    public Optional<StoredAs> input(int i) {
        return inputs.get(i);
    }

    /** How an output is stored once the pass has run; empty if it has no one scale. */
    public Optional<StoredAs> output(int i) {
        return outputs.get(i);
    }

    private boolean enter(Graph graph, int i, DataType type) {
        Value old = graph.inputs().get(i);
        Optional<StoredAs> stored = inputs.get(i).or(() -> behind(old));
        if (old.type() == type || !stored.filter(s -> allows(s, old, type)).isPresent()) {
            return false;
        }
        List<Value> order = new ArrayList<>(graph.inputs());
        String name = old.name();
        Value fresh = graph.input(ValueInfo.of(name, type, old.shape()));
        Edit edit = graph.edit(name());
        edit.replace(old, turned(new Onnx(edit, name, Origin.NONE), fresh, stored.get(), old.type()))
                .apply();
        graph.removeInput(old);
        graph.rename(fresh, name);
        order.set(i, fresh);
        graph.orderInputs(order);
        inputs.set(i, stored.filter(s -> !type.isFloat()).map(s -> s.as(type)));
        return true;
    }

    private boolean leave(Graph graph, int i, DataType type) {
        Value old = graph.outputs().get(i);
        Optional<StoredAs> stored = outputs.get(i).or(() -> before(old));
        if (old.type() == type || !stored.filter(s -> allows(s, old, type)).isPresent()) {
            return false;
        }
        String name = old.name();
        Value fresh = turned(new Onnx(graph, name, Origin.NONE.by(name())), old, stored.get(), type);
        List<Value> order = new ArrayList<>(graph.outputs());
        order.set(i, fresh);
        graph.setOutputs(order);
        if (!graph.inputs().contains(old)) {
            graph.rename(old, name + "/inner");
            graph.rename(fresh, name);
        }
        outputs.set(i, stored.filter(s -> !type.isFloat()).map(s -> s.as(type)));
        return true;
    }

    /** Whether an edge stands for real numbers that can be stored so. */
    private static boolean allows(StoredAs stored, Value edge, DataType type) {
        boolean edgeFits = edge.type().isFloat() || edge.type() == stored.type();
        return edgeFits && (type.isFloat() || stored.is8Bit());
    }

    /** A value of one type as one of another. */
    private static Value turned(Onnx onnx, Value x, StoredAs stored, DataType to) {
        Value real = x.type().isFloat() ? x : stored.as(x.type()).dequantized(onnx, x);
        return to.isFloat() ? real : stored.as(to).quantized(onnx, real);
    }

    /** How an input of real numbers is quantized first: by all its readers alike. */
    private static Optional<StoredAs> behind(Value x) {
        Optional<StoredAs> common = Optional.empty();
        for (Use use : x.uses()) {
            Node user = use.user();
            Optional<StoredAs> one = user.is("QuantizeLinear") && use.input() == 0
                    ? StoredAs.of(user, user.output().type())
                    : Optional.empty();
            if (one.isEmpty() || (common.isPresent() && !common.equals(one))) {
                return Optional.empty();
            }
            common = one;
        }
        return common;
    }

    /** How an output of real numbers was quantized last. */
    private static Optional<StoredAs> before(Value y) {
        return y.producer()
                .filter(n -> n.is("DequantizeLinear"))
                .flatMap(n -> StoredAs.of(n, n.input(0).type()));
    }
}
