package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Max pooling that remembers where the greatest element stood, and its reverse; custom operators. */
final class Unpooling {
    /** The struct that is these operators' options: C's numbers for padding are 1 SAME, 2 VALID. */
    private record Window(Padding padding, long strideX, long strideY, long width, long height, Activation activation) {
        static Window of(TflOp op) {
            int[] s = CustomOptions.struct(op, 6);
            boolean sound = (s[0] == 1 || s[0] == 2)
                    && s[1] > 0
                    && s[2] > 0
                    && s[3] > 0
                    && s[4] > 0
                    && s[5] >= 0
                    && s[5] < Activation.values().length;
            if (!sound) {
                throw op.refuse(DiagnosticCode.INVALID_MODEL, "its window cannot be: " + Arrays.toString(s), "");
            }
            Padding padding = s[0] == 1 ? Padding.SAME : Padding.VALID;
            return new Window(padding, s[1], s[2], s[3], s[4], Activation.values()[s[5]]);
        }
    }

    private Unpooling() {}

    /**
     * {@code x [N,H,W,C]} → the greatest element of each window and, as float32, its place in the window counted by
     * rows, plus 0.1.
     *
     * <p>Source: MediaPipe's {@code util/tflite/operations/max_pool_argmax.cc}; ONNX MaxPool-12, whose second result
     * counts through the whole tensor.
     */
    static List<Value> maxPoolingWithArgmax2d(TflOp op, Onnx onnx) {
        Window w = Window.of(op);
        long height = op.size(0, 1);
        long width = op.size(0, 2);
        Value x = onnx.transpose(op.in(0), Layout.TO_NCHW);
        long[] kernel = {w.height, w.width};
        long[] strides = {w.strideY, w.strideX};
        Attributes attributes = Windows.attributes(w.padding, x.shape(), 2, kernel, strides, new long[] {1, 1});
        List<Value> pooled = onnx.ops("MaxPool", attributes, 2, x);
        Shape out = pooled.get(0).shape();
        long[] corners = new long[Math.toIntExact(out.size(2) * out.size(3))];
        for (int i = 0; i < corners.length; i++) {
            long y = i / out.size(3) * w.strideY - before(w.padding, height, w.height, w.strideY);
            long left = i % out.size(3) * w.strideX - before(w.padding, width, w.width, w.strideX);
            corners[i] = y * w.width + left;
        }
        Value place = onnx.op("Mod", pooled.get(1), number(onnx, height * width));
        Value row = onnx.div(place, number(onnx, width));
        Value byWindow = onnx.add(place, onnx.mul(row, number(onnx, w.width - width)));
        Tensor corner = Tensor.ofIntegers(DataType.INT64, Shape.of(out.size(2), out.size(3)), corners);
        Value index = onnx.cast(onnx.sub(byWindow, onnx.constant(corner)), DataType.FLOAT32);
        return List.of(
                FusedActivations.apply(op, onnx, w.activation, onnx.transpose(pooled.get(0), Layout.TO_NHWC)),
                onnx.transpose(onnx.add(index, onnx.scalar(DataType.FLOAT32, 0.1)), Layout.TO_NHWC));
    }

    private static long before(Padding padding, long size, long kernel, long stride) {
        long out = (size + stride - 1) / stride;
        return padding == Padding.VALID ? 0 : Math.max(0, (out - 1) * stride + kernel - size) / 2;
    }

    /**
     * {@code x [N,h,w,C]} and where each element goes → {@code [N,H,W,C]}, 0 where nothing goes. Places are float32
     * within a window, as {@link #maxPoolingWithArgmax2d} gives them, or int32 within a whole image.
     *
     * <p>Source: MediaPipe's {@code util/tflite/operations/max_unpooling.cc} for the former, {@code
     * kernels/perception/max_unpooling_2d.cc} for the latter. Where windows touch but do not overlap, MaxUnpool-11 takes
     * the places that MaxPool found, or each element is compared with all places of its window; otherwise
     * ScatterElements-13.
     */
    static List<Value> maxUnpooling2d(TflOp op, Onnx onnx) {
        Window w = Window.of(op);
        long rows = op.size(0, 1);
        long columns = op.size(0, 2);
        if (op.source(1).type() != DataType.FLOAT32) {
            boolean same = w.padding == Padding.SAME;
            long height = same ? rows * w.strideY : (rows - 1) * w.strideY + w.height;
            long width = same ? columns * w.strideX : (columns - 1) * w.strideX + w.width;
            return List.of(scattered(op, onnx, onnx.cast(op.raw(1), DataType.INT64), height, width));
        }
        if (w.strideX == w.width && w.strideY == w.height) {
            Value x = onnx.transpose(op.in(0), Layout.TO_NCHW);
            Optional<Node> pool = pool(op.in(1)).filter(p -> isReverse(p, w, x.shape()));
            return List.of(pool.isPresent() ? unpooled(onnx, x, pool.get()) : spread(op, onnx, w));
        }
        long height = rows * w.height;
        long width = columns * w.width;
        long channels = op.size(0, 3);
        long top = Math.max(0, (rows - 1) * w.strideY + w.height - height) / 2;
        long left = Math.max(0, (columns - 1) * w.strideX + w.width - width) / 2;
        long[] corners = new long[Math.toIntExact(rows * columns * channels)];
        for (int i = 0; i < corners.length; i++) {
            long y = i / channels / columns * w.strideY - top;
            long x = i / channels % columns * w.strideX - left;
            corners[i] = (y * width + x) * channels + i % channels;
        }
        Value place = onnx.cast(op.in(1), DataType.INT64);
        Value row = onnx.div(place, number(onnx, w.width));
        Value byImage = onnx.add(place, onnx.mul(row, number(onnx, width - w.width)));
        Tensor corner = Tensor.ofIntegers(DataType.INT64, Shape.of(rows, columns, channels), corners);
        Value flat = onnx.add(onnx.mul(byImage, number(onnx, channels)), onnx.constant(corner));
        return List.of(scattered(op, onnx, flat, height, width));
    }

    /** The MaxPool that found these places, if nothing was done to them since. */
    private static Optional<Node> pool(Value places) {
        Value at = places;
        for (String step : List.of("Transpose", "Add", "Cast", "Sub", "Add", "Mod")) {
            Node node = at.producer().filter(n -> n.is(step)).orElse(null);
            boolean shifted = node != null && node.input(0).type() == DataType.FLOAT32 && step.equals("Add");
            if (node == null
                    || (shifted
                            && node.input(1)
                                    .constant()
                                    .filter(Unpooling::isHalfway)
                                    .isEmpty())) {
                return Optional.empty();
            }
            at = node.input(0);
        }
        Value flat = at;
        return flat.producer().filter(n -> n.is("MaxPool") && n.outputs().indexOf(flat) == 1);
    }

    private static boolean isHalfway(Tensor shift) {
        return shift.elementCount() == 1 && shift.toFloats()[0] == 0.1f;
    }

    /** Whether windows without pads that MaxPool went through are those of an unpooling of {@code x [N,C,h,w]}. */
    private static boolean isReverse(Node pool, Window w, Shape x) {
        Ints window = Ints.of(w.height, w.width);
        Shape image = pool.input(0).shape();
        return pool.attributes().get(OnnxOps.KERNEL_SHAPE).equals(window)
                && pool.attributes()
                        .find(OnnxOps.STRIDES)
                        .filter(window::equals)
                        .isPresent()
                && pool.outputs().get(0).shape().equals(x)
                && x.isStatic()
                && image.dim(2).is(x.size(2) * w.height)
                && image.dim(3).is(x.size(3) * w.width);
    }

    private static Value unpooled(Onnx onnx, Value x, Node pool) {
        Attributes window = Attributes.of(
                        OnnxOps.KERNEL_SHAPE, pool.attributes().get(OnnxOps.KERNEL_SHAPE))
                .with(OnnxOps.STRIDES, pool.attributes().get(OnnxOps.STRIDES));
        Value places = pool.outputs().get(1);
        return onnx.transpose(onnx.op("MaxUnpool", window, x, places), Layout.TO_NHWC);
    }

    private static Value spread(TflOp op, Onnx onnx, Window w) {
        long rows = op.size(0, 1);
        long columns = op.size(0, 2);
        long channels = op.size(0, 3);
        long[] places = new long[Math.toIntExact(w.height * w.width)];
        Arrays.setAll(places, i -> i);
        Tensor pattern = Tensor.ofIntegers(DataType.INT32, Shape.of(w.height, 1, w.width, 1), places);
        Value x = onnx.reshape(op.in(0), -1, rows, 1, columns, 1, channels);
        Value index = onnx.reshape(onnx.cast(op.in(1), DataType.INT32), -1, rows, 1, columns, 1, channels);
        Value here = onnx.op("Equal", index, onnx.constant(pattern));
        Value y = onnx.where(here, x, onnx.scalarLike(x, 0));
        return onnx.reshape(y, -1, rows * w.height, columns * w.width, channels);
    }

    private static Value scattered(TflOp op, Onnx onnx, Value index, long height, long width) {
        long channels = op.size(0, 3);
        long images = op.size(0, 0);
        Value zeros = onnx.op("ConstantOfShape", onnx.ints(images, height * width * channels));
        Attributes axis = Attributes.of(OnnxOps.AXIS, 1L);
        Value flat = onnx.op(
                "ScatterElements", axis, zeros, onnx.reshape(index, images, -1), onnx.reshape(op.in(0), images, -1));
        return onnx.reshape(flat, images, height, width, channels);
    }

    private static Value number(Onnx onnx, long value) {
        return onnx.constant(Tensor.ofIntegers(DataType.INT64, Shape.SCALAR, value));
    }
}
