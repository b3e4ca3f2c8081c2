package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Tensor floats(float... values) {
        return Tensor.ofFloats(Shape.of(values.length), values);
    }

    private static Tensor bytes(long... values) {
        return Tensor.ofIntegers(DataType.UINT8, Shape.of(values.length), values);
    }

    @Test
    void equalTensors() {
        Comparison same = Comparison.of(floats(1, -2, 3), floats(1, -2, 3), Tolerance.EXACT);
        assertTrue(same.ok());
        assertEquals(3, same.count());
        assertEquals(0, same.maxAbs());
        assertEquals(Double.POSITIVE_INFINITY, same.sqnr());
        assertEquals(1, same.cosine(), 1e-15);
        assertEquals(1, same.equal());
        assertTrue(same.sameTop());
    }

    @Test
    void numbersOfADifference() {
        Comparison c = Comparison.of(floats(3, 0, 4, 1), floats(3, 0, 4, 0), Tolerance.EXACT);
        assertFalse(c.ok());
        assertEquals(1, c.maxAbs());
        assertEquals(0.25, c.meanAbs());
        assertEquals(10 * Math.log10(25), c.sqnr(), 1e-12);
        assertEquals(25 / (Math.sqrt(26) * 5), c.cosine(), 1e-12);
        assertEquals(0.75, c.equal());
        assertEquals(0.75, c.within());
        assertEquals(3, c.worst());
        assertEquals(0, c.maxSteps());
    }

    @Test
    void closeIsRelativeToWhatIsExpected() {
        Tolerance tolerance = new Tolerance.Close(0.5, 0.25);
        assertTrue(Comparison.of(floats(5.5f), floats(4), tolerance).ok());
        assertFalse(Comparison.of(floats(5.75f), floats(4), tolerance).ok());
        assertTrue(Comparison.of(floats(0.5f), floats(0), tolerance).ok());
        assertFalse(Comparison.of(floats(0.625f), floats(0), tolerance).ok());
    }

    @Test
    void floatRuleHoldsForEveryElement() {
        assertTrue(Comparison.of(floats(1000.1f, 0.000009f), floats(1000, 0), Tolerance.FLOAT)
                .ok());
        Comparison c = Comparison.of(floats(1000.1f, 0.00002f), floats(1000, 0), Tolerance.FLOAT);
        assertFalse(c.ok());
        assertEquals(0.5, c.within());
    }

    @Test
    void quantizedRuleCountsSteps() {
        long[] expected = new long[100];
        Arrays.setAll(expected, i -> i);
        long[] actual = expected.clone();
        actual[7]++;
        Comparison one = Comparison.of(bytes(actual), bytes(expected), Tolerance.QUANTIZED);
        assertTrue(one.ok());
        assertEquals(0.99, one.equal());
        assertEquals(1, one.within());
        assertEquals(1, one.maxSteps());
        actual[8]--;
        assertFalse(Comparison.of(bytes(actual), bytes(expected), Tolerance.QUANTIZED)
                .ok());
        actual[8] = 10;
        actual[7]--;
        Comparison two = Comparison.of(bytes(actual), bytes(expected), Tolerance.QUANTIZED);
        assertFalse(two.ok());
        assertEquals(2, two.maxSteps());
        assertEquals(8, two.worst());
    }

    @Test
    void dequantizedRealsAreCountedInSteps() {
        Comparison c =
                Comparison.of(floats(0.3f, 0.51f, 0.7f), floats(0.3f, 0.5f, 0.6f), new Tolerance.Steps(0.1, 1, 0.6));
        assertTrue(c.ok(), c.toString());
        assertEquals(2.0 / 3, c.equal());
        assertEquals(1, c.maxSteps());
    }

    @Test
    void nanEqualsOnlyNan() {
        assertTrue(Comparison.of(floats(Float.NaN, 1), floats(Float.NaN, 1), Tolerance.EXACT)
                .ok());
        Comparison c = Comparison.of(
                floats(Float.NaN, 1, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY),
                floats(0, Float.NaN, Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY),
                new Tolerance.Close(1e9, 1e9));
        assertFalse(c.ok());
        assertEquals(3, c.broken());
        assertEquals(Double.POSITIVE_INFINITY, c.maxAbs());
        assertEquals(0.25, c.equal());
        assertEquals(0, c.worst());
    }

    @Test
    void topMoves() {
        assertTrue(
                Comparison.of(bytes(1, 9, 3), bytes(1, 9, 9), Tolerance.EXACT).sameTop());
        assertFalse(Comparison.of(bytes(1, 8, 9), bytes(1, 9, 8), Tolerance.QUANTIZED)
                .sameTop());
    }

    @Test
    void complexNumbersAreTwoParts() {
        Comparison c = Comparison.of(complex(1, 2), complex(1, 4), Tolerance.EXACT);
        assertEquals(2, c.count());
        assertEquals(0.5, c.equal());
        assertEquals(2, c.maxAbs());
        assertEquals(1, c.worst());
    }

    private static Tensor complex(float real, float imaginary) {
        ByteBuffer parts = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        parts.putFloat(real).putFloat(imaginary);
        return Tensor.of(DataType.COMPLEX64, Shape.of(1), Bytes.of(parts.array(), "test"));
    }

    @Test
    void strings() {
        Tensor one = texts("a", "b");
        assertTrue(Comparison.of(one, texts("a", "b"), Tolerance.EXACT).ok());
        Comparison c = Comparison.of(one, texts("a", "c"), Tolerance.EXACT);
        assertFalse(c.ok());
        assertEquals(0.5, c.equal());
        assertEquals(1, c.worst());
    }

    private static Tensor texts(String... values) {
        return Tensor.ofStrings(
                Shape.of(values.length),
                Arrays.stream(values)
                        .map(v -> v.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    @Test
    void emptyTensorsAreEqual() {
        assertTrue(Comparison.of(floats(), floats(), Tolerance.QUANTIZED).ok());
    }

    @Test
    void differentKindsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Comparison.of(floats(1), floats(1, 2), Tolerance.EXACT));
        assertThrows(IllegalArgumentException.class, () -> Comparison.of(floats(1), bytes(1), Tolerance.EXACT));
        assertThrows(
                IllegalArgumentException.class, () -> Comparison.all(List.of(floats(1)), List.of(), Tolerance.EXACT));
    }
}
