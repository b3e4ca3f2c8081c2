package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR. */
final class ResizeCases {
    private static final int[][] SIZES = {
        {4, 4, 8, 8},
        {3, 5, 6, 10},
        {4, 6, 2, 3},
        {5, 7, 3, 4},
        {3, 4, 7, 9},
        {2, 2, 41, 5},
        {6, 6, 6, 6},
        {1, 1, 3, 4},
        {5, 6, 1, 1},
        {4, 3, 9, 2},
        {2, 3, 8, 12},
        {7, 1, 10, 5}
    };

    /** Images: how many, their channels, and their heights and widths before and after. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Frame(int batch, int channels, int[] size) {
        String path() {
            return size[0] + "x" + size[1] + "/to" + size[2] + "x" + size[3] + "/batch" + batch + "/channels"
                    + channels;
        }
    }

    private ResizeCases() {}

    static void addTo(CaseList cases) {
        for (String op : List.of("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR")) {
            boolean nearest = op.endsWith("NEIGHBOR");
            for (boolean align : new boolean[] {false, true}) {
                for (boolean half : new boolean[] {false, true}) {
                    if (align && half && !nearest) {
                        continue; // the kernel refuses both
                    }
                    for (Numeric kind : Numeric.ALL) {
                        for (int[] size : SIZES) {
                            add(cases, op, kind, new Frame(2, 3, size), options(align, half));
                        }
                    }
                    addDynamic(cases, op, options(align, half));
                }
            }
            cases.drawOpen(op, d -> {
                boolean align = d.coin();
                Attributes options = options(align, d.coin() && (nearest || !align));
                int[] size = {d.in(1, 9), d.in(1, 9), d.in(1, 16), d.in(1, 16)};
                add(cases, op, d.of(Numeric.ALL), new Frame(d.in(1, 3), d.in(1, 5), size), options);
            });
        }
    }

    private static Attributes options(boolean align, boolean half) {
        return Attributes.of(Tfl.ALIGN_CORNERS, align).with(Tfl.HALF_PIXEL_CENTERS, half);
    }

    private static String path(Attributes options) {
        return (options.get(Tfl.ALIGN_CORNERS) ? "/alignCorners" : "")
                + (options.get(Tfl.HALF_PIXEL_CENTERS) ? "/halfPixel" : "");
    }

    private static void add(CaseList cases, String op, Numeric kind, Frame frame, Attributes options) {
        String name = op + "/" + kind.path() + path(options) + "/" + frame.path();
        Tolerance tolerance = op.endsWith("NEIGHBOR") ? Tolerance.EXACT : kind.tolerance();
        cases.add(name, tolerance, g -> {
            int[] s = frame.size();
            TensorRef x = g.input(kind, -2, 3, frame.batch(), s[0], s[1], frame.channels());
            TensorSpec y = kind.spec(-2, 3, frame.batch(), s[2], s[3], frame.channels());
            g.op(op, options, y, x, g.ints(s[2], s[3]));
        });
    }

    private static void addDynamic(CaseList cases, String op, Attributes options) {
        Numeric kind = Numeric.FLOAT32;
        Tolerance tolerance = op.endsWith("NEIGHBOR") ? Tolerance.EXACT : kind.tolerance();
        cases.add(op + "/float32" + path(options) + "/computedSize", tolerance, g -> {
            TensorRef x = g.input(kind, -2, 3, 1, 3, 4, 2);
            g.op(op, options, kind.spec(-2, 3, 1, 6, 7, 2), x, g.dynamicInts(6, 7));
            g.tag(op + " computed");
        });
        cases.add(op + "/float32" + path(options) + "/dynamic", tolerance, g -> {
            TensorSpec spec = kind.spec(-2, 3, 1, 3, 4, 2).signature(-1, -1, -1, 2);
            TensorSpec y = kind.spec(-2, 3, 1, 6, 7, 2).signature(-1, 6, 7, 2);
            g.op(op, options, y, g.input(spec), g.ints(6, 7));
            g.tag("dynamic");
        });
    }
}
