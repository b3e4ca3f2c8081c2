package dev.tfliteonnx.ir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Slabs of elements one behind the other, filled with one element of each at a time. */
interface Slabs {
    /** Puts the elements of a row at the same index of one slab after the other. */
    void deal(ByteBuffer row, int index);

    /** Appends all slabs. */
    void writeTo(ByteBuffer out);

    /** Empty slabs of elements of so many bytes. */
    static Slabs of(int width, int slabs, int slab) {
        return switch (width) {
            case 1 -> new OfBytes(new byte[slabs], new byte[slabs * slab], slab);
            case 2 -> new OfShorts(new short[slabs], new short[slabs * slab], slab);
            case 4 -> new OfInts(new int[slabs], new int[slabs * slab], slab);
            default -> new OfAny(width, new byte[slabs * slab * width], slab);
        };
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record OfBytes(byte[] row, byte[] all, int slab) implements Slabs {
        @Override
        public void deal(ByteBuffer from, int index) {
            from.get(row);
            for (int i = 0, at = index; i < row.length; i++, at += slab) {
                all[at] = row[i];
            }
        }

        @Override
        public void writeTo(ByteBuffer out) {
            out.put(all);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record OfShorts(short[] row, short[] all, int slab) implements Slabs {
        @Override
        public void deal(ByteBuffer from, int index) {
            from.asShortBuffer().get(row);
            for (int i = 0, at = index; i < row.length; i++, at += slab) {
                all[at] = row[i];
            }
        }

        @Override
        public void writeTo(ByteBuffer out) {
            out.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(all);
            out.position(out.position() + all.length * Short.BYTES);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record OfInts(int[] row, int[] all, int slab) implements Slabs {
        @Override
        public void deal(ByteBuffer from, int index) {
            from.asIntBuffer().get(row);
            for (int i = 0, at = index; i < row.length; i++, at += slab) {
                all[at] = row[i];
            }
        }

        @Override
        public void writeTo(ByteBuffer out) {
            out.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(all);
            out.position(out.position() + all.length * Integer.BYTES);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record OfAny(int width, byte[] all, int slab) implements Slabs {
        @Override
        public void deal(ByteBuffer from, int index) {
            for (int at = index * width; from.hasRemaining(); at += slab * width) {
                from.get(all, at, width);
            }
        }

        @Override
        public void writeTo(ByteBuffer out) {
            out.put(all);
        }
    }
}
