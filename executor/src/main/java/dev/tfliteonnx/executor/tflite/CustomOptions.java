package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.tfl.FlexOptions;
import dev.tfliteonnx.tfl.Tfl;
import java.util.function.Function;

/** The options of custom operators, which are a FlexBuffer or a C struct. */
final class CustomOptions {
    private CustomOptions() {}

    /**
     * What is read from options that are a FlexBuffer.
     *
     * @throws IllegalArgumentException if they are damaged
     */
    static <T> T flex(TfliteCall call, Function<FlexOptions, T> reader) {
        try {
            return reader.apply(FlexOptions.of(bytes(call)));
        } catch (FlexOptions.Malformed e) {
            throw new IllegalArgumentException("its options cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The first numbers of options that are a struct of 32-bit integers.
     *
     * @throws IllegalArgumentException if there are fewer
     */
    static int[] struct(TfliteCall call, int count) {
        Bytes bytes = bytes(call);
        if (bytes.size() < 4L * count) {
            throw new IllegalArgumentException(
                    "its options have " + bytes.size() + " bytes; " + 4 * count + " are needed");
        }
        int[] out = new int[count];
        bytes.view(0, 4 * count).asIntBuffer().get(out);
        return out;
    }

    private static Bytes bytes(TfliteCall call) {
        return call.node().attributes().find(Tfl.CUSTOM_OPTIONS).orElseGet(() -> Bytes.of(new byte[0], "no options"));
    }
}
