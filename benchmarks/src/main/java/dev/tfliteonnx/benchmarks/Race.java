package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Invocation;
import dev.tfliteonnx.engines.OnnxRuntimeEngine;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.ir.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Several ways to compute the same, timed in turn (A B C A B C …), so that whatever else the machine does slows all of
 * them alike.
 *
 * @param micros the median time of one run of each, in µs
 * @param ratios the median over the rounds of the time of each by that of the first
 */
record Race(double[] micros, double[] ratios) {
    private static final int LEAST_ROUNDS = 9;
    private static final long ROUND_NANOS = 1_000_000;

    /**
     * Runs a race by the clock on the wall.
     *
     * @param budgetMillis how long it may take altogether; at least nine rounds are run whatever they take
     */
    static Race run(List<Invocation> runners, long budgetMillis) throws EngineException {
        return run(runners, budgetMillis, System::nanoTime);
    }

    /**
     * Runs a race of what computes in the thread that calls it, by the time that the thread had a processor: that of a
     * machine that does nothing else.
     */
    static Race runInThread(List<Invocation> runners, long budgetMillis) throws EngineException {
        return run(runners, budgetMillis, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
    }

    /** Two ONNX models on the same seeded inputs in ONNX Runtime, in the time of the thread. */
    static Race ofModels(Path first, Path second, OnnxRuntimeOptions options, long budgetMillis)
            throws EngineException {
        try (OnnxRuntimeEngine a = OnnxRuntimeEngine.open(first, options);
                OnnxRuntimeEngine b = OnnxRuntimeEngine.open(second, options)) {
            List<Tensor> inputs = SeededInputs.of(1).make(a.inputs());
            try (Invocation one = a.prepare(inputs);
                    Invocation other = b.prepare(inputs)) {
                return runInThread(List.of(one, other), budgetMillis);
            }
        }
    }

    private static Race run(List<Invocation> runners, long budgetMillis, LongSupplier clock) throws EngineException {
        int[] repeats = new int[runners.size()];
        for (int i = 0; i < repeats.length; i++) {
            repeats[i] = warmUp(runners.get(i), budgetMillis * 1_000_000 / (4L * repeats.length));
        }
        List<double[]> rounds = new ArrayList<>();
        long end = System.nanoTime() + budgetMillis * 1_000_000;
        while (rounds.size() < LEAST_ROUNDS || System.nanoTime() < end) {
            double[] times = new double[repeats.length];
            for (int i = 0; i < times.length; i++) {
                runners.get(i).run();
                long start = clock.getAsLong();
                for (int k = 0; k < repeats[i]; k++) {
                    runners.get(i).run();
                }
                times[i] = (clock.getAsLong() - start) / 1e3 / repeats[i];
            }
            rounds.add(times);
        }
        double[] micros = new double[repeats.length];
        double[] ratios = new double[repeats.length];
        for (int i = 0; i < repeats.length; i++) {
            int runner = i;
            micros[i] = median(rounds.stream().mapToDouble(t -> t[runner]).toArray());
            ratios[i] =
                    median(rounds.stream().mapToDouble(t -> t[runner] / t[0]).toArray());
        }
        return new Race(micros, ratios);
    }

    /** Runs something until it is warm; tells how many runs take a millisecond. */
    private static int warmUp(Invocation runner, long nanos) throws EngineException {
        long best = Long.MAX_VALUE;
        long start = System.nanoTime();
        for (int i = 0; i < 3 || (System.nanoTime() - start < nanos && i < 200); i++) {
            long before = System.nanoTime();
            runner.run();
            best = Math.min(best, System.nanoTime() - before);
        }
        return (int) Math.max(1, ROUND_NANOS / Math.max(1, best));
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The geometric mean; 1 of nothing. */
    static double geometricMean(double[] values) {
        return Math.exp(Arrays.stream(values).map(Math::log).average().orElse(0));
    }
}
