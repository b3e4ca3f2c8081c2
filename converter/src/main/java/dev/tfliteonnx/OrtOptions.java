package dev.tfliteonnx;

import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;

/**
 * How a model becomes an {@code .ort} file. Immutable; each {@code with…} gives a copy.
 *
 * @param level how far the graph is optimized
 * @param platform the processor that it is optimized for
 * @param conversion how a TFLite model becomes an ONNX model first
 */
public record OrtOptions(OrtLevel level, TargetPlatform platform, ConversionOptions conversion) {
    /** Everything, for no processor in particular. */
    public static final OrtOptions DEFAULT =
            new OrtOptions(OrtLevel.ALL, TargetPlatform.ANY, ConversionOptions.DEFAULT);

    /** Optimized as far as that. */
    public OrtOptions withLevel(OrtLevel value) {
        return new OrtOptions(value, platform, conversion);
    }

    /** Optimized for that processor. */
    public OrtOptions withPlatform(TargetPlatform value) {
        return new OrtOptions(level, value, conversion);
    }

    /** With TFLite models converted that way. */
    public OrtOptions withConversion(ConversionOptions value) {
        return new OrtOptions(level, platform, value);
    }
}
