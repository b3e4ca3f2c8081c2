package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.CombinerType;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of EMBEDDING_LOOKUP, EMBEDDING_LOOKUP_SPARSE and HASHTABLE_LOOKUP. */
final class EmbeddingCases {
    private EmbeddingCases() {}

    static void addTo(CaseList cases) {
        int[][] tables = {{5, 3}, {20, 8}, {6, 2, 4}, {4, 2, 2, 2}};
        for (int[] table : tables) {
            for (boolean constant : new boolean[] {true, false}) {
                lookup(cases, "float32", TensorSpec.of(DataType.FLOAT32, table), DataType.FLOAT32, constant);
                TensorSpec int8 = TensorSpec.of(DataType.INT8, table).quantized(0.05, 0);
                lookup(cases, "int8", int8, DataType.INT8, constant);
                lookup(cases, "int8toFloat", int8, DataType.FLOAT32, constant);
                TensorSpec shifted = TensorSpec.of(DataType.UINT8, table).quantized(0.05, 128);
                lookup(cases, "uint8", shifted, DataType.UINT8, constant);
                lookup(
                        cases,
                        "uint8toFloat",
                        TensorSpec.of(DataType.UINT8, table).quantized(0.05, 0),
                        DataType.FLOAT32,
                        constant);
            }
            float[] scales = new float[table[0]];
            for (int i = 0; i < scales.length; i++) {
                scales[i] = 0.01f * (i + 1);
            }
            QuantParams rows = QuantParams.perAxis(scales, new long[scales.length], 0);
            lookup(cases, "int8perRow", TensorSpec.of(DataType.INT8, table).quantized(rows), DataType.FLOAT32, true);
            if (table[table.length - 1] % 2 == 0) {
                TensorSpec int4 = TensorSpec.of(DataType.INT4, table);
                lookup(cases, "int4toFloat", int4.quantized(0.25, 0), DataType.FLOAT32, true);
                lookup(cases, "int4perRow", int4.quantized(rows), DataType.FLOAT32, true);
            }
        }
        for (CombinerType combiner : CombinerType.values()) {
            addSparse(cases, combiner);
        }
        addHashtables(cases);
    }

    private static void lookup(CaseList cases, String kind, TensorSpec table, DataType out, boolean constant) {
        String name =
                "EMBEDDING_LOOKUP/" + kind + "/" + Shapes.path(table.sizes()) + (constant ? "" : "/computedTable");
        cases.add(name, out.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
            int rows = table.sizes()[0];
            TensorRef ids = g.input(TensorSpec.of(DataType.INT32, 7), Values.between(0, rows - 1));
            TensorRef values = constant ? g.randomConstant(table) : g.input(table);
            TensorSpec y = TensorSpec.of(out, Shapes.with(table.sizes(), 0, 7));
            g.op("EMBEDDING_LOOKUP", out == table.type() ? y.quantizedAs(table) : y, ids, values);
        });
    }

    private static void addSparse(CaseList cases, CombinerType combiner) {
        int[][] tables = {{5, 3}, {9, 4}, {6, 2, 2}};
        int[][][] places = {
            {{0, 0}, {0, 2}, {1, 1}, {3, 0}},
            {{0, 0}, {1, 0}, {2, 0}},
            {{0, 0, 0}, {0, 0, 1}, {1, 1, 0}, {1, 1, 3}},
            {{0}, {1}, {4}}
        };
        int[][] extents = {{4, 3}, {3, 1}, {2, 2, 4}, {5}};
        for (int[] table : tables) {
            for (int i = 0; i < places.length; i++) {
                int[][] at = places[i];
                int[] dense = extents[i];
                for (boolean computed : new boolean[] {false, true}) {
                    String name = "EMBEDDING_LOOKUP_SPARSE/" + combiner + "/" + Shapes.path(table) + "/"
                            + Shapes.path(dense) + (computed ? "/computed" : "");
                    cases.add(name, Tolerance.FLOAT, g -> sparse(g, combiner, table, at, dense, computed));
                }
            }
        }
    }

    private static void sparse(
            CaseGraph g, CombinerType combiner, int[] table, int[][] at, int[] dense, boolean computed) {
        long[] flat =
                Arrays.stream(at).flatMapToInt(Arrays::stream).asLongStream().toArray();
        Tensor places = Tensor.ofIntegers(DataType.INT32, Shape.of(at.length, dense.length), flat);
        TensorRef ids = g.input(TensorSpec.of(DataType.INT32, at.length), Values.between(0, table[0] - 1));
        TensorRef indices = computed
                ? g.input(TensorSpec.of(DataType.INT32, at.length, dense.length), Values.exactly(places))
                : g.constant(places);
        TensorRef shape = computed ? g.dynamicInts(dense) : g.ints(dense);
        TensorRef weights = g.input(TensorSpec.of(DataType.FLOAT32, at.length), Values.between(0.1, 2));
        TensorRef params = g.constant(TensorSpec.of(g.random()
                .reals(
                        DataType.FLOAT32,
                        -1,
                        1,
                        TensorSpec.of(DataType.FLOAT32, table).shape())));
        int[] out = Arrays.copyOf(dense, dense.length - 1 + table.length - 1);
        System.arraycopy(table, 1, out, dense.length - 1, table.length - 1);
        Attributes options = Attributes.of(Tfl.COMBINER, combiner);
        g.op(
                "EMBEDDING_LOOKUP_SPARSE",
                options,
                TensorSpec.of(DataType.FLOAT32, out),
                ids,
                indices,
                shape,
                weights,
                params);
    }

    private static void addHashtables(CaseList cases) {
        for (int[] inner : new int[][] {{}, {3}, {2, 2}}) {
            for (int n : new int[] {1, 5, 12}) {
                for (DataType type : List.of(DataType.FLOAT32, DataType.STRING)) {
                    if (type == DataType.STRING && inner.length > 0) {
                        continue; // the kernel takes no rows of strings
                    }
                    for (int keys : new int[] {1, 4, 9}) {
                        cases.exact(
                                "HASHTABLE_LOOKUP/" + type + "/" + Shapes.path(inner) + "/ids" + n + "/keys" + keys,
                                g -> {
                                    TensorRef ids =
                                            g.input(TensorSpec.of(DataType.INT32, n), Values.between(-3, 3 * keys));
                                    int[] key = new int[keys];
                                    for (int i = 0; i < keys; i++) {
                                        key[i] = 3 * i - 2;
                                    }
                                    TensorSpec table = TensorSpec.of(type, Shapes.inserted(inner, 0, keys));
                                    TensorRef values = type == DataType.STRING
                                            ? g.constant(Tensor.ofStrings(table.shape(), texts(keys)))
                                            : g.randomConstant(table);
                                    g.add(OpSpec.of("HASHTABLE_LOOKUP")
                                            .inputs(ids, g.ints(key), values)
                                            .outputs(
                                                    TensorSpec.of(type, Shapes.inserted(inner, 0, n)),
                                                    TensorSpec.of(DataType.UINT8, n)));
                                });
                    }
                }
            }
        }
    }

    private static List<byte[]> texts(int n) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(("word" + i).getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }
}
