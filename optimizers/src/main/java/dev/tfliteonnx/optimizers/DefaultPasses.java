package dev.tfliteonnx.optimizers;

import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.optimizers.cleanup.CleanupRules;
import dev.tfliteonnx.optimizers.cleanup.DuplicateNodes;
import dev.tfliteonnx.optimizers.cleanup.SharedConstants;
import dev.tfliteonnx.optimizers.folding.ConstantFolding;
import dev.tfliteonnx.optimizers.fusion.FusionRules;
import dev.tfliteonnx.optimizers.fusion.LaterOperators;
import dev.tfliteonnx.optimizers.layout.ChannelsSecondEdges;
import dev.tfliteonnx.optimizers.layout.LayoutPass;
import dev.tfliteonnx.optimizers.layout.TransposeRules;
import dev.tfliteonnx.optimizers.quant.QuantizationRules;
import dev.tfliteonnx.optimizers.quant.UnsignedActivations;
import dev.tfliteonnx.optimizers.recurrence.RecurrentLoops;
import dev.tfliteonnx.optimizers.runtime.KernelForms;
import java.util.List;

/** Stage 3: what every conversion does to its ONNX graph. None of it changes a number beyond the order of rounding. */
public final class DefaultPasses {
    private static final int ROUNDS = 4;

    private DefaultPasses() {}

    /** The passes in the order that they run, again and again until none changes anything. */
    public static List<GraphPass> all() {
        return List.of(
                CleanupRules.pass(),
                new SharedConstants(),
                new DuplicateNodes(),
                QuantizationRules.pass(),
                new UnsignedActivations(),
                new ChannelsSecondEdges(),
                new LayoutPass(),
                TransposeRules.pass(),
                FusionRules.pass(),
                LaterOperators.pass(),
                KernelForms.pass(),
                new ConstantFolding(),
                new RecurrentLoops());
    }

    /** Runs all passes, at most four times over. */
    public static PassRunner runner() {
        return new PassRunner(all(), ROUNDS);
    }
}
