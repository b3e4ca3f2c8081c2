package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.recurrence.Gate.Weighted;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the gates of a recurrent operator multiply a row by, one gate after the other. Weights of 8 bits stay so: their
 * columns, each with its scale, are put in the order of the operator and dequantized.
 */
final class Weights {
    private final List<List<Weighted>> gates;
    private final int units;
    private final int width;

    /**
     * Weights of gates.
     *
     * @param gates what each of them adds up
     * @param units how many columns each of them has
     * @param width how many elements the row has
     */
    Weights(List<List<Weighted>> gates, int units, int width) {
        this.gates = gates;
        this.units = units;
        this.width = width;
    }

    /** The weights as [1, gates·units, width]. */
    Value build(Onnx onnx, String name) {
        return integerType()
                .map(type -> integers(onnx, name, type))
                .orElseGet(() -> onnx.constant(
                        onnx.base() + "/" + name, Tensor.ofFloats(Shape.of(1, rows(), width), numbers())));
    }

    private int rows() {
        return gates.size() * units;
    }

    private float[] numbers() {
        float[] out = new float[rows() * width];
        for (int g = 0; g < gates.size(); g++) {
            for (Weighted part : gates.get(g)) {
                float[] from = part.matrix().stored().numbers();
                for (int u = 0; u < units; u++) {
                    for (int j = 0; j < width; j++) {
                        out[(g * units + u) * width + j] +=
                                (float) (part.scale().at(u) * from[part.matrix().index(j, u)]);
                    }
                }
            }
        }
        return out;
    }

    /** The type of the integers if every gate has one matrix, and all are of the same integers. */
    private Optional<DataType> integerType() {
        Set<Optional<DataType>> types = new HashSet<>();
        for (List<Weighted> gate : gates) {
            types.add(
                    gate.size() == 1 && gate.get(0).matrix().steps().isPresent()
                            ? Optional.of(gate.get(0).matrix().stored().tensor().type())
                            : Optional.empty());
        }
        return types.size() == 1 ? types.iterator().next() : Optional.empty();
    }

    private Value integers(Onnx onnx, String name, DataType type) {
        long[] out = new long[rows() * width];
        float[] scales = new float[rows()];
        long[] zeros = new long[rows()];
        for (int g = 0; g < gates.size(); g++) {
            Weighted part = gates.get(g).get(0);
            Stored.Steps steps = part.matrix().steps().orElseThrow();
            float[] from = part.matrix().stored().tensor().toFloats();
            for (int u = 0; u < units; u++) {
                int row = g * units + u;
                int column = part.matrix().columns().from() + u;
                scales[row] = (float) (part.scale().at(u) * steps.scale(column));
                zeros[row] = (long) steps.zero(column);
                for (int j = 0; j < width; j++) {
                    out[row * width + j] = (long) from[part.matrix().index(j, u)];
                }
            }
        }
        Value stored =
                onnx.constant(onnx.base() + "/" + name, Tensor.ofIntegers(type, Shape.of(1, rows(), width), out));
        return onnx.op(
                "DequantizeLinear",
                Attributes.of(OnnxOps.AXIS, 1L),
                stored,
                onnx.constant(Tensor.ofFloats(Shape.of(rows()), scales)),
                onnx.constant(Tensor.ofIntegers(type, Shape.of(rows()), zeros)));
    }
}
