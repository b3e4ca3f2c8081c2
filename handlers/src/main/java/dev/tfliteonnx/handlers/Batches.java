package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that cut an image into blocks along the batch axis, or join them; extents may be unknown. */
final class Batches {
    private Batches() {}

    /**
     * {@code x [N·b₁⋯bₘ,s₁,…,sₘ,...]}, block {@code [M]}, crops {@code [M,2]} → {@code [N,s₁·b₁−crops,…,...]}.
     *
     * <p>Source: {@code kernels/batch_to_space_nd.cc}; ONNX Reshape-14, Transpose-13, Reshape-14, Slice-13.
     */
    static List<Value> batchToSpaceNd(TflOp op, Onnx onnx) {
        long[] block = block(op);
        long[] crops = op.longs(2);
        int m = block.length;
        int rank = op.rank(0);
        Extents x = Extents.of(op, onnx, 0);
        Value batch = Extents.over(onnx, x.at(0), product(block));
        List<Value> parted = new ArrayList<>();
        Arrays.stream(block).forEach(b -> parted.add(onnx.ints(b)));
        parted.add(batch);
        parted.addAll(List.of(x.range(1, rank)));
        // the batch first, then each axis followed by its block
        int[] perm = IntStream.concat(
                        IntStream.of(m),
                        IntStream.concat(
                                IntStream.range(0, m).flatMap(i -> IntStream.of(m + 1 + i, i)),
                                IntStream.range(2 * m + 1, rank + m)))
                .toArray();
        List<Value> joined = new ArrayList<>(List.of(batch));
        for (int i = 0; i < m; i++) {
            joined.add(Extents.times(onnx, x.at(i + 1), block[i]));
        }
        joined.addAll(List.of(x.range(m + 1, rank)));
        Value apart = Extents.reshape(onnx, op.in(0), parted.toArray(Value[]::new));
        Value y = Extents.reshape(onnx, onnx.transpose(apart, perm), joined.toArray(Value[]::new));
        return List.of(cropped(onnx, y, crops));
    }

    private static Value cropped(Onnx onnx, Value x, long[] crops) {
        long[] axes = LongStream.range(0, crops.length / 2)
                .filter(i -> crops[(int) (2 * i)] != 0 || crops[(int) (2 * i + 1)] != 0)
                .toArray();
        if (axes.length == 0) {
            return x;
        }
        long[] starts = Arrays.stream(axes).map(i -> crops[(int) (2 * i)]).toArray();
        long[] ends = Arrays.stream(axes)
                .map(i -> crops[(int) (2 * i + 1)] == 0 ? Long.MAX_VALUE : -crops[(int) (2 * i + 1)])
                .toArray();
        long[] steps = Arrays.stream(axes).map(i -> 1).toArray();
        return onnx.slice(x, starts, ends, Arrays.stream(axes).map(i -> i + 1).toArray(), steps);
    }

    /**
     * {@code x [N,s₁,…,sₘ,...]}, block {@code [M]}, paddings {@code [M,2]} → {@code [N·b₁⋯bₘ,(s₁+paddings)/b₁,…,...]}.
     *
     * <p>Source: {@code kernels/space_to_batch_nd.cc}; ONNX Pad-13 by zeros, Reshape-14, Transpose-13, Reshape-14.
     */
    static List<Value> spaceToBatchNd(TflOp op, Onnx onnx) {
        return spaceToBatchNd(op, onnx, Value.ABSENT);
    }

    /**
     * The same with other paddings.
     *
     * @param fill what they are filled with, zeros if it is absent
     */
    static List<Value> spaceToBatchNd(TflOp op, Onnx onnx, Value fill) {
        long[] block = block(op);
        long[] paddings = op.longs(2);
        int m = block.length;
        int rank = op.rank(0);
        Extents x = Extents.of(op, onnx, 0);
        Value padded = padded(onnx, op.in(0), paddings, fill);
        List<Value> parted = new ArrayList<>(List.of(x.at(0)));
        List<Value> joined = new ArrayList<>(List.of(Extents.times(onnx, x.at(0), product(block))));
        for (int i = 0; i < m; i++) {
            Value whole = Extents.plus(onnx, x.at(i + 1), paddings[2 * i] + paddings[2 * i + 1]);
            Value cut = Extents.over(onnx, whole, block[i]);
            parted.add(cut);
            parted.add(onnx.ints(block[i]));
            joined.add(cut);
        }
        parted.addAll(List.of(x.range(m + 1, rank)));
        joined.addAll(List.of(x.range(m + 1, rank)));
        // the blocks first, then the batch, then the axes
        int[] perm = IntStream.concat(
                        IntStream.range(0, m).map(i -> 2 * i + 2),
                        IntStream.concat(
                                IntStream.concat(
                                        IntStream.of(0), IntStream.range(0, m).map(i -> 2 * i + 1)),
                                IntStream.range(2 * m + 1, rank + m)))
                .toArray();
        Value apart = Extents.reshape(onnx, padded, parted.toArray(Value[]::new));
        return List.of(Extents.reshape(onnx, onnx.transpose(apart, perm), joined.toArray(Value[]::new)));
    }

    private static Value padded(Onnx onnx, Value x, long[] paddings, Value fill) {
        if (Arrays.stream(paddings).allMatch(p -> p == 0)) {
            return x;
        }
        int rank = x.shape().rank();
        long[] pads = new long[2 * rank];
        for (int i = 0; i < paddings.length / 2; i++) {
            pads[i + 1] = paddings[2 * i];
            pads[rank + i + 1] = paddings[2 * i + 1];
        }
        return onnx.op("Pad", x, onnx.ints(pads), fill);
    }

    private static long[] block(TflOp op) {
        long[] block = op.longs(1);
        if (block.length + 1 > op.rank(0) || Arrays.stream(block).anyMatch(b -> b < 1)) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL,
                    "blocks of " + Arrays.toString(block) + " do not fit " + op.shape(0),
                    "");
        }
        return block;
    }

    private static long product(long[] values) {
        return Arrays.stream(values).reduce(1, (a, b) -> a * b);
    }
}
