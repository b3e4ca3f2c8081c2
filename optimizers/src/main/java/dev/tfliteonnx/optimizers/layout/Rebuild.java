package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts nodes into the other layout, with transpositions where layouts then differ and none elsewhere. */
final class Rebuild {
    private final Graph graph;
    private final Worlds worlds;
    private final Regions regions;
    private final Edit edit;
    private final Set<Node> flipped;
    private final Set<LogicalTensor> changing = new HashSet<>();
    private final Map<LogicalTensor, Map<Layout, Value>> forms = new HashMap<>();
    private final Map<Value, Value> unchanged = new HashMap<>();
    private final Map<Value, Value> successors = new LinkedHashMap<>();

    /**
     * A change.
     *
     * @param flipped the nodes to be put into the other layout
     */
    Rebuild(Graph graph, Worlds worlds, Regions regions, String name, Set<Node> flipped) {
        this.graph = graph;
        this.worlds = worlds;
        this.regions = regions;
        this.edit = graph.edit(name);
        this.flipped = flipped;
    }

    /** The change that is being made. */
    Edit edit() {
        return edit;
    }

    /** Makes the change for all tensors of these regions. */
    void apply(List<Region> changed) {
        changed.forEach(region -> changing.addAll(region.tensors()));
        List<Node> old = new ArrayList<>();
        for (Node node : worlds.nodes()) {
            if (flipped.contains(node)) {
                flip(node);
                old.add(node);
            }
        }
        Set<Value> given = new HashSet<>();
        for (Region region : changed) {
            for (LogicalTensor tensor : region.tensors()) {
                for (Value member : tensor.members()) {
                    member.producer()
                            .filter(worlds::owns)
                            .filter(worlds::isLink)
                            .ifPresent(old::add);
                    redirect(tensor, member, given);
                }
            }
        }
        Collections.reverse(old);
        old.forEach(edit::removeUnused);
        edit.apply();
        successors.forEach((before, after) -> {
            boolean gone = before.producer().filter(Node::isAttached).isEmpty();
            boolean there = after.producer().filter(Node::isAttached).isPresent();
            if (gone && there && !after.isGraphOutput()) {
                graph.rename(after, before.name());
            }
        });
    }

    private void flip(Node node) {
        Relayout.Plan plan = worlds.plan(node).orElseThrow();
        List<Value> results = plan.emission().apply(new Flip(node, plan, this));
        for (int i = 0; i < results.size(); i++) {
            Value before = node.outputs().get(i);
            Value after = results.get(i);
            if (plan.outputs().get(i)) {
                forms(regions.tensor(before).orElseThrow()).put(plan.plain().other(), after);
            } else {
                regions.tensor(before).ifPresent(t -> forms(t).put(t.layout(), after));
                unchanged.put(before, after);
                edit.replace(before, after);
            }
            successors.put(before, after);
        }
    }

    /** A value in one of the layouts. */
    Value form(Value member, Layout layout) {
        LogicalTensor tensor = regions.tensor(member).orElseThrow();
        Map<Layout, Value> known = forms(tensor);
        Value there = known.get(layout);
        if (there != null) {
            return there;
        }
        Value other = known.get(layout.other());
        if (other == null) {
            throw new IllegalStateException(member + " is read before it is computed");
        }
        Permutation perm = layout.other().toOther(other.shape().rank());
        Value transposed = existing(tensor, other, layout);
        if (transposed == other) {
            transposed = new Onnx(edit, tensor.root().name(), Origin.NONE).transpose(other, perm.toArray());
        }
        known.put(layout, transposed);
        return transposed;
    }

    /** A transposition of the root that is there already; the root itself if there is none. */
    private Value existing(LogicalTensor tensor, Value source, Layout layout) {
        if (source != tensor.root()) {
            return source;
        }
        return tensor.members().stream()
                .filter(m -> m != source
                        && m.producer().map(p -> p.input(0) == source).orElse(false)
                        && worlds.layout(m).filter(l -> l == layout).isPresent())
                .findFirst()
                .orElse(source);
    }

    /** A value as a node that stays as it is would read it. */
    Value plain(Value value) {
        Value same = unchanged.get(value);
        if (same != null) {
            return same;
        }
        return regions.tensor(value)
                .filter(changing::contains)
                .map(t -> form(value, worlds.layout(value).orElse(t.layout())))
                .orElse(value);
    }

    private Map<Layout, Value> forms(LogicalTensor tensor) {
        return forms.computeIfAbsent(tensor, t -> {
            Map<Layout, Value> known = new EnumMap<>(Layout.class);
            boolean stays = t.maker().map(n -> !flipped.contains(n)).orElse(true);
            if (stays && !unchanged.containsKey(t.root())) {
                known.put(t.layout(), t.root());
            }
            return known;
        });
    }

    /** Lets all that read a member and stay as they are read the form that remains. */
    private void redirect(LogicalTensor tensor, Value member, Set<Value> given) {
        boolean read = member.isGraphOutput() || member.uses().stream().anyMatch(this::stays);
        if (!read) {
            return;
        }
        Value form = form(member, worlds.layout(member).orElse(tensor.layout()));
        if (form == member || unchanged.get(member) == form) {
            return;
        }
        if (member.isGraphOutput()) {
            boolean exists = form.producer().map(Node::isAttached).orElse(true);
            if ((exists && !Edit.canReplace(member, form)) || !given.add(form)) {
                form = new Onnx(edit, member.name(), Origin.NONE).op("Identity", form);
            }
        }
        edit.replace(member, form);
    }

    private boolean stays(Use use) {
        return !worlds.owns(use.user()) || !(flipped.contains(use.user()) || worlds.isLink(use.user()));
    }
}
