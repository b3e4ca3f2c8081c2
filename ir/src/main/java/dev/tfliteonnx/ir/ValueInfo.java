package dev.tfliteonnx.ir;

import java.util.Optional;

/**
 * What is said of a value before it exists.
 *
 * @param name the wanted name; made unique, and made up if empty
 * @param type the element type
 * @param shape what is known of the shape
 * @param quant how integers stand for real numbers
 */
public record ValueInfo(String name, DataType type, Shape shape, Optional<QuantParams> quant) {
    /** A value that is not quantized. */
    public static ValueInfo of(String name, DataType type, Shape shape) {
        return new ValueInfo(name, type, shape, Optional.empty());
    }
}
