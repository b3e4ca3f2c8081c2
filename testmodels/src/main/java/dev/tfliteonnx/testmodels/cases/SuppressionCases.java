package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.List;

/** Cases of NON_MAX_SUPPRESSION_V4 and V5. */
final class SuppressionCases {
    private SuppressionCases() {}

    static void addTo(CaseList cases) {
        for (int n : new int[] {1, 6, 40}) {
            for (int most : new int[] {1, 4, 20}) {
                for (float overlap : new float[] {0, 0.3f, 0.5f, 1}) {
                    for (float score : new float[] {-1, 0.4f}) {
                        String path = "/boxes" + n + "/most" + most + "/overlap" + overlap + "/score" + score;
                        cases.exact("NON_MAX_SUPPRESSION_V4" + path, g -> add(g, n, most, overlap, score, -1, false));
                        cases.add("NON_MAX_SUPPRESSION_V5" + path + "/hard", Tolerance.FLOAT, g -> {
                            add(g, n, most, overlap, score, 0, false);
                        });
                        for (float sigma : new float[] {0.1f, 0.5f}) {
                            cases.add("NON_MAX_SUPPRESSION_V5" + path + "/sigma" + sigma, Tolerance.FLOAT, g -> {
                                add(g, n, most, overlap, score, sigma, false);
                            });
                        }
                    }
                }
            }
        }
        for (String op : List.of("NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5")) {
            cases.draw(op, d -> {
                int n = d.in(1, 50);
                int most = d.in(1, 30);
                float overlap = (float) d.real(0, 1);
                float score = (float) d.real(-0.5, 0.9);
                float sigma = op.endsWith("4") ? -1 : d.in(0, 2) == 0 ? 0 : (float) d.real(0.05, 1);
                boolean computed = d.in(0, 3) == 0;
                String path = "/boxes" + n + "/most" + most + "/overlap" + overlap + "/score" + score
                        + (sigma < 0 ? "" : "/sigma" + sigma) + (computed ? "/computed" : "");
                cases.add(op + path, sigma < 0 ? Tolerance.EXACT : Tolerance.FLOAT, g -> {
                    add(g, n, most, overlap, score, sigma, computed);
                });
            });
        }
        for (float overlap : new float[] {0, 0.5f}) {
            cases.exact(
                    "NON_MAX_SUPPRESSION_V4/computed/overlap" + overlap, g -> add(g, 30, 10, overlap, 0.1f, -1, true));
            for (float sigma : new float[] {0, 0.5f}) {
                cases.add(
                        "NON_MAX_SUPPRESSION_V5/computed/overlap" + overlap + "/sigma" + sigma, Tolerance.FLOAT, g -> {
                            add(g, 30, 10, overlap, 0.1f, sigma, true);
                        });
            }
        }
        cases.exact("NON_MAX_SUPPRESSION_V4/none", g -> add(g, 5, 4, 0.5f, 2, -1, false));
        cases.add("NON_MAX_SUPPRESSION_V5/none", Tolerance.FLOAT, g -> add(g, 5, 4, 0.5f, 2, 0.5f, false));
        // overlaps that are equal to the threshold count
        cases.exact("NON_MAX_SUPPRESSION_V4/equal", g -> {
            Tensor boxes = Tensor.ofFloats(Shape.of(3, 4), 0, 0, 2, 2, 0, 1, 2, 3, 0, 2, 2, 4);
            Tensor scores = Tensor.ofFloats(Shape.of(3), 0.9f, 0.8f, 0.7f);
            TensorRef b = g.input(TensorSpec.of(DataType.FLOAT32, 3, 4), Values.exactly(boxes));
            TensorRef s = g.input(TensorSpec.of(DataType.FLOAT32, 3), Values.exactly(scores));
            TensorRef third = g.constant(Tensor.ofFloats(Shape.SCALAR, 1f / 3));
            TensorRef low = g.constant(Tensor.ofFloats(Shape.SCALAR, 0));
            g.add(OpSpec.of("NON_MAX_SUPPRESSION_V4", Attributes.NONE)
                    .inputs(b, s, g.scalar(3), third, low)
                    .outputs(TensorSpec.of(DataType.INT32, 3), TensorSpec.of(DataType.INT32)));
        });
    }

    private static void add(CaseGraph g, int n, int most, float overlap, float score, float sigma, boolean computed) {
        float[] corners = new float[4 * n];
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            double y = g.random().next(0.0, 5.0);
            double x = g.random().next(0.0, 5.0);
            double h = g.random().next(0.5, 3.0);
            double w = g.random().next(0.5, 3.0);
            boolean turned = i % 3 == 1;
            corners[4 * i] = (float) (turned ? y + h : y);
            corners[4 * i + 1] = (float) x;
            corners[4 * i + 2] = (float) (turned ? y : y + h);
            corners[4 * i + 3] = (float) (x + w);
            scores[i] = (float) g.random().next(0.0, 1.0);
        }
        TensorRef boxes = g.input(
                TensorSpec.of(DataType.FLOAT32, n, 4), Values.exactly(Tensor.ofFloats(Shape.of(n, 4), corners)));
        TensorRef score1 =
                g.input(TensorSpec.of(DataType.FLOAT32, n), Values.exactly(Tensor.ofFloats(Shape.of(n), scores)));
        TensorRef limit = number(g, Tensor.ofIntegers(DataType.INT32, Shape.SCALAR, most), computed);
        TensorRef iou = number(g, Tensor.ofFloats(Shape.SCALAR, overlap), computed);
        TensorRef least = number(g, Tensor.ofFloats(Shape.SCALAR, score), computed);
        TensorSpec indices = TensorSpec.of(DataType.INT32, most);
        TensorSpec values = TensorSpec.of(DataType.FLOAT32, most);
        if (computed) {
            indices = indices.signature(-1);
            values = values.signature(-1);
        }
        TensorSpec count = TensorSpec.of(DataType.INT32);
        if (sigma < 0) {
            g.add(OpSpec.of("NON_MAX_SUPPRESSION_V4", Attributes.NONE)
                    .inputs(boxes, score1, limit, iou, least)
                    .outputs(indices, count));
        } else {
            TensorRef soft = number(g, Tensor.ofFloats(Shape.SCALAR, sigma), computed);
            g.add(OpSpec.of("NON_MAX_SUPPRESSION_V5", Attributes.NONE)
                    .inputs(boxes, score1, limit, iou, least, soft)
                    .outputs(indices, values, count));
        }
    }

    private static TensorRef number(CaseGraph g, Tensor value, boolean computed) {
        return computed ? g.input(TensorSpec.of(value.type()), Values.exactly(value)) : g.constant(value);
    }
}
