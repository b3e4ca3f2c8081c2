package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Lane;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.CombinerType;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values found by keys, and rows of tables that are added up. */
final class Tables {
    private Tables() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("HASHTABLE", Tables::handle)
                .many("HASHTABLE_IMPORT", Tables::fill)
                .one("HASHTABLE_FIND", Tables::find)
                .one("HASHTABLE_SIZE", Tables::size)
                .many("HASHTABLE_LOOKUP", Tables::lookup)
                .one("EMBEDDING_LOOKUP_SPARSE", Tables::sumRows);
    }

    /** Where the value of each key stands; keys are numbers or byte strings. */
    private record Table(Map<Object, Integer> places, Array values) {}

    private static Object[] keys(Array keys) {
        return keys.type() == DataType.STRING
                ? Arrays.stream(keys.strings()).map(ByteBuffer::wrap).toArray()
                : Arrays.stream(keys.longs()).boxed().toArray();
    }

    /** HASHTABLE: the handle of the table of a number. Source: {@code kernels/hashtable.cc}. */
    static Array handle(TfliteCall call) {
        return Array.ofLongs(
                call.outType(), new int[] {1}, call.resources().handle("table " + call.option(Tfl.TABLE_ID)));
    }

    private static int handleIn(TfliteCall call) {
        return (int) call.in(0).longs()[0];
    }

    /** HASHTABLE_IMPORT: the first filling stays. Source: {@code kernels/hashtable_import.cc}. */
    static List<Array> fill(TfliteCall call) {
        int handle = handleIn(call);
        if (call.resources().find(handle, Table.class).isEmpty()) {
            Map<Object, Integer> places = new HashMap<>();
            Object[] keys = keys(call.in(1));
            for (int i = 0; i < keys.length; i++) {
                places.putIfAbsent(keys[i], i);
            }
            call.resources().put(handle, new Table(places, call.in(2)));
        }
        return List.of();
    }

    /** HASHTABLE_FIND: the value of each key, or another one. Source: {@code kernels/hashtable_find.cc}. */
    static Array find(TfliteCall call) {
        Array x = call.in(1);
        Array otherwise = call.in(2);
        Object out = Moves.copy(Moves.stretched(otherwise.reshaped(), x.dims()));
        call.resources().find(handleIn(call), Table.class).ifPresent(table -> {
            int[] index = Arrays.stream(keys(x))
                    .mapToInt(k -> table.places().getOrDefault(k, -1))
                    .toArray();
            Lane.pick(table.values().data(), index, out);
        });
        return new Array(otherwise.type(), x.dims(), out);
    }

    /** HASHTABLE_SIZE: how many keys, [1]. Source: {@code kernels/hashtable_size.cc}. */
    static Array size(TfliteCall call) {
        int size = call.resources()
                .find(handleIn(call), Table.class)
                .map(t -> t.places().size())
                .orElse(0);
        return Array.vector(size);
    }

    /** HASHTABLE_LOOKUP: rows by sorted keys, and which were found. Source: {@code kernels/hashtable_lookup.cc}. */
    static List<Array> lookup(TfliteCall call) {
        int[] ids = call.in(0).ints();
        int[] keys = call.in(1).ints();
        Array values = call.in(2);
        int run = Dims.count(values.dims(), 1, values.rank());
        Array out = Array.zeros(values.type(), Dims.with(values.dims(), 0, ids.length));
        byte[] hits = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            int at = Arrays.binarySearch(keys, ids[i]);
            if (at >= 0) {
                System.arraycopy(values.data(), at * run, out.data(), i * run, run);
                hits[i] = 1;
            }
        }
        return List.of(out, new Array(DataType.UINT8, new int[] {ids.length}, hits));
    }

    /**
     * EMBEDDING_LOOKUP_SPARSE: weighted rows of a table, those that follow each other for the same place joined. Operands
     * are the rows' numbers, their indices [n, rank], the extents of the places, weights and the table. Source:
     * {@code kernels/embedding_lookup_sparse.cc}.
     */
    static Array sumRows(TfliteCall call) {
        int[] ids = call.in(0).ints();
        int[] indices = call.in(1).ints();
        int rank = call.in(1).dim(1);
        int[] outer = Dims.slice(call.in(2).ints(), 0, rank - 1);
        float[] weights = call.in(3).floats();
        Array table = call.in(4);
        float[] rows = table.floats();
        int[] inner = Dims.slice(table.dims(), 1, table.rank());
        int run = Dims.count(inner);
        int[] strides = Dims.strides(outer);
        CombinerType combiner = call.option(Tfl.COMBINER);
        float[] out = new float[Dims.count(outer) * run];
        float sum = 0;
        float squares = 0;
        for (int i = 0; i < ids.length; i++) {
            int place = place(indices, i * rank, strides);
            sum += weights[i];
            squares += weights[i] * weights[i];
            for (int k = 0; k < run; k++) {
                out[place * run + k] += rows[ids[i] * run + k] * weights[i];
            }
            if (i + 1 == ids.length || place(indices, (i + 1) * rank, strides) != place) {
                float divisor =
                        switch (combiner) {
                            case SUM -> 1;
                            case MEAN -> sum;
                            case SQRTN -> (float) Math.sqrt(squares);
                        };
                for (int k = 0; k < run; k++) {
                    out[place * run + k] /= divisor;
                }
                sum = 0;
                squares = 0;
            }
        }
        return Array.ofFloats(DataType.FLOAT32, Dims.concat(outer, inner), out);
    }

    private static int place(int[] indices, int at, int[] strides) {
        int place = 0;
        for (int k = 0; k < strides.length; k++) {
            place += indices[at + k] * strides[k];
        }
        return place;
    }
}
