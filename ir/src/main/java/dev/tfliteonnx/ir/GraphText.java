package dev.tfliteonnx.ir;

import java.util.Arrays;

/** Writes a graph as text. */
final class GraphText {
    private GraphText() {}

    static String of(Graph graph) {
        StringBuilder text = new StringBuilder();
        text.append("graph ")
                .append(graph.name())
                .append(' ')
                .append(graph.dialect())
                .append('\n');
        for (Value in : graph.inputs()) {
            text.append("  in  ").append(describe(in));
            text.append(
                            graph.defaults().containsKey(in)
                                    ? " or " + graph.defaults().get(in)
                                    : "")
                    .append('\n');
        }
        for (Value c : graph.constants()) {
            text.append("  const ").append(describe(c)).append('\n');
        }
        for (Node n : graph.nodes()) {
            text.append("  ").append(n).append('\n');
            n.subgraphs().forEach(g -> text.append(of(g).indent(4)));
        }
        graph.outputs().forEach(v -> text.append("  out ").append(describe(v)).append('\n'));
        return text.toString();
    }

    private static String describe(Value v) {
        String quant = v.quant().map(q -> " " + q).orElse("");
        String data = v.constant()
                .filter(t -> t.elementCount() <= 8
                        && (t.type().isInteger() || t.type().isFloat()))
                .map(t -> " = " + Arrays.toString(t.toDoubles()))
                .orElse("");
        return v + quant + data;
    }
}
