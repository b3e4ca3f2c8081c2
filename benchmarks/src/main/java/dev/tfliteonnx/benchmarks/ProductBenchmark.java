package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Invocation;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;

/**
 * Races the executor's product of matrices, as the kernel of MatMul, against EJML's: on one thread by processor time, on
 * all by the clock. The sizes are those of convolutions in the models of {@link ExecutorBenchmark}.
 */
public final class ProductBenchmark {
    private static final int[][] SIZES = {
        {128, 128, 196},
        {96, 576, 196},
        {960, 160, 49},
        {256, 512, 1089},
        {32, 288, 16384},
        {512, 512, 512},
        {1001, 1280, 1}
    };
    private static final long BUDGET_MILLIS = 1500;

    private ProductBenchmark() {}

    /** Runs it; there are no arguments. */
    public static void main(String[] args) throws EngineException, InterruptedException, ExecutionException {
        ForkJoinPool single = new ForkJoinPool(1);
        print(String.format(
                "%-18s %12s %12s %6s %12s %12s %6s",
                "m, k, n", "EJML 1 µs", "ours 1 µs", "ratio", "EJML all µs", "ours all µs", "ratio"));
        double[] ratios = new double[SIZES.length];
        for (int i = 0; i < SIZES.length; i++) {
            int m = SIZES[i][0];
            int k = SIZES[i][1];
            int n = SIZES[i][2];
            float[] a = random(m * k);
            float[] b = random(k * n);
            Invocation ours = ours(Shape.of(m, k), a, Shape.of(k, n), b);
            FMatrixRMaj left = FMatrixRMaj.wrap(m, k, a);
            FMatrixRMaj right = FMatrixRMaj.wrap(k, n, b);
            FMatrixRMaj out = new FMatrixRMaj(m, n);
            Invocation theirs = running(() -> CommonOps_FDRM.mult(left, right, out));
            Invocation theirsOnAll = running(() -> CommonOps_MT_FDRM.mult(left, right, out));
            Race one = single.submit(() -> Race.runInThread(List.of(theirs, ours), BUDGET_MILLIS))
                    .get();
            Race all = Race.run(List.of(theirsOnAll, ours), BUDGET_MILLIS);
            ratios[i] = one.ratios()[1];
            print(String.format(
                    Locale.ROOT,
                    "%-18s %12.0f %12.0f %6.2f %12.0f %12.0f %6.2f",
                    m + ", " + k + ", " + n,
                    one.micros()[0],
                    one.micros()[1],
                    one.ratios()[1],
                    all.micros()[0],
                    all.micros()[1],
                    all.ratios()[1]));
        }
        print(String.format(
                Locale.ROOT, "geometric mean of ours / EJML, one thread: %.2f", Race.geometricMean(ratios)));
        single.shutdown();
    }

    private static float[] random(int size) {
        SplittableRandom random = new SplittableRandom(size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble() - 0.5f;
        }
        return values;
    }

    private static Invocation ours(Shape left, float[] a, Shape right, float[] b) {
        Graph graph = new Graph(Dialect.ONNX, "");
        Value x = graph.input(ValueInfo.of("a", DataType.FLOAT32, left));
        Value y = graph.constant("b", Tensor.ofFloats(right, b));
        List<ValueInfo> out = List.of(ValueInfo.of("c", DataType.FLOAT32, Shape.UNKNOWN));
        graph.setOutputs(graph.add(OpType.onnx("MatMul"), List.of(x, y), Attributes.NONE, out, Origin.NONE));
        Executor executor = Executor.of(graph);
        List<Tensor> inputs = List.of(Tensor.ofFloats(left, a));
        return running(() -> executor.run(inputs));
    }

    private static Invocation running(Runnable task) {
        return new Invocation() {
            @Override
            public void run() {
                task.run();
            }

            @Override
            public void close() {}
        };
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
