package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes constants of strings: their number, the place of each and of the end, counted from the first byte, all as 32-bit
 * integers, and then the text. Strings are bytes; they need not be UTF-8.
 *
 * <p>Source: {@code tflite/string_util.h} of LiteRT.
 */
final class StringTensors {
    /** A buffer that many tensors share is decoded once. */
    private final Map<Long, Decoded> decoded = new HashMap<>();

    /** What came of a buffer; {@code failure} is not empty if it was refused. */
    private record Decoded(Bytes bytes, List<byte[]> values, String failure) {}

    /**
     * The strings in a buffer.
     *
     * @throws IllegalArgumentException saying what about them is wrong
     */
    Tensor read(Bytes bytes, Shape shape) {
        Decoded known = decoded.get(bytes.offset());
        if (known == null || !known.bytes().isSameRegion(bytes)) {
            known = decodeOnce(bytes);
            decoded.put(bytes.offset(), known);
        }
        require(known.failure().isEmpty(), known.failure());
        return Tensor.ofStrings(shape, known.values());
    }

    private static Decoded decodeOnce(Bytes bytes) {
        try {
            return new Decoded(bytes, decode(bytes), "");
        } catch (IllegalArgumentException e) {
            return new Decoded(bytes, List.of(), String.valueOf(e.getMessage()));
        }
    }

    private static List<byte[]> decode(Bytes bytes) {
        require(bytes.size() >= 4 && bytes.size() <= Integer.MAX_VALUE, "strings in " + bytes.size() + " bytes");
        int size = (int) bytes.size();
        ByteBuffer in = bytes.view(0, size);
        int count = in.getInt(0);
        require(count >= 0 && 4L * count + 8 <= size, count + " strings in " + size + " bytes");
        List<byte[]> values = new ArrayList<>(count);
        int end = in.getInt(4);
        require(end >= 4 * (count + 2) && end <= size, "strings begin at byte " + end);
        for (int i = 0; i < count; i++) {
            int start = end;
            end = in.getInt(8 + 4 * i);
            require(end >= start && end <= size, "string " + i + " ends at byte " + end + " of " + size);
            byte[] value = new byte[end - start];
            in.get(start, value);
            values.add(value);
        }
        return values;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
