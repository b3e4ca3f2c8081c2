package dev.tfliteonnx.ir;

/** The extent of one axis: fixed, named, or unknown. */
public sealed interface Dim {
    /** A known extent of at least 0. */
    record Fixed(long size) implements Dim {
        public Fixed {
            if (size < 0) {
                throw new IllegalArgumentException("extent " + size + " is negative");
            }
        }

        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /** An extent that is chosen when the model runs and that other axes may share. */
    record Named(String name) implements Dim {
        @Override
        public String toString() {
            return name;
        }
    }

    /** An extent about which nothing is known. */
    record Unknown() implements Dim {
        @Override
        public String toString() {
            return "?";
        }
    }

    /** A fixed extent. */
    static Dim of(long size) {
        return new Fixed(size);
    }

    /** The unknown extent. */
    static Dim unknown() {
        return new Unknown();
    }

    /** Whether the extent is known to be {@code size}. */
    default boolean is(long size) {
        return this instanceof Fixed fixed && fixed.size() == size;
    }
}
