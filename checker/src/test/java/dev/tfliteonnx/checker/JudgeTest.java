package dev.tfliteonnx.checker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.checker.OutputCheck.Verdict;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final TensorSpec REAL = new TensorSpec("y", DataType.FLOAT32, Shape.of(2), Optional.empty());
    private static final TensorSpec STORED =
            new TensorSpec("y", DataType.INT8, Shape.of(2), Optional.of(QuantParams.perTensor(0.1f, 0)));
    private static final TensorSpec COUNT = new TensorSpec("y", DataType.INT32, Shape.of(2), Optional.empty());

    @Test
    void realNumbersMayDifferByATenThousandthOfTheGreatest() {
        assertEquals(Verdict.EQUAL, judge(REAL, reals(1, 1000), List.of(reals(1, 1000))));
        assertEquals(Verdict.WITHIN, judge(REAL, reals(1.09f, 1000), List.of(reals(1, 1000))));
        assertEquals(Verdict.DIFFERENT, judge(REAL, reals(1.11f, 1000), List.of(reals(1, 1000))));
        assertEquals(Verdict.DIFFERENT, judge(REAL, reals(Float.NaN, 1000), List.of(reals(1, 1000))));
    }

    @Test
    void quantizedNumbersMayDifferByOneStep() {
        assertEquals(
                Verdict.WITHIN, judge(STORED, integers(DataType.INT8, 5, 7), List.of(integers(DataType.INT8, 5, 6))));
        assertEquals(
                Verdict.DIFFERENT,
                judge(STORED, integers(DataType.INT8, 5, 8), List.of(integers(DataType.INT8, 5, 6))));
    }

    @Test
    void theSourceEnginesOwnKernelsWidenTheBound() {
        Tensor truth = integers(DataType.INT8, 5, 6);
        Tensor other = integers(DataType.INT8, 5, 9);
        assertEquals(Verdict.AS_NEAR_AS_KERNELS, judge(STORED, integers(DataType.INT8, 5, 8), List.of(truth, other)));
        assertEquals(Verdict.DIFFERENT, judge(STORED, integers(DataType.INT8, 5, 10), List.of(truth, other)));
    }

    @Test
    void countsMustBeEqual() {
        assertEquals(
                Verdict.EQUAL, judge(COUNT, integers(DataType.INT32, 1, 2), List.of(integers(DataType.INT32, 1, 2))));
        assertEquals(
                Verdict.DIFFERENT,
                judge(COUNT, integers(DataType.INT32, 1, 3), List.of(integers(DataType.INT32, 1, 2))));
    }

    private static Verdict judge(TensorSpec spec, Tensor actual, List<Tensor> expected) {
        Judge judge = new Judge(new Graph(Dialect.TFLITE, "main"), List.of(spec), List.of(spec));
        List<List<List<Tensor>>> sets =
                expected.stream().map(t -> List.of(List.of(t))).toList();
        return judge.judge(sets, List.of(List.of(actual))).get(0).verdict();
    }

    private static Tensor reals(float... values) {
        return Tensor.ofFloats(Shape.of(values.length), values);
    }

    private static Tensor integers(DataType type, long... values) {
        return Tensor.ofIntegers(type, Shape.of(values.length), values);
    }
}
