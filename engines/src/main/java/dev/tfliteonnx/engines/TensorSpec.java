package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import java.util.Optional;

/**
 * What an engine says about an input or output.
 *
 * @param name the name in the file; may be empty
 * @param type the element type
 * @param shape the shape; extents chosen at run time are named or unknown
 * @param quant how integers stand for real numbers; only TFLite tells, and not for blockwise parameters
 */
public record TensorSpec(String name, DataType type, Shape shape, Optional<QuantParams> quant) {
    @Override
    public String toString() {
        return name + ":" + type + shape + quant.map(q -> " " + q).orElse("");
    }
}
