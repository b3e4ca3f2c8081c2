package dev.tfliteonnx.checker;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for the smallest part of a model whose conversion still differs: the part ends in the first tensor that differs,
 * or an output, and starts at tensors to which the values are given that the source computes. It starts as late as it
 * can; where it starts is found by halves.
 */
public final class Bisection {
    /** A part of a model and what became of it, in files. */
    public interface Parts {
        /** Tensors at which a part can start, of those that the source computes. */
        boolean canStartAt(Value tensor);

        /**
         * Makes a part.
         *
         * @param output what it computes
         * @param given tensors that are not to be computed
         * @throws ConversionException if there is no such part
         * @throws IOException if a file cannot be written
         */
        Part make(Value output, Set<Value> given) throws ConversionException, IOException;
    }

    /**
     * A part.
     *
     * @param source as a TFLite model
     * @param result its conversion
     * @param inputs what goes in, tensors of the whole model
     */
    public record Part(Subject source, Subject result, List<Value> inputs) {}

    /**
     * What was found.
     *
     * @param part the part, in its files
     * @param check what differs
     * @param inputs what goes in, by name
     * @param output the tensor of the model that it computes
     */
    public record Found(Part part, CheckResult check, Map<String, Tensor> inputs, String output) {}

    private final Subject source;
    private final Parts parts;
    private final CheckOptions options;
    private final List<Tensor> fed;

    private Bisection(Subject source, Parts parts, CheckOptions options) {
        this.source = source;
        this.parts = parts;
        this.options = options;
        this.fed = SeededInputs.of(options.seed()).make(source.inputs(), options.inputs());
    }

    /**
     * Looks for the smallest part that differs; its files are then those of the part found. Empty if the whole holds.
     *
     * @throws ConversionException {@code CHECK_IMPOSSIBLE} if the whole cannot be run, or no part of it shows what the
     *     whole shows
     */
    public static Optional<Found> find(Subject source, Subject result, Parts parts, CheckOptions options)
            throws ConversionException, IOException {
        CheckResult whole = Check.run(source, result, options);
        if (whole.holds()) {
            return Optional.empty();
        }
        Bisection bisection = new Bisection(source, parts, options);
        for (Value target : targets(source, result, whole, options)) {
            Optional<Found> found = bisection.find(target);
            if (found.isPresent()) {
                return found;
            }
        }
        throw impossible("no part of the model differs when it runs by itself");
    }

    /** The first tensor that differs on the way, and the outputs that do. */
    private static List<Value> targets(Subject source, Subject result, CheckResult whole, CheckOptions options)
            throws ConversionException {
        Graph graph = source.model().main();
        List<Value> targets = new ArrayList<>();
        Divergence.find(source.model(), result.model(), options).first().ifPresent(step -> graph.nodes()
                .forEach(n -> n.outputs().stream()
                        .filter(v -> v.name().equals(step.source()))
                        .forEach(targets::add)));
        for (int i = 0; i < graph.outputs().size(); i++) {
            if (!whole.outputs().get(i).verdict().holds()) {
                targets.add(graph.outputs().get(i));
            }
        }
        return targets;
    }

    private Optional<Found> find(Value target) throws ConversionException, IOException {
        List<Value> starts = starts(target);
        Optional<Found> best = check(target, starts);
        if (best.isPresent()) {
            return best;
        }
        best = check(target, List.of());
        int low = 0;
        int high = starts.size();
        while (best.isPresent() && high - low > 1) {
            int middle = (low + high) / 2;
            Optional<Found> found = check(target, starts.subList(0, middle));
            if (found.isPresent()) {
                best = found;
                low = middle;
            } else {
                high = middle;
            }
        }
        // the files are those of the last part that was tried
        return best.isPresent() ? check(target, starts.subList(0, low)) : best;
    }

    /** Where the part of a target can start: tensors that are computed before, in their order. */
    private List<Value> starts(Value target) {
        List<Value> starts = new ArrayList<>();
        for (Node node : source.model().main().nodes()) {
            if (node.outputs().contains(target)) {
                break;
            }
            node.outputs().stream().filter(parts::canStartAt).forEach(starts::add);
        }
        return starts;
    }

    /** The part that starts at these tensors, if it differs. */
    private Optional<Found> check(Value target, List<Value> given) throws IOException, ConversionException {
        try {
            Part part = parts.make(target, new HashSet<>(given));
            Map<String, Tensor> inputs = recorded(part.inputs());
            CheckOptions own = new CheckOptions(options.engines(), 1, options.seed(), inputs);
            CheckResult found = Check.run(part.source(), part.result(), own);
            return found.holds() ? Optional.empty() : Optional.of(new Found(part, found, inputs, target.name()));
        } catch (ConversionException e) {
            // a part that cannot be converted or run does not show what the whole shows
            return Optional.empty();
        }
    }

    /** What the source computes of these tensors, from the inputs of the first run. */
    private Map<String, Tensor> recorded(List<Value> tensors) throws ConversionException {
        Map<Value, Tensor> values = new HashMap<>();
        List<Value> inputs = source.model().main().inputs();
        for (int i = 0; i < inputs.size(); i++) {
            values.put(inputs.get(i), fed.get(i));
        }
        Set<Value> wanted = new HashSet<>(tensors);
        if (!values.keySet().containsAll(wanted)) {
            try {
                new JavaSide(source.model()).run(List.of(fed), (value, tensor) -> {
                    if (wanted.contains(value)) {
                        values.put(value, tensor);
                    }
                });
            } catch (EngineException e) {
                throw impossible(String.valueOf(e.getMessage()));
            }
        }
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (Value tensor : tensors) {
            Tensor value = values.get(tensor);
            if (value == null) {
                throw impossible("nothing computes " + tensor.name());
            }
            named.put(tensor.name(), value);
        }
        return named;
    }

    private static ConversionException impossible(String reason) {
        return new ConversionException(DiagnosticCode.CHECK_IMPOSSIBLE, Where.NOWHERE, reason, "");
    }
}
