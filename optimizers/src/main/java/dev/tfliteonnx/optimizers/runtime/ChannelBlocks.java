package dev.tfliteonnx.optimizers.runtime;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Images of a quantized graph get further channels that stand for 0 where that makes kernels faster: ONNX Runtime has
 * integer kernels that read an image as it is, but only for multiples of 4 and 16 channels, and copies windows of others
 * into columns first. Weights for further channels are 0, so that the sums are the same to the bit. A Pad of channels is
 * for nothing then.
 *
 * <pre>
 * x ─Conv─▶ [1,24,H,W] ─Conv(group=24)─▶ [1,24,H,W] ─Conv─▶ y
 *      becomes
 * x ─Conv─▶ [1,32,H,W] ─Conv(group=32)─▶ [1,32,H,W] ─Conv─▶ y
 * </pre>
 *
 * <p>Where it pays is estimated ({@link ChannelCost}). The conditions are the same on x86 and on Arm, where blocks are of 8
 * and 16. Source: ONNX Runtime's {@code core/mlas/lib/convsym.cpp}.
 */
public final class ChannelBlocks implements GraphPass {
    @Override
    public String name() {
        return "channel-blocks";
    }

    @Override
    public String summary() {
        return "Quantized images get further channels of 0 where kernels are faster for whole blocks of channels.";
    }

    @Override
    public String drawing() {
        return "x → Conv → [1,24,H,W] → Conv(group=24) → Conv → y\n=> x → Conv → [1,32,H,W] → Conv(group=32) → Conv → y\n"
                + "x → Conv → [1,3,H,W] → y\n=> x → Conv → [1,16,H,W] → Slice → y";
    }

    @Override
    public Set<String> after() {
        return Set.of("integer-operators", "signed-weights", "unsigned-weights");
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        ChannelRegions regions = ChannelRegions.of(graph);
        if (context.explains(name()) && !regions.nearest().isEmpty()) {
            context.missed(name(), 1, regions.nearest());
        }
        if (regions.chosen().isEmpty()) {
            return false;
        }
        new Change(graph, regions.chosen(), graph.edit(name())).apply();
        context.fired(name(), regions.chosen().size());
        return true;
    }

    /** One run over a graph. */
    private record Change(Graph graph, Map<Value, Long> chosen, Edit edit, Map<Value, Value> wide) {
        Change(Graph graph, Map<Value, Long> chosen, Edit edit) {
            this(graph, chosen, edit, new HashMap<>());
        }

        void apply() {
            for (Node node : graph.nodes()) {
                if (node.outputs().size() != 1) {
                    continue;
                }
                Value old = node.output();
                Onnx onnx = new Onnx(edit, old.name(), node.origin());
                if (chosen.containsKey(old)) {
                    Value by = widened(node, chosen.get(old), onnx);
                    wide.put(old, by);
                    boolean cut = old.isGraphOutput()
                            || old.uses().stream().anyMatch(u -> !ChannelRegions.follows(u, chosen.keySet()));
                    if (cut) {
                        edit.replace(old, first(onnx, by, old.shape().size(1)));
                    }
                } else if (!node.inputs().isEmpty() && wide.containsKey(node.input(0)) && isDense(node)) {
                    edit.replace(old, widened(node, old.shape().size(1), onnx));
                }
            }
            edit.apply();
        }

        private static boolean isDense(Node node) {
            return QuantizedConv.of(node).filter(QuantizedConv::isDense).isPresent();
        }

        private Value widened(Node node, long channels, Onnx onnx) {
            Value x = wide.getOrDefault(node.input(0), node.input(0));
            if (node.is("Conv")) {
                return QuantizedConv.of(node).orElseThrow().widened(onnx, x, channels);
            }
            List<Value> inputs = new ArrayList<>();
            node.inputs().forEach(v -> inputs.add(wide.getOrDefault(v, v)));
            if (node.is("Pad")) {
                Spread pad = new Spread(node, List.of(), 0);
                if (pad.isIdle(x.shape().size(1), channels)) {
                    return x;
                }
                inputs.set(1, onnx.ints(pad.pads(x.shape().size(1), channels)));
            }
            return onnx.op(node.op().name(), node.attributes(), inputs.toArray(new Value[0]));
        }

        private static Value first(Onnx onnx, Value image, long channels) {
            return image.shape().size(1) == channels
                    ? image
                    : onnx.slice(image, new long[] {0}, new long[] {channels}, new long[] {1}, new long[] {1});
        }
    }
}
