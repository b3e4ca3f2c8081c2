package dev.tfliteonnx.cli;

import dev.tfliteonnx.Passes;
import dev.tfliteonnx.ir.pass.Described;
import dev.tfliteonnx.ir.pass.GraphPass;
import java.util.List;

/** The list of all rules and passes, in the order in which they run. */
final class RulesDoc {
    private RulesDoc() {}

    /** The document. */
    static String text() {
        StringBuilder text = new StringBuilder(GeneratedDocs.HEAD).append("# Rules and passes\n\n");
        text.append(
                "Every change that a conversion makes to a graph has a name, under which `--skip NAME` leaves it out\n");
        text.append("and the report counts it. A drawing shows a graph before and, behind `=>`, after.\n");
        Passes.stages().forEach((title, passes) -> stage(text, title, passes));
        return text.toString();
    }

    private static void stage(StringBuilder text, String title, List<GraphPass> passes) {
        text.append("\n## ").append(title).append('\n');
        for (GraphPass pass : passes) {
            entry(text, "### ", pass);
            pass.parts().forEach(part -> entry(text, "#### ", part));
        }
    }

    private static void entry(StringBuilder text, String mark, Described what) {
        text.append('\n').append(mark).append('`').append(what.name()).append("`\n\n");
        text.append(what.summary()).append('\n');
        if (!what.drawing().isEmpty()) {
            text.append("\n```\n").append(what.drawing()).append("\n```\n");
        }
    }
}
