package dev.tfliteonnx;

import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;

/**
 * How a model becomes an {@code .ort} file. Immutable; each {@code with…} gives a copy.
 *
 * @param level how far the graph is optimized
 * @param platform the processor that it is optimized for
 * @param later whether what ONNX Runtime can do when it has loaded a file is left to it and only noted in the file, so
 *     that other providers than the CPU's find the plain operators; what lies beyond level basic and cannot be noted is
 *     then not done
 * @param conversion how a TFLite model becomes an ONNX model first
 */
public record OrtOptions(OrtLevel level, TargetPlatform platform, boolean later, ConversionOptions conversion) {
    /** Everything at once, for no processor in particular. */
    public static final OrtOptions DEFAULT =
            new OrtOptions(OrtLevel.ALL, TargetPlatform.ANY, false, ConversionOptions.DEFAULT);

    /** Optimized as far as that. */
    public OrtOptions withLevel(OrtLevel value) {
        return new OrtOptions(value, platform, later, conversion);
    }

    /** Optimized for that processor. */
    public OrtOptions withPlatform(TargetPlatform value) {
        return new OrtOptions(level, value, later, conversion);
    }

    /** With what can be left to ONNX Runtime left to it, or not. */
    public OrtOptions withLater(boolean value) {
        return new OrtOptions(level, platform, value, conversion);
    }

    /** With TFLite models converted that way. */
    public OrtOptions withConversion(ConversionOptions value) {
        return new OrtOptions(level, platform, later, value);
    }

    /** Whether changes are noted for ONNX Runtime to make. */
    boolean notes() {
        return later && level.compareTo(OrtLevel.BASIC) > 0;
    }

    /** The level of what is done at once. */
    OrtLevel now() {
        return notes() ? OrtLevel.BASIC : level;
    }
}
