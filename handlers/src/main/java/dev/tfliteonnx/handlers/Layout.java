package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.function.UnaryOperator;

/** TFLite puts channels last, ONNX puts them second. */
final class Layout {
    /** From channels last to channels second. */
    static final int[] TO_NCHW = {0, 3, 1, 2};

    /** From channels second to channels last. */
    static final int[] TO_NHWC = {0, 2, 3, 1};

    private Layout() {}

    /** Does something in {@code [N,C,H,W]} to what is {@code [N,H,W,C]} before and after. */
    static Value nchw(Onnx onnx, Value x, UnaryOperator<Value> what) {
        return onnx.transpose(what.apply(onnx.transpose(x, TO_NCHW)), TO_NHWC);
    }
}
