package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Convolutions and their transposes. */
final class Convolutions {
    private Convolutions() {}

    /**
     * {@code x [N,H,W,C]}, filter {@code [O,kh,kw,C/groups]}, bias {@code [O]} → {@code [N,H',W',O]}.
     *
     * <p>Source: {@code kernels/conv.cc}; ONNX Conv-11. The number of groups is the channels of {@code x} over those of
     * the filter; the int32 bias is added to the accumulator as it is.
     */
    static List<Value> conv2d(TflOp op, Onnx onnx) {
        return convolve(op, onnx, groups(op), 0, 3, 1, 2);
    }

    /**
     * {@code x [N,H,W,C]}, filter {@code [1,kh,kw,C·M]}, bias {@code [C·M]} → {@code [N,H',W',C·M]}.
     *
     * <p>Source: {@code kernels/depthwise_conv.cc}, which takes M from the filter and the channels of
     * {@code x}, whatever the option {@code depth_multiplier} says; ONNX Conv-11 with C groups.
     */
    static List<Value> depthwiseConv2d(TflOp op, Onnx onnx) {
        return convolve(op, onnx, depthwiseGroups(op), 3, 0, 1, 2);
    }

    private static List<Value> convolve(TflOp op, Onnx onnx, long groups, int... filterPerm) {
        Attributes attributes = window(op).with(OnnxOps.GROUP, groups);
        Windows.View view = Windows.view(onnx, onnx.transpose(op.in(0), Layout.TO_NCHW), attributes);
        Value w = Rescaling.weights(op, onnx, 0, 1, filterPerm);
        Value b = Biases.of(op, onnx, 2, 0, 1);
        return List.of(onnx.transpose(onnx.op("Conv", view.window(), view.x(), w, b), Layout.TO_NHWC));
    }

    /** How the filter, operand 1 of {@code [_,kh,kw,_]}, slides over the image. */
    static Attributes window(TflOp op) {
        return Windows.attributes(
                op.option(Tfl.PADDING),
                op.shape(0),
                1,
                new long[] {op.size(1, 1), op.size(1, 2)},
                new long[] {op.option(Tfl.STRIDE_H), op.option(Tfl.STRIDE_W)},
                new long[] {op.option(Tfl.DILATION_H_FACTOR), op.option(Tfl.DILATION_W_FACTOR)});
    }

    /** How many groups of channels CONV_2D has. */
    static long groups(TflOp op) {
        return groups(op, 3, op.size(1, 3), op.size(1, 0));
    }

    /**
     * The channels of operand 0 over those of the filter. Channels that are open are those that the file records; if these
     * do not fit the filter, they stand for any number, and the convolution has one group, which a note tells.
     *
     * @param axis which axis of operand 0 its channels are
     */
    static long groups(TflOp op, int axis, long filterChannels, long filters) {
        if (op.shape(0).isFixed(axis)) {
            return op.size(0, axis) / filterChannels;
        }
        if (filters == 1) {
            return 1;
        }
        Shape recorded = op.source(0).shape();
        long channels = recorded.hasRank(op.rank(0)) && recorded.isFixed(axis)
                ? recorded.size(axis)
                : op.node().attributes().get(Tfl.RECORDED_CHANNELS, 0L);
        long groups = channels / filterChannels;
        boolean fits = groups > 0 && channels % filterChannels == 0 && filters % groups == 0;
        if (fits) {
            return groups;
        }
        op.note(
                DiagnosticCode.NOT_EXACT,
                "the number of channels is open: the image is taken to have the " + filterChannels
                        + " of the filter, in one group");
        return 1;
    }

    /** How many channels, each a group of its own, DEPTHWISE_CONV_2D has: if they are open, as its option says. */
    static long depthwiseGroups(TflOp op) {
        long multiplier = op.option(Tfl.DEPTH_MULTIPLIER);
        boolean isTold = multiplier > 0 && op.size(1, 3) % multiplier == 0;
        return !op.shape(0).isFixed(3) && isTold ? op.size(1, 3) / multiplier : op.size(0, 3);
    }

    /**
     * output_shape {@code [4]}, filter {@code [O,kh,kw,C]}, {@code x [N,H,W,C]}, bias {@code [O]} →
     * {@code [N,H',W',O]}.
     *
     * <p>Source: {@code kernels/transpose_conv.cc}; ONNX ConvTranspose-11 with explicit pads, since its
     * {@code output_shape} puts the odd pixel elsewhere.
     */
    static List<Value> transposeConv(TflOp op, Onnx onnx) {
        long[] extents = extents(op);
        long[] strides = {op.option(Tfl.STRIDE_H), op.option(Tfl.STRIDE_W)};
        long[] pads = new long[4];
        long[] outputPadding = new long[2];
        for (int i = 0; i < 2; i++) {
            long full = (op.size(2, i + 1) - 1) * strides[i] + op.size(1, i + 1);
            long out = extents[i + 1];
            long total = op.option(Tfl.PADDING) == Padding.SAME ? Math.max(0, full - out) : 0;
            pads[i] = total / 2;
            pads[i + 2] = total - total / 2;
            outputPadding[i] = Math.max(0, out - full);
        }
        return List.of(transposed(op, onnx, 2, Biases.of(op, onnx, 3, 2, 1), strides, pads, outputPadding));
    }

    /** The shape of TRANSPOSE_CONV's result; refused if it is not known. */
    static long[] extents(TflOp op) {
        if (op.constant(0).isPresent()) {
            return op.longs(0);
        }
        if (!op.out().shape().isStatic()) {
            throw op.notConstant(0);
        }
        return op.out().shape().sizes();
    }

    /**
     * MediaPipe's transposed convolution: {@code x [N,H,W,C]}, filter {@code [O,kh,kw,C]}, bias {@code [O]} →
     * {@code [N,H',W',O]}.
     *
     * <p>Source: MediaPipe {@code util/tflite/operations/transpose_conv_bias.cc}; options are little-endian int32
     * padding (1 SAME, 2 VALID), stride_w, stride_h.
     */
    static List<Value> convolution2dTransposeBias(TflOp op, Onnx onnx) {
        Bytes options = op.option(Tfl.CUSTOM_OPTIONS);
        if (options.size() < 12) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL, "its options have " + options.size() + " bytes instead of 12", "");
        }
        java.nio.ByteBuffer ints = options.view(0, 12);
        boolean same = ints.getInt(0) == 1;
        long[] strides = {ints.getInt(8), ints.getInt(4)};
        long[] pads = new long[4];
        for (int i = 0; i < 2; i++) {
            long total = same ? Math.max(0, op.size(1, i + 1) - (op.size(0, i + 1) - 1) % strides[i] - 1) : 0;
            pads[i] = total / 2;
            pads[i + 2] = total - total / 2;
        }
        return List.of(transposed(op, onnx, 0, Biases.of(op, onnx, 2, 0, 1), strides, pads, new long[2]));
    }

    private static Value transposed(
            TflOp op, Onnx onnx, int input, Value bias, long[] strides, long[] pads, long[] outputPadding) {
        Attributes attributes = Attributes.of(OnnxOps.KERNEL_SHAPE, Ints.of(op.size(1, 1), op.size(1, 2)))
                .with(OnnxOps.STRIDES, Ints.of(strides))
                .with(OnnxOps.PADS, Ints.of(pads));
        if (outputPadding[0] != 0 || outputPadding[1] != 0) {
            attributes = attributes.with(OnnxOps.OUTPUT_PADDING, Ints.of(outputPadding));
        }
        Value x = onnx.transpose(op.in(input), Layout.TO_NCHW);
        Value w = Rescaling.weights(op, onnx, input, 1, 3, 0, 1, 2);
        return onnx.transpose(onnx.op("ConvTranspose", attributes, x, w, bias), Layout.TO_NHWC);
    }
}
