package dev.tfliteonnx.cli;

import dev.tfliteonnx.ir.pass.Described;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.OrtPasses;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import dev.tfliteonnx.optimizers.quant.EdgeTypes;
import dev.tfliteonnx.optimizers.quant.HalfWeights;
import dev.tfliteonnx.optimizers.quant.IntegerOperators;
import dev.tfliteonnx.optimizers.quant.UnsignedWeights;
import dev.tfliteonnx.optimizers.runtime.FitKernelTypes;
import dev.tfliteonnx.rewriters.TfliteRules;
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
        stage(
                text,
                "Stage 1: TFLite graph to simpler TFLite graph",
                TfliteRules.runner().passes());
        stage(text, "Stage 3: ONNX graph to better ONNX graph", DefaultPasses.all());
        stage(text, "At the end", List.of(new IntegerOperators(), new FitKernelTypes()));
        stage(
                text,
                "On request: `--io`, `--weights u8`, `--fp16-weights keep`",
                List.of(new EdgeTypes(EdgeType.KEEP, List.of(), List.of()), new UnsignedWeights(), new HalfWeights()));
        stage(
                text,
                "For `.ort` files: what ONNX Runtime would do when it loads `.onnx`",
                OrtPasses.beyondBasic(OrtLevel.ALL, TargetPlatform.ANY));
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
