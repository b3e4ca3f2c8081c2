package dev.tfliteonnx.ir;

import java.util.List;
import java.util.Optional;

/**
 * What is said of a value before it exists.
 *
 * @param name the wanted name; made unique, and made up if empty
 * @param type the element type
 * @param shape what is known of the shape
 * @param quant how integers stand for real numbers
 * @param containers what the tensors of that type and shape stand in, outermost first; empty for a tensor
 */
public record ValueInfo(
        String name, DataType type, Shape shape, Optional<QuantParams> quant, List<Container> containers) {
    /** An output that the node does not give. */
    public static final ValueInfo ABSENT = of("", DataType.UNKNOWN, Shape.UNKNOWN);

    public ValueInfo {
        containers = List.copyOf(containers);
    }

    /** A tensor. */
    public ValueInfo(String name, DataType type, Shape shape, Optional<QuantParams> quant) {
        this(name, type, shape, quant, List.of());
    }

    /** A value that is not quantized. */
    public static ValueInfo of(String name, DataType type, Shape shape) {
        return new ValueInfo(name, type, shape, Optional.empty());
    }

    /** The same under another name. */
    public ValueInfo named(String otherName) {
        return new ValueInfo(otherName, type, shape, quant, containers);
    }
}
