package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.Arrays;

/**
 * An operand as it is drawn.
 *
 * @param shape extents
 * @param signature the extents as the file states them: −1 for those that a run decides
 * @param low the least number that it may hold; not above 0
 * @param high the greatest; not below 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DrawnTensor(int[] shape, int[] signature, double low, double high) {
    /** All of it, as part of the name of a case. */
    String path() {
        return shapePath() + "/" + low + "to" + high;
    }

    /** Its extents as part of the name of a case. */
    String shapePath() {
        return Shapes.path(shape) + (isOpen() ? "/open" + Shapes.path(signature) : "");
    }

    /** Whether a run decides some of its extents. */
    boolean isOpen() {
        return !Arrays.equals(shape, signature);
    }

    /** A tensor for its numbers. */
    TensorSpec spec(Numeric kind) {
        return spec(kind, low, high);
    }

    /** A tensor of its extents for numbers of another range. */
    TensorSpec spec(Numeric kind, double from, double to) {
        return like(kind.spec(from, to, shape));
    }

    /** A tensor of its extents that is not quantized. */
    TensorSpec spec(DataType type) {
        return like(TensorSpec.of(type, shape));
    }

    /** The tensor with the signature of this, whose extents it has. */
    TensorSpec like(TensorSpec spec) {
        return isOpen() ? spec.signature(signature) : spec;
    }

    /** Its numbers, or any stored ones if they are quantized. */
    Values values(Numeric kind) {
        return kind.isFloat() ? Values.between(low, high) : Values.anyOf(kind.type());
    }
}
