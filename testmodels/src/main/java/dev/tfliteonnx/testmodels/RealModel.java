package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Tensor;
import java.util.List;

/**
 * A model that the real converter wrote, with numbers that the real interpreter gave.
 *
 * @param name its name, such as {@code cnn_int8io}
 * @param bytes the TFLite file
 * @param runs inputs with their results
 */
public record RealModel(String name, Bytes bytes, List<Run> runs) {
    /**
     * One run.
     *
     * @param inputs the inputs in the order of the file
     * @param reference the results of the reference kernels, in the order of the file
     * @param standard the results of what an application gets: XNNPACK, and optimized kernels for the rest
     */
    public record Run(List<Tensor> inputs, List<Tensor> reference, List<Tensor> standard) {
        public Run {
            inputs = List.copyOf(inputs);
            reference = List.copyOf(reference);
            standard = List.copyOf(standard);
        }
    }

    public RealModel {
        runs = List.copyOf(runs);
    }

    /** The TFLite file. */
    public byte[] array() {
        return bytes.toArray();
    }

    /** Whether any of its numbers are quantized; the names of those without end in {@code float32} or {@code float16}. */
    public boolean isQuantized() {
        return !name.endsWith("_float32") && !name.endsWith("_float16");
    }

    @Override
    public String toString() {
        return name;
    }
}
