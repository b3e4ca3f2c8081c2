package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.List;
import java.util.Optional;

/**
 * Integers that stand for real numbers. One scale for the tensor, one for each index of an axis, or one for each block of
 * an axis. Source: QuantizeLinear-24, DequantizeLinear-24, DynamicQuantizeLinear-11. Refuses 8-bit floats as a result.
 */
final class Quantization {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Long> BLOCK_SIZE = Key.ofInt("block_size");
    private static final Key<Long> OUTPUT_DTYPE = Key.ofInt("output_dtype");

    /** Which scale belongs to which element. */
    private record Blocks(int n, int inner, int block, int blocks, boolean single) {
        static Blocks of(Call call, Array x, Array scale) {
            if (scale.size() == 1 && scale.rank() <= 1) {
                return new Blocks(1, 1, 1, 1, true);
            }
            int axis = Dims.axis(call.option(AXIS, 1), x.rank());
            int n = x.dim(axis);
            int inner = Dims.count(x.dims(), axis + 1, x.rank());
            if (scale.rank() == 1) {
                return new Blocks(n, inner, 0, scale.size(), false);
            }
            int block = call.option(BLOCK_SIZE, 0);
            block = block > 0 ? block : (n + scale.dim(axis) - 1) / scale.dim(axis);
            return new Blocks(n, inner, block, scale.dim(axis), false);
        }

        int scaleOf(int element) {
            if (single) {
                return 0;
            }
            int k = element / inner % n;
            return block == 0 ? k : (element / (inner * n) * blocks + k / block) * inner + element % inner;
        }
    }

    private Quantization() {}

    /** QuantizeLinear: x/scale rounded half to even, plus zero point, saturated. */
    static Array quantize(Call call) {
        Array x = call.in(0);
        Array scale = call.in(1);
        Optional<Array> zero = call.optional(2);
        DataType type = zero.map(Array::type)
                .or(() -> call.option(OUTPUT_DTYPE).flatMap(c -> DataType.ofOnnxCode(c.intValue())))
                .orElse(DataType.UINT8);
        Blocks blocks = Blocks.of(call, x, scale);
        boolean isByte = type == DataType.INT8 || type == DataType.UINT8;
        if (blocks.single && isByte && x.data() instanceof float[] in && Lane.of(scale.type()) == Lane.FLOAT) {
            double point = zero.map(Array::real).orElse(0.0);
            return new Array(type, x.dims(), bytes(in, (float) scale.real(), (float) point, type));
        }
        double[] in = x.doubles();
        double[] scales = scale.doubles();
        double[] zeros = zero.map(Array::doubles).orElseGet(() -> new double[scales.length]);
        boolean single = Lane.of(scale.type()) == Lane.FLOAT;
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int s = blocks.scaleOf(i);
            double ratio = in[i] / scales[s];
            out[i] = Math.rint(single ? (float) ratio : ratio) + zeros[s];
        }
        return Array.ofDoubles(type, x.dims(), out);
    }

    /** 8-bit integers of one scale; NaN becomes 0. */
    private static byte[] bytes(float[] in, float scale, float zero, DataType type) {
        byte[] out = new byte[in.length];
        float low = type.min();
        float high = type.max();
        for (int i = 0; i < out.length; i++) {
            float v = Math.min(Math.max((float) Math.rint(in[i] / scale) + zero, low), high);
            out[i] = (byte) (int) v;
        }
        return out;
    }

    /** DequantizeLinear: (x − zero point)·scale, of the type of the scale. */
    static Array dequantize(Call call) {
        Array x = call.in(0);
        Array scale = call.in(1);
        DataType type = call.option(OUTPUT_DTYPE)
                .flatMap(c -> DataType.ofOnnxCode(c.intValue()))
                .orElse(scale.type());
        Blocks blocks = Blocks.of(call, x, scale);
        if (blocks.single && x.data() instanceof byte[] in && type == DataType.FLOAT32) {
            double zero = call.optional(2).map(Array::real).orElse(0.0);
            return new Array(type, x.dims(), floats(in, x.type().isSignedInteger(), zero, scale.real()));
        }
        double[] in = x.doubles();
        double[] scales = scale.doubles();
        double[] zeros = call.optional(2).map(Array::doubles).orElseGet(() -> new double[scales.length]);
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int s = blocks.scaleOf(i);
            out[i] = (in[i] - zeros[s]) * scales[s];
        }
        return Array.ofDoubles(type, x.dims(), out);
    }

    /** What bytes of one scale stand for, looked up. */
    private static float[] floats(byte[] in, boolean signed, double zero, double scale) {
        float[] table = new float[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) (((signed ? (byte) i : i) - zero) * scale);
        }
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = table[in[i] & 0xff];
        }
        return out;
    }

    /** DynamicQuantizeLinear: x as uint8 over its own range, widened to hold 0; also scale and zero point. */
    static List<Array> dynamic(Call call) {
        Array x = call.in(0);
        float[] in = x.floats();
        float low = 0;
        float high = 0;
        for (float v : in) {
            low = Math.min(low, v);
            high = Math.max(high, v);
        }
        float scale = (high - low) / 255;
        float factor = scale == 0 ? 1 : scale;
        double zero = Math.max(0, Math.min(255, Math.rint(-low / factor)));
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = Math.rint(in[i] / factor) + zero;
        }
        return List.of(
                Array.ofDoubles(DataType.UINT8, x.dims(), out),
                Array.ofFloats(DataType.FLOAT32, new int[0], new float[] {scale}),
                Array.ofDoubles(DataType.UINT8, new int[0], new double[] {zero}));
    }
}
