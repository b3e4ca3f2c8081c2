package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Elements in order. Source: TopK-11, Unique-11. */
final class Sorting {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Long> K = Key.ofInt("k");
    private static final Key<Long> LARGEST = Key.ofInt("largest");
    private static final Key<Long> SORTED = Key.ofInt("sorted");

    private Sorting() {}

    /** TopK: the k greatest or least elements of an axis in order, and their indices; of equals the first. */
    static List<Array> topK(Call call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.option(AXIS, -1), x.rank());
        int n = x.dim(axis);
        int k = Math.toIntExact(call.option(K).orElseGet(() -> call.in(1).integer()));
        int inner = Dims.count(x.dims(), axis + 1, x.rank());
        boolean largest = call.option(LARGEST, 1L) != 0;
        Ordered order = new Ordered(x);
        int[] dims = Dims.with(x.dims(), axis, k);
        int[] picked = new int[Dims.count(dims)];
        long[] indices = new long[picked.length];
        for (int i = 0; i < x.size() / Math.max(1, n); i++) {
            int from = i / inner * n * inner + i % inner;
            Comparator<Integer> byValue = (a, b) -> order.compare(from + a * inner, from + b * inner);
            List<Integer> ranked = new ArrayList<>();
            for (int j = 0; j < n; j++) {
                ranked.add(j);
            }
            ranked.sort(largest ? byValue.reversed() : byValue);
            for (int j = 0; j < k; j++) {
                int to = i / inner * k * inner + i % inner + j * inner;
                picked[to] = from + ranked.get(j) * inner;
                indices[to] = ranked.get(j);
            }
        }
        Array out = Array.zeros(x.type(), dims);
        Lane.pick(x.data(), picked, out.data());
        return List.of(out, Array.ofLongs(DataType.INT64, dims, indices));
    }

    /** Unique: the different elements, or parts of an axis; where each first is, which each part is, how often. */
    static List<Array> unique(Call call) {
        boolean flat = call.option(AXIS).isEmpty();
        Array x = flat ? call.in(0).reshaped(call.in(0).size()) : call.in(0);
        int axis = Dims.axis(call.option(AXIS, 0), x.rank());
        int n = x.dim(axis);
        Array rows = Moves.transposed(x, Dims.concat(new int[] {axis}, Dims.without(Dims.range(x.rank()), axis)));
        int run = rows.size() / Math.max(1, n);
        Ordered order = new Ordered(rows);
        Comparator<Integer> byRow = (a, b) -> {
            int c = 0;
            for (int i = 0; i < run && c == 0; i++) {
                c = order.compare(a * run + i, b * run + i);
            }
            return c;
        };
        List<Integer> sorted = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            sorted.add(i);
        }
        sorted.sort(byRow);
        int[] firsts = new int[n];
        int found = 0;
        int[] group = new int[n];
        for (int i = 0; i < n; i++) {
            boolean isNew = i == 0 || byRow.compare(sorted.get(i - 1), sorted.get(i)) != 0;
            if (isNew) {
                firsts[found++] = sorted.get(i);
            }
            group[sorted.get(i)] = found - 1;
        }
        int[] kept = Arrays.copyOf(firsts, found);
        return uniqueOutputs(x, axis, kept, renumbered(group, kept, call.option(SORTED, 1L) != 0));
    }

    /** Keeps the order of values, or changes {@code firsts} and the groups to the order of first occurrence. */
    private static int[] renumbered(int[] group, int[] firsts, boolean sorted) {
        if (sorted) {
            return group;
        }
        Arrays.sort(firsts);
        int[] rank = new int[firsts.length];
        for (int i = 0; i < firsts.length; i++) {
            rank[group[firsts[i]]] = i;
        }
        return Arrays.stream(group).map(g -> rank[g]).toArray();
    }

    private static List<Array> uniqueOutputs(Array x, int axis, int[] firsts, int[] group) {
        int[][] maps = new int[x.rank()][];
        Arrays.setAll(maps, i -> i == axis ? firsts : Dims.range(x.dim(i)));
        long[] counts = new long[firsts.length];
        for (int g : group) {
            counts[g]++;
        }
        return List.of(
                Moves.mapped(x, maps, Array.zeros(x.type())),
                Array.vector(Arrays.stream(firsts).asLongStream().toArray()),
                Array.vector(Arrays.stream(group).asLongStream().toArray()),
                Array.vector(counts));
    }
}
