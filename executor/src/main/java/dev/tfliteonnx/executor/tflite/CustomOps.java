package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Small custom operators of TFLite. */
final class CustomOps {
    private CustomOps() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("NumericVerify", c -> List.of(numericVerify(c)))
                .custom("aeq.hadamard_rotation", c -> List.of(hadamardRotation(c)))
                .custom("Roll", c -> List.of(roll(c)))
                .custom("Table", c -> List.of(table(c)))
                .custom("AvgPool3D", c -> List.of(averagePool(c, Pool.ofFlexBuffer(c))))
                .custom("MaxPool3D", c -> List.of(maxPool(c, Pool.ofFlexBuffer(c))))
                .custom("FlexAvgPool3D", c -> List.of(averagePool(c, Pool.ofNodeDef(c))))
                .custom("FlexMaxPool3D", c -> List.of(maxPool(c, Pool.ofNodeDef(c))));
    }

    /** NumericVerify: how far a quantized tensor is from floats. Source: {@code kernels/numeric_verify.cc}. */
    static Array numericVerify(TfliteCall call) {
        Array real = Quantization.dequantize(call);
        return Functions.numbers(real, call.in(1), (a, b) -> a - b, (a, b) -> a - b);
    }

    /**
     * aeq.hadamard_rotation: the Walsh–Hadamard transform of blocks of the last axis, of length 1. Source:
     * {@code kernels/hadamard_rotation.cc}.
     */
    static Array hadamardRotation(TfliteCall call) {
        int size = CustomOptions.flex(call, flex -> (int) flex.integer("hadamard_size", 0));
        Array x = call.in(0);
        if (size < 1 || Integer.bitCount(size) != 1 || x.dim(-1) % size != 0) {
            throw new IllegalArgumentException("blocks of " + size + " elements of " + x);
        }
        float[] y = x.floats().clone();
        for (int half = 1; half < size; half *= 2) {
            for (int i = 0; i < y.length; i++) {
                if ((i % size & half) == 0) {
                    float a = y[i];
                    float b = y[i + half];
                    y[i] = a + b;
                    y[i + half] = a - b;
                }
            }
        }
        float unit = 1 / (float) Math.sqrt(size);
        for (int i = 0; i < y.length; i++) {
            y[i] *= unit;
        }
        return Array.ofFloats(x.type(), x.dims(), y);
    }

    /** Roll: elements moved along axes, those beyond the end to the start. Source: {@code kernels/roll.cc}. */
    static Array roll(TfliteCall call) {
        Array x = call.in(0);
        long[] shifts = call.in(1).longs();
        long[] axes = call.in(2).longs();
        int[][] maps = new int[x.rank()][];
        Arrays.setAll(maps, k -> Dims.range(x.dim(k)));
        for (int i = 0; i < axes.length; i++) {
            int[] old = maps[Dims.axis(axes[i], x.rank())];
            int[] map = old.clone();
            for (int k = 0; k < old.length; k++) {
                old[(int) Math.floorMod(k + shifts[i], (long) old.length)] = map[k];
            }
        }
        return Moves.mapped(x, maps, Array.zeros(x.type(), Windows.ones(x.rank())));
    }

    /** Table: 256 entries for int8, 513 for int16, between which lines are straight. Source: {@code kernels/table.cc}. */
    static Array table(TfliteCall call) {
        int[] entries = Integers.of(call.in(1), 0);
        return call.in(0).type() == DataType.INT16
                ? Integers.map(call.in(0), call.outType(), q -> Fixed.interpolated(entries, q))
                : Integers.mapByTable(call.in(0), call.outType(), entries);
    }

    /** The windows of a pooling of [N, D, H, W, C], and the margins that SAME asks for. */
    private record Pool(int[] size, int[] strides, int[] low, int[] high) {
        static Pool ofFlexBuffer(TfliteCall call) {
            return CustomOptions.flex(
                    call,
                    flex -> of(
                            call.in(0),
                            flex.text("data_format", "NDHWC") + " " + flex.text("padding", "VALID"),
                            Dims.of(flex.integers("pool_size")),
                            Dims.of(flex.integers("strides"))));
        }

        static Pool ofNodeDef(TfliteCall call) {
            Attributes options = call.node().attributes();
            return of(
                    call.in(0),
                    options.get(Key.ofString("data_format"), "NDHWC") + " "
                            + options.get(Key.ofString("padding"), "VALID"),
                    options.get(Key.ofInts("ksize"), Ints.of()).toIntArray(),
                    options.get(Key.ofInts("strides"), Ints.of()).toIntArray());
        }

        private static Pool of(Array x, String form, int[] size, int[] strides) {
            boolean isSame = form.toUpperCase(Locale.ROOT).endsWith("SAME");
            if (!form.startsWith("NDHWC ") || size.length != 5 || strides.length != 5) {
                throw new IllegalArgumentException("windows " + Arrays.toString(size) + " of layout " + form);
            }
            int[] low = new int[5];
            int[] high = new int[5];
            for (int k = 1; isSame && k < 4; k++) {
                int outs = (x.dim(k) + strides[k] - 1) / strides[k];
                int margin = Math.max(0, (outs - 1) * strides[k] + size[k] - x.dim(k));
                low[k] = margin / 2;
                high[k] = margin - margin / 2;
            }
            return new Pool(size, strides, low, high);
        }

        Array padded(Array x, Array fill) {
            return Windows.spread(x, fill, low, high, Windows.ones(5));
        }

        Array sums(Array x) {
            Array zero = Array.zeros(x.type());
            return Windows.slide(
                    padded(x, zero),
                    zero,
                    size,
                    strides,
                    Windows.ones(5),
                    (a, b) -> Functions.numbers(a, b, Double::sum, Long::sum));
        }
    }

    /** AvgPool3D: margins do not count; integers round half away from 0. Source: {@code kernels/pooling3d.cc}. */
    private static Array averagePool(TfliteCall call, Pool pool) {
        Array x = call.in(0);
        DataType type = x.type().isFloat() ? x.type() : DataType.INT32;
        Array wide = x.type().isFloat() ? x : Array.ofLongs(type, x.dims(), x.longs());
        Array one = Array.ofDoubles(type, new int[0], new double[] {1});
        Array counts = pool.sums(Moves.stretched(one, x.dims()));
        Array means = Functions.numbers(
                pool.sums(wide), counts, (sum, n) -> sum / n, (sum, n) -> (sum + (sum > 0 ? n / 2 : -n / 2)) / n);
        return x.type().isFloat() ? means : Array.ofLongs(x.type(), means.dims(), means.longs());
    }

    /** MaxPool3D. Source: {@code kernels/pooling3d.cc}. */
    private static Array maxPool(TfliteCall call, Pool pool) {
        Array x = call.in(0);
        double lowest = x.type().isFloat() ? -Float.MAX_VALUE : x.type().min();
        Array least = Array.ofDoubles(x.type(), new int[0], new double[] {lowest});
        return Windows.slide(
                pool.padded(x, least),
                least,
                pool.size(),
                pool.strides(),
                Windows.ones(5),
                (a, b) -> Functions.numbers(a, b, Math::max, Math::max));
    }
}
