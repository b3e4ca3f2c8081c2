package dev.tfliteonnx.ir.pass;

/** Something that changes graphs, as it stands in reports and in the list of rules. */
public interface Described {
    /** The public name: kebab-case, unique among all rules and passes, never changed. */
    String name();

    /** What it does, in one sentence. */
    String summary();

    /** A small drawing of a graph before and after, lines parted by newlines. */
    String drawing();
}
