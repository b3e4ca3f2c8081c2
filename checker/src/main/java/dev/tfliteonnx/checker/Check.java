package dev.tfliteonnx.checker;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.ir.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a TFLite model and its conversion on the same inputs and tells how far apart they are. What the truth is depends on
 * what is at hand: TFLite's reference kernels, with its other two sets beside them as a measure, or the reference executor.
 */
public final class Check {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Subject source;
    private final Subject result;
    private final CheckOptions options;

    private Check(Subject source, Subject result, CheckOptions options) {
        this.source = source;
        this.result = result;
        this.options = options;
    }

    /**
     * Checks a conversion.
     *
     * @param source the TFLite model
     * @param result what it became
     * @throws ConversionException {@code CHECK_IMPOSSIBLE} if a side cannot be run, or inputs and outputs of both do not
     *     correspond
     */
    public static CheckResult run(Subject source, Subject result, CheckOptions options) throws ConversionException {
        try (ChildRunner children = ChildRunner.create(LIMIT)) {
            return new Check(source, result, options).run(children);
        }
    }

    private CheckResult run(ChildRunner children) throws ConversionException {
        List<Side> sources = sources(children);
        Side target = target(children);
        List<List<Tensor>> fed = inputs(sources.get(0).inputs());
        List<List<List<Tensor>>> expected = new ArrayList<>();
        for (Side side : sources) {
            try {
                expected.add(side.run(fed));
            } catch (EngineException e) {
                if (side == sources.get(0)) {
                    throw impossible(source, side.engine() + " cannot run it: " + e.getMessage());
                }
                // the other sets of kernels are only a measure
            }
        }
        try {
            List<List<Tensor>> actual = new Conversion(target, result.model().metadata()).run(fed, sources.get(0));
            Judge judge = new Judge(source.model().main(), sources.get(0).outputs(), target.outputs());
            return new CheckResult(
                    sources.get(0).engine(), target.engine(), options.runs(), judge.judge(expected, actual));
        } catch (EngineException | IllegalArgumentException e) {
            throw impossible(result, target.engine() + ": " + e.getMessage());
        }
    }

    private List<Side> sources(ChildRunner children) throws ConversionException {
        if (options.engines() == CheckOptions.Engines.JAVA || !Engines.hasTflite()) {
            return List.of(new JavaSide(source.model()));
        }
        List<Side> sides = new ArrayList<>();
        String why = "";
        for (Kernels kernels : List.of(Kernels.REFERENCE, Kernels.OPTIMIZED, Kernels.XNNPACK)) {
            String engine = kernels == Kernels.REFERENCE ? "TFLite (reference kernels)" : "TFLite";
            try {
                sides.add(NativeSide.open(engine, children, TfliteOptions.of(kernels), source.file()));
            } catch (EngineException e) {
                why = e.getMessage();
            }
        }
        if (sides.isEmpty()) {
            throw impossible(source, "TFLite refuses it: " + why);
        }
        return sides;
    }

    /** ONNX Runtime's binding for Java does not take a value for an input that has a default. */
    private Side target(ChildRunner children) throws ConversionException {
        boolean mayLeaveOut = !result.model().main().defaults().isEmpty();
        if (mayLeaveOut || options.engines() == CheckOptions.Engines.JAVA || !Engines.hasOnnxRuntime()) {
            return new JavaSide(result.model());
        }
        try {
            return NativeSide.open("ONNX Runtime", children, OnnxRuntimeOptions.exact(), result.file());
        } catch (EngineException e) {
            throw impossible(result, "ONNX Runtime refuses it: " + e.getMessage());
        }
    }

    private List<List<Tensor>> inputs(List<TensorSpec> specs) throws ConversionException {
        List<String> names = specs.stream().map(TensorSpec::name).toList();
        for (String given : options.inputs().keySet()) {
            if (!names.contains(given)) {
                throw new ConversionException(
                        DiagnosticCode.BAD_OPTION,
                        Where.file(String.valueOf(source.file().getFileName())),
                        "the model has no input \"" + given + "\"",
                        "its inputs are " + names);
            }
        }
        List<List<Tensor>> fed = new ArrayList<>();
        for (int run = 0; run < options.runs(); run++) {
            fed.add(SeededInputs.of(options.seed() + run).make(specs, options.inputs()));
        }
        return fed;
    }

    private static ConversionException impossible(Subject subject, String reason) {
        return new ConversionException(
                DiagnosticCode.CHECK_IMPOSSIBLE,
                Where.file(String.valueOf(subject.file().getFileName())),
                reason,
                "give inputs that it can run on, or another engine");
    }

    /** The converted side: what it is fed is what the source is fed, in its own types and layout, and states beside. */
    private record Conversion(Side side, java.util.Map<String, String> metadata) {
        List<List<Tensor>> run(List<List<Tensor>> fed, Side source) throws EngineException {
            States states = new States(side.inputs(), metadata);
            List<TensorSpec> own =
                    side.inputs().stream().filter(s -> !states.has(s)).toList();
            List<List<Tensor>> steps = fed.stream()
                    .map(inputs -> Edges.toResult(inputs, source.inputs(), own))
                    .toList();
            if (states.isEmpty()) {
                return side.run(steps);
            }
            List<List<Tensor>> results = new ArrayList<>();
            for (List<Tensor> inputs : steps) {
                List<Tensor> outputs =
                        side.run(List.of(states.feed(side.inputs(), inputs))).get(0);
                states.take(side.outputs(), outputs);
                results.add(outputs);
            }
            return results;
        }
    }
}
