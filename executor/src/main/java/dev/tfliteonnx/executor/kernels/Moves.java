package dev.tfliteonnx.executor.kernels;

import java.util.Arrays;
import java.util.List;

/** Moving elements of any type. */
public final class Moves {
    private Moves() {}

    /** The element at index i is the one at {@code offset} + Σ i·{@code strides} of {@code a}. */
    public static Array strided(Array a, int offset, int[] dims, int[] strides) {
        Array out = Array.zeros(a.type(), dims);
        for (Walk w = new Walk(dims, strides); w.valid(); w.next()) {
            Lane.Run run = new Lane.Run(a.data(), offset + w.offset(0), w.stride(0));
            Lane.copy(run, out.data(), w.position(), w.length());
        }
        return out;
    }

    /** Axis i of the result is axis {@code perm[i]}. */
    public static Array transposed(Array a, int... perm) {
        if (Arrays.equals(perm, Dims.range(a.rank()))) {
            return a;
        }
        int[] strides = Dims.strides(a.dims());
        int[] dims = new int[perm.length];
        int[] moved = new int[perm.length];
        for (int i = 0; i < perm.length; i++) {
            dims[i] = a.dim(perm[i]);
            moved[i] = strides[perm[i]];
        }
        return strided(a, 0, dims, moved);
    }

    /** The elements repeated along axes of extent 1 or that are not there. */
    public static Array stretched(Array a, int[] dims) {
        return Arrays.equals(a.dims(), dims) ? a : strided(a, 0, dims, Dims.stretched(a.dims(), dims));
    }

    /**
     * Index i on axis k of the result is index {@code maps[k][i]} of {@code a}; a negative one stands for the only
     * element of {@code fill}.
     */
    public static Array mapped(Array a, int[][] maps, Array fill) {
        int rank = a.rank();
        int[] dims = new int[rank];
        Arrays.setAll(dims, k -> maps[k].length);
        int[] strides = Dims.strides(a.dims());
        int[] index = new int[Dims.count(dims)];
        int inner = index.length;
        for (int k = 0; k < rank && inner > 0; k++) {
            int outer = index.length / inner;
            inner /= dims[k];
            for (int o = 0; o < outer; o++) {
                for (int i = 0; i < dims[k]; i++) {
                    int from = (o * dims[k] + i) * inner;
                    int step = maps[k][i] < 0 ? -1 : maps[k][i] * strides[k];
                    for (int j = from; j < from + inner; j++) {
                        index[j] = step < 0 || index[j] < 0 ? -1 : index[j] + step;
                    }
                }
            }
        }
        Array out = strided(fill, 0, dims, new int[rank]);
        Lane.pick(a.data(), index, out.data());
        return out;
    }

    /** A copy of the Java array beneath. */
    public static Object copy(Array a) {
        Object data = Lane.of(a.type()).make(a.size());
        System.arraycopy(a.data(), 0, data, 0, a.size());
        return data;
    }

    /** All of {@code parts} one after the other on an axis. */
    public static Array joined(List<Array> parts, int axis) {
        Array first = parts.get(0);
        int total = parts.stream().mapToInt(p -> p.dim(axis)).sum();
        Array out = Array.zeros(first.type(), Dims.with(first.dims(), axis, total));
        int outer = Dims.count(first.dims(), 0, axis);
        int inner = Dims.count(first.dims(), axis + 1, first.rank());
        int at = 0;
        for (Array part : parts) {
            if (!Arrays.equals(Dims.with(part.dims(), axis, 0), Dims.with(first.dims(), axis, 0))) {
                throw new IllegalArgumentException("cannot join " + first + " and " + part + " on axis " + axis);
            }
            int run = part.dim(axis) * inner;
            for (int o = 0; o < outer; o++) {
                System.arraycopy(part.data(), o * run, out.data(), o * total * inner + at, run);
            }
            at += run;
        }
        return out;
    }

    /** The parts of an axis from {@code from} on, {@code length} long. */
    public static Array part(Array a, int axis, int from, int length) {
        int[] strides = Dims.strides(a.dims());
        return strided(a, from * strides[axis], Dims.with(a.dims(), axis, length), strides);
    }

    /** Every axis repeated as often as {@code repeats} says. */
    public static Array tiled(Array x, int[] repeats) {
        int[] strides = Dims.strides(x.dims());
        int[] dims = new int[2 * repeats.length];
        int[] steps = new int[dims.length];
        int[] out = new int[repeats.length];
        for (int i = 0; i < repeats.length; i++) {
            dims[2 * i] = repeats[i];
            dims[2 * i + 1] = x.dim(i);
            steps[2 * i + 1] = strides[i];
            out[i] = repeats[i] * x.dim(i);
        }
        return strided(x, 0, dims, steps).reshaped(out);
    }
}
