package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Activations that are operators of their own; {@code x} and result have the same shape. */
final class Activations {
    private Activations() {}

    /** {@code max(x, 0)}. Source: {@code kernels/activations.cc}; ONNX Relu-14. */
    static List<Value> relu(TflOp op, Onnx onnx) {
        return List.of(FusedActivations.relu(onnx, op.in(0)));
    }

    /** {@code x} within fixed bounds. Source: {@code kernels/activations.cc}; ONNX Clip-13. */
    static OpHandler clip(double min, double max) {
        return (op, onnx) -> List.of(onnx.clip(op.in(0), min, max));
    }

    /** {@code x ≥ 0 ? x : alpha · x}. Source: {@code kernels/activations.cc}; ONNX LeakyRelu-6. */
    static List<Value> leakyRelu(TflOp op, Onnx onnx) {
        return List.of(onnx.op("LeakyRelu", Attributes.of(OnnxOps.ALPHA, op.option(Tfl.ALPHA)), op.in(0)));
    }

    /**
     * {@code x ≥ 0 ? x : alpha · x}, alpha broadcast to {@code x}. Source: {@code kernels/activations.cc}; ONNX PRelu-9,
     * whose slope broadcasts in one direction as alpha does.
     */
    static List<Value> prelu(TflOp op, Onnx onnx) {
        return List.of(onnx.op("PRelu", op.in(0), op.in(1)));
    }

    /**
     * {@code softmax(beta · x)} over the last axis; of 16-bit integers by {@link ShortSoftmax}. Over one element it is 1,
     * which ONNX Runtime's quantized kernel misses, since it does not hold the number within 8 bits.
     *
     * <p>Source: {@code kernels/activations.cc}; ONNX Softmax-13.
     */
    static List<Value> softmax(TflOp op, Onnx onnx) {
        if (ShortTables.isStoredIn16Bits(op, 0)) {
            return List.of(ShortSoftmax.lower(op, onnx));
        }
        Shape shape = op.shape(0);
        if (shape.dim(shape.rank() - 1).is(1)) {
            return List.of(onnx.op("Expand", onnx.scalar(DataType.FLOAT32, 1), onnx.shapeOf(op.in(0))));
        }
        float beta = op.option(Tfl.BETA);
        Value x = beta == 1f ? op.in(0) : onnx.mul(op.in(0), onnx.scalar(DataType.FLOAT32, beta));
        return List.of(onnx.op("Softmax", Attributes.of(OnnxOps.AXIS, -1L), x));
    }

    /** Log of the softmax over the last axis. Source: {@code kernels/activations.cc}; ONNX LogSoftmax-13. */
    static List<Value> logSoftmax(TflOp op, Onnx onnx) {
        return List.of(onnx.op("LogSoftmax", Attributes.of(OnnxOps.AXIS, -1L), op.in(0)));
    }

    /**
     * {@code x · Φ(x)}, or its tanh approximation if the option says so. Source: {@code kernels/gelu.h}; ONNX Gelu-20.
     */
    static List<Value> gelu(TflOp op, Onnx onnx) {
        String form = op.option(Tfl.APPROXIMATE) ? "tanh" : "none";
        return List.of(onnx.op("Gelu", Attributes.of(OnnxOps.APPROXIMATE, form), op.in(0)));
    }
}
