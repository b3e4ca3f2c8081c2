package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses for every node whether its operands have their channels last or second, so that as few bytes as possible are
 * transposed. Constants are laid out anew, which costs nothing.
 *
 * <pre>
 * x ─Conv─Transpose─Relu─Transpose─Conv─▶      becomes      x ─Conv─Relu─Conv─▶
 * </pre>
 */
public final class LayoutPass implements GraphPass {
    @Override
    public String name() {
        return "layout";
    }

    @Override
    public String summary() {
        return "Gives every operator the layout, channels last or second, that leaves the fewest bytes to transpose.";
    }

    @Override
    public String drawing() {
        return "Conv → Transpose → Relu → Transpose → Conv\n=> Conv → Relu → Conv";
    }

    @Override
    public Set<String> after() {
        return Set.of("cleanup", "quantization-cleanup", "channels-second-edges");
    }

    /** {@inheritDoc} Every step makes transpositions cheaper, so that there is an end to them. */
    @Override
    public boolean run(Graph graph, PassContext context) {
        long before = transposes(graph);
        boolean changed = false;
        while (improve(graph)) {
            changed = true;
        }
        if (changed) {
            context.fired(name(), (int) Math.max(1, before - transposes(graph)));
        }
        return changed;
    }

    private boolean improve(Graph graph) {
        if (transposes(graph) == 0) {
            return false;
        }
        Worlds worlds = Worlds.of(graph);
        Regions regions = new Regions(graph, worlds);
        Set<Node> flipped = new LinkedHashSet<>();
        List<Region> changed = new ArrayList<>();
        for (Region region : regions.all()) {
            region.improve().ifPresent(nodes -> {
                flipped.addAll(nodes);
                changed.add(region);
            });
        }
        if (!changed.isEmpty()) {
            new Rebuild(graph, worlds, regions, name(), flipped).apply(changed);
        }
        return !changed.isEmpty();
    }

    private static long transposes(Graph graph) {
        return graph.nodes().stream().filter(n -> n.is("Transpose")).count();
    }
}
