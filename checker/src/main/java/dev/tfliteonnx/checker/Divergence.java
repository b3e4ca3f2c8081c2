package dev.tfliteonnx.checker;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors that a model and its conversion both name, in the order in which the model computes them, each compared;
 * both sides run in the reference executor.
 *
 * @param steps one for each such tensor
 */
public record Divergence(List<Step> steps) {
    /** Below this share of a signal's power, differences are roundings. */
    private static final double LEAST_SQNR = 40;

    public Divergence {
        steps = List.copyOf(steps);
    }

    /**
     * A tensor that both sides name.
     *
     * @param operator the number of the operator that computes it
     * @param op what that is
     * @param source its name in the model
     * @param result its name in the conversion
     * @param comparison of the conversion with the model
     */
    public record Step(int operator, String op, String source, String result, Comparison comparison) {
        /** Whether it is further off than rounding explains: by more than one step, or below 40 dB. */
        public boolean differs() {
            return comparison.broken() > 0
                    || !comparison.ok() && comparison.sqnr() < LEAST_SQNR && comparison.maxSteps() != 1;
        }
    }

    /** The first that differs. */
    public Optional<Step> first() {
        return steps.stream().filter(Step::differs).findFirst();
    }

    /**
     * Runs both once and compares.
     *
     * @throws ConversionException {@code CHECK_IMPOSSIBLE} if one cannot be run
     */
    public static Divergence find(Model source, Model result, CheckOptions options) throws ConversionException {
        JavaSide from = new JavaSide(source);
        JavaSide to = new JavaSide(result);
        List<Tensor> fed = SeededInputs.of(options.seed()).make(from.inputs(), options.inputs());
        Pairs pairs = new Pairs(result.main());
        Map<Value, Tensor> found = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        try {
            States states = new States(to.inputs(), result.metadata());
            List<TensorSpec> own =
                    to.inputs().stream().filter(s -> !states.has(s)).toList();
            List<Tensor> mapped = Edges.toResult(fed, from.inputs(), own);
            to.run(List.of(states.feed(to.inputs(), mapped)), (value, tensor) -> found.put(value, tensor));
            Map<Value, Node> producers = producers(source);
            from.run(List.of(fed), (value, tensor) -> {
                Node node = producers.get(value);
                Optional<Value> pair = pairs.of(value);
                Optional<Tensor> other = pair.map(found::get);
                if (node != null && other.isPresent()) {
                    compare(value, tensor, other.get())
                            .ifPresent(c -> steps.add(new Step(
                                    node.origin().operator().orElse(-1),
                                    node.op().name(),
                                    value.name(),
                                    pair.get().name(),
                                    c)));
                }
            });
            return new Divergence(steps);
        } catch (EngineException | IllegalArgumentException e) {
            throw new ConversionException(
                    DiagnosticCode.CHECK_IMPOSSIBLE, Where.NOWHERE, String.valueOf(e.getMessage()), "");
        }
    }

    private static Map<Value, Node> producers(Model model) {
        Map<Value, Node> producers = new HashMap<>();
        for (Node node : model.main().nodes()) {
            node.outputs().forEach(v -> producers.put(v, node));
        }
        return producers;
    }

    private static Optional<Comparison> compare(Value value, Tensor source, Tensor result) {
        Tensor truth;
        try {
            truth = Edges.toResult(source, value.quant(), result.type(), result.shape());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        Optional<QuantParams> quant = value.quant().filter(QuantParams::isPerTensor);
        Tolerance tolerance = quant.isEmpty() || value.type().isFloat()
                ? Tolerance.of(result.type())
                : Tolerance.quantized(result.type().isFloat() ? quant.get().scale() : 1);
        return Optional.of(Comparison.of(result, truth, tolerance));
    }
}
