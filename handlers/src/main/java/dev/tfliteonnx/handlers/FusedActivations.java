package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Activations fused into other operators. Where the result is quantized and its range lies within the activation's, the
 * activation is left out, since quantization clamps to the same numbers; so the quantized unit stays one that fuses.
 *
 * <p>Source: {@code CalculateActivationRange} and {@code CalculateActivationRangeQuantized} in TFLite's
 * {@code kernels/kernel_util.cc}.
 */
final class FusedActivations {
    /** Operators whose results stay within the range of their operands. */
    private static final Set<String> WITHIN_RANGE = Set.of("AVERAGE_POOL_2D", "CONCATENATION", "MAX_POOL_2D");

    private FusedActivations() {}

    /** A handler that applies the operator's {@code fused_activation_function} to the first result of another. */
    static OpHandler fused(OpHandler handler) {
        return (op, onnx) -> {
            List<Value> results = new ArrayList<>(handler.lower(op, onnx));
            results.set(0, apply(op, onnx, op.option(Tfl.FUSED_ACTIVATION_FUNCTION), results.get(0)));
            return results;
        };
    }

    /** An activation applied to a result of the operator. */
    static Value apply(TflOp op, Onnx onnx, Activation activation, Value x) {
        if (activation == Activation.TANH || activation == Activation.SIGN_BIT) {
            op.note(
                    DiagnosticCode.IGNORED,
                    "fused_activation_function is " + activation + ", which TFLite's kernel passes over, too");
            return x;
        }
        if (op.out().quant().isPresent() && isRedundant(op, activation)) {
            return x;
        }
        return switch (op.computesInFloat() ? recovered(op, activation) : activation) {
            case RELU -> relu(onnx, x);
            case RELU_N1_TO_1 -> within(onnx, x, -1, 1);
            case RELU6 -> within(onnx, x, 0, 6);
            default -> x;
        };
    }

    /** {@code max(x, 0)} for floats and signed integers. */
    static Value relu(Onnx onnx, Value x) {
        return x.type().isFloat() ? onnx.op("Relu", x) : Integers.extreme(onnx, "Max", x, onnx.scalarLike(x, 0));
    }

    private static Value within(Onnx onnx, Value x, long least, long greatest) {
        return x.type() == DataType.INT64 ? Integers.within(onnx, x, least, greatest) : onnx.clip(x, least, greatest);
    }

    /**
     * The activation with the clamp that only the range of the stored integers expresses, which a model that computes in
     * float has no more: at 0 where the least integer stands for it, at 6 where the greatest does within half a step.
     */
    private static Activation recovered(TflOp op, Activation activation) {
        Optional<QuantParams> params = op.out().quant();
        boolean isOpen = activation == Activation.NONE || activation == Activation.RELU;
        if (!isOpen || params.isEmpty() || !params.get().isPerTensor() || WITHIN_RANGE.contains(op.name())) {
            return activation;
        }
        DataType type = op.out().type();
        boolean fromZero = activation == Activation.RELU || params.get().zeroPoint() <= type.min();
        boolean toSix = stored(params.get(), 6) == type.max();
        return fromZero ? toSix ? Activation.RELU6 : Activation.RELU : activation;
    }

    private static boolean isRedundant(TflOp op, Activation activation) {
        Optional<QuantParams> params = op.out().quant();
        if (op.computesInFloat() || params.isEmpty() || !params.get().isPerTensor()) {
            return false;
        }
        QuantParams q = params.get();
        DataType type = op.out().type();
        boolean low =
                switch (activation) {
                    case RELU, RELU6 -> q.zeroPoint() <= type.min();
                    case RELU_N1_TO_1 -> stored(q, -1) <= type.min();
                    default -> false;
                };
        boolean high =
                switch (activation) {
                    case RELU -> true;
                    case RELU6 -> stored(q, 6) >= type.max();
                    case RELU_N1_TO_1 -> stored(q, 1) >= type.max();
                    default -> false;
                };
        return low && high;
    }

    private static long stored(QuantParams q, double real) {
        return q.zeroPoint() + Math.round(real / q.scale());
    }
}
