package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import java.util.Arrays;
import java.util.List;

/** Cases of BATCH_TO_SPACE_ND and SPACE_TO_BATCH_ND. */
final class BatchCases {
    private static final List<DataType> TYPES =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);

    /** An image {@code [n,...]}, the blocks it is cut into, and what is put around it first. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Form(int[] image, int[] block, int[] around) {
        int[] blocks() {
            int[] out = image.clone();
            for (int i = 0; i < block.length; i++) {
                out[0] *= block[i];
                out[i + 1] = (image[i + 1] + around[2 * i] + around[2 * i + 1]) / block[i];
            }
            return out;
        }

        @Override
        public String toString() {
            String pads = Arrays.toString(around).replace(" ", "");
            return Shapes.path(image) + "/block" + Shapes.path(block) + "/" + pads;
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form(new int[] {1, 4, 4, 3}, new int[] {2, 2}, new int[4]),
            new Form(new int[] {2, 4, 6, 1}, new int[] {2, 3}, new int[4]),
            new Form(new int[] {1, 5, 7, 2}, new int[] {2, 2}, new int[] {1, 0, 0, 1}),
            new Form(new int[] {1, 5, 5, 2}, new int[] {3, 4}, new int[] {2, 2, 1, 2}),
            new Form(new int[] {2, 3, 3, 3}, new int[] {1, 2}, new int[] {0, 0, 2, 1}),
            new Form(new int[] {1, 2, 3, 4}, new int[] {1, 1}, new int[4]),
            new Form(new int[] {1, 6, 3}, new int[] {3}, new int[2]),
            new Form(new int[] {2, 5, 1}, new int[] {2}, new int[] {2, 1}));

    private BatchCases() {}

    static void addTo(CaseList cases) {
        for (Form form : FORMS) {
            for (DataType type : TYPES) {
                add(cases, form, type, false, false);
                add(cases, form, type, true, false);
            }
            add(cases, form, DataType.FLOAT32, false, true);
            add(cases, form, DataType.FLOAT32, true, true);
        }
        cases.draw("SPACE_TO_BATCH_ND", d -> add(cases, drawn(d), d.of(TYPES), false, d.coin()));
        cases.draw("BATCH_TO_SPACE_ND", d -> add(cases, drawn(d), d.of(TYPES), true, d.coin()));
    }

    private static Form drawn(Draw d) {
        int rank = d.in(3, 4);
        int[] image = new int[rank];
        int[] block = new int[rank - 2];
        int[] around = new int[2 * block.length];
        image[0] = d.in(1, 3);
        image[rank - 1] = d.in(1, 5);
        for (int i = 0; i < block.length; i++) {
            image[i + 1] = d.in(1, 9);
            block[i] = d.in(1, 4);
            around[2 * i] = d.in(0, 3);
            around[2 * i + 1] = Math.floorMod(-image[i + 1] - around[2 * i], block[i]) + block[i] * d.in(0, 1);
        }
        return new Form(image, block, around);
    }

    private static void add(CaseList cases, Form form, DataType type, boolean join, boolean dynamic) {
        String op = join ? "BATCH_TO_SPACE_ND" : "SPACE_TO_BATCH_ND";
        cases.exact(op + "/" + type + "/" + form + (dynamic ? "/dynamic" : ""), g -> {
            int[] from = join ? form.blocks() : form.image();
            int[] to = join ? form.image() : form.blocks();
            TensorSpec x = ShapeCases.spec(type, from);
            TensorSpec y = ShapeCases.spec(type, to);
            if (dynamic) {
                int[] open = from.clone();
                Arrays.fill(open, 0, from.length - 1, -1);
                x = x.signature(open);
                int[] result = to.clone();
                Arrays.fill(result, 0, to.length - 1, -1);
                y = y.signature(result);
                g.tag("dynamic");
            }
            long[] around = Arrays.stream(form.around()).asLongStream().toArray();
            TensorRef pairs = g.constant(Tensor.ofIntegers(DataType.INT32, Shape.of(form.block().length, 2), around));
            g.op(op, y, g.input(x), g.ints(form.block()), pairs);
        });
    }
}
