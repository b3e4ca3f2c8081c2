package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.Locale;

/** Convolutions and pooling over {@code x [N,D,H,W,C]}. */
final class Volumes {
    private static final int[] TO_NCDHW = {0, 4, 1, 2, 3};
    private static final int[] TO_NDHWC = {0, 2, 3, 4, 1};

    private Volumes() {}

    /**
     * {@code x [N,D,H,W,C]}, filter {@code [kd,kh,kw,C/groups,O]}, bias {@code [O]} → {@code [N,D',H',W',O]}.
     *
     * <p>Source: {@code kernels/conv3d.cc}; ONNX Conv-11.
     */
    static List<Value> conv3d(TflOp op, Onnx onnx) {
        Shape filter = op.shape(1);
        long[] kernel = {filter.size(0), filter.size(1), filter.size(2)};
        Attributes attributes =
                Windows.attributes(op.option(Tfl.PADDING), op.shape(0), 1, kernel, strides(op), dilations(op));
        long groups = Convolutions.groups(op, 4, filter.size(3), filter.size(4));
        Windows.View view =
                Windows.view(onnx, onnx.transpose(op.in(0), TO_NCDHW), attributes.with(OnnxOps.GROUP, groups));
        Value bias = op.has(2) ? op.in(2) : Value.ABSENT;
        Value y = onnx.op("Conv", view.window(), view.x(), op.in(1, 4, 3, 0, 1, 2), bias);
        return List.of(onnx.transpose(y, TO_NDHWC));
    }

    /**
     * output_shape {@code [5]}, filter {@code [kd,kh,kw,O,C]}, {@code x [N,D,H,W,C]}, bias {@code [O]} →
     * {@code [N,D',H',W',O]}.
     *
     * <p>Source: {@code kernels/conv3d_transpose.cc}; ONNX ConvTranspose-11 with explicit pads.
     */
    static List<Value> conv3dTranspose(TflOp op, Onnx onnx) {
        long[] extents = op.constant(0).isEmpty() && op.out().shape().isStatic()
                ? op.out().shape().sizes()
                : op.longs(0);
        long[] strides = strides(op);
        long[] dilations = dilations(op);
        long[] pads = new long[6];
        long[] outputPadding = new long[3];
        for (int i = 0; i < 3; i++) {
            long effective = (op.size(1, i) - 1) * dilations[i] + 1;
            long full = (op.size(2, i + 1) - 1) * strides[i] + effective;
            long total = op.option(Tfl.PADDING) == Padding.SAME ? Math.max(0, full - extents[i + 1]) : 0;
            pads[i] = total / 2;
            pads[i + 3] = total - total / 2;
            outputPadding[i] = Math.max(0, extents[i + 1] - full);
        }
        Attributes attributes = Attributes.of(
                        OnnxOps.KERNEL_SHAPE, Ints.of(op.size(1, 0), op.size(1, 1), op.size(1, 2)))
                .with(OnnxOps.STRIDES, Ints.of(strides))
                .with(OnnxOps.DILATIONS, Ints.of(dilations))
                .with(OnnxOps.PADS, Ints.of(pads))
                .with(OnnxOps.OUTPUT_PADDING, Ints.of(outputPadding));
        Value x = onnx.transpose(op.in(2), TO_NCDHW);
        Value bias = op.has(3) ? op.in(3) : Value.ABSENT;
        Value y = onnx.op("ConvTranspose", attributes, x, op.in(1, 4, 3, 0, 1, 2), bias);
        return List.of(onnx.transpose(y, TO_NDHWC));
    }

    private static long[] strides(TflOp op) {
        return new long[] {op.option(Tfl.STRIDE_D), op.option(Tfl.STRIDE_H), op.option(Tfl.STRIDE_W)};
    }

    private static long[] dilations(TflOp op) {
        return new long[] {
            op.option(Tfl.DILATION_D_FACTOR), op.option(Tfl.DILATION_H_FACTOR), op.option(Tfl.DILATION_W_FACTOR)
        };
    }

    /** How a custom pooling operator slides its window. */
    private record PoolOptions(String format, String padding, Ints pool, Ints strides) {}

    /**
     * The custom operators AvgPool3D and MaxPool3D, whose options are a FlexBuffer.
     *
     * <p>Source: {@code kernels/pooling3d.cc}: padding does not count; ONNX AveragePool-11 or MaxPool-12.
     *
     * @param name the ONNX operator
     */
    static OpHandler pool3d(String name) {
        return (op, onnx) -> {
            PoolOptions options = op.name().startsWith("Flex") ? ofNodeDef(op) : ofFlexBuffer(op);
            if (!options.format().equals("NDHWC")
                    || options.pool().size() != 5
                    || options.strides().size() != 5) {
                throw op.refuse(DiagnosticCode.UNSUPPORTED_OPTION, "its options are " + options, "");
            }
            Padding padding = options.padding().toUpperCase(Locale.ROOT).equals("SAME") ? Padding.SAME : Padding.VALID;
            Attributes attributes = Windows.attributes(
                    padding, op.shape(0), 1, inner(options.pool()), inner(options.strides()), new long[] {1, 1, 1});
            Windows.View view = Windows.view(onnx, onnx.transpose(op.in(0), TO_NCDHW), attributes);
            Value y = onnx.op(name, view.window(), view.x());
            return List.of(onnx.transpose(y, TO_NDHWC));
        };
    }

    private static PoolOptions ofFlexBuffer(TflOp op) {
        return CustomOptions.flex(
                op,
                flex -> new PoolOptions(
                        flex.text("data_format", "NDHWC"),
                        flex.text("padding", "VALID"),
                        Ints.of(flex.integers("pool_size")),
                        Ints.of(flex.integers("strides"))));
    }

    private static PoolOptions ofNodeDef(TflOp op) {
        Attributes options = op.node().attributes();
        return new PoolOptions(
                options.get(Key.ofString("data_format"), "NDHWC"),
                options.get(Key.ofString("padding"), "VALID"),
                options.get(Key.ofInts("ksize"), Ints.of()),
                options.get(Key.ofInts("strides"), Ints.of()));
    }

    private static long[] inner(Ints five) {
        return new long[] {five.get(1), five.get(2), five.get(3)};
    }
}
