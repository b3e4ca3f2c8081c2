package dev.tfliteonnx.optimizers.runtime;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Images of a quantized graph that may all have further channels or none of them, which of them gain by it, and how many
 * channels they get. A region begins at convolutions that read all channels, and ends before others of them, or at
 * integers of which a Slice takes the channels that there were.
 */
final class ChannelRegions {
    /** A smaller gain, in ns or as a part of what the region takes, is not worth another form. */
    private static final double LEAST_NANOS = 2000;

    private static final double LEAST_PART = 0.03;

    private final Map<Value, Spread> spread = new LinkedHashMap<>();
    private final Map<Value, Long> chosen = new LinkedHashMap<>();
    private String nearest = "";
    private double nearestGain = Double.NEGATIVE_INFINITY;

    private ChannelRegions() {}

    /** Those of a graph. */
    static ChannelRegions of(Graph graph) {
        ChannelRegions regions = new ChannelRegions();
        for (Node node : graph.nodes()) {
            Spread.of(node, regions.spread).ifPresent(s -> regions.spread.put(node.output(), s));
        }
        boolean removed = true;
        while (removed) {
            removed = regions.spread.entrySet().removeIf(e -> !regions.isClosed(e.getKey(), e.getValue()));
        }
        regions.choose();
        return regions;
    }

    /** How many channels each image gets that gets more than it has. */
    Map<Value, Long> chosen() {
        return chosen;
    }

    /** The region that gains most of those that do not gain enough, in words; empty if there is none. */
    String nearest() {
        return nearest;
    }

    /** Whether everything that an image with further channels needs has them, too, and those who read it can do with them or read a Slice. */
    private boolean isClosed(Value image, Spread s) {
        boolean made = s.isRoot() || spread.keySet().containsAll(s.images());
        boolean cuttable = image.type().isInteger();
        return made
                && (cuttable
                        || (!image.isGraphOutput()
                                && image.uses().stream().allMatch(u -> follows(u, spread.keySet()))));
    }

    private Spread at(Value image) {
        return Objects.requireNonNull(spread.get(image));
    }

    /** Whether a user takes further channels. */
    static boolean follows(Use use, Set<Value> wide) {
        Node user = use.user();
        boolean readsAll = use.input() == 0
                && QuantizedConv.of(user).filter(QuantizedConv::isDense).isPresent();
        return readsAll || (user.outputs().size() == 1 && wide.contains(user.output()));
    }

    private void choose() {
        for (Set<Value> region : components()) {
            if (!chooseIfFaster(region)) {
                for (Value root : region) {
                    if (at(root).isRoot() && root.hasOneUse()) {
                        Value rounded = root.uses().get(0).user().output();
                        if (region.contains(rounded)) {
                            chooseIfFaster(new LinkedHashSet<>(List.of(root, rounded)));
                        }
                    }
                }
            }
        }
    }

    private boolean chooseIfFaster(Set<Value> region) {
        Map<Value, Long> best = Map.of();
        double most = 0;
        for (int multiple : new int[] {ChannelCost.BLOCK, ChannelCost.QUAD}) {
            Map<Value, Long> wide = new LinkedHashMap<>();
            region.forEach(v -> wide.put(v, rounded(v.shape().size(1), multiple)));
            if (wide.entrySet().stream().allMatch(e -> e.getKey().shape().size(1) == e.getValue())) {
                continue;
            }
            double before = cost(wide, false);
            double gain = before - cost(wide, true);
            boolean enough = gain > LEAST_NANOS && gain > LEAST_PART * before;
            if (enough && gain > most) {
                best = wide;
                most = gain;
            } else if (!enough && gain > nearestGain) {
                nearestGain = gain;
                Value first = region.iterator().next();
                nearest = String.format(
                        Locale.ROOT,
                        "\"%s\" and what depends on it: faster by enough — false, by about %.0f of %.0f µs",
                        first.name(),
                        gain / 1e3,
                        before / 1e3);
            }
        }
        chosen.putAll(best);
        return most > 0;
    }

    private static long rounded(long channels, int multiple) {
        return Math.max(ChannelCost.BLOCK, (channels + multiple - 1) / multiple * multiple);
    }

    /** What everything takes that makes or reads images of a region. */
    private double cost(Map<Value, Long> region, boolean wide) {
        double cost = 0;
        for (Map.Entry<Value, Long> e : region.entrySet()) {
            Value image = e.getKey();
            long now = image.shape().size(1);
            long channels = wide ? e.getValue() : now;
            Spread s = at(image);
            Value from = s.images().get(0);
            long inputs = wide
                    ? region.getOrDefault(from, from.shape().size(1))
                    : from.shape().size(1);
            Node maker = image.producer().orElseThrow();
            cost += s.isIdle(inputs, channels) ? 0 : ChannelCost.of(maker, inputs, channels);
            boolean cut = image.isGraphOutput();
            for (Use use : image.uses()) {
                boolean inside = follows(use, region.keySet());
                cut |= !inside;
                Node user = use.user();
                if (inside && !region.containsKey(user.output())) {
                    cost += ChannelCost.of(user, channels, user.output().shape().size(1));
                }
            }
            cost += wide && cut && channels > now ? ChannelCost.slice(image, now) : 0;
        }
        return cost;
    }

    /** Images that have further channels together. */
    private Collection<Set<Value>> components() {
        Map<Value, Set<Value>> of = new HashMap<>();
        List<Set<Value>> all = new ArrayList<>();
        spread.forEach((image, s) -> {
            Set<Value> region = new LinkedHashSet<>();
            if (!s.isRoot()) {
                for (Value from : s.images()) {
                    Set<Value> other = of.get(from);
                    if (other != null && other != region) {
                        all.remove(other);
                        other.addAll(region);
                        region = other;
                    }
                }
            }
            region.add(image);
            for (Value v : region) {
                of.put(v, region);
            }
            all.add(region);
        });
        return all;
    }
}
