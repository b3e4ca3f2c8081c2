package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors that a conversion hands from run to run, as its metadata tell: {@code tflite.state.INPUT} names the output,
 * {@code tflite.state.INPUT.initial} the value before the first run.
 */
final class States {
    private static final String INITIAL = ".initial";

    private final Map<String, String> outputs = new LinkedHashMap<>();
    private final Map<String, Tensor> now = new LinkedHashMap<>();

    /** The states of a model before its first run. */
    States(List<TensorSpec> inputs, Map<String, String> metadata) {
        for (TensorSpec input : inputs) {
            String output = metadata.get(Model.STATE + input.name());
            if (output != null) {
                outputs.put(input.name(), output);
                now.put(input.name(), initial(input, metadata.getOrDefault(Model.STATE + input.name() + INITIAL, "0")));
            }
        }
    }

    private static Tensor initial(TensorSpec input, String text) {
        Shape shape = input.shape().closed();
        List<String> parts = List.of(text.split(" ", -1));
        int count = Math.toIntExact(shape.elementCount());
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Double.parseDouble(parts.get(parts.size() == 1 ? 0 : i));
        }
        if (input.type().isFloat()) {
            float[] reals = new float[count];
            for (int i = 0; i < count; i++) {
                reals[i] = (float) values[i];
            }
            Tensor tensor = Tensor.ofFloats(shape, reals);
            return tensor.type() == input.type() ? tensor : tensor.cast(input.type());
        }
        long[] integers = new long[count];
        for (int i = 0; i < count; i++) {
            integers[i] = (long) values[i];
        }
        return Tensor.ofIntegers(input.type(), shape, integers);
    }

    /** Whether an input is one of them. */
    boolean has(TensorSpec input) {
        return now.containsKey(input.name());
    }

    boolean isEmpty() {
        return now.isEmpty();
    }

    /** The inputs of a run: those given, and the states at their places. */
    List<Tensor> feed(List<TensorSpec> specs, List<Tensor> given) {
        List<Tensor> all = new ArrayList<>();
        int next = 0;
        for (TensorSpec spec : specs) {
            Tensor state = now.get(spec.name());
            all.add(state != null ? state : given.get(next++));
        }
        return all;
    }

    /** Takes the states that a run left. */
    void take(List<TensorSpec> specs, List<Tensor> results) {
        for (Map.Entry<String, String> pair : outputs.entrySet()) {
            for (int i = 0; i < specs.size(); i++) {
                if (specs.get(i).name().equals(pair.getValue())) {
                    now.put(pair.getKey(), results.get(i));
                }
            }
        }
    }
}
