package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets inputs take, and outputs give, their channels second where the caller wants it. What follows transposes them back;
 * {@link LayoutPass} then does away with that.
 *
 * <pre>
 * x [N,H,W,C] ─▶      becomes      x [N,C,H,W] ─Transpose─▶
 * </pre>
 */
public final class ChannelsSecondEdges implements GraphPass {
    @Override
    public String name() {
        return "channels-second-edges";
    }

    @Override
    public String summary() {
        return "Lets the inputs and outputs that the caller names have their channels second.";
    }

    @Override
    public String drawing() {
        return "x [N,H,W,C] → …\n=> x [N,C,H,W] → Transpose → …";
    }

    /**
     * {@inheritDoc}
     *
     * <p>It does so once for each context.
     *
     * @throws IllegalArgumentException if there is no input or output of that name with at least three axes
     */
    @Override
    public boolean run(Graph graph, PassContext context) {
        Set<String> inputs = context.options().inputsAsNchw();
        Set<String> outputs = context.options().outputsAsNchw();
        if ((inputs.isEmpty() && outputs.isEmpty()) || context.fired().containsKey(name())) {
            return false;
        }
        List<Value> in = inputs.stream()
                .map(n -> find("input", n, graph.inputs(), v -> true))
                .toList();
        List<Value> out = outputs.stream()
                .map(n -> find("output", n, graph.outputs(), v -> v.producer().isPresent()))
                .toList();
        in.forEach(v -> turnInput(graph, v));
        out.forEach(v -> turnOutput(graph, v));
        context.fired(name(), in.size() + out.size());
        return true;
    }

    private static Value find(String what, String name, List<Value> values, Predicate<Value> ok) {
        Value value = values.stream()
                .filter(v -> v.name().equals(name) && ok.test(v))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + what + " is called " + name + " among "
                        + values.stream().map(Value::name).toList()));
        if (!value.shape().isRanked() || value.shape().rank() < 3) {
            throw new IllegalArgumentException(what + " " + value + " has no channels to move");
        }
        return value;
    }

    private void turnInput(Graph graph, Value old) {
        int rank = old.shape().rank();
        Permutation second = Layout.CHANNELS_LAST.toOther(rank);
        String name = old.name();
        List<Value> order = new ArrayList<>(graph.inputs());
        Value turned = graph.input(ValueInfo.of(name, old.type(), old.shape().permuted(second.toArray())));
        Edit edit = graph.edit(name());
        Value back = new Onnx(edit, name, Origin.NONE)
                .transpose(turned, second.inverse().toArray());
        edit.replace(old, back).apply();
        graph.removeInput(old);
        graph.rename(turned, name);
        order.replaceAll(v -> v == old ? turned : v);
        graph.orderInputs(order);
    }

    private void turnOutput(Graph graph, Value old) {
        String name = old.name();
        graph.rename(old, name + "/channels_last");
        Permutation second = Layout.CHANNELS_LAST.toOther(old.shape().rank());
        Value turned = new Onnx(graph, name, Origin.NONE.by(name())).transpose(old, second.toArray());
        List<Value> outputs = new ArrayList<>(graph.outputs());
        outputs.set(outputs.indexOf(old), turned);
        graph.setOutputs(outputs);
        graph.rename(turned, name);
    }
}
