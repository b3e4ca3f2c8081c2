package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import dev.tfliteonnx.tfl.WeightsFormat;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Convolutions and matrix products of stored integers, exact: both operands become {@link Digits}, the accumulator of their
 * products takes up the bias and is rescaled by {@link Steps}.
 */
final class ExactProducts {
    private ExactProducts() {}

    /** Source: {@code kernels/internal/reference/integer_ops/conv.h}, {@code reference/conv.h}; ONNX ConvInteger-10. */
    static List<Value> conv2d(TflOp op, Onnx onnx) {
        return convolve(op, onnx, Convolutions.groups(op), 0, 3, 1, 2);
    }

    /**
     * Source: {@code kernels/internal/reference/integer_ops/depthwise_conv.h}, {@code reference/depthwiseconv_uint8.h};
     * ONNX ConvInteger-10.
     */
    static List<Value> depthwiseConv2d(TflOp op, Onnx onnx) {
        return convolve(op, onnx, Convolutions.depthwiseGroups(op), 3, 0, 1, 2);
    }

    private static List<Value> convolve(TflOp op, Onnx onnx, long groups, int... filterPerm) {
        Attributes attributes = Convolutions.window(op).with(OnnxOps.GROUP, groups);
        Value raw = op.raw(0);
        Value none = onnx.scalar(raw.type(), op.source(0).quant().orElseThrow().zeroPoint());
        Windows.View view = Windows.view(onnx, onnx.transpose(raw, Layout.TO_NCHW), attributes, none);
        Value w = weights(op, onnx, filterPerm);
        Value acc = Digits.sum(
                onnx,
                Digits.of(op, onnx, 0, view.x()),
                (digits, zero) -> onnx.op("ConvInteger", view.window(), digits, w, zero, zero(op, onnx, 1)));
        return List.of(onnx.transpose(finished(op, onnx, acc, 0, 2), Layout.TO_NHWC));
    }

    /**
     * Zeros are put between the pixels, and the filter, reversed, slides over the image.
     *
     * <p>Source: {@code kernels/internal/reference/integer_ops/transpose_conv.h}, {@code reference/transpose_conv.h}; ONNX
     * ConvInteger-10.
     */
    static List<Value> transposeConv(TflOp op, Onnx onnx) {
        long[] extents = Convolutions.extents(op);
        long[] strides = {op.option(Tfl.STRIDE_H), op.option(Tfl.STRIDE_W)};
        long[] pads = new long[4];
        for (int i = 0; i < 2; i++) {
            long spread = op.size(2, i + 1) * strides[i];
            long kernel = op.size(1, i + 1);
            long full = spread - strides[i] + kernel;
            long total = op.option(Tfl.PADDING) == Padding.SAME ? Math.max(0, full - extents[i + 1]) : 0;
            pads[i] = kernel - 1 - total / 2;
            pads[i + 2] = extents[i + 1] - spread - pads[i] + kernel - 1;
        }
        Value spread = cropped(op, onnx, strides, pads);
        Attributes attributes = Attributes.of(OnnxOps.KERNEL_SHAPE, Ints.of(op.size(1, 1), op.size(1, 2)))
                .with(
                        OnnxOps.PADS,
                        Ints.of(Arrays.stream(pads).map(p -> Math.max(p, 0)).toArray()));
        Tensor filter = op.constant(1).orElseThrow(() -> op.notConstant(1));
        Value w = onnx.constant(
                op.source(1).name(),
                unsigned(reversed(filter.cast(bytes(filter)))).permuted(0, 3, 1, 2));
        Value acc = Digits.sum(
                onnx,
                Digits.of(op, onnx, 2, spread),
                (digits, zero) -> onnx.op("ConvInteger", attributes, digits, w, zero, zero(op, onnx, 1)));
        return List.of(onnx.transpose(finished(op, onnx, acc, 2, 3), Layout.TO_NHWC));
    }

    /** {@link #spread} without what negative paddings cut off. */
    private static Value cropped(TflOp op, Onnx onnx, long[] strides, long[] pads) {
        Value spread = spread(op, onnx, strides);
        if (Arrays.stream(pads).allMatch(p -> p >= 0)) {
            return spread;
        }
        long[] starts = {Math.max(-pads[0], 0), Math.max(-pads[1], 0)};
        long[] ends = {
            op.size(2, 1) * strides[0] + Math.min(pads[2], 0), op.size(2, 2) * strides[1] + Math.min(pads[3], 0)
        };
        return onnx.slice(spread, starts, ends, new long[] {2, 3}, new long[] {1, 1});
    }

    /** Operand 2 as {@code [N,C,H·stride,W·stride]}, the zero point between its pixels. */
    private static Value spread(TflOp op, Onnx onnx, long[] strides) {
        Value x = onnx.transpose(op.raw(2), Layout.TO_NCHW);
        long c = op.size(2, 3);
        long h = op.size(2, 1);
        long w = op.size(2, 2);
        Value apart = onnx.reshape(x, -1, c, h, 1, w, 1);
        long[] pads = new long[12];
        pads[9] = strides[0] - 1;
        pads[11] = strides[1] - 1;
        boolean none = strides[0] == 1 && strides[1] == 1;
        Value zero = onnx.scalar(x.type(), op.source(2).quant().orElseThrow().zeroPoint());
        return none ? x : onnx.reshape(onnx.pad(apart, pads, zero), -1, c, h * strides[0], w * strides[1]);
    }

    /** A filter {@code [O,kh,kw,C]} with its pixels in reverse order. */
    private static Tensor reversed(Tensor filter) {
        return Tensor.computed(filter.type(), filter.shape(), filter.source() + ", reversed", () -> {
            int pixel = (int) filter.shape().size(3);
            int filters = (int) filter.shape().size(0);
            int pixels = (int) (filter.shape().size(1) * filter.shape().size(2));
            byte[] in = array(filter);
            byte[] out = new byte[in.length];
            for (int i = 0; i < filters * pixels; i++) {
                int from = i / pixels * pixels + pixels - 1 - i % pixels;
                System.arraycopy(in, from * pixel, out, i * pixel, pixel);
            }
            return Bytes.of(out, "reversed");
        });
    }

    /** Source: {@code kernels/internal/reference/integer_ops/fully_connected.h}; ONNX MatMulInteger-10. */
    static List<Value> fullyConnected(TflOp op, Onnx onnx) {
        if (op.option(Tfl.WEIGHTS_FORMAT) != WeightsFormat.DEFAULT || op.rank(1) != 2) {
            throw op.refuse(DiagnosticCode.NO_EXACT_FORM, "its weights are not a plain matrix", "");
        }
        Shape x = op.shape(0);
        long in = op.size(1, 1);
        long n = x.isStatic() && in != 0 ? x.elementCount() / in : -1;
        Value rows = x.rank() == 2 && x.dim(1).is(in) ? op.raw(0) : onnx.reshape(op.raw(0), n, in);
        Value acc = byWeights(op, onnx, rows);
        Value y = Steps.storeByDoubles(op, onnx, biased(op, onnx, acc, 2), Steps.ratios(op));
        if (!op.option(Tfl.KEEP_NUM_DIMS) || x.rank() == 2) {
            return List.of(y);
        }
        Value[] extents = Extents.of(op, onnx, 0).range(0, x.rank());
        extents[x.rank() - 1] = onnx.ints(op.size(1, 0));
        return List.of(Extents.reshape(onnx, y, extents));
    }

    /** Operand 0 times the transposed matrix of weights, operand 1, as an accumulator. */
    static Value features(TflOp op, Onnx onnx) {
        return byWeights(op, onnx, op.raw(0));
    }

    private static Value byWeights(TflOp op, Onnx onnx, Value rows) {
        Value w = weights(op, onnx, 1, 0);
        return Digits.sum(
                onnx,
                Digits.of(op, onnx, 0, rows),
                (digits, zero) -> onnx.op("MatMulInteger", digits, w, zero, zero(op, onnx, 1)));
    }

    /**
     * Products of matrices; int16 by int16 is summed in int64.
     *
     * <p>Source: {@code kernels/batch_matmul.cc}, {@code kernels/internal/reference/batch_matmul.h}; ONNX
     * MatMulInteger-10 or MatMul-13.
     */
    static List<Value> batchMatmul(TflOp op, Onnx onnx) {
        if (squeezesTransposed(op)) {
            op.note(
                    DiagnosticCode.NOT_EXACT,
                    "TFLite up to 2.20 takes the batches of its left operand, which is transposed, for rows and leaves"
                            + " a part of the result unset; what is meant is computed here");
        }
        Value x = factor(op, onnx, 0, op.option(Tfl.ADJ_X));
        Value y = factor(op, onnx, 1, op.option(Tfl.ADJ_Y));
        List<Multiplier> by = Steps.ofProduct(op, 0, 1);
        if (op.source(0).type() == DataType.INT16) {
            Value wide = onnx.op("MatMul", onnx.cast(x, DataType.INT64), onnx.cast(y, DataType.INT64));
            return List.of(Steps.storeWide(op, onnx, wide, by, Shape.SCALAR));
        }
        Value acc = onnx.op(
                "MatMulInteger",
                Digits.unsigned(onnx, x),
                Digits.unsigned(onnx, y),
                zero(op, onnx, 0),
                zero(op, onnx, 1));
        return List.of(Steps.store(op, onnx, acc, by, Shape.SCALAR));
    }

    private static boolean squeezesTransposed(TflOp op) {
        Shape x = op.shape(0);
        Shape y = op.shape(1);
        return op.option(Tfl.ADJ_X)
                && x.rank() > 2
                && y.rank() > 2
                && y.dim(y.rank() - 3).is(1)
                && !x.dim(x.rank() - 3).is(1);
    }

    private static Value factor(TflOp op, Onnx onnx, int i, boolean transposed) {
        int rank = op.rank(i);
        int[] perm = IntStream.range(0, rank).toArray();
        perm[rank - 1] = transposed ? rank - 2 : rank - 1;
        perm[rank - 2] = transposed ? rank - 1 : rank - 2;
        return onnx.transpose(op.raw(i), perm);
    }

    /** The bias added to an accumulator whose channels are second, all of it rescaled and stored. */
    private static Value finished(TflOp op, Onnx onnx, Value acc, int x, int bias) {
        List<Multiplier> by = Steps.ofProduct(op, x, 1);
        Shape along = alongChannels(acc, by.size());
        Value sum = biased(op, onnx, acc, bias);
        return Rescaling.isCoarse(op, x, 1)
                ? Steps.storeWide(op, onnx, sum, by, along)
                : Steps.store(op, onnx, sum, by, along);
    }

    private static Value biased(TflOp op, Onnx onnx, Value acc, int bias) {
        if (!op.has(bias)) {
            return acc;
        }
        Shape along = alongChannels(acc, op.size(bias, 0));
        Value b = op.constant(bias).isPresent()
                ? onnx.constant(op.source(bias).name(), op.constant(bias).get().reshaped(along))
                : onnx.reshape(op.raw(bias), along.sizes());
        return onnx.add(acc, onnx.cast(b, acc.type()));
    }

    /** One number per channel, which is the second axis of an accumulator, as it broadcasts. */
    private static Shape alongChannels(Value acc, long channels) {
        long[] extents = new long[acc.shape().rank() - 1];
        Arrays.fill(extents, 1);
        extents[0] = channels;
        return Shape.of(extents);
    }

    /** Operand 1 as uint8, axes permuted. */
    private static Value weights(TflOp op, Onnx onnx, int... perm) {
        if (op.constant(1).isEmpty()) {
            return onnx.transpose(Digits.unsigned(onnx, op.raw(1)), perm);
        }
        Tensor stored = op.constant(1).get();
        return onnx.constant(
                op.source(1).name(), unsigned(stored.cast(bytes(stored))).permuted(perm));
    }

    private static byte[] array(Tensor stored) {
        byte[] all = new byte[(int) stored.byteSize()];
        stored.load().get(all);
        return all;
    }

    private static DataType bytes(Tensor weights) {
        return weights.type() == DataType.UINT8 ? DataType.UINT8 : DataType.INT8;
    }

    /** 8-bit integers as uint8, those of int8 128 higher. */
    private static Tensor unsigned(Tensor stored) {
        if (stored.type() == DataType.UINT8) {
            return stored;
        }
        return Tensor.computed(DataType.UINT8, stored.shape(), stored.source() + ", plus 128", () -> {
            byte[] raised = array(stored);
            for (int i = 0; i < raised.length; i++) {
                raised[i] ^= (byte) 0x80;
            }
            return Bytes.of(raised, "plus 128");
        });
    }

    /** The zero point of an operand as {@link Digits#unsigned} has it. */
    private static Value zero(TflOp op, Onnx onnx, int i) {
        QuantParams quant = op.source(i).quant().orElseThrow();
        if (Arrays.stream(quant.zeroPoints()).distinct().count() != 1 || quant.blockSize() != 0) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM,
                    "the zero points of \"" + op.source(i).name() + "\" differ from channel to channel",
                    "convert with --quant qdq");
        }
        long raised = op.source(i).type() == DataType.UINT8 ? 0 : 128;
        return onnx.scalar(DataType.UINT8, quant.zeroPoints()[0] + raised);
    }
}
