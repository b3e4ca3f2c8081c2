package dev.tfliteonnx.exporter.tflite;

import com.google.flatbuffers.FlatBufferBuilder;

/** Vectors of scalars in a FlatBuffer; each is written and its offset given. */
public final class Vectors {
    private Vectors() {}

    /** 32-bit integers. */
    public static int ints(FlatBufferBuilder fb, int[] values) {
        fb.startVector(4, values.length, 4);
        for (int i = values.length - 1; i >= 0; i--) {
            fb.addInt(values[i]);
        }
        return fb.endVector();
    }

    /** 64-bit integers. */
    public static int longs(FlatBufferBuilder fb, long[] values) {
        fb.startVector(8, values.length, 8);
        for (int i = values.length - 1; i >= 0; i--) {
            fb.addLong(values[i]);
        }
        return fb.endVector();
    }

    /** Single precision. */
    public static int floats(FlatBufferBuilder fb, float[] values) {
        fb.startVector(4, values.length, 4);
        for (int i = values.length - 1; i >= 0; i--) {
            fb.addFloat(values[i]);
        }
        return fb.endVector();
    }

    /** Single bytes, the first of them at a multiple of {@code alignment}. */
    public static int bytes(FlatBufferBuilder fb, byte[] values, int alignment) {
        fb.startVector(1, values.length, alignment);
        for (int i = values.length - 1; i >= 0; i--) {
            fb.addByte(values[i]);
        }
        return fb.endVector();
    }
}
