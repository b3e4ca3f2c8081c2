package dev.tfliteonnx.importer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExtentsTest {
    @Test
    void hugeExtentsAreRefusedBesideA0Too() {
        long huge = 1L << 40;
        assertEquals(Optional.empty(), Extents.of(new long[] {huge, huge, 0}, DataType.FLOAT32));
        assertEquals(Optional.empty(), Extents.of(new long[] {0, huge, huge}, DataType.FLOAT32));
        assertEquals(Optional.empty(), Extents.of(new long[] {2, -1}, DataType.FLOAT32));
        assertEquals(Optional.of(Shape.of(huge, 0)), Extents.of(new long[] {huge, 0}, DataType.FLOAT32));
    }
}
