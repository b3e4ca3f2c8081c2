package dev.tfliteonnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Old files name an axis of quantization that vectors do not have; TFLite 2.20 refuses such a file. The axis set to 0
 * changes no number.
 */
final class StrayAxes {
    private static final int SUBGRAPHS = 2;
    private static final int TENSORS = 0;
    private static final int SHAPE = 0;
    private static final int QUANTIZATION = 4;
    private static final int AXIS = 6;

    private final ByteBuffer file;

    private StrayAxes(ByteBuffer file) {
        this.file = file;
    }

    /** A copy of a TFLite file in which every axis lies within its tensor. */
    static byte[] mended(byte[] model) {
        ByteBuffer copy = ByteBuffer.wrap(model.clone()).order(ByteOrder.LITTLE_ENDIAN);
        StrayAxes file = new StrayAxes(copy);
        int graphs = file.target(file.field(file.target(0), SUBGRAPHS));
        for (int g = 0; g < copy.getInt(graphs); g++) {
            int tensors = file.target(file.field(file.target(graphs + 4 + 4 * g), TENSORS));
            for (int t = 0; t < copy.getInt(tensors); t++) {
                file.mend(file.target(tensors + 4 + 4 * t));
            }
        }
        return copy.array();
    }

    private void mend(int tensor) {
        int shape = field(tensor, SHAPE);
        int quantization = field(tensor, QUANTIZATION);
        int axis = quantization == 0 ? 0 : field(target(quantization), AXIS);
        if (axis != 0 && shape != 0 && file.getInt(axis) >= file.getInt(target(shape))) {
            file.putInt(axis, 0);
        }
    }

    /** What an offset within the file points to. */
    private int target(int reference) {
        return reference + file.getInt(reference);
    }

    /** Where a field of a table stands; 0 if it is left out. */
    private int field(int table, int number) {
        int layout = table - file.getInt(table);
        int entry = 4 + 2 * number;
        int offset = entry < file.getShort(layout) ? file.getShort(layout + entry) : 0;
        return offset == 0 ? 0 : table + offset;
    }
}
