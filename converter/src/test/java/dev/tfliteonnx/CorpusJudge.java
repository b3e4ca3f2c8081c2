package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a model in the real TFLite with all three sets of kernels and its conversion in ONNX Runtime, each in a process
 * that may crash, and tells how far apart they are.
 *
 * <p>Float models must be within {@code 1e-4 + 1e-4 · max|b|} of the reference kernels. Quantized ones must be no
 * further from them than TFLite's other kernels are, or one step. Dequantized ones must come within the noise that
 * quantization makes, as a signal to noise ratio.
 */
final class CorpusJudge implements AutoCloseable {
    /** A model of 8 bits that was dequantized differs from the original by its rounding, layer upon layer. */
    private static final double LEAST_SQNR = 10;

    /** Results that are float32 differ in their last bits where they are as many steps apart. */
    private static final double SAME = 1e-6;

    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.exact().withThreads(1);

    private final QuantMode mode;
    private final CorpusInputs inputs;
    private final ChildRunner children;
    private final int runs = Integer.getInteger("corpus.runs", 6);

    CorpusJudge(Path folder, QuantMode mode) throws IOException {
        this.mode = mode;
        this.inputs = new CorpusInputs(folder);
        this.children = ChildRunner.create(Duration.ofMinutes(2));
    }

    CorpusRow judge(Corpus.Entry entry, Path onnx, List<State> states, CorpusRow row) {
        ChildRunner.Interface runtime;
        try {
            runtime = children.describe(RUNTIME, onnx);
        } catch (EngineException e) {
            return row.ended(CorpusRow.Verdict.FAILED, e.getMessage());
        }
        if (!entry.runs()) {
            return row.ended(CorpusRow.Verdict.LOADED, "TFLite does not run it");
        }
        double ours = 0;
        double theirs = 0;
        double noise = Double.POSITIVE_INFINITY;
        boolean holds = true;
        try {
            ChildRunner.Interface tflite = describe(entry.path());
            for (int run = 0; run < (isSlow(entry) ? 1 : mode == QuantMode.QDQ ? runs : Math.min(runs, 3)); run++) {
                List<Tensor> fed = inputs.make(tflite.inputs(), run);
                Map<Kernels, List<Tensor>> results = tflite(entry.path(), fed);
                if (results.isEmpty()) {
                    return row.ended(CorpusRow.Verdict.LOADED, "TFLite does not run it on these inputs");
                }
                List<Tensor> actual = children.run(RUNTIME, onnx, feed(fed, tflite, runtime, states));
                Distance d = Distance.of(actual, results, tflite.outputs(), mode, entry);
                ours = Math.max(ours, d.ours());
                theirs = Math.max(theirs, d.theirs());
                noise = Math.min(noise, d.sqnr());
                holds &= d.holds();
            }
        } catch (EngineException | IllegalArgumentException e) {
            return row.ended(CorpusRow.Verdict.FAILED, String.valueOf(e.getMessage()));
        }
        // the rule is about the greatest distances over all runs
        boolean asNear = mode == QuantMode.QDQ && ours <= theirs * (1 + SAME);
        return row.measured(holds || asNear, ours, theirs, noise);
    }

    private static boolean isSlow(Corpus.Entry entry) {
        return entry.name().contains("edsr") || entry.name().contains("conv_huge");
    }

    private ChildRunner.Interface describe(Path model) throws EngineException {
        try {
            return children.describe(TfliteOptions.of(Kernels.OPTIMIZED).withThreads(1), model);
        } catch (EngineException e) {
            return children.describe(TfliteOptions.of(Kernels.XNNPACK).withThreads(1), model);
        }
    }

    private Map<Kernels, List<Tensor>> tflite(Path model, List<Tensor> fed) {
        Map<Kernels, List<Tensor>> results = new LinkedHashMap<>();
        for (Kernels kernels : List.of(Kernels.REFERENCE, Kernels.OPTIMIZED, Kernels.XNNPACK)) {
            try {
                results.put(kernels, children.run(TfliteOptions.of(kernels).withThreads(1), model, fed));
            } catch (EngineException e) {
                // that set lacks a kernel; the others judge
                assertFalse(e.getMessage().isBlank());
            }
        }
        return results;
    }

    /** What the conversion is fed: real numbers where it was dequantized, and the first values of tensors that persist. */
    private static List<Tensor> feed(
            List<Tensor> fed, ChildRunner.Interface tflite, ChildRunner.Interface runtime, List<State> states) {
        List<Tensor> all = new ArrayList<>();
        for (int i = 0; i < runtime.inputs().size(); i++) {
            TensorSpec wanted = runtime.inputs().get(i);
            if (i >= fed.size()) {
                all.add(states.get(i - fed.size()).initial());
                continue;
            }
            Optional<QuantParams> quant = tflite.inputs().get(i).quant();
            boolean real = wanted.type() == DataType.FLOAT32 && fed.get(i).type() != DataType.FLOAT32;
            all.add(real && quant.isPresent() ? fed.get(i).dequantized(quant.get()) : fed.get(i));
        }
        return all;
    }

    @Override
    public void close() {
        children.close();
    }

    /** How far apart the results of one run are. */
    private record Distance(boolean holds, double ours, double theirs, double sqnr) {
        static Distance of(
                List<Tensor> actual,
                Map<Kernels, List<Tensor>> kernels,
                List<TensorSpec> specs,
                QuantMode mode,
                Corpus.Entry entry) {
            boolean holds = true;
            double ours = 0;
            double theirs = 0;
            double noise = Double.POSITIVE_INFINITY;
            List<List<Tensor>> sets = List.copyOf(kernels.values());
            for (int i = 0; i < specs.size(); i++) {
                Tensor expected = sets.get(0).get(i);
                Tensor real = real(expected, specs.get(i), mode, actual.get(i));
                Tensor own = real == expected ? actual.get(i) : held(actual.get(i), expected.type(), specs.get(i));
                Comparison c = Comparison.of(own, real, Tolerance.EXACT);
                double among = 0;
                for (List<Tensor> other : sets.subList(1, sets.size())) {
                    Tensor o = real(other.get(i), specs.get(i), mode, actual.get(i));
                    among = Math.max(
                            among, Comparison.of(o, real, Tolerance.EXACT).maxAbs());
                }
                ours = Math.max(ours, c.maxAbs());
                theirs = Math.max(theirs, among);
                noise = Math.min(noise, c.sqnr());
                holds &= mode == QuantMode.FLOAT && entry.isQuantized()
                        ? c.sqnr() >= LEAST_SQNR || c.maxAbs() <= among
                        : c.broken() == 0 && c.maxAbs() <= Math.max(among, allowance(real, specs.get(i)));
            }
            return new Distance(holds, ours, theirs, noise);
        }

        private static Tensor real(Tensor t, TensorSpec spec, QuantMode mode, Tensor like) {
            boolean dequantize = mode == QuantMode.FLOAT && spec.quant().isPresent() && like.type() == DataType.FLOAT32;
            return dequantize && t.type() != DataType.FLOAT32
                    ? t.dequantized(spec.quant().get())
                    : t;
        }

        /** Numbers that the quantized format cannot hold, as it would hold them. */
        private static Tensor held(Tensor real, DataType type, TensorSpec spec) {
            QuantParams q = spec.quant().orElseThrow();
            float[] values = real.toFloats();
            for (int i = 0; i < values.length && q.isPerTensor(); i++) {
                float low = q.scale() * (type.min() - q.zeroPoint());
                float high = q.scale() * (type.max() - q.zeroPoint());
                values[i] = Math.max(low, Math.min(high, values[i]));
            }
            return Tensor.ofFloats(real.shape(), values);
        }

        private static double allowance(Tensor expected, TensorSpec spec) {
            if (expected.type() != DataType.FLOAT32) {
                return spec.quant().isPresent() ? 1 : 0;
            }
            double greatest = 0;
            for (float v : expected.toFloats()) {
                greatest = Math.max(greatest, Float.isFinite(v) ? Math.abs(v) : 0);
            }
            return 1e-4 + 1e-4 * greatest;
        }
    }
}
