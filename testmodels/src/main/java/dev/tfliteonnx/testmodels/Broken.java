package dev.tfliteonnx.testmodels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Damaged copies of a file, for tests that a reader refuses what it must and never does worse.
 *
 * @param what the damage
 * @param bytes the damaged file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Broken(String what, byte[] bytes) {
    /** Copies cut off at {@code points} places, spread evenly over the file. */
    public static List<Broken> truncations(byte[] file, int points) {
        List<Broken> out = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            int length = (int) ((long) file.length * i / points);
            out.add(new Broken("cut to " + length + " of " + file.length + " bytes", Arrays.copyOf(file, length)));
        }
        return out;
    }

    /** Copies with one bit each flipped, at places that the seed decides. */
    public static List<Broken> bitFlips(byte[] file, int count, SeededValues random) {
        List<Broken> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = (int) random.next(0L, file.length - 1L);
            int bit = (int) random.next(0L, 7L);
            byte[] copy = file.clone();
            copy[at] ^= (byte) (1 << bit);
            out.add(new Broken("bit " + bit + " of byte " + at + " flipped", copy));
        }
        return out;
    }

    /** Copies in which one aligned 32-bit word each is replaced by a number that is bad as an offset or a count. */
    public static List<Broken> words(byte[] file, int count, SeededValues random) {
        int[] bad = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 1, file.length, file.length - 1, 0x40000000};
        List<Broken> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = (int) random.next(0L, file.length / 4 - 1L) * 4;
            int word = bad[(int) random.next(0L, bad.length - 1L)];
            byte[] copy = file.clone();
            ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at, word);
            out.add(new Broken("word at " + at + " set to " + word, copy));
        }
        return out;
    }

    /** A copy with other bytes from a place on. */
    public static Broken overwritten(byte[] file, int at, byte... bytes) {
        byte[] copy = file.clone();
        System.arraycopy(bytes, 0, copy, at, bytes.length);
        return new Broken(bytes.length + " bytes at " + at + " overwritten", copy);
    }

    /** A copy whose file identifier is another one. */
    public static Broken identifier(byte[] file) {
        return overwritten(file, 4, (byte) 'N', (byte) 'O', (byte) 'N', (byte) 'E');
    }

    @Override
    public String toString() {
        return what;
    }
}
