package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.function.Consumer;

/** Cases of STABLEHLO_COMPOSITE by the names that converters give, each with the subgraph that they give it. */
final class CompositeCases {
    private static final Attributes KEEP = Attributes.of(Tfl.KEEP_DIMS, true);

    private CompositeCases() {}

    static void addTo(CaseList cases) {
        addNormalizations(cases);
        addActivations(cases);
        addAttentions(cases);
        addRotary(cases);
        addOthers(cases);
        addFalse(cases);
    }

    private static void add(CaseList cases, String name, Consumer<CompositeBody> body) {
        cases.add("STABLEHLO_COMPOSITE/" + name, Tolerance.FLOAT, g -> body.accept(new CompositeBody(g)));
    }

    private static int[] shape(int... sizes) {
        return sizes;
    }

    private static void addNormalizations(CaseList cases) {
        for (double epsilon : new double[] {1e-6, 1e-3}) {
            add(cases, "odml.rms_norm/epsilon" + epsilon, b -> {
                int[] shape = shape(1, 5, 16);
                TensorRef x = b.input(shape);
                TensorRef w = b.weights(16);
                TensorRef square = b.op("MUL", shape, x, x);
                TensorRef mean = b.op("MEAN", KEEP, shape(1, 5, 1), square, b.ints(2));
                TensorRef sum = b.op("ADD", shape(1, 5, 1), mean, b.number(epsilon));
                TensorRef root = b.op("RSQRT", shape(1, 5, 1), sum);
                TensorRef y = b.op("MUL", shape, b.op("MUL", shape, x, root), w);
                b.says("epsilon", epsilon).call("odml.rms_norm", shape, y);
            });
            add(cases, "odml.l2_norm/epsilon" + epsilon, b -> {
                int[] shape = shape(2, 5, 8);
                TensorRef x = b.input(shape);
                TensorRef square = b.op("MUL", shape, x, x);
                TensorRef total = b.op("SUM", KEEP, shape(2, 5, 1), square, b.ints(2));
                TensorRef sum = b.op("MAXIMUM", shape(2, 5, 1), total, b.number(epsilon));
                TensorRef y = b.op("MUL", shape, x, b.op("RSQRT", shape(2, 5, 1), sum));
                b.says("epsilon", epsilon).says("axis", -1).call("odml.l2_norm", shape, y);
            });
        }
        for (int groups : new int[] {1, 2, 4}) {
            add(cases, "odml.group_norm/groups" + groups, b -> {
                int[] shape = shape(2, 3, 5, 8);
                TensorRef x = b.input(shape);
                TensorRef scale = b.weights(8);
                TensorRef bias = b.weights(8);
                TensorRef first = b.transpose(x, shape(2, 8, 3, 5), 0, 3, 1, 2);
                TensorRef normal = normalized(b, first, groups, shape(2, groups, 8 / groups, 15));
                TensorRef back = b.transpose(b.reshape(normal, 2, 8, 3, 5), shape, 0, 2, 3, 1);
                TensorRef y = b.op("ADD", shape, b.op("MUL", shape, back, scale), bias);
                b.says("num_groups", groups).says("eps", 1e-5).says("channel_axis", 3);
                b.call("odml.group_norm", shape, y);
            });
        }
    }

    /** As PyTorch takes it apart: a gain for each group, and an offset by the mean. */
    private static TensorRef normalized(CompositeBody b, TensorRef x, int groups, int[] inner) {
        int[] kept = shape(2, groups, 1, 1);
        TensorRef parts = b.reshape(x, inner);
        TensorRef mean = b.op("MEAN", KEEP, kept, parts, b.ints(2, 3));
        TensorRef distance = b.op("SUB", inner, parts, mean);
        TensorRef square = b.op("MUL", inner, distance, distance);
        TensorRef variance = b.op("MEAN", KEEP, kept, square, b.ints(2, 3));
        TensorRef gain = b.op("RSQRT", kept, b.op("ADD", kept, variance, b.number(1e-5)));
        TensorRef offset = b.op("SUB", kept, b.number(0), b.op("MUL", kept, gain, mean));
        return b.op("ADD", inner, b.op("MUL", inner, parts, gain), offset);
    }

    private static void addActivations(CaseList cases) {
        int[] shape = shape(2, 3, 8);
        for (boolean tanh : new boolean[] {false, true}) {
            String form = tanh ? "tanh" : "none";
            add(cases, "aten.gelu.default/" + form, b -> {
                TensorRef y = b.op("GELU", Attributes.of(Tfl.APPROXIMATE, tanh), shape, b.input(shape));
                b.says("approximate", form).call("aten.gelu.default", shape, y);
            });
        }
        add(cases, "aten.gelu.default/written", b -> {
            TensorRef x = b.input(shape);
            TensorRef cube = b.op("MUL", shape, b.op("MUL", shape, x, x), x);
            TensorRef sum = b.op("ADD", shape, x, b.op("MUL", shape, b.number(0.044715), cube));
            TensorRef tanh = b.op("TANH", shape, b.op("MUL", shape, b.number(Math.sqrt(2 / Math.PI)), sum));
            TensorRef half = b.op("MUL", shape, b.number(0.5), x);
            TensorRef y = b.op("MUL", shape, half, b.op("ADD", shape, b.number(1), tanh));
            b.says("approximate", "tanh").call("aten.gelu.default", shape, y);
        });
        add(cases, "aten.hardswish.default", b -> {
            TensorRef x = b.input(shape);
            TensorRef ramp = b.op("RELU6", shape, b.op("ADD", shape, x, b.number(3)));
            TensorRef y = b.op("MUL", shape, b.op("MUL", shape, x, ramp), b.number(1 / 6.0));
            b.call("aten.hardswish.default", shape, y);
        });
    }

    private static void addAttentions(CaseList cases) {
        for (boolean mask : new boolean[] {false, true}) {
            for (double cap : new double[] {0, 30}) {
                String path = (mask ? "/mask" : "") + (cap > 0 ? "/cap" : "");
                add(cases, "odml.scaled_dot_product_attention" + path, b -> attention(b, mask, cap));
            }
        }
        add(cases, "odml.sdpa_transposed", b -> {
            TensorRef q = b.input(1, 4, 6, 8);
            TensorRef k = b.input(1, 4, 7, 8);
            TensorRef v = b.input(1, 4, 8, 7);
            TensorRef product = product(b, b.op("MUL", shape(1, 4, 6, 8), q, b.number(0.3)), k, shape(1, 4, 6, 7));
            TensorRef shares = shares(b, product, shape(1, 4, 6, 7));
            b.says("scale", 0.3);
            b.call("odml.sdpa_transposed", shape(1, 4, 6, 8), product(b, shares, v, shape(1, 4, 6, 8)));
        });
        add(cases, "odml.runtime_bmm", b -> {
            TensorRef y = product(b, b.input(1, 2, 3, 8), b.input(1, 2, 5, 8), shape(1, 2, 3, 5));
            b.call("odml.runtime_bmm", shape(1, 2, 3, 5), y);
        });
    }

    /** Queries {@code [1,6,4,8]}, keys and values {@code [1,7,4,8]}. */
    private static void attention(CompositeBody b, boolean mask, double cap) {
        TensorRef q = b.transpose(b.input(1, 6, 4, 8), shape(1, 4, 6, 8), 0, 2, 1, 3);
        TensorRef k = b.transpose(b.input(1, 7, 4, 8), shape(1, 4, 7, 8), 0, 2, 1, 3);
        TensorRef v = b.transpose(b.input(1, 7, 4, 8), shape(1, 4, 7, 8), 0, 2, 1, 3);
        int[] shape = shape(1, 4, 6, 7);
        double root = Math.sqrt(1 / Math.sqrt(8));
        TensorRef scaled = b.op("MUL", shape(1, 4, 6, 8), q, b.number(root));
        TensorRef scores = product(b, scaled, b.op("MUL", shape(1, 4, 7, 8), k, b.number(root)), shape);
        if (cap > 0) {
            TensorRef tanh = b.op("TANH", shape, b.op("DIV", shape, scores, b.number(cap)));
            scores = b.op("MUL", shape, tanh, b.number(cap));
            b.says("logit_cap", cap);
        }
        scores = mask ? b.op("ADD", shape, scores, b.input(1, 1, 6, 7)) : scores;
        TensorRef shares = shares(b, scores, shape);
        TensorRef y = b.op("BATCH_MATMUL", shape(1, 4, 6, 8), shares, v);
        b.says("scale", root * root);
        b.call("odml.scaled_dot_product_attention", shape(1, 6, 4, 8), b.transpose(y, shape(1, 6, 4, 8), 0, 2, 1, 3));
    }

    private static TensorRef product(CompositeBody b, TensorRef x, TensorRef y, int[] shape) {
        return b.op("BATCH_MATMUL", Attributes.of(Tfl.ADJ_Y, true), shape, x, y);
    }

    private static TensorRef shares(CompositeBody b, TensorRef scores, int[] shape) {
        return b.op("SOFTMAX", Attributes.of(Tfl.BETA, 1f), shape, scores);
    }

    private static void addRotary(CaseList cases) {
        for (boolean headsFirst : new boolean[] {false, true}) {
            add(cases, "odml.rope/" + (headsFirst ? "headsFirst" : "placesFirst"), b -> {
                int[] shape = headsFirst ? shape(2, 3, 5, 8) : shape(2, 5, 3, 8);
                int[] half = headsFirst ? shape(2, 3, 5, 4) : shape(2, 5, 3, 4);
                int[] places = headsFirst ? shape(2, 1, 5, 4) : shape(2, 5, 1, 4);
                TensorRef x = b.input(shape);
                TensorRef cos = b.op("COS", places, b.input(places));
                TensorRef sin = b.op("SIN", places, b.input(places));
                TensorRef first = b.op("SLICE", half, x, b.ints(0, 0, 0, 0), b.ints(half));
                TensorRef second = b.op("SLICE", half, x, b.ints(0, 0, 0, 4), b.ints(half));
                TensorRef real = b.op("SUB", half, b.op("MUL", half, first, cos), b.op("MUL", half, second, sin));
                TensorRef other = b.op("ADD", half, b.op("MUL", half, second, cos), b.op("MUL", half, first, sin));
                TensorRef y = b.op("CONCATENATION", Attributes.of(Tfl.AXIS, 3L), shape, real, other);
                b.call("odml.rope", shape, y);
            });
        }
    }

    private static void addOthers(CaseList cases) {
        for (String name : new String[] {"odml.update_kv_cache", "odml.cache_update"}) {
            add(cases, name, b -> {
                TensorRef cache = b.input(1, 8, 2, 4);
                TensorRef update = b.input(1, 1, 2, 4);
                TensorRef y = b.op("DYNAMIC_UPDATE_SLICE", shape(1, 8, 2, 4), cache, update, b.indices(8, 4));
                b.says("kv_cache_max", 8).call(name, shape(1, 8, 2, 4), y);
            });
        }
        add(cases, "odml.embedding_lookup", b -> {
            TensorRef ids = b.indices(9, 5);
            TensorRef y = b.op("GATHER", Attributes.of(Tfl.AXIS, 0L), shape(5, 6), b.weights(9, 6), ids);
            b.call("odml.embedding_lookup", shape(5, 6), y);
        });
        for (boolean corners : new boolean[] {false, true}) {
            add(cases, "odml.upsample_bilinear2d/" + (corners ? "alignCorners" : "halfPixel"), b -> {
                Attributes options = Attributes.of(Tfl.ALIGN_CORNERS, corners).with(Tfl.HALF_PIXEL_CENTERS, !corners);
                TensorRef y = b.op("RESIZE_BILINEAR", options, shape(1, 6, 8, 3), b.input(1, 3, 4, 3), b.ints(6, 8));
                b.says("align_corners", corners).says("is_nchw_op", false);
                b.call("odml.upsample_bilinear2d", shape(1, 6, 8, 3), y);
            });
        }
        add(cases, "aten.avg_pool2d.default", b -> {
            TensorRef last = b.transpose(b.input(1, 3, 6, 6), shape(1, 6, 6, 3), 0, 2, 3, 1);
            Attributes options = Attributes.of(Tfl.PADDING, Padding.VALID)
                    .with(Tfl.STRIDE_W, 2L)
                    .with(Tfl.STRIDE_H, 2L)
                    .with(Tfl.FILTER_WIDTH, 2L)
                    .with(Tfl.FILTER_HEIGHT, 2L);
            TensorRef pooled = b.op("AVERAGE_POOL_2D", options, shape(1, 3, 3, 3), last);
            b.says("ceil_mode", false).says("divisor_override", "py_None");
            b.call("aten.avg_pool2d.default", shape(1, 3, 3, 3), b.transpose(pooled, shape(1, 3, 3, 3), 0, 3, 1, 2));
        });
        for (String name : new String[] {"odml.npu_call", "odml.cpu_call", "moe", "not.a.name"}) {
            add(cases, name, b -> {
                TensorRef x = b.input(2, 3);
                b.call(name, shape(2, 3), b.op("ADD", shape(2, 3), x, b.op("TANH", shape(2, 3), x)));
            });
        }
    }

    /** Subgraphs that are not what the name and the attributes say. */
    private static void addFalse(CaseList cases) {
        int[] shape = shape(2, 3, 8);
        add(cases, "odml.rms_norm/false", b -> {
            TensorRef x = b.input(shape);
            TensorRef most = b.op("REDUCE_MAX", KEEP, shape(2, 3, 1), b.op("MUL", shape, x, x), b.ints(2));
            TensorRef root = b.op("RSQRT", shape(2, 3, 1), b.op("ADD", shape(2, 3, 1), most, b.number(0.5)));
            b.says("epsilon", 1e-6).call("odml.rms_norm", shape, b.op("MUL", shape, x, root));
        });
        add(cases, "odml.rms_norm/falseEpsilon", b -> {
            TensorRef x = b.input(shape);
            TensorRef mean = b.op("MEAN", KEEP, shape(2, 3, 1), b.op("MUL", shape, x, x), b.ints(2));
            TensorRef root = b.op("RSQRT", shape(2, 3, 1), b.op("ADD", shape(2, 3, 1), mean, b.number(0.5)));
            b.says("epsilon", 1e-6).call("odml.rms_norm", shape, b.op("MUL", shape, x, root));
        });
        add(cases, "aten.gelu.default/false", b -> {
            TensorRef y = b.op("LOGISTIC", shape, b.input(shape));
            b.says("approximate", "none").call("aten.gelu.default", shape, y);
        });
        add(cases, "odml.rope/false", b -> {
            TensorRef x = b.input(shape);
            b.call("odml.rope", shape, b.op("MUL", shape, x, b.op("COS", shape, x)));
        });
    }
}
