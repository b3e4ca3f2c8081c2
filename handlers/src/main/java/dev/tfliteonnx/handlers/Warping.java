package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Images sampled at computed places; custom operators of MediaPipe. ONNX GridSample-16. */
final class Warping {
    private Warping() {}

    /**
     * Image {@code [1,H,W,C]} and a matrix {@code […,4,4]} that takes places of the result to places of the image → the
     * image as it is seen there, {@code [1,h,w,C]}; 0 outside of the image. Version 2 counts from pixel centres.
     *
     * <p>Source: {@code util/tflite/operations/transform_tensor_bilinear.cc}.
     */
    static List<Value> transformTensorBilinear(TflOp op, Onnx onnx) {
        boolean second = op.node().attributes().get(Tfl.VERSION_OF_OP, 1L) >= 2;
        long[] size = second
                ? CustomOptions.flex(op, o -> new long[] {o.integer("output_height", 0), o.integer("output_width", 0)})
                : CustomOptions.flex(op, o -> o.integers("output_size"));
        boolean sound = size.length == 2 && size[0] > 0 && size[1] > 0 && size[0] * size[1] <= 1 << 24;
        if (!sound) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its options give no output size", "");
        }
        double centre = second ? 0.5 : 0;
        Value homogeneous = onnx.constant(onnx.base() + "/places", places(size[0], size[1], (float) centre));
        Value flat = onnx.reshape(op.in(1), -1);
        Value rows = onnx.reshape(onnx.gather(flat, onnx.ints(0, 4, 1, 5, 3, 7), 0), 3, 2);
        Value at = onnx.op("MatMul", homogeneous, rows);
        if (second) {
            at = onnx.sub(at, onnx.scalar(DataType.FLOAT32, centre));
        }
        Value last = onnx.constant(Tensor.ofFloats(Shape.of(2), (float) op.size(0, 2) - 1, (float) op.size(0, 1) - 1));
        Value inside = onnx.op(
                "And",
                onnx.op("GreaterOrEqual", at, onnx.scalar(DataType.FLOAT32, 0)),
                onnx.op("LessOrEqual", at, last));
        Value both = onnx.reduce("ReduceMin", onnx.cast(inside, DataType.INT32), true, 1);
        Value grid = onnx.reshape(at, 1, size[0], size[1], 2);
        Value y = sampled(op, onnx, grid, "border");
        Value shown = onnx.cast(onnx.reshape(both, 1, size[0], size[1], 1), DataType.BOOL);
        return List.of(onnx.where(shown, y, onnx.scalarLike(y, 0)));
    }

    /** Rows of x, y and 1 for all pixels. */
    private static Tensor places(long height, long width, float offset) {
        float[] rows = new float[Math.toIntExact(height * width * 3)];
        for (int i = 0; i < rows.length; i += 3) {
            rows[i] = i / 3 % width + offset;
            rows[i + 1] = i / 3 / width + offset;
            rows[i + 2] = 1;
        }
        return Tensor.ofFloats(Shape.of(height * width, 3), rows);
    }

    /**
     * Image {@code [b,H,W,C]} and places {@code [b,h,w,2]} in it, x before y, in pixels → {@code [b,h,w,C]}. Outside of
     * the image all is 0, and fades to it.
     *
     * <p>Source: {@code util/tflite/operations/resampler.cc}.
     */
    static List<Value> resampler(TflOp op, Onnx onnx) {
        return List.of(sampled(op, onnx, op.in(1), "zeros"));
    }

    /** Operand 0 at places given in pixels. GridSample wants them between −1 and 1, the outer edges of the image. */
    private static Value sampled(TflOp op, Onnx onnx, Value places, String outside) {
        float width = (float) op.size(0, 2);
        float height = (float) op.size(0, 1);
        Value scale = onnx.constant(Tensor.ofFloats(Shape.of(2), 2 / width, 2 / height));
        Value shift = onnx.constant(Tensor.ofFloats(Shape.of(2), 1 / width - 1, 1 / height - 1));
        Value grid = onnx.add(onnx.mul(places, scale), shift);
        Attributes attributes = Attributes.of(OnnxOps.PADDING_MODE, outside).with(OnnxOps.ALIGN_CORNERS, 0L);
        return Layout.nchw(onnx, op.in(0), x -> onnx.op("GridSample", attributes, x, grid));
    }
}
