package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.DataType;

/** How far a result may be from what is expected and still count as the same. */
public sealed interface Tolerance {
    /** Everything equal, NaN to NaN. */
    Tolerance EXACT = new Close(0, 0);

    /** For floating point models: 1e-5 and a ten-thousandth. */
    Tolerance FLOAT = new Close(1e-5, 1e-4);

    /** For quantized results in their own integers: at most one step, and 99 % equal. */
    Tolerance QUANTIZED = new Steps(1, 1, 0.99);

    /**
     * Every element within {@code absolute + relative·|expected|}.
     *
     * @param absolute in the unit of the elements; at least 0
     * @param relative a share of the expected magnitude; at least 0
     */
    record Close(double absolute, double relative) implements Tolerance {}

    /**
     * Differences counted in quantization steps: an element is equal if it is less than half a step away.
     *
     * @param step the size of a step in the unit of the elements: 1 for quantized integers, the scale for real numbers
     *     that come out of a last dequantization; above 0
     * @param most the greatest number of steps that any element may be away
     * @param equalShare the least share of elements that must be equal, 0 to 1
     */
    record Steps(double step, long most, double equalShare) implements Tolerance {
        /** Rejects a step that is not above 0. */
        public Steps {
            if (!(step > 0)) {
                throw new IllegalArgumentException("step " + step);
            }
        }
    }

    /** {@link #QUANTIZED}, for real numbers that were dequantized with that scale. */
    static Tolerance quantized(double scale) {
        return new Steps(scale, 1, 0.99);
    }

    /** {@link #FLOAT} for floating point and complex types, {@link #EXACT} for all others. */
    static Tolerance of(DataType type) {
        return type.isFloat() || type == DataType.COMPLEX64 || type == DataType.COMPLEX128 ? FLOAT : EXACT;
    }
}
