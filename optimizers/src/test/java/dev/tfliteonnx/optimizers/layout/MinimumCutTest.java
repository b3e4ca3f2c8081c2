package dev.tfliteonnx.optimizers.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MinimumCutTest {
    private record Arc(int from, int to, long cost) {}

    private static long cost(List<Arc> arcs, boolean[] first) {
        return arcs.stream()
                .filter(a -> first[a.from] && !first[a.to])
                .mapToLong(Arc::cost)
                .sum();
    }

    @Test
    void noDivisionIsCheaper() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            int n = 2 + random.nextInt(8);
            MinimumCut cut = new MinimumCut();
            for (int i = 2; i < n; i++) {
                assertEquals(i, cut.point());
            }
            List<Arc> arcs = new ArrayList<>();
            for (int i = random.nextInt(3 * n); i > 0; i--) {
                Arc arc = new Arc(random.nextInt(n), random.nextInt(n), random.nextInt(20));
                arcs.add(arc);
                cut.arc(arc.from, arc.to, arc.cost);
            }
            boolean[] first = cut.solve();
            assertTrue(first[MinimumCut.FIRST] && !first[MinimumCut.SECOND]);
            long least = Long.MAX_VALUE;
            for (int mask = 0; mask < 1 << (n - 2); mask++) {
                boolean[] other = new boolean[n];
                other[MinimumCut.FIRST] = true;
                for (int i = 2; i < n; i++) {
                    other[i] = (mask >> (i - 2) & 1) != 0;
                }
                least = Math.min(least, cost(arcs, other));
            }
            assertEquals(least, cost(arcs, first), "round " + round);
        }
    }

    @Test
    void aLongChainIsNoTrouble() {
        MinimumCut cut = new MinimumCut();
        int before = MinimumCut.FIRST;
        for (int i = 0; i < 20_000; i++) {
            int point = cut.point();
            cut.arc(before, point, i == 10_000 ? 1 : 2);
            before = point;
        }
        cut.arc(before, MinimumCut.SECOND, 2);
        boolean[] first = cut.solve();
        assertTrue(first[10_001] && !first[10_002]);
    }
}
