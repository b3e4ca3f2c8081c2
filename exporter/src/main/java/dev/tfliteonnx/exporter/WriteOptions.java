package dev.tfliteonnx.exporter;

/**
 * How a model is written.
 *
 * @param opset the version of the default operator set; 0 for the least that fits
 * @param externalData whether weights stand in a file beside the model even if they would fit into it
 * @param force whether existing files are overwritten
 * @param producerVersion the version of this program; may be empty
 * @param inlineLimit bytes of a model file beyond which weights stand in a file beside it
 */
public record WriteOptions(int opset, boolean externalData, boolean force, String producerVersion, long inlineLimit) {
    /** The most bytes that a protobuf message can have. */
    public static final long MESSAGE_LIMIT = Integer.MAX_VALUE;

    /** The least opset, one file, nothing overwritten. */
    public static final WriteOptions DEFAULT = new WriteOptions(0, false, false, "", MESSAGE_LIMIT);

    public WriteOptions {
        if (opset < 0 || inlineLimit < 0 || inlineLimit > MESSAGE_LIMIT) {
            throw new IllegalArgumentException("opset " + opset + ", inline limit " + inlineLimit);
        }
    }

    /** With that opset; 0 for the least that fits. */
    public WriteOptions withOpset(int value) {
        return new WriteOptions(value, externalData, force, producerVersion, inlineLimit);
    }

    /** With weights in a file of their own, or only where they must. */
    public WriteOptions withExternalData(boolean value) {
        return new WriteOptions(opset, value, force, producerVersion, inlineLimit);
    }

    /** With existing files overwritten or not. */
    public WriteOptions withForce(boolean value) {
        return new WriteOptions(opset, externalData, value, producerVersion, inlineLimit);
    }

    /** With that version of this program. */
    public WriteOptions withProducerVersion(String value) {
        return new WriteOptions(opset, externalData, force, value, inlineLimit);
    }

    /** With another limit for a model in one file, at most {@link #MESSAGE_LIMIT}. */
    public WriteOptions withInlineLimit(long value) {
        return new WriteOptions(opset, externalData, force, producerVersion, value);
    }
}
