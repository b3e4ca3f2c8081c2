package dev.tfliteonnx.testmodels.cases;

import com.google.flatbuffers.FlexBuffersBuilder;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.util.List;

/** Cases of the custom operator TFLite_Detection_PostProcess and of STABLEHLO_COMPOSITE. */
final class CustomCases {
    private static final String COMPOSITE = "STABLEHLO_COMPOSITE";

    private static final String DETECTION = "CUSTOM/TFLite_Detection_PostProcess";

    /** The options of a detection head. */
    private record Detection(int anchors, int classes, int background, int most, int perBox, boolean regular) {
        /** Regular suppression keeps so many detections of a class. */
        static final int PER_CLASS = 3;

        String path() {
            return DETECTION + "/anchors" + anchors + "/classes" + classes + (background == 1 ? "+1" : "") + "/most"
                    + most + "/perBox" + perBox + (regular ? "/regular" : "");
        }

        byte[] options(float scoreThreshold, float overlapThreshold) {
            FlexBuffersBuilder flex = new FlexBuffersBuilder();
            int map = flex.startMap();
            flex.putInt("max_detections", most);
            flex.putInt("max_classes_per_detection", perBox);
            flex.putInt("detections_per_class", PER_CLASS);
            flex.putBoolean("use_regular_nms", regular);
            flex.putFloat("nms_score_threshold", scoreThreshold);
            flex.putFloat("nms_iou_threshold", overlapThreshold);
            flex.putInt("num_classes", classes);
            flex.putFloat("y_scale", 10f);
            flex.putFloat("x_scale", 10f);
            flex.putFloat("h_scale", 5f);
            flex.putFloat("w_scale", 5f);
            return finish(flex, map);
        }
    }

    private CustomCases() {}

    static void addTo(CaseList cases) {
        for (boolean regular : new boolean[] {false, true}) {
            int[] mosts = {3, regular ? 10 : 6}; // the fast way leaves the rest of its results unwritten
            for (int background : new int[] {0, 1}) {
                for (int most : mosts) {
                    for (float threshold : new float[] {1e-8f, 0.6f}) {
                        add(cases, new Detection(12, 4, background, most, 1, regular), threshold, 0.5f);
                    }
                }
            }
            add(cases, new Detection(12, 1, 1, 5, 1, regular), 0.3f, 0.2f);
            add(cases, new Detection(30, 3, 1, 8, 1, regular), 0.1f, 0.9f);
        }
        add(cases, new Detection(12, 4, 1, 5, 2, false), 0.2f, 0.5f);
        addQuantizedDetection(cases);
        cases.draw(DETECTION, d -> {
            boolean regular = d.coin();
            int anchors = d.in(8, 40);
            int classes = d.in(1, 6);
            // the fast way leaves results unwritten that it does not find
            int most = regular ? d.in(1, 12) : d.in(1, anchors / 6);
            int perBox = regular ? 1 : d.in(1, Math.min(3, classes));
            Detection some = new Detection(anchors, classes, d.in(0, 1), most, perBox, regular);
            double least = regular ? d.real(0, 0.9) : d.real(0, 0.1);
            add(cases, some, (float) least, (float) d.real(regular ? 0.05 : 0.5, 0.95));
        });
        addComposites(cases);
    }

    private static byte[] finish(FlexBuffersBuilder flex, int map) {
        flex.endMap(null, map);
        ByteBuffer buffer = flex.finish();
        byte[] out = new byte[buffer.remaining()];
        buffer.get(out);
        return out;
    }

    private static void add(CaseList cases, Detection d, float scoreThreshold, float overlapThreshold) {
        cases.add(d.path() + "/score" + scoreThreshold + "/overlap" + overlapThreshold, Tolerance.FLOAT, g -> {
            TensorSpec boxSpec =
                    TensorSpec.of(DataType.FLOAT32, 1, d.anchors(), 4).named("boxes");
            TensorRef boxes = g.input(boxSpec, Values.between(-2, 2));
            TensorSpec scoreSpec = TensorSpec.of(DataType.FLOAT32, 1, d.anchors(), d.classes() + d.background());
            TensorRef scores = g.input(scoreSpec.named("scores"), Values.between(0, 1));
            detect(
                    g,
                    d.most() * d.perBox(),
                    d.options(scoreThreshold, overlapThreshold),
                    boxes,
                    scores,
                    anchors(g, d.anchors()));
        });
    }

    private static TensorRef anchors(CaseGraph g, int count) {
        float[] values = new float[4 * count];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    (float) (i % 4 < 2 ? g.random().next(0.2, 0.8) : g.random().next(0.2, 0.5));
        }
        return g.constant(Tensor.ofFloats(Layers.shapeOf(count, 4), values));
    }

    private static void detect(CaseGraph g, int found, byte[] options, TensorRef... operands) {
        g.add(OpSpec.custom("TFLite_Detection_PostProcess")
                .customOptions(options)
                .inputs(operands)
                .outputs(
                        TensorSpec.of(DataType.FLOAT32, 1, found, 4),
                        TensorSpec.of(DataType.FLOAT32, 1, found),
                        TensorSpec.of(DataType.FLOAT32, 1, found),
                        TensorSpec.of(DataType.FLOAT32, 1)));
    }

    private static void addQuantizedDetection(CaseList cases) {
        for (boolean regular : new boolean[] {false, true}) {
            Detection d = new Detection(12, 4, 1, 5, 1, regular);
            cases.add(DETECTION + "/uint8" + (regular ? "/regular" : ""), Tolerance.FLOAT, g -> {
                TensorRef boxes = g.input(Numeric.UINT8, -2, 2, 1, 12, 4);
                TensorRef scores = g.input(Numeric.UINT8, 0, 1, 1, 12, 5);
                TensorSpec spec = Numeric.UINT8.spec(0, 1, 12, 4);
                Tensor values = Values.between(60, 200).draw(g.random(), spec.type(), spec.shape());
                TensorRef anchors = g.constant(spec.data(values));
                detect(g, d.most() * d.perBox(), d.options(0.25f, 0.4f), boxes, scores, anchors);
            });
        }
    }

    private static void addComposites(CaseList cases) {
        for (String name : List.of("test.scaled_add", "odml.rms_norm", "aten.gelu.default")) {
            for (boolean attributes : new boolean[] {false, true}) {
                String path = COMPOSITE + "/" + name + (attributes ? "/attributes" : "");
                cases.add(path, Tolerance.FLOAT, g -> {
                    TensorSpec spec = TensorSpec.of(DataType.FLOAT32, 2, 3);
                    TensorRef x = g.input(spec);
                    TensorRef y = g.input(spec);
                    Attributes options = composite(name, scaledAdd(g), attributes);
                    g.op(COMPOSITE, options, spec, x, y);
                });
            }
        }
        cases.add(COMPOSITE + "/twice", Tolerance.FLOAT, g -> {
            TensorSpec spec = TensorSpec.of(DataType.FLOAT32, 2, 3);
            Attributes options = composite("test.scaled_add", scaledAdd(g), false);
            TensorRef x = g.input(spec);
            TensorRef y = g.op(COMPOSITE, options, spec, x, x);
            g.op(COMPOSITE, options, spec, y, x);
        });
        cases.add(COMPOSITE + "/nested", Tolerance.FLOAT, g -> {
            TensorSpec spec = TensorSpec.of(DataType.FLOAT32, 2, 3);
            Attributes inner = composite("test.inner", scaledAdd(g), false);
            GraphBuilder outer = g.model().graph("outer");
            TensorRef a = outer.input(spec.named("a"));
            TensorRef z = outer.op(COMPOSITE, inner, spec.named("z"), a, a);
            outer.outputs(outer.op("TANH", spec.named("t"), z));
            g.op(COMPOSITE, composite("test.outer", outer, false), spec, g.input(spec));
        });
        cases.add(COMPOSITE + "/twoResults", Tolerance.FLOAT, g -> {
            TensorSpec spec = TensorSpec.of(DataType.FLOAT32, 2, 3);
            GraphBuilder body = scaledAdd(g);
            body.outputs(body.tensors().get(0));
            Attributes options = composite("test.two", body, false);
            TensorRef x = g.input(spec);
            g.add(OpSpec.of(COMPOSITE, options).inputs(x, g.input(spec)).outputs(spec, spec));
        });
    }

    /** A subgraph of two inputs that adds half of the second to the first. */
    private static GraphBuilder scaledAdd(CaseGraph g) {
        GraphBuilder body = g.model().graph("body");
        TensorSpec spec = TensorSpec.of(DataType.FLOAT32, 2, 3);
        TensorRef a = body.input(spec.named("a"));
        TensorRef b = body.input(spec.named("b"));
        TensorRef half = body.constant("half", Tensor.scalar(DataType.FLOAT32, 0.5));
        TensorRef scaled = body.op("MUL", Attributes.NONE, spec.named("scaled"), b, half);
        body.outputs(body.op("ADD", Attributes.NONE, spec.named("sum"), a, scaled));
        return body;
    }

    private static Attributes composite(String name, GraphBuilder body, boolean attributes) {
        Attributes options = Attributes.of(Tfl.NAME, name).with(Tfl.DECOMPOSITION_SUBGRAPH_INDEX, (long) body.index());
        FlexBuffersBuilder flex = new FlexBuffersBuilder();
        int map = flex.startMap();
        if (attributes) {
            flex.putFloat("epsilon", 1e-6);
            flex.putString("approximate", "none");
        }
        return options.with(Tfl.COMPOSITE_ATTRIBUTES, Bytes.of(finish(flex, map), "attributes"))
                .with(Tfl.VERSION, 1L);
    }
}
