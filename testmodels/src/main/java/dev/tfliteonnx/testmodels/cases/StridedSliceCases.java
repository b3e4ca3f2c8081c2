package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Cases of STRIDED_SLICE, one for each mask and for most pairs of masks. */
final class StridedSliceCases {
    private static final String OP = "STRIDED_SLICE";

    /** The five masks. */
    private record Masks(int begin, int end, int ellipsis, int newAxis, int shrink) {
        static final Masks NONE = new Masks(0, 0, 0, 0, 0);

        Attributes options() {
            return Attributes.of(Tfl.BEGIN_MASK, (long) begin)
                    .with(Tfl.END_MASK, (long) end)
                    .with(Tfl.ELLIPSIS_MASK, (long) ellipsis)
                    .with(Tfl.NEW_AXIS_MASK, (long) newAxis)
                    .with(Tfl.SHRINK_AXIS_MASK, (long) shrink);
        }

        String path() {
            return "b" + begin + "e" + end + (ellipsis == 0 ? "" : "...") + (ellipsis == 0 ? "" : ellipsis)
                    + (newAxis == 0 ? "" : "n" + newAxis) + (shrink == 0 ? "" : "s" + shrink);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Form(int[] shape, int[] begin, int[] end, int[] strides, Masks masks) {
        @Override
        public String toString() {
            return Shapes.path(shape) + "/" + list(begin) + list(end) + list(strides) + "/" + masks.path();
        }

        /** Whether one of the ranges ends at 0, in the one form that XNNPACK takes. */
        boolean endsAtZero() {
            boolean plain = masks.ellipsis() == 0 && masks.newAxis() == 0 && masks.shrink() == 0;
            return plain
                    && end.length == shape.length
                    && Arrays.stream(strides).allMatch(s -> s == 1)
                    && IntStream.range(0, end.length).anyMatch(i -> end[i] == 0 && !bit(masks.end(), i));
        }

        private static String list(int[] values) {
            return Arrays.toString(values).replace(" ", "");
        }
    }

    private StridedSliceCases() {}

    static void addTo(CaseList cases) {
        List<Form> forms = new ArrayList<>();
        for (int begin = 0; begin < 4; begin++) {
            for (int end = 0; end < 4; end++) {
                for (int shrink = 0; shrink < 4; shrink++) {
                    forms.add(form(new Masks(begin, end, 0, 0, shrink), 4, 5)
                            .at(1, 2)
                            .to(3, 4)
                            .by(1, 1));
                }
                forms.add(form(new Masks(begin, end, 0, 0, 0), 4, 7)
                        .at(-2, 6)
                        .to(0, 1)
                        .by(-1, -2));
                forms.add(form(new Masks(begin, end, 0, 0, 0), 5, 7)
                        .at(-5, 1)
                        .to(-1, 20)
                        .by(2, 3));
            }
        }
        addSpecialForms(forms);
        for (Form form : forms) {
            cases.exact(OP + "/" + form, g -> slice(g, form, DataType.FLOAT32, Given.CONSTANT));
        }
        List<Form> typed = List.of(
                forms.get(0),
                form(new Masks(0, 0, 0, 0, 2), 2, 3, 4).at(0, 1, 0).to(2, 2, 4).by(1, 1, 2),
                form(new Masks(1, 1, 0, 0, 0), 4, 6).at(0, 5).to(0, 0).by(1, -2));
        for (DataType type :
                List.of(DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64, DataType.BOOL)) {
            typed.forEach(form -> cases.exact(OP + "/" + type + "/" + form, g -> slice(g, form, type, Given.CONSTANT)));
        }
        addComputed(cases);
        cases.drawOpen(OP, d -> {
            Form form = draw(d);
            DataType type = d.of(ShapeCases.MOVED_OR_TEXT);
            boolean computed = d.in(0, 3) == 0;
            cases.exact(OP + "/" + type + "/" + form + (computed ? "/computed" : ""), g -> {
                slice(g, form, type, computed ? Given.COMPUTED : Given.CONSTANT);
            });
            if (form.endsAtZero()) {
                cases.excuse(Engine.TFLITE_DEFAULT, "XNNPACK takes an end of 0 for the end of the axis");
            }
        });
    }

    /** A specification of up to 5 axes, to which the kernel pads: some taken, some made, some dropped, some left. */
    private static Form draw(Draw d) {
        int[] shape = d.shape(1, 5);
        int made = d.in(0, 3) == 0 ? d.in(0, 5 - shape.length) : 0;
        int taken = d.in(made == 0 ? 1 : 0, shape.length);
        int ellipsis = taken < shape.length ? d.in(0, 1) : 0; // the kernel gives an ellipsis one axis at least
        int[] kinds = d.order(made + taken + ellipsis); // the first of them make axes, the last is the ellipsis
        int[] begin = new int[kinds.length];
        int[] end = new int[kinds.length];
        int[] strides = new int[kinds.length];
        int[] masks = new int[3];
        int axis = 0;
        for (int i = 0; i < kinds.length; i++) {
            boolean whole = kinds[i] == made + taken;
            int extent = kinds[i] < made || whole ? 1 : shape[axis];
            axis += whole ? shape.length - taken : kinds[i] < made ? 0 : 1;
            boolean drops = !whole && kinds[i] >= made && d.in(0, 3) == 0;
            begin[i] = drops ? d.in(-extent, extent - 1) : d.in(-extent - 1, extent + 1);
            end[i] = drops ? begin[i] + 1 : d.in(-extent - 1, extent + 1);
            strides[i] = drops ? 1 : d.of(1, 1, 2, 3, -1, -2);
            masks[0] |= whole ? 1 << i : 0;
            masks[1] |= !whole && kinds[i] < made ? 1 << i : 0;
            masks[2] |= drops ? 1 << i : 0;
        }
        int all = (1 << kinds.length) - 1;
        return new Form(
                shape, begin, end, strides, new Masks(d.in(0, all), d.in(0, all), masks[0], masks[1], masks[2]));
    }

    private static void addSpecialForms(List<Form> forms) {
        Masks none = Masks.NONE;
        forms.add(form(none, 9).at(2).to(8).by(3));
        forms.add(form(none, 9).at(-3).to(100).by(1));
        forms.add(form(none, 9).at(-100).to(-3).by(2));
        forms.add(form(none, 9).at(7).to(-10).by(-3));
        forms.add(form(none, 9).at(5).to(2).by(1));
        forms.add(form(new Masks(1, 1, 0, 0, 0), 9).at(0).to(0).by(-1));
        forms.add(form(new Masks(0, 0, 0, 0, 1), 9).at(-1).to(0).by(1));
        forms.add(form(new Masks(0, 0, 0, 0, 1), 9).at(3).to(4).by(1));
        forms.add(form(none, 2, 3, 4).at(0, 1).to(2, 3).by(1, 1));
        forms.add(form(none, 2, 3, 4).at(1).to(2).by(1));
        forms.add(
                form(new Masks(5, 7, 0, 0, 2), 2, 3, 4).at(0, -1, 0).to(0, 0, 0).by(1, 1, 1));
        forms.add(
                form(new Masks(0, 0, 0, 0, 7), 2, 3, 4).at(1, 2, 3).to(2, 3, 4).by(1, 1, 1));
        for (int bit = 1; bit < 8; bit *= 2) {
            forms.add(form(new Masks(7, 7, 0, bit, 0), 4, 5)
                    .at(0, 0, 0)
                    .to(0, 0, 0)
                    .by(1, 1, 1));
            forms.add(form(new Masks(0, 0, 0, bit, 0), 4, 5)
                    .at(1, 1, 1)
                    .to(3, 3, 3)
                    .by(1, 2, 1));
            forms.add(form(new Masks(0, 0, bit, 0, 0), 2, 3, 4, 5)
                    .at(1, 1, 1)
                    .to(2, 2, 2)
                    .by(1, 1, 1));
            forms.add(form(new Masks(7, 7, bit, 0, 0), 2, 3)
                    .at(1, 1, 1)
                    .to(2, 2, 2)
                    .by(1, 1, 1));
            forms.add(form(new Masks(0, 0, bit, 0, 7 - bit), 2, 3, 4, 5)
                    .at(1, 1, 1)
                    .to(2, 2, 2)
                    .by(1, 1, 1));
            forms.add(form(new Masks(0, 0, bit, 7 - bit, 0), 2, 3)
                    .at(0, 0, 0)
                    .to(2, 2, 2)
                    .by(1, 1, 1));
        }
        forms.add(
                form(new Masks(0, 0, 1, 4, 2), 2, 3, 4).at(0, 1, 0).to(0, 2, 1).by(1, 1, 1));
        forms.add(
                form(new Masks(0, 0, 2, 1, 4), 2, 3, 4).at(0, 0, -1).to(1, 1, 0).by(1, 1, 1));
        forms.add(form(new Masks(0, 0, 0, 3, 0), 3).at(0, 0, 1).to(1, 1, 3).by(1, 1, 1));
        forms.add(form(new Masks(0, 0, 0, 2, 1), 3, 4).at(1, 0, 1).to(2, 1, 3).by(1, 1, 1));
        forms.add(form(new Masks(0, 0, 0, 2, 2), 3, 4).at(1, 0, 1).to(2, 1, 3).by(1, 1, 1));
        forms.add(form(none, 1, 6, 6, 3).at(0, 1, 1, 0).to(1, 5, 6, 3).by(1, 2, 2, 1));
        forms.add(form(new Masks(9, 9, 0, 0, 0), 2, 6, 6, 3)
                .at(0, 1, 4, 0)
                .to(0, 6, 0, 0)
                .by(1, 2, -1, 1));
        forms.add(form(none, 1, 2, 3, 4, 2).at(0, 1, 0, 1, 0).to(1, 2, 3, 4, 2).by(1, 1, 2, 2, 1));
    }

    private static FormBuilder form(Masks masks, int... shape) {
        return new FormBuilder(masks, shape, new int[0], new int[0]);
    }

    @SuppressWarnings("ArrayRecordComponent") // lives for one expression
    private record FormBuilder(Masks masks, int[] shape, int[] begin, int[] end) {
        FormBuilder at(int... values) {
            return new FormBuilder(masks, shape, values, end);
        }

        FormBuilder to(int... values) {
            return new FormBuilder(masks, shape, begin, values);
        }

        Form by(int... strides) {
            return new Form(shape, begin, end, strides, masks);
        }
    }

    private static void slice(CaseGraph g, Form form, DataType type, Given given) {
        TensorRef x = g.input(ShapeCases.spec(type, form.shape()));
        TensorRef begin = given.vector(g, form.begin());
        TensorRef end = given.vector(g, form.end());
        TensorSpec y = given.result(ShapeCases.spec(type, result(form)));
        g.op(OP, form.masks().options(), y, x, begin, end, g.ints(form.strides()));
        tag(g, form.masks());
    }

    private static void tag(CaseGraph g, Masks m) {
        int[] masks = {m.begin(), m.end(), m.ellipsis(), m.newAxis(), m.shrink()};
        String[] names = {"begin", "end", "ellipsis", "new_axis", "shrink_axis"};
        for (int i = 0; i < masks.length; i++) {
            if (masks[i] != 0) {
                g.tag(OP + "." + names[i] + "_mask");
            }
        }
    }

    private static boolean bit(int mask, int i) {
        return i < 31 && (mask >> i & 1) != 0;
    }

    /** The shape of the result: each entry of the specification takes or makes its axes, the rest is whole. */
    private static int[] result(Form form) {
        Masks m = form.masks();
        int entries = form.begin().length;
        int taken = 0;
        for (int i = 0; i < entries; i++) {
            taken += bit(m.ellipsis(), i) || bit(m.newAxis(), i) ? 0 : 1;
        }
        List<Integer> out = new ArrayList<>();
        int axis = 0;
        for (int i = 0; i < entries; i++) {
            if (bit(m.ellipsis(), i)) {
                int covered = form.shape().length - taken;
                for (int j = 0; j < covered; j++) {
                    out.add(form.shape()[axis++]);
                }
            } else if (bit(m.newAxis(), i)) {
                out.add(1);
            } else if (bit(m.shrink(), i)) {
                axis++;
            } else {
                out.add(extent(form, i, form.shape()[axis++]));
            }
        }
        while (axis < form.shape().length) {
            out.add(form.shape()[axis++]);
        }
        return out.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int extent(Form form, int i, int size) {
        int stride = form.strides()[i];
        int low = stride > 0 ? 0 : -1;
        int high = stride > 0 ? size : size - 1;
        int begin = bit(form.masks().begin(), i) ? (stride > 0 ? low : high) : clamp(form.begin()[i], size, low, high);
        int end = bit(form.masks().end(), i) ? (stride > 0 ? high : low) : clamp(form.end()[i], size, low, high);
        int steps = (end - begin + stride + (stride > 0 ? -1 : 1)) / stride;
        return Math.max(0, steps);
    }

    private static int clamp(int at, int size, int low, int high) {
        int counted = at < 0 ? at + size : at;
        return Math.max(low, Math.min(high, counted));
    }

    private static void addComputed(CaseList cases) {
        List<Form> forms = List.of(
                form(Masks.NONE, 4, 5).at(1, 2).to(3, 4).by(1, 1),
                form(new Masks(1, 2, 0, 0, 0), 4, 5).at(0, -2).to(-1, 0).by(1, 1),
                form(new Masks(0, 0, 0, 0, 1), 3, 4).at(2, 0).to(3, 4).by(1, 2),
                form(new Masks(2, 2, 0, 0, 1), 3, 4).at(-1, 0).to(0, 0).by(1, 1));
        for (Form form : forms) {
            cases.exact(OP + "/computed/" + form, g -> {
                TensorRef x = g.input(DataType.FLOAT32, form.shape());
                TensorRef begin = g.dynamicInts(form.begin());
                TensorRef end = g.dynamicInts(form.end());
                TensorSpec y = TensorSpec.of(DataType.FLOAT32, result(form));
                g.op(OP, form.masks().options(), y, x, begin, end, g.ints(form.strides()));
                g.tag(OP + " computed");
            });
        }
        for (boolean offset : new boolean[] {true, false}) {
            cases.exact(OP + "/offset" + offset, g -> {
                TensorRef x = g.input(DataType.FLOAT32, 6, 7);
                Attributes options = Masks.NONE.options().with(Tfl.OFFSET, offset);
                TensorSpec y = TensorSpec.of(DataType.FLOAT32, offset ? 3 : 2, offset ? 4 : 2);
                g.op(OP, options, y, x, g.ints(1, 2), g.ints(3, 4), g.ints(1, 1));
            });
        }
        cases.exact(OP + "/dynamic", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 6, 3).signature(-1, -1, 3));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 3, 3).signature(-1, -1, 3);
            Attributes options = new Masks(5, 7, 0, 0, 0).options();
            g.op(OP, options, y, x, g.ints(0, 1, 0), g.ints(0, 0, 0), g.ints(1, 2, 1));
            g.tag("dynamic");
        });
        cases.exact(OP + "/ofShape", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 2, 5).signature(-1, 5));
            Attributes type = Attributes.of(Tfl.OUT_TYPE, DataType.INT32);
            TensorRef shape = g.op("SHAPE", type, TensorSpec.of(DataType.INT32, 2), x);
            Attributes options = new Masks(0, 0, 0, 0, 1).options();
            g.op(OP, options, TensorSpec.of(DataType.INT32), shape, g.ints(0), g.ints(1), g.ints(1));
            g.tag("dynamic");
        });
    }
}
