package dev.tfliteonnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table of a FlatBuffer that is known to be sound: the raw slots, for tests that compare files. */
record FlatView(ByteBuffer file, int at) {
    static FlatView root(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new FlatView(file, file.getInt(0));
    }

    /** The place of a slot, or 0. */
    private int place(int slot) {
        int vtable = at - file.getInt(at);
        int entry = 4 + 2 * slot;
        int offset = entry < file.getShort(vtable) ? file.getShort(vtable + entry) & 0xffff : 0;
        return offset == 0 ? 0 : at + offset;
    }

    /** Where the elements of a vector begin, or 0; its length stands 4 bytes before. */
    int vector(int slot) {
        int place = place(slot);
        return place == 0 ? 0 : place + file.getInt(place) + 4;
    }

    int length(int slot) {
        int vector = vector(slot);
        return vector == 0 ? 0 : file.getInt(vector - 4);
    }

    int number(int slot) {
        int place = place(slot);
        return place == 0 ? 0 : file.getInt(place);
    }

    int small(int slot) {
        int place = place(slot);
        return place == 0 ? 0 : file.get(place);
    }

    long big(int slot) {
        int place = place(slot);
        return place == 0 ? 0 : file.getLong(place);
    }

    String text(int slot) {
        int start = vector(slot);
        return start == 0 ? "" : text(start, file.getInt(start - 4));
    }

    private String text(int start, int length) {
        byte[] bytes = new byte[length];
        file.get(start, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    List<String> texts(int slot) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < length(slot); i++) {
            int entry = vector(slot) + 4 * i;
            int start = entry + file.getInt(entry) + 4;
            all.add(text(start, file.getInt(start - 4)));
        }
        return all;
    }

    List<Integer> ints(int slot, int each) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < length(slot) * each; i++) {
            all.add(file.getInt(vector(slot) + 4 * i));
        }
        return all;
    }

    List<Long> longs(int slot) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < length(slot); i++) {
            all.add(file.getLong(vector(slot) + 8 * i));
        }
        return all;
    }

    /** The bytes of a vector of bytes. */
    ByteBuffer bytes(int slot) {
        return file.slice(vector(slot), length(slot));
    }

    Optional<FlatView> table(int slot) {
        int place = place(slot);
        return place == 0 ? Optional.empty() : Optional.of(new FlatView(file, place + file.getInt(place)));
    }

    List<FlatView> tables(int slot) {
        List<FlatView> all = new ArrayList<>();
        for (int i = 0; i < length(slot); i++) {
            int entry = vector(slot) + 4 * i;
            all.add(new FlatView(file, entry + file.getInt(entry)));
        }
        return all;
    }
}
