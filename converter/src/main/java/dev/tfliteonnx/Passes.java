package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Suggestions;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.OrtPasses;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import dev.tfliteonnx.optimizers.quant.EdgeTypes;
import dev.tfliteonnx.optimizers.quant.HalfWeights;
import dev.tfliteonnx.optimizers.quant.IntegerOperators;
import dev.tfliteonnx.optimizers.quant.WeightSigns;
import dev.tfliteonnx.optimizers.runtime.ChannelBlocks;
import dev.tfliteonnx.optimizers.runtime.FitKernelTypes;
import dev.tfliteonnx.rewriters.TfliteRules;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All passes that there are. */
public final class Passes {
    private Passes() {}

    /** The passes by the stage that they belong to, in words, in the order in which they run. */
    public static Map<String, List<GraphPass>> stages() {
        Map<String, List<GraphPass>> stages = new LinkedHashMap<>();
        stages.put(
                "Stage 1: TFLite graph to simpler TFLite graph",
                TfliteRules.runner().passes());
        stages.put("Stage 3: ONNX graph to better ONNX graph", DefaultPasses.all());
        stages.put(
                "At the end",
                List.of(new IntegerOperators(), WeightSigns.signed(), new ChannelBlocks(), new FitKernelTypes()));
        stages.put(
                "On request: `--io`, `--weights u8`, `--fp16-weights keep`",
                List.of(new EdgeTypes(EdgeType.KEEP, List.of(), List.of()), WeightSigns.unsigned(), new HalfWeights()));
        stages.put(
                "For `.ort` files: what ONNX Runtime would do when it loads `.onnx`",
                OrtPasses.beyondBasic(OrtLevel.ALL, TargetPlatform.ANY));
        return stages;
    }

    /** The names of all passes and rules: all that can be skipped. */
    static Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (List<GraphPass> stage : stages().values()) {
            for (GraphPass pass : stage) {
                names.add(pass.name());
                pass.parts().forEach(part -> names.add(part.name()));
            }
        }
        return names;
    }

    /**
     * Holds names that the caller gave against all there are.
     *
     * @throws ConversionException naming one that there is not, and those that may be meant
     */
    static void requireKnown(Set<String> given) throws ConversionException {
        if (given.isEmpty()) {
            return;
        }
        Set<String> known = names();
        for (String name : given) {
            if (!known.contains(name)) {
                throw unknown("rule or pass", name, known);
            }
        }
    }

    /** That there is nothing of a name, and what may be meant. */
    static ConversionException unknown(String what, String name, Collection<String> known) {
        List<String> near = Suggestions.near(name, known);
        String meant = near.isEmpty() ? "" : "did you mean " + String.join(" or ", near) + "? ";
        return new ConversionException(
                DiagnosticCode.BAD_OPTION,
                Where.NOWHERE,
                "there is no " + what + " \"" + name + "\"",
                meant + "docs/RULES.md lists them");
    }
}
