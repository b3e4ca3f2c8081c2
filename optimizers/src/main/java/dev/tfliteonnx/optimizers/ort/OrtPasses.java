package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.optimizers.cleanup.CleanupRules;
import dev.tfliteonnx.optimizers.cleanup.DuplicateNodes;
import dev.tfliteonnx.optimizers.layout.TransposeRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What ONNX Runtime's own optimizers do to a graph for its CPU kernels, so that it can be run without them. Left out are
 * layouts in blocks of channels, and fusions of attention.
 *
 * <p>Source: {@code graph_transformer_utils.cc}.
 */
public final class OrtPasses {
    private static final int ROUNDS = 4;

    private OrtPasses() {}

    /** The passes of a level in the order that they run, those of the lower levels first; none at {@code DISABLE}. */
    public static List<GraphPass> forLevel(OrtLevel level, TargetPlatform platform) {
        List<GraphPass> passes = new ArrayList<>();
        if (level.compareTo(OrtLevel.BASIC) >= 0) {
            Set<String> unwanted = unwanted(platform);
            passes.addAll(DefaultPasses.all().stream()
                    .filter(p -> !unwanted.contains(p.name()))
                    .toList());
        }
        passes.addAll(beyondBasic(level, platform));
        return List.copyOf(passes);
    }

    /** The default passes that would do harm on a processor, by name. */
    public static Set<String> unwanted(TargetPlatform platform) {
        return platform.takesInt8() ? Set.of("unsigned-activations") : Set.of();
    }

    /** The passes of a level that the default ones are not among. */
    public static List<GraphPass> beyondBasic(OrtLevel level, TargetPlatform platform) {
        List<GraphPass> passes = new ArrayList<>();
        if (level.compareTo(OrtLevel.EXTENDED) >= 0) {
            passes.add(new DoubleQuantization());
            passes.add(FoldedActivations.pass());
            passes.add(QuantizationMoves.pass());
            passes.add(new QuantizedUnits(platform));
            passes.add(OrtFusions.pass());
            passes.add(new GemmActivation());
            passes.add(new ConvActivation(false));
            passes.add(new SlicesToSplit());
            passes.add(new FusedProducts());
        }
        if (level.compareTo(OrtLevel.LAYOUT) >= 0) {
            passes.add(new ChannelsLastKernels());
            passes.add(new ConvActivation(true));
        }
        return passes;
    }

    /** A runner of what ONNX Runtime does itself with {@link SavedUnits} when it has loaded a file. */
    public static PassRunner whenLoaded(OrtLevel level, TargetPlatform platform) {
        List<GraphPass> passes = new ArrayList<>(List.of(new QuantizedUnits(platform), new ConvActivation(false)));
        if (level.compareTo(OrtLevel.LAYOUT) >= 0) {
            passes.add(new ChannelsLastKernels());
        }
        return new PassRunner(passes, ROUNDS);
    }

    /** A runner of the passes of a level. */
    public static PassRunner runner(OrtLevel level, TargetPlatform platform) {
        return new PassRunner(forLevel(level, platform), ROUNDS);
    }

    /** A runner of the passes of a level for a graph that the default passes have run over but for {@link #unwanted}. */
    public static PassRunner afterDefaults(OrtLevel level, TargetPlatform platform) {
        List<GraphPass> passes = new ArrayList<>();
        if (level.compareTo(OrtLevel.EXTENDED) >= 0) {
            // what is left to tidy up once the others have changed something
            passes.addAll(List.of(CleanupRules.pass(), new DuplicateNodes(), TransposeRules.pass()));
        }
        passes.addAll(beyondBasic(level, platform));
        return new PassRunner(passes, ROUNDS);
    }
}
