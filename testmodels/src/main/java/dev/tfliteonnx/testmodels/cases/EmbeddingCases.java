package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
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
import java.util.stream.IntStream;

/** Cases of EMBEDDING_LOOKUP, EMBEDDING_LOOKUP_SPARSE and HASHTABLE_LOOKUP. */
final class EmbeddingCases {
    private static final List<DataType> FOUND =
            List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.STRING);

    /** The forms of a table of EMBEDDING_LOOKUP. */
    private enum Table {
        FLOAT32(DataType.FLOAT32),
        INT8(DataType.INT8),
        INT8_TO_FLOAT(DataType.INT8),
        /** With a scale for each row. */
        INT8_PER_ROW(DataType.INT8),
        UINT8(DataType.UINT8),
        UINT8_TO_FLOAT(DataType.UINT8),
        INT4_TO_FLOAT(DataType.INT4),
        INT4_PER_ROW(DataType.INT4);

        private final DataType type;

        Table(DataType type) {
            this.type = type;
        }

        /** Whether the results are stored as the rows are. */
        boolean keeps() {
            return this == FLOAT32 || this == INT8 || this == UINT8;
        }

        boolean mayBeInput() {
            return this != INT8_PER_ROW && type != DataType.INT4;
        }

        TensorSpec spec(int... shape) {
            TensorSpec spec = TensorSpec.of(type, shape);
            return switch (this) {
                case FLOAT32 -> spec;
                case INT8, INT8_TO_FLOAT, UINT8_TO_FLOAT -> spec.quantized(0.05, 0);
                case UINT8 -> spec.quantized(0.05, 128);
                case INT4_TO_FLOAT -> spec.quantized(0.25, 0);
                case INT8_PER_ROW, INT4_PER_ROW -> {
                    float[] scales = new float[shape[0]];
                    for (int i = 0; i < scales.length; i++) {
                        scales[i] = 0.01f * (i + 1);
                    }
                    yield spec.quantized(QuantParams.perAxis(scales, new long[scales.length], 0));
                }
            };
        }
    }

    private EmbeddingCases() {}

    static void addTo(CaseList cases) {
        for (int[] shape : new int[][] {{5, 3}, {20, 8}, {6, 2, 4}, {4, 2, 2, 2}}) {
            for (Table table : Table.values()) {
                if (table.type == DataType.INT4 && shape[shape.length - 1] % 2 == 1) {
                    continue; // the kernel takes whole bytes
                }
                lookup(cases, table, shape, 7, true);
                if (table.mayBeInput()) {
                    lookup(cases, table, shape, 7, false);
                }
            }
        }
        for (CombinerType combiner : CombinerType.values()) {
            addSparse(cases, combiner);
        }
        addHashtables(cases);
        draw(cases);
    }

    private static void draw(CaseList cases) {
        cases.drawOpen("EMBEDDING_LOOKUP", d -> {
            int[] shape = d.shape(2, 5, 400);
            Table table = d.of(Table.values());
            if (table.type == DataType.INT4) {
                shape[shape.length - 1] = 2 * d.in(1, 4);
            }
            lookup(cases, table, shape, d.in(1, 12), !table.mayBeInput() || d.coin());
        });
        cases.drawOpen("EMBEDDING_LOOKUP_SPARSE", d -> {
            int[] dense = d.shape(1, 4, 60);
            int[] all = d.order(Shapes.count(dense));
            int[] places = Arrays.copyOf(all, d.in(1, Math.min(8, all.length)));
            Arrays.sort(places); // the kernel finishes a row when the next one begins
            int[][] at = new int[places.length][dense.length];
            for (int i = 0; i < at.length; i++) {
                for (int j = dense.length - 1, rest = places[i]; j >= 0; rest /= dense[j--]) {
                    at[i][j] = rest % dense[j];
                }
            }
            sparse(cases, d.of(CombinerType.values()), d.shape(2, 4, 100), at, dense, d.of(Given.ALL32));
        });
        cases.drawOpen("HASHTABLE_LOOKUP", d -> {
            DataType type = d.of(FOUND);
            int[] keys = new int[d.in(1, 9)];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = (i == 0 ? -5 : keys[i - 1]) + d.in(1, 4);
            }
            // the kernel takes no rows of strings
            hashtable(cases, type, type == DataType.STRING ? new int[0] : d.shape(0, 3, 60), d.in(1, 12), keys);
        });
    }

    private static void lookup(CaseList cases, Table table, int[] shape, int n, boolean constant) {
        String name = "EMBEDDING_LOOKUP/" + table + "/" + Shapes.path(shape) + "/ids" + n
                + (constant ? "" : "/computedTable");
        cases.add(name, table.keeps() && table != Table.FLOAT32 ? Tolerance.EXACT : Tolerance.FLOAT, g -> {
            TensorRef ids = g.input(TensorSpec.of(DataType.INT32, n), Values.between(0, shape[0] - 1));
            TensorSpec spec = table.spec(shape);
            TensorRef values = constant ? g.randomConstant(spec) : g.input(spec);
            TensorSpec y = TensorSpec.of(table.keeps() ? spec.type() : DataType.FLOAT32, Shapes.with(shape, 0, n));
            g.op("EMBEDDING_LOOKUP", table.keeps() ? y.quantizedAs(spec) : y, ids, values);
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
                sparse(cases, combiner, table, at, dense, Given.CONSTANT);
                sparse(cases, combiner, table, at, dense, Given.COMPUTED);
            }
        }
    }

    private static void sparse(
            CaseList cases, CombinerType combiner, int[] table, int[][] at, int[] dense, Given given) {
        String name = "EMBEDDING_LOOKUP_SPARSE/" + combiner + "/" + Shapes.path(table) + "/" + Shapes.path(dense) + "/"
                + Arrays.deepToString(at).replace(" ", "") + given.path();
        cases.add(name, Tolerance.FLOAT, g -> sparse(g, combiner, table, at, dense, given));
    }

    private static void sparse(CaseGraph g, CombinerType combiner, int[] table, int[][] at, int[] dense, Given given) {
        int[] flat = Arrays.stream(at).flatMapToInt(Arrays::stream).toArray();
        TensorRef ids = g.input(TensorSpec.of(DataType.INT32, at.length), Values.between(0, table[0] - 1));
        TensorRef indices = given.shaped(g, new int[] {at.length, dense.length}, flat);
        TensorRef shape = given.vector(g, dense);
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
                        int[] key = IntStream.range(0, keys).map(i -> 3 * i - 2).toArray();
                        hashtable(cases, type, inner, n, key);
                    }
                }
            }
        }
    }

    private static void hashtable(CaseList cases, DataType type, int[] inner, int n, int... keys) {
        String name = "HASHTABLE_LOOKUP/" + type + "/" + Shapes.path(inner) + "/ids" + n + "/keys" + Given.list(keys);
        cases.exact(name, g -> {
            int last = keys[keys.length - 1];
            TensorRef ids = g.input(TensorSpec.of(DataType.INT32, n), Values.between(keys[0] - 1, last + 2));
            TensorSpec table = TensorSpec.of(type, Shapes.inserted(inner, 0, keys.length));
            TensorRef values = type == DataType.STRING
                    ? g.constant(Tensor.ofStrings(table.shape(), texts(keys.length)))
                    : g.randomConstant(table);
            TensorSpec found = TensorSpec.of(type, Shapes.inserted(inner, 0, n));
            g.add(OpSpec.of("HASHTABLE_LOOKUP")
                    .inputs(ids, g.ints(keys), values)
                    .outputs(found, TensorSpec.of(DataType.UINT8, n)));
        });
    }

    private static List<byte[]> texts(int n) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(("word" + i).getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }
}
