package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.executor.kernels.KernelTable.Rows;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Operators of {@code com.microsoft}: floats with an activation behind, and 8-bit integers that stand for real numbers,
 * of which each computes what DequantizeLinear, the plain operator and QuantizeLinear do one after the other. Source: the
 * operator pages of ONNX Runtime's contrib domain, version 1.
 */
final class ContribKernels {
    private ContribKernels() {}

    static void rows(Rows rows) {
        rows.contrib("FusedConv", ContribKernels::fusedConv)
                .contrib("FusedGemm", c -> activated(MatrixOps.gemm(c), c, gemmParams(c)))
                .contrib("QLinearAdd", c -> binary(c, (a, b) -> Elementwise.map(a, b, Double::sum, Long::sum)))
                .contrib(
                        "QLinearMul", c -> binary(c, (a, b) -> Elementwise.map(a, b, (x, y) -> x * y, (x, y) -> x * y)))
                .contrib("QLinearSigmoid", c -> unary(c, x -> Elementwise.map(x, Activations::sigmoid)))
                .contrib("QLinearLeakyRelu", c -> unary(c, x -> Activations.leakyRelu(on(c, x))))
                .contrib("QLinearSoftmax", c -> unary(c, x -> Softmaxes.along(on(c, x), Softmaxes.Kind.SOFTMAX)))
                .contrib("QLinearAveragePool", c -> unary(c, x -> laidOut(c, x, Pooling::averagePool)))
                .contrib(
                        "QLinearGlobalAveragePool",
                        c -> unary(c, x -> laidOut(c, x, n -> Pooling.global(n, Reductions.Kind.MEAN))))
                .contrib("QLinearConcat", ContribKernels::concat)
                .contrib("QLinearWhere", ContribKernels::where)
                .contrib("QLinearConv", c -> laidOut(c, c.in(0), Convolutions::qLinearConv))
                .contrib("QGemm", ContribKernels::gemm)
                .contrib("MatMulIntegerToFloat", ContribKernels::matMulIntegerToFloat)
                .contrib(
                        "NhwcMaxPool",
                        c -> last(c, c.in(0), n -> Pooling.maxPool(n).get(0)));
    }

    /** FusedConv: Conv, plus z if there is one, then the activation. */
    private static Array fusedConv(Call call) {
        Array y = Convolutions.conv(call);
        Array sum = call.optional(3)
                .map(z -> Elementwise.map(y, z, Double::sum, Long::sum))
                .orElse(y);
        return activated(
                sum,
                call,
                call.option(OnnxOps.ACTIVATION_PARAMS).map(Floats::toArray).orElse(new float[0]));
    }

    private static float[] gemmParams(Call call) {
        float alpha = call.option(dev.tfliteonnx.ir.Key.ofFloat("activation_alpha"), 0.01f);
        return new float[] {alpha};
    }

    private static Array activated(Array x, Call call, float[] p) {
        String name = call.option(OnnxOps.ACTIVATION, "");
        return switch (name) {
            case "" -> x;
            case "Relu" -> Elementwise.map(x, v -> v < 0 ? 0 : v);
            case "Sigmoid" -> Elementwise.map(x, Activations::sigmoid);
            case "Tanh" -> Elementwise.map(x, Math::tanh);
            case "LeakyRelu" -> Elementwise.map(x, v -> v < 0 ? p[0] * v : v);
            case "Clip" -> Elementwise.map(x, v -> Math.min(p[1], Math.max(p[0], v)));
            case "HardSigmoid" -> Elementwise.map(x, v -> Activations.hardSigmoid(v, p[0], p[1]));
            default -> throw new IllegalArgumentException("activation " + name);
        };
    }

    private static Array unary(Call call, UnaryOperator<Array> f) {
        return quantized(f.apply(real(call, 0, 1, 2)), call, 3);
    }

    private static Array binary(Call call, BinaryOperator<Array> f) {
        return quantized(f.apply(real(call, 0, 1, 2), real(call, 3, 4, 5)), call, 6);
    }

    /** QLinearConcat: scale and zero point of the result, then every operand with its own. */
    private static Array concat(Call call) {
        List<Optional<Array>> parts = new ArrayList<>();
        for (int i = 2; i < call.arity(); i += 3) {
            parts.add(Optional.of(real(call, i, i + 1, i + 2)));
        }
        return quantized(Slicing.concat(call.on(parts)), call, 0);
    }

    private static Array where(Call call) {
        List<Optional<Array>> real =
                List.of(call.optional(0), Optional.of(real(call, 1, 2, 3)), Optional.of(real(call, 4, 5, 6)));
        return quantized(Arithmetic.where(call.on(real)), call, 7);
    }

    /** QGemm: the bias is int32 in steps of the product of both scales; floats without a scale of the result. */
    private static Array gemm(Call call) {
        Array a = real(call, 0, 1, 2);
        Array b = real(call, 3, 4, 5, call.flag(OnnxOps.TRANS_B) ? 0 : 1);
        float scale = (float) call.in(1).real();
        Array steps = Elementwise.map(call.in(4), s -> s * scale);
        Optional<Array> bias =
                call.optional(6).map(c -> Elementwise.reals(c, steps, DataType.FLOAT32, (v, s) -> v * s));
        Array y = MatrixOps.gemm(call.on(List.of(Optional.of(a), Optional.of(b), bias)));
        return call.has(7) ? quantized(y, call, 7) : y;
    }

    static Array matMulIntegerToFloat(Call call) {
        Array b = real(call, 1, 3, 5, call.in(1).rank() - 1);
        Array y = MatrixOps.matMul(real(call, 0, 2, 4), b);
        return call.optional(6)
                .map(bias -> Elementwise.map(y, bias, Double::sum, Long::sum))
                .orElse(y);
    }

    private static Array real(Call call, int x, int scale, int zero) {
        return real(call, x, scale, zero, 0);
    }

    /** The real numbers of an input; many scales stand along an axis. */
    private static Array real(Call call, int x, int scale, int zero, int axis) {
        Array in = call.in(x);
        Array steps = along(call.in(scale), in, axis);
        Array origin = call.optional(zero).map(z -> along(z, in, axis)).orElse(Array.scalar(0));
        Array centred = Elementwise.reals(in, origin, DataType.FLOAT32, (v, z) -> v - z);
        return Elementwise.reals(centred, steps, DataType.FLOAT32, (v, s) -> v * s);
    }

    private static Array along(Array values, Array like, int axis) {
        if (values.size() == 1) {
            return values.reshaped();
        }
        int[] dims = new int[like.rank()];
        Arrays.fill(dims, 1);
        dims[axis] = values.size();
        return values.reshaped(dims);
    }

    private static Array quantized(Array real, Call call, int scale) {
        return Quantization.quantize(
                call.on(List.of(Optional.of(real), call.optional(scale), call.optional(scale + 1))));
    }

    private static Call on(Call call, Array x) {
        List<Optional<Array>> inputs = new ArrayList<>();
        for (int i = 0; i < call.arity(); i++) {
            inputs.add(i == 0 ? Optional.of(x) : call.optional(i));
        }
        return call.on(inputs);
    }

    private static Array laidOut(Call call, Array x, Function<Call, Array> kernel) {
        return call.flag(OnnxOps.CHANNELS_LAST) ? last(call, x, kernel) : kernel.apply(on(call, x));
    }

    /** Runs a kernel of channels second on an image of channels last. */
    private static Array last(Call call, Array x, Function<Call, Array> kernel) {
        int rank = x.rank();
        int[] toSecond = new int[rank];
        int[] toLast = new int[rank];
        for (int i = 1; i < rank; i++) {
            toSecond[i] = i == 1 ? rank - 1 : i - 1;
            toLast[i] = i == rank - 1 ? 1 : i + 1;
        }
        return Moves.transposed(kernel.apply(on(call, Moves.transposed(x, toSecond))), toLast);
    }
}
