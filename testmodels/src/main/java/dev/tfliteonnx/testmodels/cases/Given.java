package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.Arrays;
import java.util.List;

/** How an operand of whole numbers is given: a shape, an axis, paddings. */
enum Given {
    CONSTANT("", DataType.INT32),
    CONSTANT64("/int64", DataType.INT64),
    /** As an input, so that the model does not say what they are. */
    COMPUTED("/computed", DataType.INT32),
    COMPUTED64("/computed64", DataType.INT64);

    static final List<Given> ALL = List.of(values());
    static final List<Given> ALL32 = List.of(CONSTANT, COMPUTED);

    private final String path;
    private final DataType type;

    Given(String path, DataType type) {
        this.path = path;
        this.type = type;
    }

    boolean isConstant() {
        return this == CONSTANT || this == CONSTANT64;
    }

    /** What the name of a case says of it. */
    String path() {
        return path;
    }

    /** The numbers as a vector. */
    TensorRef vector(CaseGraph g, int... numbers) {
        return operand(g, CaseGraph.integers(type, numbers));
    }

    /** A number as a tensor of rank 0. */
    TensorRef scalar(CaseGraph g, int number) {
        return operand(g, Tensor.scalar(type, number));
    }

    /** The numbers two by two, as paddings are. */
    TensorRef pairs(CaseGraph g, int... numbers) {
        return shaped(g, new int[] {numbers.length / 2, 2}, numbers);
    }

    /** The numbers as a tensor of a shape. */
    TensorRef shaped(CaseGraph g, int[] shape, int... numbers) {
        return operand(g, CaseGraph.integers(type, numbers).reshaped(Layers.shapeOf(shape)));
    }

    private TensorRef operand(CaseGraph g, Tensor numbers) {
        return isConstant()
                ? g.constant(numbers)
                : g.input(TensorSpec.of(type, TensorSpec.of(numbers).sizes()), Values.exactly(numbers));
    }

    /** A result whose extents the numbers decide. */
    TensorSpec result(TensorSpec y) {
        return isConstant() ? y : y.signature(Shapes.open(y.sizes()));
    }

    /** Numbers as the name of a case holds them. */
    static String list(int... numbers) {
        return Arrays.toString(numbers).replace(" ", "");
    }
}
