package dev.tfliteonnx.optimizers.layout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermutationTest {
    @Test
    void composesAndInverts() {
        Permutation p = Permutation.of(0, 3, 1, 2);
        Permutation q = Permutation.of(2, 0, 1, 3);
        Shape shape = Shape.of(2, 3, 4, 5);
        assertEquals(
                shape.permuted(p.toArray()).permuted(q.toArray()),
                shape.permuted(p.then(q).toArray()));
        assertTrue(p.then(p.inverse()).isIdentity());
        assertEquals(1, p.placeOf(3));
        assertEquals(1, p.placeOf(-1));
        assertArrayEquals(new long[] {2, 5, 3, 4}, p.apply(shape.sizes()));
    }

    @Test
    void knowsWhenMemoryStaysAsItIs() {
        Permutation p = Permutation.of(0, 3, 1, 2);
        assertTrue(p.keepsOrder(Shape.of(7, 1, 1, 9)));
        assertTrue(p.keepsOrder(Shape.of(7, 5, 6, 1)));
        assertTrue(p.keepsOrder(Shape.ofDims(List.of(new Dim.Named("n"), Dim.of(1), Dim.of(1), Dim.unknown()))));
        assertFalse(p.keepsOrder(Shape.of(7, 5, 1, 9)));
        assertFalse(p.keepsOrder(Shape.ofRank(4)));
        assertFalse(p.keepsOrder(Shape.UNKNOWN));
    }

    @Test
    void layoutsLeadToEachOther() {
        assertEquals(Permutation.of(0, 3, 1, 2), Layout.CHANNELS_LAST.toOther(4));
        assertEquals(Permutation.of(0, 2, 3, 1), Layout.CHANNELS_SECOND.toOther(4));
        assertEquals(Permutation.of(0, 4, 1, 2, 3), Layout.CHANNELS_LAST.toOther(5));
        assertEquals(Permutation.of(0, 2, 3, 4, 1), Layout.CHANNELS_SECOND.toOther(5));
    }
}
