package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.Described;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lets operators on integers stand for units of DequantizeLinear, operator and QuantizeLinear. */
public final class QuantizedUnits implements GraphPass {
    private final List<UnitRule> rules;

    /** The pass for a processor. */
    public QuantizedUnits(TargetPlatform platform) {
        this.rules = UnitRules.all(platform);
    }

    @Override
    public String name() {
        return "quantized-units";
    }

    @Override
    public String summary() {
        return "Lets operators on integers stand for units of DequantizeLinear, operator and QuantizeLinear.";
    }

    @Override
    public String drawing() {
        return "q → DequantizeLinear → Conv → QuantizeLinear → y\n=> q → QLinearConv → y";
    }

    @Override
    public List<? extends Described> parts() {
        return rules;
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        Set<Node> own = new HashSet<>(graph.nodes());
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (node.isAttached()
                    && node.op().domain().isEmpty()
                    && !node.outputs().isEmpty()) {
                changed |= replace(node, own, graph, context);
            }
        }
        return changed;
    }

    private boolean replace(Node node, Set<Node> own, Graph graph, PassContext context) {
        Optional<UnitRule> named = rules.stream()
                .filter(r -> r.selector().ops().contains(node.op().name()) && context.allows(r.name()))
                .findFirst();
        Optional<Unit> unit = named.isEmpty() ? Optional.empty() : Unit.around(node, own);
        Optional<UnitRule> rule = named.filter(
                r -> unit.filter(u -> !u.dequantizes().isEmpty() && r.fits(u)).isPresent());
        if (rule.isEmpty() || unit.isEmpty()) {
            return false;
        }
        Edit edit = graph.edit(rule.get().name());
        List<Value> values = rule.get().replacement().apply(unit.get(), edit);
        for (int i = 0; i < values.size(); i++) {
            List<Node> quantizes = unit.get().quantizes();
            Value old = quantizes.isEmpty()
                    ? node.outputs().get(i)
                    : quantizes.get(i).output();
            edit.replace(old, values.get(i));
        }
        edit.apply();
        context.fired(rule.get().name(), 1);
        return true;
    }
}
