package dev.tfliteonnx.diag;

import java.util.List;
import java.util.OptionalInt;

/**
 * The place of a problem.
 *
 * @param op the operator's name; empty if it is not about one
 * @param operator the operator's number in its subgraph
 * @param node the name of the operator's first output; empty if it has none
 * @param tensors names of the tensors concerned
 * @param file the file; empty if it is not known here
 */
public record Where(String op, OptionalInt operator, String node, List<String> tensors, String file) {
    /** No particular place. */
    public static final Where NOWHERE = new Where("", OptionalInt.empty(), "", List.of(), "");

    public Where {
        tensors = List.copyOf(tensors);
    }

    /** A file. */
    public static Where file(String file) {
        return new Where("", OptionalInt.empty(), "", List.of(), file);
    }

    /** An operator. */
    public static Where operator(String op, int operator, String node) {
        return new Where(op, OptionalInt.of(operator), node, List.of(), "");
    }

    /** A tensor. */
    public static Where tensor(String name) {
        return new Where("", OptionalInt.empty(), "", List.of(name), "");
    }

    /** The same place, in a file. */
    public Where in(String otherFile) {
        return new Where(op, operator, node, tensors, otherFile);
    }
}
