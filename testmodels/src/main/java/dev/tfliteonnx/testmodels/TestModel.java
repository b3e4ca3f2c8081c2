package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Tensor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model with what a test must know to run it.
 *
 * @param bytes the TFLite file
 * @param inputs the inputs in the order of the file
 * @param outputs the outputs in the order of the file
 * @param tags what of the operators' options and types the model uses, such as {@code padding=SAME}, in alphabetical
 *     order
 */
public record TestModel(Bytes bytes, List<Input> inputs, List<TensorSpec> outputs, Set<String> tags) {
    /**
     * An input.
     *
     * @param spec its name, type, shape and quantization
     * @param values what it may hold
     */
    public record Input(TensorSpec spec, Values values) {
        /** A tensor for it. */
        public Tensor draw(SeededValues random) {
            return values.draw(random, spec.type(), spec.shape());
        }
    }

    public TestModel {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        tags = java.util.Collections.unmodifiableSet(new TreeSet<>(tags));
    }

    /** The TFLite file. */
    public byte[] array() {
        return bytes.toArray();
    }

    /** Values for all inputs. */
    public List<Tensor> draw(SeededValues random) {
        return inputs.stream().map(i -> i.draw(random)).toList();
    }
}
