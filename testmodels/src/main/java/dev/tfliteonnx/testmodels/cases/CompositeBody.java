package dev.tfliteonnx.testmodels.cases;

import com.google.flatbuffers.FlexBuffersBuilder;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The subgraph of a STABLEHLO_COMPOSITE of float32 under construction, and then its call. */
final class CompositeBody {
    private static final double GREATEST = 2;

    private final CaseGraph outer;
    private final GraphBuilder body;
    private final List<TensorRef> operands = new ArrayList<>();
    private final Map<String, Object> attributes = new TreeMap<>();
    private int steps;

    CompositeBody(CaseGraph outer) {
        this.outer = outer;
        this.body = outer.model().graph("decomposition");
    }

    /** An operand that is an input of the model. */
    TensorRef input(int... shape) {
        operands.add(outer.input(TensorSpec.of(DataType.FLOAT32, shape), Values.between(-GREATEST, GREATEST)));
        return parameter(DataType.FLOAT32, shape);
    }

    /** An operand that is a constant of the model. */
    TensorRef weights(int... shape) {
        TensorSpec spec = TensorSpec.of(DataType.FLOAT32, shape);
        Tensor values = Values.between(-1, 1).draw(outer.random(), spec.type(), spec.shape());
        operands.add(outer.constant(spec.data(values)));
        return parameter(DataType.FLOAT32, shape);
    }

    /** An operand of whole numbers that is an input of the model. */
    TensorRef indices(int below, int... shape) {
        operands.add(outer.input(TensorSpec.of(DataType.INT32, shape), Values.between(0, below - 1)));
        return parameter(DataType.INT32, shape);
    }

    private TensorRef parameter(DataType type, int... shape) {
        return body.input(TensorSpec.of(type, shape).named("operand" + operands.size()));
    }

    /** What the composite says of itself. */
    CompositeBody says(String key, Object value) {
        attributes.put(key, value);
        return this;
    }

    TensorRef number(double value) {
        return body.constant("number" + steps++, Tensor.scalar(DataType.FLOAT32, value));
    }

    TensorRef ints(int... values) {
        return body.ints("ints" + steps++, values);
    }

    TensorRef op(String op, int[] shape, TensorRef... inputs) {
        return body.op(op, step(shape), inputs);
    }

    TensorRef op(String op, Attributes options, int[] shape, TensorRef... inputs) {
        return body.op(op, options, step(shape), inputs);
    }

    private TensorSpec step(int... shape) {
        return TensorSpec.of(DataType.FLOAT32, shape).named("step" + steps++);
    }

    TensorRef transpose(TensorRef x, int[] shape, int... perm) {
        return op("TRANSPOSE", shape, x, ints(perm));
    }

    TensorRef reshape(TensorRef x, int... shape) {
        return op("RESHAPE", shape, x, ints(shape));
    }

    /** Ends the subgraph and calls it by a name. */
    void call(String name, int[] shape, TensorRef result) {
        body.outputs(result);
        FlexBuffersBuilder flex = new FlexBuffersBuilder();
        int map = flex.startMap();
        attributes.forEach((key, value) -> put(flex, key, value));
        flex.endMap(null, map);
        ByteBuffer buffer = flex.finish();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        Attributes options = Attributes.of(Tfl.NAME, name)
                .with(Tfl.DECOMPOSITION_SUBGRAPH_INDEX, (long) body.index())
                .with(Tfl.COMPOSITE_ATTRIBUTES, Bytes.of(bytes, "attributes"))
                .with(Tfl.VERSION, 1L);
        outer.op(
                "STABLEHLO_COMPOSITE",
                options,
                TensorSpec.of(DataType.FLOAT32, shape),
                operands.toArray(new TensorRef[0]));
    }

    private static void put(FlexBuffersBuilder flex, String key, Object value) {
        if (value instanceof String text) {
            flex.putString(key, text);
        } else if (value instanceof Boolean flag) {
            flex.putBoolean(key, flag);
        } else if (value instanceof Integer whole) {
            flex.putInt(key, whole);
        } else if (value instanceof Double real) {
            flex.putFloat(key, real.floatValue());
        } else {
            throw new IllegalArgumentException(key + ": " + value);
        }
    }
}
