package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Tensors made from options or from extents. Source: Constant-13, ConstantOfShape-9, Range-11, EyeLike-9, HannWindow-17,
 * HammingWindow-17, BlackmanWindow-17, MelWeightMatrix-17.
 */
final class Generators {
    private static final Key<Tensor> VALUE = Key.ofTensor("value");
    private static final Key<Float> VALUE_FLOAT = Key.ofFloat("value_float");
    private static final Key<Floats> VALUE_FLOATS = Key.ofFloats("value_floats");
    private static final Key<Long> VALUE_INT = Key.ofInt("value_int");
    private static final Key<Ints> VALUE_INTS = Key.ofInts("value_ints");
    private static final Key<String> VALUE_STRING = Key.ofString("value_string");
    private static final Key<Strings> VALUE_STRINGS = Key.ofStrings("value_strings");
    private static final Key<Long> DTYPE = Key.ofInt("dtype");
    private static final Key<Long> K = Key.ofInt("k");
    private static final Key<Long> PERIODIC = Key.ofInt("periodic");
    private static final Key<Long> OUTPUT_TYPE = Key.ofInt("output_datatype");

    private Generators() {}

    /** Constant: whichever of its options is there. */
    static Array constant(Call call) {
        Optional<Tensor> tensor = call.option(VALUE)
                .or(() -> call.option(VALUE_FLOAT).map(v -> Tensor.ofFloats(Shape.SCALAR, v)))
                .or(() -> call.option(VALUE_FLOATS).map(v -> Tensor.ofFloats(Shape.of(v.size()), v.toArray())))
                .or(() -> call.option(VALUE_INT).map(v -> Tensor.ofIntegers(DataType.INT64, Shape.SCALAR, v)))
                .or(() -> call.option(VALUE_INTS).map(v -> Tensor.ofLongs(v.toArray())))
                .or(() -> call.option(VALUE_STRING).map(v -> Tensor.ofStrings(Shape.SCALAR, List.of(utf8(v)))))
                .or(() -> call.option(VALUE_STRINGS).map(Generators::strings));
        return Array.of(tensor.orElseThrow(() -> new IllegalArgumentException("a constant without a value")));
    }

    private static Tensor strings(Strings strings) {
        List<byte[]> values = strings.values().stream().map(Generators::utf8).toList();
        return Tensor.ofStrings(Shape.of(values.size()), values);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** ConstantOfShape: one value everywhere, float32 zero by default. */
    static Array constantOfShape(Call call) {
        int[] dims = call.in(0).ints();
        Array value = call.option(VALUE).map(Array::of).orElseGet(() -> Array.zeros(DataType.FLOAT32));
        return Moves.strided(value, 0, dims, new int[dims.length]);
    }

    /** Range: start, start + delta, … up to limit, exclusive. */
    static Array range(Call call) {
        Array start = call.in(0);
        if (start.type().isFloat()) {
            double from = start.real();
            double delta = call.in(2).real();
            int n = (int) Math.max(0, Math.ceil((call.in(1).real() - from) / delta));
            double[] out = new double[n];
            Arrays.setAll(out, i -> from + i * delta);
            return Array.ofDoubles(start.type(), new int[] {n}, out);
        }
        long from = start.integer();
        long delta = call.in(2).integer();
        long span = call.in(1).integer() - from;
        int n = Math.toIntExact(Math.max(0, span / delta + (span % delta == 0 || span < 0 != delta < 0 ? 0 : 1)));
        long[] out = new long[n];
        Arrays.setAll(out, i -> from + i * delta);
        return Array.ofLongs(start.type(), new int[] {n}, out);
    }

    /** EyeLike: ones on the k-th diagonal of a matrix as large as the input. */
    static Array eyeLike(Call call) {
        Array x = call.in(0);
        int k = call.option(K, 0);
        long[] out = new long[x.size()];
        for (int row = Math.max(0, -k); row < x.dim(0) && row + k < x.dim(1); row++) {
            out[row * x.dim(1) + row + k] = 1;
        }
        return Array.ofLongs(call.option(DTYPE).map(Generators::type).orElse(x.type()), x.dims(), out);
    }

    private static DataType type(long code) {
        return DataType.ofOnnxCode((int) code)
                .orElseThrow(() -> new IllegalArgumentException("no element type has the number " + code));
    }

    /** A window of cosines: a₀ − a₁·cos(2πi/n) + a₂·cos(4πi/n). */
    static Array window(Call call, double a0, double a1, double a2) {
        int size = Math.toIntExact(call.in(0).integer());
        int n = call.option(PERIODIC, 1L) != 0 ? size : size - 1;
        double[] out = new double[size];
        Arrays.setAll(out, i -> {
            double angle = 2 * Math.PI * i / n;
            return a0 - a1 * Math.cos(angle) + a2 * Math.cos(2 * angle);
        });
        return Array.ofDoubles(type(call.option(OUTPUT_TYPE, 1L)), new int[] {size}, out);
    }

    /** MelWeightMatrix: triangles over the bins of a spectrum, [dft_length/2 + 1, num_mel_bins]. */
    static Array melWeightMatrix(Call call) {
        int bins = Math.toIntExact(call.in(0).integer());
        int length = Math.toIntExact(call.in(1).integer());
        double rate = call.in(2).real();
        double low = mel(call.in(3).real());
        double step = (mel(call.in(4).real()) - low) / (bins + 2);
        int rows = length / 2 + 1;
        int[] edge = new int[bins + 2];
        Arrays.setAll(edge, i -> (int) Math.floor((length + 1) * hertz(low + i * step) / rate));
        double[] out = new double[rows * bins];
        for (int i = 0; i < bins; i++) {
            int centre = edge[i + 1];
            if (centre == edge[i]) {
                out[centre * bins + i] = 1;
            }
            for (int j = edge[i]; j <= centre && centre > edge[i]; j++) {
                out[j * bins + i] = (j - edge[i]) / (double) (centre - edge[i]);
            }
            for (int j = centre; j < edge[i + 2]; j++) {
                out[j * bins + i] = (edge[i + 2] - j) / (double) (edge[i + 2] - centre);
            }
        }
        return Array.ofDoubles(type(call.option(OUTPUT_TYPE, 1L)), new int[] {rows, bins}, out);
    }

    private static double mel(double hertz) {
        return 2595 * Math.log10(1 + hertz / 700);
    }

    private static double hertz(double mel) {
        return 700 * (Math.pow(10, mel / 2595) - 1);
    }
}
