package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.Sparsity;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of DENSIFY, RANDOM_UNIFORM, RANDOM_STANDARD_NORMAL and MULTINOMIAL. */
final class GeneratorCases {
    private static final String OTHER = "draws other numbers from the same distribution";

    private GeneratorCases() {}

    static void addTo(CaseList cases) {
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT8)) {
            for (Sparsity.Width width : Sparsity.Width.values()) {
                for (boolean columns : new boolean[] {false, true}) {
                    String path = "DENSIFY/" + type + "/" + width + (columns ? "/byColumns" : "/byRows");
                    cases.add(path, type.isFloat() ? Tolerance.FLOAT : Tolerance.QUANTIZED, g -> {
                        densify(g, type, width, columns);
                    });
                }
            }
        }
        for (String op : List.of("RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL")) {
            for (int[] shape : new int[][] {{100}, {3, 4}, {1, 2, 3, 4}}) {
                for (boolean constant : new boolean[] {true, false}) {
                    for (long seed : new long[] {0, 7}) {
                        String path = op + "/" + Shapes.path(shape) + "/seed" + seed + (constant ? "" : "/computed");
                        cases.add(path, Tolerance.FLOAT, g -> {
                            TensorRef extents = constant ? g.ints(shape) : g.dynamicInts(shape);
                            Attributes options = Attributes.of(Tfl.SEED, seed).with(Tfl.SEED2, seed);
                            TensorSpec y = TensorSpec.of(DataType.FLOAT32, shape);
                            TensorRef random = g.op(op, options, y, extents);
                            g.op("ADD", Attributes.NONE, y, random, g.input(DataType.FLOAT32, shape));
                        });
                        cases.excuse(Engine.ONNX_RUNTIME, OTHER);
                    }
                }
            }
        }
        for (DataType type : List.of(DataType.INT32, DataType.INT64)) {
            for (int samples : new int[] {1, 10}) {
                cases.exact("MULTINOMIAL/" + type + "/samples" + samples, g -> {
                    TensorRef logits = g.input(DataType.FLOAT32, 3, 5);
                    Attributes options = Attributes.of(Tfl.SEED, 7L).with(Tfl.SEED2, 7L);
                    g.op("MULTINOMIAL", options, TensorSpec.of(type, 3, samples), logits, g.scalar(samples));
                });
                cases.excuse(Engine.ONNX_RUNTIME, OTHER);
            }
        }
    }

    /** Four of the twelve elements of a matrix are stored. */
    private static void densify(CaseGraph g, DataType type, Sparsity.Width width, boolean columns) {
        TensorSpec dense = ShapeCases.spec(type, 3, 4);
        Tensor stored = type.isFloat()
                ? Tensor.ofFloats(Shape.of(4), 1.5f, -2, 3, 0.25f)
                : Tensor.ofIntegers(type, Shape.of(4), 5, -100, 127, 1);
        Sparsity.Level outer = new Sparsity.Dense(columns ? 4 : 3);
        Ints segments = columns ? Ints.of(0, 1, 1, 3, 4) : Ints.of(0, 2, 2, 4);
        Ints indices = columns ? Ints.of(2, 0, 1, 1) : Ints.of(0, 3, 1, 2);
        Sparsity.Level inner = new Sparsity.Compressed(segments, indices, width);
        Sparsity layout = new Sparsity(columns ? Ints.of(1, 0) : Ints.of(0, 1), Ints.of(), List.of(outer, inner));
        TensorRef sparse = g.constant(dense.data(stored).sparse(layout));
        TensorRef y = g.op("DENSIFY", Attributes.NONE, dense, sparse);
        g.op("ADD", Attributes.NONE, dense, y, g.input(dense));
    }
}
