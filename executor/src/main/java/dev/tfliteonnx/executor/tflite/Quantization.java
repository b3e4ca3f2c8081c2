package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;

/** From real numbers to stored integers and back. */
final class Quantization {
    private Quantization() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("QUANTIZE", Quantization::quantize)
                .one("DEQUANTIZE", Quantization::dequantize)
                .one("CONCATENATION", Quantization::concatenation);
    }

    /** QUANTIZE, of floats and of integers with other parameters. Source: {@code kernels/quantize.cc}. */
    static Array quantize(TfliteCall call) {
        Array x = call.in(0);
        QuantParams out = call.outQuant();
        DataType type = call.outType();
        if (x.type().isFloat()) {
            float[] in = x.floats();
            int[] y = new int[in.length];
            for (int i = 0; i < y.length; i++) {
                int p = place(out, x.dims(), i);
                y[i] = Integers.clamp((long) Fixed.round(in[i] / out.scale(p)) + out.zeroPoint(p), type);
            }
            return Integers.array(type, x.dims(), y);
        }
        double factor = (double) call.quant(0).scale() / (double) out.scale();
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(factor);
        int zero = (int) call.quant(0).zeroPoint();
        return Integers.map(x, type, q -> Integers.clamp(multiplier.times(q - zero) + out.zeroPoint(), type));
    }

    /** DEQUANTIZE, also of float16. Source: {@code kernels/dequantize.cc}. */
    static Array dequantize(TfliteCall call) {
        Array x = call.in(0);
        if (x.type().isFloat()) {
            return new Array(DataType.FLOAT32, x.dims(), x.floats());
        }
        QuantParams quant = call.quant(0);
        int[] in = Integers.of(x, 0);
        float[] y = new float[in.length];
        for (int i = 0; i < y.length; i++) {
            int p = place(quant, x.dims(), i);
            y[i] = (float) ((double) quant.scale(p) * (in[i] - quant.zeroPoint(p)));
        }
        return new Array(DataType.FLOAT32, x.dims(), y);
    }

    /**
     * CONCATENATION; unsigned 8-bit operands are brought to the scale of the result. Source:
     * {@code reference/concatenation.h}.
     */
    static Array concatenation(TfliteCall call) {
        List<Array> parts = new ArrayList<>(call.inputsFrom(0));
        if (call.outType() == DataType.UINT8 && call.out(0).quant().isPresent()) {
            for (int i = 0; i < parts.size(); i++) {
                if (!call.quant(i).equals(call.outQuant())) {
                    parts.set(i, rescaled(parts.get(i), call.quant(i), call.outQuant()));
                }
            }
        }
        return Moves.joined(parts, Dims.axis(call.number(Tfl.AXIS), parts.get(0).rank()));
    }

    private static Array rescaled(Array x, QuantParams in, QuantParams out) {
        float scale = in.scale() * (1f / out.scale());
        float bias = -in.zeroPoint() * scale;
        return Integers.map(
                x, x.type(), q -> Integers.clamp((long) Fixed.round(q * scale + bias) + out.zeroPoint(), x.type()));
    }

    private static int place(QuantParams quant, int[] dims, int element) {
        if (quant.isPerTensor()) {
            return 0;
        }
        if (quant.blockSize() != 0) {
            throw new IllegalArgumentException("blockwise parameters");
        }
        int axis = quant.axis();
        return element / Dims.count(dims, axis + 1, dims.length) % dims[axis];
    }
}
