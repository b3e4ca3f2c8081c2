package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.optimizers.DefaultPasses;
import java.util.ArrayList;
import java.util.List;

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
            passes.addAll(DefaultPasses.all());
        }
        if (level.compareTo(OrtLevel.EXTENDED) >= 0) {
            if (!platform.takesInt8()) {
                passes.add(new UnsignedActivations());
            }
            passes.add(new QuantizedUnits(platform));
            passes.add(new GemmActivation());
            passes.add(new ConvActivation(false));
        }
        if (level.compareTo(OrtLevel.LAYOUT) >= 0) {
            passes.add(new ChannelsLastKernels());
            passes.add(new ConvActivation(true));
        }
        return List.copyOf(passes);
    }

    /** A runner of the passes of a level. */
    public static PassRunner runner(OrtLevel level, TargetPlatform platform) {
        return new PassRunner(forLevel(level, platform), ROUNDS);
    }
}
