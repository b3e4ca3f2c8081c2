package dev.tfliteonnx.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where a node came from.
 *
 * @param operator the number of the source operator in its subgraph
 * @param tensor the name of the source tensor that the node's result stands for; empty if there is none
 * @param rules the names of the rules and passes that made or moved the node, oldest first
 */
public record Origin(OptionalInt operator, String tensor, List<String> rules) {
    /** Of no known source. */
    public static final Origin NONE = new Origin(OptionalInt.empty(), "", List.of());

    public Origin {
        rules = List.copyOf(rules);
    }

    /** The origin of a node that stands for a source operator. */
    public static Origin of(int operator, String tensor) {
        return new Origin(OptionalInt.of(operator), tensor, List.of());
    }

    /** This origin with one more rule. */
    public Origin by(String rule) {
        List<String> more = new ArrayList<>(rules);
        more.add(rule);
        return new Origin(operator, tensor, more);
    }
}
