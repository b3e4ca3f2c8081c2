package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Optional;

/**
 * A constant matrix as it is stored.
 *
 * @param tensor its elements, real numbers or 8 bits that stand for them
 * @param steps what 8 bits stand for
 */
record Stored(Tensor tensor, Optional<Steps> steps) {
    /**
     * What integers stand for: {@code (q − zero)·scale}, one of each for all or for each index of an axis.
     *
     * @param axis the axis; without meaning if there is one scale
     */
    record Steps(Floats scales, Floats zeros, int axis) {
        boolean isOne() {
            return scales.size() == 1;
        }

        float scale(int i) {
            return scales.get(isOne() ? 0 : i);
        }

        float zero(int i) {
            return zeros.get(zeros.size() == 1 ? 0 : i);
        }
    }

    /** A value that is a constant matrix, or one of 8 bits that is dequantized. */
    static Optional<Stored> of(Value value) {
        Optional<Stored> plain =
                value.constant().filter(t -> t.type() == DataType.FLOAT32).map(t -> new Stored(t, Optional.empty()));
        return plain.or(() ->
                        value.producer().filter(p -> p.is("DequantizeLinear")).flatMap(Stored::dequantized))
                .filter(s -> s.tensor.shape().rank() == 2);
    }

    private static Optional<Stored> dequantized(Node node) {
        Tensor tensor =
                node.input(0).constant().filter(t -> t.type().bits() == 8).orElse(null);
        Tensor scales = node.input(1).constant().orElse(null);
        Optional<Tensor> zeros = node.input(2).constant();
        boolean known = tensor != null
                && scales != null
                && (zeros.isPresent() || !node.input(2).isPresent());
        if (!known || tensor == null || scales == null || !isVector(scales)) {
            return Optional.empty();
        }
        int axis = Math.toIntExact(node.attributes().get(OnnxOps.AXIS, 1L));
        Floats zero = zeros.map(z -> Floats.of(z.toFloats())).orElseGet(() -> Floats.of(0));
        Steps steps = new Steps(Floats.of(scales.toFloats()), zero, axis < 0 ? axis + 2 : axis);
        return Optional.of(new Stored(tensor, Optional.of(steps)));
    }

    private static boolean isVector(Tensor scales) {
        Shape shape = scales.shape();
        return scales.type() == DataType.FLOAT32 && shape.rank() <= 1 && shape.elementCount() > 0;
    }

    /** All its numbers as real numbers, rows first. */
    float[] numbers() {
        float[] numbers = tensor.toFloats();
        steps.ifPresent(s -> {
            int width = Math.toIntExact(tensor.shape().size(1));
            for (int i = 0; i < numbers.length; i++) {
                int at = s.axis() == 0 ? i / width : i % width;
                numbers[i] = (numbers[i] - s.zero(at)) * s.scale(at);
            }
        });
        return numbers;
    }
}
