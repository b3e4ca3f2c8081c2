package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is told of the source in the metadata of the result. */
final class Metadata {
    /** The key of the signature that was converted. */
    static final String SIGNATURE = "tflite.signature";

    private final Map<String, String> words;

    Metadata(Model source, Optional<Signature> signature, SourceDigest digest) throws ConversionException {
        this.words = new LinkedHashMap<>(source.metadata());
        words.put("tflite.sha256", digest.hex());
        signature.ifPresent(s -> words.put(SIGNATURE, s.key()));
    }

    /**
     * With the pairs of inputs and outputs that persist from one run to the next, and what the inputs hold before the
     * first: one number if it is the same everywhere, or all of them if they are few.
     *
     * @param more further words
     */
    Map<String, String> with(List<State> states, Map<String, String> more) {
        words.putAll(more);
        for (State state : states) {
            words.put(Model.STATE + state.input(), state.output());
            initial(state.initial()).ifPresent(v -> words.put(Model.STATE + state.input() + ".initial", v));
        }
        return words;
    }

    private static Optional<String> initial(Tensor tensor) {
        if (tensor.elementCount() > Tensor.SMALL) {
            return Optional.empty();
        }
        List<String> values = Arrays.stream(tensor.toDoubles())
                .mapToObj(v -> v == Math.rint(v) ? Long.toString((long) v) : Float.toString((float) v))
                .toList();
        boolean same = values.stream().distinct().count() <= 1;
        return Optional.of(same && !values.isEmpty() ? values.get(0) : String.join(" ", values));
    }
}
