package dev.tfliteonnx.checker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EdgesTest {
    @Test
    void channelsMoveWhereTheResultHasThemSecond() {
        Tensor source = Tensor.ofFloats(Shape.of(1, 2, 1, 3), 1, 2, 3, 4, 5, 6);
        Tensor result = Edges.toResult(source, Optional.empty(), DataType.FLOAT32, Shape.of(1, 3, 2, 1));
        assertEquals(Shape.of(1, 3, 2, 1), result.shape());
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, result.toFloats());
    }

    @Test
    void storedIntegersBecomeRealNumbersWhereTheResultHasThem() {
        Tensor source = Tensor.ofIntegers(DataType.INT8, Shape.of(2), -128, 2);
        Optional<QuantParams> quant = Optional.of(QuantParams.perTensor(0.5f, -128));
        assertArrayEquals(
                new float[] {0, 65},
                Edges.toResult(source, quant, DataType.FLOAT32, Shape.of(2)).toFloats());
    }

    @Test
    void integersOfTheOtherSignStandForTheSameNumbers() {
        Tensor source = Tensor.ofIntegers(DataType.INT8, Shape.of(3), -128, 0, 127);
        Tensor result = Edges.toResult(source, Optional.empty(), DataType.UINT8, Shape.of(3));
        assertArrayEquals(new long[] {0, 128, 255}, result.toLongs());
        Tensor back = Edges.toResult(result, Optional.empty(), DataType.INT8, Shape.of(3));
        assertArrayEquals(source.toLongs(), back.toLongs());
    }

    @Test
    void whatNeitherLayoutNorQuantizationExplainsIsRefused() {
        Tensor source = Tensor.ofIntegers(DataType.INT8, Shape.of(2), 1, 2);
        assertThrows(
                IllegalArgumentException.class,
                () -> Edges.toResult(source, Optional.empty(), DataType.FLOAT32, Shape.of(2)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Edges.toResult(source, Optional.empty(), DataType.INT8, Shape.of(3)));
    }
}
