package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.tfl.FlexOptions;
import dev.tfliteonnx.tfl.Tfl;
import java.util.function.Function;

/** The options of custom operators, which are a FlexBuffer or a C struct. */
final class CustomOptions {
    private CustomOptions() {}

    /** What is read from options that are a FlexBuffer; refused if they are damaged. */
    static <T> T flex(TflOp op, Function<FlexOptions, T> reader) {
        try {
            return reader.apply(FlexOptions.of(bytes(op)));
        } catch (FlexOptions.Malformed e) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL,
                    "its options cannot be read: " + e.getMessage(),
                    "export the model anew");
        }
    }

    /** The first numbers of options that are a struct of 32-bit integers; refused if there are fewer. */
    static int[] struct(TflOp op, int count) {
        Bytes bytes = bytes(op);
        if (bytes.size() < 4L * count) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL,
                    "its options have " + bytes.size() + " bytes; " + 4 * count + " are needed",
                    "export the model anew");
        }
        int[] out = new int[count];
        bytes.view(0, 4 * count).asIntBuffer().get(out);
        return out;
    }

    private static Bytes bytes(TflOp op) {
        return op.node().attributes().find(Tfl.CUSTOM_OPTIONS).orElseGet(() -> Bytes.of(new byte[0], "no options"));
    }
}
