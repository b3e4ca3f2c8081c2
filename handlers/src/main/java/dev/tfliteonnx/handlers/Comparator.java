package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.tfl.ComparisonDirection;
import dev.tfliteonnx.tfl.ComparisonType;
import dev.tfliteonnx.tfl.Tfl;

/**
 * The order that the subgraph of a STABLEHLO_SORT stands for.
 *
 * @param key which operand is compared
 * @param descending whether the greatest comes first
 */
record Comparator(int key, boolean descending) {
    /** Reads a subgraph; refused unless it is one comparison of two elements of the same operand. */
    static Comparator of(TflOp op, int subgraph) {
        Graph body = op.lowering().model().graphs().get(subgraph);
        if (body.size() == 1 && body.outputs().size() == 1) {
            Node node = body.nodes().get(0);
            int a = body.inputs().indexOf(node.input(0));
            int b = body.inputs().indexOf(node.input(1));
            boolean opposite = b == a - 1 && b % 2 == 0;
            boolean pairs = a >= 0
                    && b >= 0
                    && a / 2 == b / 2
                    && a != b
                    && body.outputs().get(0) == node.output();
            boolean less = is(node, ComparisonDirection.LT, "LESS");
            if (pairs && (less || is(node, ComparisonDirection.GT, "GREATER"))) {
                return new Comparator(a / 2, less == opposite);
            }
        }
        throw op.refuse(
                DiagnosticCode.NOT_HANDLED,
                "its comparator is more than one comparison",
                "export the model with a sort by one operand");
    }

    private static boolean is(Node node, ComparisonDirection direction, String builtin) {
        return node.is(builtin)
                || (node.is("STABLEHLO_COMPARE")
                        && node.attributes().find(Tfl.COMPARISON_DIRECTION).orElse(ComparisonDirection.EQ) == direction
                        && node.attributes().find(Tfl.COMPARE_TYPE).orElse(ComparisonType.NOTYPE)
                                != ComparisonType.FLOAT_TOTAL_ORDER);
    }
}
