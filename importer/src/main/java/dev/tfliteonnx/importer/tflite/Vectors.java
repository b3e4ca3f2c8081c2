package dev.tfliteonnx.importer.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Copies of FlatBuffers vectors, given as their accessors give them: null where the field is absent. */
final class Vectors {
    private Vectors() {}

    /** A string, which need not be valid UTF-8: what is not becomes the replacement character. */
    static String text(@Nullable ByteBuffer vector) {
        return new String(bytes(vector), StandardCharsets.UTF_8);
    }

    static byte[] bytes(@Nullable ByteBuffer vector) {
        byte[] out = new byte[vector == null ? 0 : vector.remaining()];
        if (vector != null) {
            vector.get(vector.position(), out);
        }
        return out;
    }

    static int[] ints(@Nullable ByteBuffer vector) {
        int[] out = new int[vector == null ? 0 : vector.remaining() / 4];
        if (vector != null) {
            ordered(vector).asIntBuffer().get(out);
        }
        return out;
    }

    static long[] longs(@Nullable ByteBuffer vector) {
        long[] out = new long[vector == null ? 0 : vector.remaining() / 8];
        if (vector != null) {
            ordered(vector).asLongBuffer().get(out);
        }
        return out;
    }

    static float[] floats(@Nullable ByteBuffer vector) {
        float[] out = new float[vector == null ? 0 : vector.remaining() / 4];
        if (vector != null) {
            ordered(vector).asFloatBuffer().get(out);
        }
        return out;
    }

    /** Numbers of 1, 2 or 4 bytes each; those of less than four are unsigned. */
    static int[] indices(@Nullable ByteBuffer vector, int width) {
        if (width == 4 || vector == null) {
            return ints(vector);
        }
        ByteBuffer in = ordered(vector);
        int[] out = new int[in.remaining() / width];
        for (int i = 0; i < out.length; i++) {
            out[i] = width == 1 ? in.get() & 0xff : in.getShort() & 0xffff;
        }
        return out;
    }

    private static ByteBuffer ordered(ByteBuffer vector) {
        return vector.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
