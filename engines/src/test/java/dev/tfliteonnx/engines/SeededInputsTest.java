package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeededInputsTest {
    private static TensorSpec spec(String name, DataType type, long... sizes) {
        return new TensorSpec(name, type, Shape.of(sizes), Optional.empty());
    }

    private static Tensor make(SeededInputs inputs, DataType type) {
        return inputs.make(List.of(spec("x", type, 10, 100))).get(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RESOURCE", "VARIANT", "UNKNOWN", "FLOAT8_E4M3FN", "FLOAT8_E5M2"})
    void sameSeedSameElements(DataType type) {
        Tensor one = make(SeededInputs.of(5), type);
        assertEquals(Shape.of(10, 100), one.shape());
        assertTrue(Comparison.of(make(SeededInputs.of(5), type), one, Tolerance.EXACT)
                .ok());
        assertFalse(Comparison.of(make(SeededInputs.of(6), type), one, Tolerance.EXACT)
                .ok());
    }

    @Test
    void inputsOfOneModelDiffer() {
        List<Tensor> two =
                SeededInputs.of(1).make(List.of(spec("a", DataType.INT8, 100), spec("b", DataType.INT8, 100)));
        assertFalse(Comparison.of(two.get(0), two.get(1), Tolerance.EXACT).ok());
    }

    @Test
    void realsLieInTheirRange() {
        float[] values =
                make(SeededInputs.of(1).withReals(2, 3), DataType.FLOAT32).toFloats();
        for (float value : values) {
            assertTrue(value >= 2 && value <= 3, "" + value);
        }
        double mean = Arrays.stream(make(SeededInputs.of(1), DataType.FLOAT64).toDoubles())
                .average()
                .orElseThrow();
        assertEquals(0, mean, 0.1);
    }

    @Test
    void narrowIntegersFillTheirRangeAndWideOnesStaySmall() {
        long[] bytes = make(SeededInputs.of(1), DataType.UINT8).toLongs();
        assertTrue(Arrays.stream(bytes).max().orElseThrow() > 240);
        assertTrue(Arrays.stream(bytes).min().orElseThrow() < 15);
        long[] shorts = make(SeededInputs.of(1), DataType.INT16).toLongs();
        assertTrue(Arrays.stream(shorts).max().orElseThrow() > 32000);
        assertTrue(Arrays.stream(shorts).min().orElseThrow() < -32000);
        long[] wide =
                make(SeededInputs.of(1).withIntegersBelow(3), DataType.INT32).toLongs();
        assertArrayEquals(
                new long[] {0, 1, 2}, Arrays.stream(wide).distinct().sorted().toArray());
        long[] flags = make(SeededInputs.of(1), DataType.BOOL).toLongs();
        assertArrayEquals(
                new long[] {0, 1}, Arrays.stream(flags).distinct().sorted().toArray());
    }

    @Test
    void openExtentsBecomeOne() {
        Shape open = Shape.ofDims(List.of(Dim.unknown(), Dim.of(4), new Dim.Named("n")));
        TensorSpec spec = new TensorSpec("x", DataType.FLOAT32, open, Optional.empty());
        assertEquals(
                Shape.of(1, 4, 1), SeededInputs.of(1).make(List.of(spec)).get(0).shape());
    }

    @Test
    void fixedInputsAreTaken() {
        Tensor shape = Tensor.ofLongs(3, 4);
        List<Tensor> made = SeededInputs.of(1)
                .make(
                        List.of(spec("x", DataType.FLOAT32, 2), spec("shape", DataType.INT64, 2)),
                        Map.of("shape", shape));
        assertSame(shape, made.get(1));
    }

    @Test
    void emptyRangesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> SeededInputs.of(1).withReals(1, 1));
        assertThrows(IllegalArgumentException.class, () -> SeededInputs.of(1).withIntegersBelow(0));
    }
}
