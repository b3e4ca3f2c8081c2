package dev.tfliteonnx.optimizers.layout;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The cheapest way to divide points between two sides, by Dinic's algorithm for the greatest flow. An arc costs its
 * capacity if it leads from the first side to the second.
 */
final class MinimumCut {
    /** The point that is always on the first side. */
    static final int FIRST = 0;

    /** The point that is always on the second side. */
    static final int SECOND = 1;

    /** More than any sum of costs. */
    static final long FOREVER = Long.MAX_VALUE / 4;

    private int points = 2;
    private int arcs;
    private int[] head = {-1, -1};
    private int[] next = new int[64];
    private int[] to = new int[64];
    private long[] room = new long[64];
    private int[] level = {};
    private int[] current = {};

    /** A new point. */
    int point() {
        if (points == head.length) {
            head = Arrays.copyOf(head, points * 2);
        }
        head[points] = -1;
        return points++;
    }

    /** Makes it cost something that {@code a} is on the first side and {@code b} on the second. */
    void arc(int a, int b, long cost) {
        half(a, b, cost);
        half(b, a, 0);
    }

    private void half(int a, int b, long cost) {
        if (arcs == to.length) {
            next = Arrays.copyOf(next, arcs * 2);
            to = Arrays.copyOf(to, arcs * 2);
            room = Arrays.copyOf(room, arcs * 2);
        }
        to[arcs] = b;
        room[arcs] = cost;
        next[arcs] = head[a];
        head[a] = arcs++;
    }

    /** For every point, whether it is on the first side; the first side is as small as it can be. */
    boolean[] solve() {
        level = new int[points];
        while (levels()) {
            current = Arrays.copyOf(head, points);
            long more = FOREVER;
            while (more > 0) {
                more = push();
            }
        }
        boolean[] first = new boolean[points];
        for (int i = 0; i < points; i++) {
            first[i] = level[i] >= 0;
        }
        return first;
    }

    private boolean levels() {
        Arrays.fill(level, -1);
        level[FIRST] = 0;
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        queue.add(FIRST);
        while (!queue.isEmpty()) {
            int a = queue.poll();
            for (int e = head[a]; e >= 0; e = next[e]) {
                if (room[e] > 0 && level[to[e]] < 0) {
                    level[to[e]] = level[a] + 1;
                    queue.add(to[e]);
                }
            }
        }
        return level[SECOND] >= 0;
    }

    /** Sends flow along one path of rising levels, without recursion: paths may be as long as a model is deep. */
    private long push() {
        int[] path = new int[points];
        int length = 0;
        int at = FIRST;
        while (at != SECOND) {
            int e = current[at];
            while (e >= 0 && (room[e] <= 0 || level[to[e]] != level[at] + 1)) {
                e = next[e];
            }
            current[at] = e;
            if (e >= 0) {
                path[length++] = e;
                at = to[e];
            } else if (length == 0) {
                return 0;
            } else {
                level[at] = -1;
                at = to[path[--length] ^ 1];
            }
        }
        long flow = FOREVER;
        for (int i = 0; i < length; i++) {
            flow = Math.min(flow, room[path[i]]);
        }
        for (int i = 0; i < length; i++) {
            room[path[i]] -= flow;
            room[path[i] ^ 1] += flow;
        }
        return flow;
    }
}
