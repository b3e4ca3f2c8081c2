package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Value;

/** What sums are made of: a row of numbers for each example of a batch. */
sealed interface Atom {
    /** How many numbers the row has. */
    int width();

    /** How many atoms it is made of, itself among them. */
    default int size() {
        return 1;
    }

    /** Some columns of it. */
    Atom columns(int from, int to);

    /**
     * The element of a sequence that belongs to the round.
     *
     * @param at the index of the element
     */
    record Step(Value sequence, Counters.Line at, int width) implements Atom {
        /** Whether the last element comes first. */
        boolean isReverse() {
            return at.slope() < 0;
        }

        @Override
        public Atom columns(int from, int to) {
            return Part.of(this, from, to);
        }
    }

    /** What the loop carries, as the round finds it. */
    record State(int index, int width) implements Atom {
        @Override
        public Atom columns(int from, int to) {
            return Part.of(this, from, to);
        }
    }

    /** What the loop carries, as the round leaves it. */
    record Next(int index, int width) implements Atom {
        @Override
        public Atom columns(int from, int to) {
            return Part.of(this, from, to);
        }
    }

    /** Something else. */
    record Other(Value value, int width) implements Atom {
        @Override
        public Atom columns(int from, int to) {
            return Part.of(this, from, to);
        }
    }

    /** Columns of what has no parts. */
    record Part(Atom whole, int from, int width) implements Atom {
        static Atom of(Atom whole, int from, int to) {
            return from == 0 && to == whole.width() ? whole : new Part(whole, from, to - from);
        }

        @Override
        public Atom columns(int first, int end) {
            return of(whole, from + first, from + end);
        }
    }

    /** A row times a matrix. */
    record Product(Sum row, Matrix matrix) implements Atom {
        @Override
        public int width() {
            return matrix.columns().size();
        }

        @Override
        public int size() {
            return 1 + row.size();
        }

        @Override
        public Atom columns(int from, int to) {
            return new Product(row, matrix.columns(from, to));
        }
    }

    /** A function of every number. */
    record Curved(Curve curve, Sum of) implements Atom {
        @Override
        public int width() {
            return of.width();
        }

        @Override
        public int size() {
            return 1 + of.size();
        }

        @Override
        public Atom columns(int from, int to) {
            return new Curved(curve, of.columns(from, to));
        }
    }

    /** A sum with matrix products in it, which is a factor as it is. */
    record Group(Sum of) implements Atom {
        @Override
        public int width() {
            return of.width();
        }

        @Override
        public int size() {
            return 1 + of.size();
        }

        @Override
        public Atom columns(int from, int to) {
            return new Group(of.columns(from, to));
        }
    }
}
