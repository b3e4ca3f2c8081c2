package dev.tfliteonnx.executor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Products and convolutions in single precision, which take other ways than those in double precision, give the same. */
class ConvolutionTest {
    private static final long SEED = Long.getLong("test.seed", 5);
    private static final int COUNT = Integer.getInteger("test.count", 150);

    @Test
    void singlePrecisionAgreesWithDoubleForAllKindsOfWindows() {
        SplittableRandom random = new SplittableRandom(SEED);
        int compared = 0;
        for (int i = 0; i < COUNT; i++) {
            int rank = 1 + random.nextInt(3);
            int groups = 1 + random.nextInt(3);
            int channels = 1 + random.nextInt(4);
            long[] x = new long[rank + 2];
            long[] w = new long[rank + 2];
            x[0] = 1L + random.nextInt(2);
            x[1] = (long) groups * channels;
            w[0] = (long) groups * (1 + random.nextInt(5));
            w[1] = channels;
            long[] strides = new long[rank];
            long[] dilations = new long[rank];
            long[] pads = new long[2 * rank];
            for (int axis = 0; axis < rank; axis++) {
                x[axis + 2] = 5L + random.nextInt(rank == 1 ? 600 : 12);
                w[axis + 2] = 1L + random.nextInt(3);
                strides[axis] = 1L + random.nextInt(3);
                dilations[axis] = 1L + random.nextInt(2);
                pads[axis] = random.nextInt(3);
                pads[axis + rank] = random.nextInt(3);
            }
            Attributes options = Attributes.of(Key.ofInt("group"), (long) groups)
                    .with(Key.ofInts("strides"), Ints.of(strides))
                    .with(Key.ofInts("dilations"), Ints.of(dilations))
                    .with(Key.ofInts("pads"), Ints.of(pads));
            compared += compare("Conv", options, List.of(Shape.of(x), Shape.of(w), Shape.of(w[0])));
        }
        assertTrue(compared > 0, "all results are empty");
    }

    @Test
    void productsAgreeForAllSizes() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < COUNT; i++) {
            int m = 1 + random.nextInt(140);
            int k = 1 + random.nextInt(140);
            int n = 1 + random.nextInt(i % 3 == 0 ? 1100 : 20);
            compare("MatMul", Attributes.NONE, List.of(Shape.of(m, k), Shape.of(k, n)));
            Attributes turned = Attributes.of(Key.ofInt("transB"), 1L);
            compare("Gemm", turned, List.of(Shape.of(m, k), Shape.of(n, k), Shape.of(n)));
        }
    }

    /** Runs an operator on the same numbers in both precisions, and gives the number of results. */
    private static int compare(String op, Attributes options, List<Shape> shapes) {
        List<Tensor> results = new ArrayList<>();
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            Graph graph = new Graph(Dialect.ONNX, "");
            List<Value> inputs = new ArrayList<>();
            List<Tensor> given = new ArrayList<>();
            for (Shape shape : shapes) {
                inputs.add(graph.input(ValueInfo.of("", type, shape)));
                given.add(wave(shape).cast(type));
            }
            List<ValueInfo> out = List.of(ValueInfo.of("y", type, Shape.UNKNOWN));
            graph.setOutputs(graph.add(OpType.onnx(op), inputs, options, out, Origin.NONE));
            results.add(Executor.of(graph).run(given).get(0));
        }
        String what = op + shapes + options + ", seed " + SEED;
        assertEquals(results.get(1).shape(), results.get(0).shape(), what);
        float[] actual = results.get(0).toFloats();
        assertArrayEquals(results.get(1).cast(DataType.FLOAT32).toFloats(), actual, 1e-4f, what);
        return actual.length;
    }

    private static Tensor wave(Shape shape) {
        float[] values = new float[(int) shape.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 0.7 + values.length);
        }
        return Tensor.ofFloats(shape, values);
    }
}
