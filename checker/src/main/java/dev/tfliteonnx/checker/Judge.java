package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Decides whether the outputs of a conversion hold. Outputs correspond by their places; states stand behind them. */
final class Judge {
    /** Of the power of a signal over that of noise, in dB, for quantized models whose roundings add up. */
    private static final double LEAST_SQNR = 20;

    private static final double ABSOLUTE = 1e-4;
    private static final double RELATIVE = 1e-4;

    private final Graph source;
    private final List<TensorSpec> specs;
    private final List<TensorSpec> results;
    private final boolean quantized;

    Judge(Graph source, List<TensorSpec> specs, List<TensorSpec> results) {
        this.source = source;
        this.specs = specs;
        this.results = results;
        this.quantized = source.nodes().stream()
                .flatMap(n -> n.outputs().stream())
                .anyMatch(v -> v.quant().isPresent() && !v.type().isFloat());
        if (results.size() < specs.size()) {
            throw new IllegalArgumentException("it gives " + results + ", the source gives " + specs);
        }
    }

    /**
     * Judges all outputs.
     *
     * @param expected per set of kernels, the first of which is the truth, and run
     * @param actual per run
     */
    List<OutputCheck> judge(List<List<List<Tensor>>> expected, List<List<Tensor>> actual) {
        List<OutputCheck> checks = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            checks.add(judge(i, expected, actual));
        }
        return checks;
    }

    private OutputCheck judge(int output, List<List<List<Tensor>>> expected, List<List<Tensor>> actual) {
        TensorSpec spec = specs.get(output);
        Tolerance tolerance = tolerance(output);
        OptionalDouble among = OptionalDouble.empty();
        Optional<Comparison> worst = Optional.empty();
        double allowed = 0;
        for (int run = 0; run < actual.size(); run++) {
            Tensor own = actual.get(run).get(output);
            Tensor truth = mapped(expected.get(0).get(run).get(output), spec, own);
            Comparison c = Comparison.of(own, truth, tolerance);
            worst = worst.isEmpty() || worse(c, worst.get()) ? Optional.of(c) : worst;
            allowed = Math.max(allowed, ABSOLUTE + RELATIVE * greatest(truth));
            for (List<List<Tensor>> other : expected.subList(1, expected.size())) {
                Tensor theirs = mapped(other.get(run).get(output), spec, own);
                double distance = Comparison.of(theirs, truth, tolerance).maxAbs();
                among = OptionalDouble.of(Math.max(among.orElse(0), distance));
            }
        }
        Comparison c = worst.orElseThrow();
        boolean isDequantized =
                !spec.type().isFloat() && results.get(output).type().isFloat();
        OutputCheck.Verdict verdict = verdict(c, tolerance, among, allowed, isDequantized);
        return new OutputCheck(spec.name(), results.get(output).name(), c, among, verdict);
    }

    private OutputCheck.Verdict verdict(
            Comparison c, Tolerance tolerance, OptionalDouble among, double allowed, boolean isDequantized) {
        if (c.broken() == 0 && c.maxAbs() == 0 && c.equal() == 1) {
            return OutputCheck.Verdict.EQUAL;
        }
        boolean within = tolerance instanceof Tolerance.Steps ? c.maxSteps() <= 1 : c.maxAbs() <= allowed;
        if (c.broken() == 0 && within && tolerance != Tolerance.EXACT) {
            return OutputCheck.Verdict.WITHIN;
        }
        if (among.isPresent() && c.maxAbs() <= among.getAsDouble()) {
            return OutputCheck.Verdict.AS_NEAR_AS_KERNELS;
        }
        boolean judgedByNoise = quantized && (among.isEmpty() || isDequantized) && tolerance != Tolerance.EXACT;
        return judgedByNoise && c.broken() == 0 && c.sqnr() >= LEAST_SQNR
                ? OutputCheck.Verdict.WITHIN_NOISE
                : OutputCheck.Verdict.DIFFERENT;
    }

    /** In steps where numbers are quantized, or come out of a last dequantization; else by the type. */
    private Tolerance tolerance(int output) {
        TensorSpec spec = specs.get(output);
        Optional<QuantParams> quant = spec.quant();
        if (quant.isEmpty() && output < source.outputs().size()) {
            quant = source.outputs()
                    .get(output)
                    .producer()
                    .filter(n -> n.is("DEQUANTIZE"))
                    .map(n -> n.input(0))
                    .flatMap(Value::quant);
        }
        boolean isReal = results.get(output).type().isFloat();
        if (quant.isPresent() && quant.get().isPerTensor()) {
            return Tolerance.quantized(isReal ? quant.get().scale() : 1);
        }
        return Tolerance.of(results.get(output).type());
    }

    private static Tensor mapped(Tensor source, TensorSpec spec, Tensor like) {
        return Edges.toResult(source, spec.quant(), like.type(), like.shape());
    }

    private static boolean worse(Comparison a, Comparison b) {
        return a.maxAbs() > b.maxAbs() || a.equal() < b.equal() && a.maxAbs() == b.maxAbs();
    }

    private static double greatest(Tensor tensor) {
        if (!tensor.type().isFloat()) {
            return 0;
        }
        double greatest = 0;
        for (float v : tensor.toFloats()) {
            greatest = Math.max(greatest, Float.isFinite(v) ? Math.abs(v) : 0);
        }
        return greatest;
    }
}
