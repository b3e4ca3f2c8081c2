package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of AVERAGE_POOL_2D and MAX_POOL_2D. */
final class PoolingCases {
    private record Window(int inH, int inW, int kH, int kW, int sH, int sW) {
        String path() {
            return inH + "x" + inW + "/k" + kH + "x" + kW + "/s" + sH + "x" + sW;
        }

        /**
         * Whether sums of an even number of stored values are divided, of which many lie halfway between two steps: if the
         * window has as many, or overlaps the border by so much that it has as many inside.
         */
        boolean ties(Padding padding) {
            return kH * kW % 2 == 0 || (padding == Padding.SAME && kH * kW > 1);
        }
    }

    private static final List<Window> WINDOWS = List.of(
            new Window(6, 6, 2, 2, 2, 2),
            new Window(5, 7, 3, 3, 2, 2),
            new Window(5, 7, 3, 3, 1, 1),
            new Window(7, 5, 2, 3, 3, 1),
            new Window(4, 4, 4, 4, 1, 1),
            new Window(4, 5, 4, 5, 4, 5),
            new Window(5, 5, 1, 1, 2, 2),
            new Window(6, 4, 5, 2, 1, 3),
            new Window(9, 8, 3, 5, 2, 1),
            new Window(7, 7, 7, 7, 1, 1));
    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6);

    private PoolingCases() {}

    static void addTo(CaseList cases) {
        for (String op : List.of("AVERAGE_POOL_2D", "MAX_POOL_2D")) {
            for (Numeric kind : Numeric.ALL) {
                for (Padding padding : Padding.values()) {
                    WINDOWS.forEach(w -> add(cases, op, kind, w, options(w, padding, Activation.NONE)));
                    for (Activation act : ACTIVATIONS.subList(1, 4)) {
                        add(cases, op, kind, WINDOWS.get(0), options(WINDOWS.get(0), padding, act));
                        add(cases, op, kind, WINDOWS.get(1), options(WINDOWS.get(1), padding, act));
                    }
                }
            }
            for (Numeric kind : Numeric.UP_TO_8) {
                for (Padding padding : Padding.values()) {
                    addDynamic(cases, op, kind, padding);
                }
            }
            cases.drawOpen(op, d -> {
                Window w = new Window(d.in(1, 12), d.in(1, 12), d.in(1, 5), d.in(1, 5), d.in(1, 4), d.in(1, 4));
                Padding padding = w.kH() > w.inH() || w.kW() > w.inW() ? Padding.SAME : d.of(Padding.values());
                add(cases, op, d.of(Numeric.ALL), w, options(w, padding, d.of(ACTIVATIONS)));
            });
        }
    }

    private static Attributes options(Window w, Padding padding, Activation act) {
        return Attributes.of(Tfl.PADDING, padding)
                .with(Tfl.STRIDE_H, (long) w.sH())
                .with(Tfl.STRIDE_W, (long) w.sW())
                .with(Tfl.FILTER_HEIGHT, (long) w.kH())
                .with(Tfl.FILTER_WIDTH, (long) w.kW())
                .with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
    }

    private static int[] output(Window w, Padding padding, int batch) {
        return new int[] {
            batch,
            ConvolutionCases.extent(w.inH(), w.kH(), w.sH(), 1, padding),
            ConvolutionCases.extent(w.inW(), w.kW(), w.sW(), 1, padding),
            3
        };
    }

    private static void add(CaseList cases, String op, Numeric kind, Window w, Attributes options) {
        Padding padding = options.get(Tfl.PADDING);
        boolean exact = op.startsWith("MAX");
        Tolerance mean = w.ties(padding) ? kind.ties() : kind.tolerance();
        String name = op + "/" + kind.path() + (exact || mean != Tolerance.TIES ? "/" : "/ties/") + w.path() + "/"
                + padding + "/" + options.get(Tfl.FUSED_ACTIVATION_FUNCTION);
        cases.add(name, exact ? Tolerance.EXACT : mean, g -> {
            TensorRef x = g.input(kind, -8, 9, 2, w.inH(), w.inW(), 3);
            g.op(op, options, kind.spec(-8, 9, output(w, padding, 2)), x);
        });
    }

    private static void addDynamic(CaseList cases, String op, Numeric kind, Padding padding) {
        Window w = WINDOWS.get(1);
        Tolerance tolerance = op.startsWith("MAX") ? Tolerance.EXACT : w.ties(padding) ? kind.ties() : kind.tolerance();
        cases.add(op + "/" + kind.path() + "/dynamic/" + padding, tolerance, g -> {
            TensorRef x = g.input(kind.spec(-2, 2, 1, w.inH(), w.inW(), 3).signature(-1, -1, -1, 3));
            TensorSpec y = kind.spec(-2, 2, output(w, padding, 1)).signature(-1, -1, -1, 3);
            g.op(op, options(w, padding, Activation.NONE), y, x);
            g.tag("dynamic");
        });
    }
}
