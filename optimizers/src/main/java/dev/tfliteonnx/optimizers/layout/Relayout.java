package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Tells how an operator can work on operands in the other layout. */
@FunctionalInterface
interface Relayout {
    /**
     * The way to do it; empty if the node is bound to its layout.
     *
     * @param plain the layout that the node's operands have now
     * @param known an operand or result of which the layout is known
     */
    Optional<Plan> plan(Node node, Layout plain, Value known);

    /**
     * How one node can work in the other layout.
     *
     * @param plain the layout that the node has now
     * @param inputs which operands then must be in the other layout
     * @param outputs which results then are in the other layout; the others are what they were
     * @param cost bytes that have to be transposed besides
     * @param emission makes the nodes; gives the results
     */
    record Plan(Layout plain, BitSet inputs, BitSet outputs, long cost, Function<Flip, List<Value>> emission) {}
}
