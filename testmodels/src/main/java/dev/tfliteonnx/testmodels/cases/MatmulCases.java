package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Cases of BATCH_MATMUL. */
final class MatmulCases {
    private static final String MATMUL = "BATCH_MATMUL";

    /** Extents of a product, batches of the operands before them, and which of these are transposed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Product(int[][] batch, int rows, int inner, int columns, boolean adjX, boolean adjY) {
        static Product of(int[][] batch, boolean adjX, boolean adjY) {
            return new Product(batch, 3, 4, 5, adjX, adjY);
        }

        int[] x() {
            return matrix(batch[0], rows, inner, adjX);
        }

        int[] y() {
            return matrix(batch[1], inner, columns, adjY);
        }

        int[] out() {
            return matrix(Shapes.broadcast(batch[0], batch[1]), rows, columns, false);
        }

        /** Whether the left operand is transposed, and several of its batches meet one of the right. */
        boolean sharesRight() {
            int[] left = batch[0];
            int[] right = batch[1];
            return adjX
                    && left.length > 0
                    && right.length > 0
                    && left[left.length - 1] > 1
                    && right[right.length - 1] == 1;
        }

        String path() {
            return Shapes.path(x()) + "/" + Shapes.path(y()) + (adjX ? "/adjX" : "") + (adjY ? "/adjY" : "");
        }
    }

    private static final List<Numeric> KINDS = List.of(Numeric.FLOAT32, Numeric.INT8, Numeric.INT16);

    private MatmulCases() {}

    static void addTo(CaseList cases) {
        addMatmuls(cases);
        addQuantizedMatmuls(cases);
        cases.drawOpen(MATMUL, d -> {
            int[] batch = d.shape(0, 3);
            int[][] batches = {d.broadcastable(batch), d.broadcastable(batch)};
            Product product = new Product(batches, d.in(1, 6), d.in(1, 6), d.in(1, 6), d.coin(), d.coin());
            matmul(cases, d.of(KINDS), product);
        });
    }

    private static int[] matrix(int[] batch, int rows, int columns, boolean transposed) {
        int[] shape = Arrays.copyOf(batch, batch.length + 2);
        shape[batch.length] = transposed ? columns : rows;
        shape[batch.length + 1] = transposed ? rows : columns;
        return shape;
    }

    private static void addMatmuls(CaseList cases) {
        int[][][] batches = {
            {{}, {}},
            {{2}, {2}},
            {{2}, {1}},
            {{1}, {3}},
            {{2, 3}, {2, 3}},
            {{2, 1}, {1, 3}},
            {{2, 3}, {3}},
            {{2}, {}},
            {{}, {2}},
            {{2, 1, 2}, {2, 3, 1}}
        };
        for (int[][] batch : batches) {
            for (boolean adjX : new boolean[] {false, true}) {
                for (boolean adjY : new boolean[] {false, true}) {
                    matmul(cases, Numeric.FLOAT32, Product.of(batch, adjX, adjY));
                    matmul(cases, Numeric.INT8, Product.of(batch, adjX, adjY));
                }
            }
            matmul(cases, Numeric.INT16, Product.of(batch, false, false));
        }
        matmul(cases, Numeric.INT16, Product.of(batches[1], true, false));
        matmul(cases, Numeric.INT16, Product.of(batches[1], false, true));
    }

    private static Attributes adjoints(boolean adjX, boolean adjY) {
        return Attributes.of(Tfl.ADJ_X, adjX).with(Tfl.ADJ_Y, adjY);
    }

    private static void matmul(CaseList cases, Numeric kind, Product p) {
        cases.add(MATMUL + "/" + kind.path() + "/" + p.path(), kind.tolerance(), g -> {
            TensorRef x = g.input(kind, -1, 1.5, p.x());
            g.op(MATMUL, adjoints(p.adjX(), p.adjY()), kind.spec(-3, 3, p.out()), x, g.input(kind, -1, 1, p.y()));
        });
        if (p.sharesRight()) {
            String reason = "release 2.20 counts the batches of the left operand as rows although it is transposed";
            cases.excuse(Engine.TFLITE_REFERENCE, reason);
            if (!kind.isFloat()) {
                cases.excuse(Engine.TFLITE_DEFAULT, reason);
            }
        }
    }

    private static void addQuantizedMatmuls(CaseList cases) {
        for (Numeric kind : List.of(Numeric.FLOAT32, Numeric.INT8)) {
            for (boolean adjY : new boolean[] {false, true}) {
                cases.add(
                        MATMUL + "/" + kind.path() + "/constantRight" + (adjY ? "/adjY" : ""), kind.tolerance(), g -> {
                            TensorRef x = g.input(kind, -1, 1, 2, 3, 4);
                            TensorRef y = g.randomConstant(kind.spec(-1, 1, matrix(new int[] {2}, 4, 5, adjY)));
                            g.op(MATMUL, adjoints(false, adjY), kind.spec(-3, 3, 2, 3, 5), x, y);
                        });
            }
            cases.add(MATMUL + "/" + kind.path() + "/constantLeft", kind.tolerance(), g -> {
                TensorRef x = g.randomConstant(kind.spec(-1, 1, 2, 3, 4));
                TensorRef y = g.input(kind, -1, 1, 2, 4, 5);
                g.op(MATMUL, adjoints(false, false), kind.spec(-3, 3, 2, 3, 5), x, y);
            });
        }
        cases.exact(MATMUL + "/int8/int32Output", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.INT8, 2, 3, 4).quantized(0.5, 0));
            TensorRef y = g.input(TensorSpec.of(DataType.INT8, 2, 4, 5).quantized(0.5, 0));
            g.op(
                    MATMUL,
                    adjoints(false, false),
                    TensorSpec.of(DataType.INT32, 2, 3, 5).quantized(0.25, 0),
                    x,
                    y);
        });
        cases.add(MATMUL + "/int8/rightZeroPoint", Tolerance.QUANTIZED, g -> {
            TensorRef y = g.input(Numeric.INT8, -1, 1.5, 2, 4, 5);
            g.op(
                    MATMUL,
                    adjoints(false, false),
                    Numeric.INT8.spec(-3, 3, 2, 3, 5),
                    g.input(Numeric.INT8, -1, 1, 2, 3, 4),
                    y);
        });
        cases.excuse(Engine.TFLITE_DEFAULT, "XNNPACK ignores the right operand's zero point");
        for (boolean adjY : new boolean[] {false, true}) {
            for (boolean asymmetric : new boolean[] {false, true}) {
                String name = MATMUL + "/hybrid" + (adjY ? "/adjY" : "") + (asymmetric ? "/asymmetricInputs" : "");
                cases.add(name, Tolerance.HYBRID, g -> {
                    TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 2, 3, 4), Values.between(-0.5, 1));
                    TensorRef y = Layers.weights(g, Weights.INT8, 0, matrix(new int[] {2}, 4, 5, adjY));
                    Attributes options = adjoints(false, adjY).with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, asymmetric);
                    g.op(MATMUL, options, TensorSpec.of(DataType.FLOAT32, 2, 3, 5), x, y);
                });
            }
        }
    }
}
