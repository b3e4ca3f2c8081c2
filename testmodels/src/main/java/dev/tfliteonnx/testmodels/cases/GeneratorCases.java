package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.Sparsity;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.RngAlgorithm;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Cases of DENSIFY, RANDOM_UNIFORM, RANDOM_STANDARD_NORMAL, MULTINOMIAL and STABLEHLO_RNG_BIT_GENERATOR. */
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
                for (Given given : Given.ALL32) {
                    random(cases, op, shape, 0, given);
                    random(cases, op, shape, 7, given);
                }
            }
            cases.draw(op, d -> random(cases, op, d.shape(1, 5), d.in(1, 1000), d.of(Given.ALL32)));
        }
        addBits(cases);
        for (DataType type : List.of(DataType.INT32, DataType.INT64)) {
            for (int samples : new int[] {1, 10}) {
                multinomial(cases, type, samples, 7, 3, 5);
            }
        }
        cases.draw("MULTINOMIAL", d -> {
            DataType type = d.of(DataType.INT32, DataType.INT64);
            multinomial(cases, type, d.in(1, 20), d.in(1, 1000), d.in(1, 6), d.in(1, 9));
        });
        cases.draw("STABLEHLO_RNG_BIT_GENERATOR", d -> {
            RngAlgorithm algorithm = d.of(RngAlgorithm.values());
            int states = algorithm == RngAlgorithm.THREEFRY ? 2 : d.in(2, 3);
            bits(cases, algorithm, states, d.of(DataType.INT32, DataType.INT64), d.shape(1, 5));
        });
        cases.draw("DENSIFY", d -> densify(cases, SparseMatrix.draw(d)));
    }

    private static void random(CaseList cases, String op, int[] shape, long seed, Given given) {
        cases.add(op + "/" + Shapes.path(shape) + "/seed" + seed + given.path(), Tolerance.FLOAT, g -> {
            Attributes options = Attributes.of(Tfl.SEED, seed).with(Tfl.SEED2, seed);
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, shape);
            TensorRef random = g.op(op, options, y, given.vector(g, shape));
            g.op("ADD", Attributes.NONE, y, random, g.input(DataType.FLOAT32, shape));
        });
        cases.excuse(Engine.ONNX_RUNTIME, OTHER);
    }

    private static void multinomial(CaseList cases, DataType type, int samples, long seed, int... logits) {
        String name = "MULTINOMIAL/" + type + "/samples" + samples + "/" + Shapes.path(logits) + "/seed" + seed;
        cases.exact(name, g -> {
            Attributes options = Attributes.of(Tfl.SEED, seed).with(Tfl.SEED2, seed);
            TensorRef x = g.input(DataType.FLOAT32, logits);
            g.op("MULTINOMIAL", options, TensorSpec.of(type, logits[0], samples), x, g.scalar(samples));
        });
        cases.excuse(Engine.ONNX_RUNTIME, OTHER);
    }

    /** Bits that the state decides, which is not fed: the Java binding of ONNX Runtime takes no uint64. */
    private static void addBits(CaseList cases) {
        for (RngAlgorithm algorithm : RngAlgorithm.values()) {
            for (int states : algorithm == RngAlgorithm.THREEFRY ? new int[] {2} : new int[] {2, 3}) {
                for (DataType type : List.of(DataType.INT32, DataType.INT64, DataType.UINT32, DataType.UINT64)) {
                    for (int[] shape : new int[][] {{7}, {2, 3, 5}}) {
                        bits(cases, algorithm, states, type, shape);
                    }
                }
            }
        }
    }

    private static void bits(CaseList cases, RngAlgorithm algorithm, int states, DataType type, int... shape) {
        String path = algorithm.toString() + states + "/" + type + "/" + Shapes.path(shape);
        cases.exact("STABLEHLO_RNG_BIT_GENERATOR/" + path, g -> {
            // a lower word of the counter that overflows soon
            long[] state = {g.random().next(Long.MIN_VALUE, 0), 0x123FFFFFFFEL, -2};
            Tensor initial = Tensor.ofIntegers(DataType.UINT64, Shape.of(states), Arrays.copyOf(state, states));
            OpSpec spec = OpSpec.of("STABLEHLO_RNG_BIT_GENERATOR", Attributes.of(Tfl.ALGORITHM, algorithm))
                    .inputs(g.constant(initial))
                    .outputs(TensorSpec.of(DataType.UINT64, states), TensorSpec.of(type, shape));
            List<TensorRef> bits = g.add(spec);
            // a model without inputs does not run
            TensorRef other = g.op("NEG", TensorSpec.of(DataType.FLOAT32, 1), g.input(DataType.FLOAT32, 1));
            g.model().outputs(bits.get(0), bits.get(1), other);
        });
    }

    private static void densify(CaseList cases, SparseMatrix matrix) {
        boolean isFloat = matrix.type().isFloat();
        cases.add("DENSIFY/" + matrix.path(), isFloat ? Tolerance.FLOAT : Tolerance.QUANTIZED, g -> {
            TensorSpec dense = ShapeCases.spec(matrix.type(), matrix.rows(), matrix.columns());
            TensorRef sparse = g.constant(dense.data(matrix.stored(g.random())).sparse(matrix.layout()));
            g.op("ADD", Attributes.NONE, dense, g.op("DENSIFY", Attributes.NONE, dense, sparse), g.input(dense));
        });
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
