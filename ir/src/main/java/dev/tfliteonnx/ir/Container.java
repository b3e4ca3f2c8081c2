package dev.tfliteonnx.ir;

/** What tensors stand in where a value is more than one tensor; ONNX only. */
public sealed interface Container {
    /** Any number of tensors in order. */
    record Sequence() implements Container {
        @Override
        public String toString() {
            return "seq";
        }
    }

    /** A value that may be missing when the model runs. */
    record Maybe() implements Container {
        @Override
        public String toString() {
            return "optional";
        }
    }

    /**
     * Values by key.
     *
     * @param key the type of the keys
     */
    record MapOf(DataType key) implements Container {
        @Override
        public String toString() {
            return "map by " + key;
        }
    }

    /** A tensor of which only some elements are stored. */
    record Sparse() implements Container {
        @Override
        public String toString() {
            return "sparse";
        }
    }
}
