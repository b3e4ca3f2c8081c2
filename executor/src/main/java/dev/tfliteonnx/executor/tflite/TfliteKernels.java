package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.OpType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Which kernel computes which TFLite operator. */
public final class TfliteKernels {
    private static final List<Consumer<Rows>> FAMILIES = List.of(
            Activations::rows,
            GatedActivations::rows,
            Normalizations::rows,
            Resizing::rows,
            BatchProducts::rows,
            Volumes::rows,
            Lstms::rows,
            Rnns::rows,
            Unpooling::rows,
            Warping::rows,
            Landmarks::rows,
            rows -> rows.custom("TFLite_Detection_PostProcess", DetectionPostProcess::run),
            Arithmetic::rows,
            Convolutions::rows,
            Pooling::rows,
            Products::rows,
            Quantization::rows,
            Reductions::rows,
            Softmaxes::rows,
            Shaping::rows,
            Slicing::rows,
            Blocks::rows,
            Gathering::rows,
            Selecting::rows,
            Functions::rows,
            ControlFlow::rows,
            Comparisons::rows,
            Quotients::rows,
            Windows::rows,
            Tables::rows,
            Randoms::rows,
            HloMoves::rows,
            HloMath::rows,
            HloConvolution::rows,
            FlexOps::rows,
            ComplexNumbers::rows,
            RandomBits::rows,
            AudioFeatures::rows,
            CustomOps::rows,
            SignalFrames::rows,
            SignalFilterBanks::rows,
            SignalSpectra::rows);

    private static final Map<OpType, TfliteKernel> KERNELS =
            new Rows().all(FAMILIES).done();

    private TfliteKernels() {}

    /** The kernel of an operator. */
    public static Optional<TfliteKernel> find(OpType op) {
        return Optional.ofNullable(KERNELS.get(op));
    }

    /** Every operator that has a kernel. */
    public static Set<OpType> ops() {
        return KERNELS.keySet();
    }

    /** The rows of the table while they are written. */
    static final class Rows {
        private final Map<OpType, TfliteKernel> kernels = new HashMap<>();

        /** A builtin operator of one output. */
        Rows one(String op, Function<TfliteCall, Array> kernel) {
            return many(op, call -> List.of(kernel.apply(call)));
        }

        /** A builtin operator of any number of outputs. */
        Rows many(String op, TfliteKernel kernel) {
            return put(OpType.tflite(op), kernel);
        }

        /** A custom operator. */
        Rows custom(String code, TfliteKernel kernel) {
            return put(OpType.custom(code), kernel);
        }

        private Rows put(OpType op, TfliteKernel kernel) {
            if (kernels.put(op, kernel) != null) {
                throw new IllegalStateException("two kernels for " + op);
            }
            return this;
        }

        private Rows all(List<Consumer<Rows>> families) {
            families.forEach(f -> f.accept(this));
            return this;
        }

        private Map<OpType, TfliteKernel> done() {
            return Map.copyOf(kernels);
        }
    }
}
