package dev.tfliteonnx.checker;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.EngineOptions;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.executor.Profile;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A model, run once.
 *
 * @param engine what ran it
 * @param outputs what came out
 */
public record ModelRun(String engine, List<Output> outputs) {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    public ModelRun {
        outputs = List.copyOf(outputs);
    }

    /** An output: what the model says of it, and its elements. */
    public record Output(TensorSpec spec, Tensor tensor) {}

    /**
     * Runs a model on the given inputs, random ones where none are given, and fresh states.
     *
     * @throws ConversionException {@code CHECK_IMPOSSIBLE} if it cannot be run
     */
    public static ModelRun of(Subject subject, CheckOptions options) throws ConversionException {
        boolean isTflite = subject.model().main().dialect() == Dialect.TFLITE;
        boolean present = isTflite ? Engines.hasTflite() : Engines.hasOnnxRuntime();
        try {
            if (options.engines() == CheckOptions.Engines.JAVA || !present) {
                return of(new JavaSide(subject.model()), subject, options);
            }
            EngineOptions engine = isTflite ? TfliteOptions.of(Kernels.XNNPACK) : OnnxRuntimeOptions.plain();
            try (ChildRunner children = ChildRunner.create(LIMIT)) {
                String name = isTflite ? "TFLite" : "ONNX Runtime";
                return of(NativeSide.open(name, children, engine, subject.file()), subject, options);
            }
        } catch (EngineException e) {
            throw impossible(subject, e);
        }
    }

    /**
     * Runs a model in plain Java, once to warm up and once to measure.
     *
     * @throws ConversionException {@code CHECK_IMPOSSIBLE} if it cannot be run
     */
    public static Profile profile(Subject subject, CheckOptions options) throws ConversionException {
        JavaSide side = new JavaSide(subject.model());
        Profile profile = new Profile();
        try {
            of(side, subject, options);
            of(new Observed(side, profile), subject, options);
            return profile;
        } catch (EngineException e) {
            throw impossible(subject, e);
        }
    }

    /** The reference executor under the eyes of a profile. */
    private record Observed(JavaSide side, Profile profile) implements Side {
        @Override
        public String engine() {
            return side.engine();
        }

        @Override
        public List<TensorSpec> inputs() {
            return side.inputs();
        }

        @Override
        public List<TensorSpec> outputs() {
            return side.outputs();
        }

        @Override
        public List<List<Tensor>> run(List<List<Tensor>> steps) throws EngineException {
            return side.run(steps, profile);
        }
    }

    private static ConversionException impossible(Subject subject, EngineException e) {
        return new ConversionException(
                DiagnosticCode.CHECK_IMPOSSIBLE,
                Where.file(String.valueOf(subject.file().getFileName())),
                String.valueOf(e.getMessage()),
                "give inputs that it can run on, or another engine");
    }

    private static ModelRun of(Side side, Subject subject, CheckOptions options) throws EngineException {
        States states = new States(side.inputs(), subject.model().metadata());
        List<TensorSpec> own =
                side.inputs().stream().filter(s -> !states.has(s)).toList();
        List<Tensor> fed = SeededInputs.of(options.seed()).make(own, options.inputs());
        List<Tensor> results =
                side.run(List.of(states.feed(side.inputs(), fed))).get(0);
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            outputs.add(new Output(side.outputs().get(i), results.get(i)));
        }
        return new ModelRun(side.engine(), outputs);
    }
}
