package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of GATHER. */
final class GatherCases {
    private static final String OP = "GATHER";

    /** Shapes of the table and of the indices, the axis, and how many leading axes both share. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Form(int[] table, int[] indices, int axis, int batchDims) {
        int at() {
            return Math.floorMod(axis, table.length);
        }

        int batch() {
            return batchDims < 0 ? batchDims + indices.length : batchDims;
        }

        int[] result() {
            int[] out = new int[table.length + indices.length - 1 - batch()];
            int n = 0;
            for (int i = 0; i < at(); i++) {
                out[n++] = table[i];
            }
            for (int i = batch(); i < indices.length; i++) {
                out[n++] = indices[i];
            }
            for (int i = at() + 1; i < table.length; i++) {
                out[n++] = table[i];
            }
            return out;
        }

        Attributes options() {
            return Attributes.of(Tfl.AXIS, (long) axis).with(Tfl.BATCH_DIMS, (long) batchDims);
        }

        @Override
        public String toString() {
            return Shapes.path(table) + "/" + Shapes.path(indices) + "/axis" + axis
                    + (batchDims == 0 ? "" : "/batchDims" + batchDims);
        }
    }

    private GatherCases() {}

    static void addTo(CaseList cases) {
        int[][] tables = {{5}, {4, 3}, {2, 5, 3}, {2, 3, 4, 2}};
        int[][] indices = {{}, {3}, {2, 2}};
        for (int[] table : tables) {
            for (int axis = -table.length; axis < table.length; axis++) {
                for (int[] index : indices) {
                    add(cases, new Form(table, index, axis, 0), DataType.FLOAT32, DataType.INT32, false);
                }
            }
        }
        List<Form> batched = List.of(
                new Form(new int[] {2, 5}, new int[] {2, 3}, 1, 1),
                new Form(new int[] {2, 5}, new int[] {2}, 1, 1),
                new Form(new int[] {2, 5, 3}, new int[] {2, 4}, 1, 1),
                new Form(new int[] {2, 3, 5}, new int[] {2, 4}, 2, 1),
                new Form(new int[] {2, 3, 5}, new int[] {2, 4}, -1, 1),
                new Form(new int[] {2, 3, 5}, new int[] {2, 3, 4}, 2, 2),
                new Form(new int[] {2, 3, 5}, new int[] {2, 3, 4}, 2, -1),
                new Form(new int[] {2, 3, 5}, new int[] {2, 3}, 2, 2),
                new Form(new int[] {2, 3, 5, 2}, new int[] {2, 2, 2}, 2, 1),
                new Form(new int[] {2, 3, 5, 2}, new int[] {2, 3, 2}, 3, 2));
        batched.forEach(form -> add(cases, form, DataType.FLOAT32, DataType.INT32, false));
        for (DataType type : ShapeCases.MOVED) {
            for (DataType index : List.of(DataType.INT32, DataType.INT64, DataType.INT16)) {
                Form form = new Form(new int[] {2, 5, 4}, indices[2], 1, 0);
                add(cases, form, type, index, false);
            }
            add(cases, batched.get(3), type, DataType.INT64, false);
            add(cases, new Form(tables[1], indices[1], 0, 0), type, DataType.INT32, true);
        }
        cases.drawOpen(OP, d -> {
            int[] table = d.shape(1, 5, 300);
            int axis = d.axis(table.length);
            int[] index = d.shape(0, 3, 12);
            int batch = Math.min(d.in(0, 2), Math.min(Math.floorMod(axis, table.length), index.length));
            System.arraycopy(table, 0, index, 0, batch);
            int dims = batch > 0 && batch < index.length && d.coin() ? batch - index.length : batch;
            DataType at = d.of(DataType.INT32, DataType.INT64, DataType.INT16);
            add(
                    cases,
                    new Form(table, index, axis, dims),
                    table.length == 1 && d.coin() ? DataType.STRING : d.of(ShapeCases.MOVED),
                    at,
                    d.coin());
        });
        cases.exact(OP + "/embedding", g -> {
            TensorRef table = g.constant(g.random().floats(-1, 1, 20, 6));
            TensorRef ids = g.input(TensorSpec.of(DataType.INT32, 1, 7).signature(1, -1), Values.between(0, 19));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 7, 6).signature(1, -1, 6);
            g.op(OP, Attributes.of(Tfl.AXIS, 0L), y, table, ids);
            g.tag("dynamic");
        });
        cases.exact(OP + "/constantIndices", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 5, 3);
            g.op(OP, Attributes.of(Tfl.AXIS, 1L), TensorSpec.of(DataType.FLOAT32, 2, 4, 3), x, g.ints(4, 0, 0, 2));
        });
        cases.exact(OP + "/noTable", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 5, 3);
            g.op(OP, Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 2, 3), x, g.ints(4, 1));
        });
    }

    private static void add(CaseList cases, Form form, DataType type, DataType index, boolean constant) {
        String name = OP + "/" + type + "/" + index + "/" + form + (constant ? "/constantTable" : "");
        cases.exact(name, g -> {
            TensorSpec table = ShapeCases.spec(type, form.table());
            TensorRef x = constant ? g.randomConstant(table) : g.input(table);
            Values any = Values.between(0, form.table()[form.at()] - 1);
            TensorRef i = g.input(TensorSpec.of(index, form.indices()), any);
            g.op(OP, form.options(), ShapeCases.spec(type, form.result()), x, i);
            if (form.batchDims() != 0) {
                g.tag(OP + ".batch_dims");
            }
        });
    }
}
