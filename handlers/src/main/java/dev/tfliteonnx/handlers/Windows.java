package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Padding;

/**
 * The arithmetic of windows that slide over an image.
 *
 * <p>Source: {@code kernels/padding.h}: with SAME the odd pixel goes to the end.
 */
final class Windows {
    private Windows() {}

    /**
     * Kernel, strides, dilations and pads as attributes.
     *
     * @param input the shape of the input, spatial axes from {@code firstAxis} on; extents may be unknown
     */
    static Attributes attributes(
            Padding padding, Shape input, int firstAxis, long[] kernel, long[] strides, long[] dilations) {
        Attributes attributes =
                Attributes.of(OnnxOps.KERNEL_SHAPE, Ints.of(kernel)).with(OnnxOps.STRIDES, Ints.of(strides));
        for (long d : dilations) {
            if (d != 1) {
                attributes = attributes.with(OnnxOps.DILATIONS, Ints.of(dilations));
            }
        }
        int n = kernel.length;
        long[] pads = new long[2 * n];
        for (int i = 0; i < n && padding == Padding.SAME; i++) {
            long effective = (kernel[i] - 1) * dilations[i] + 1;
            if (!input.isFixed(firstAxis + i) && strides[i] != 1) {
                return attributes.with(OnnxOps.AUTO_PAD, "SAME_UPPER");
            }
            long total = effective - 1;
            if (input.isFixed(firstAxis + i)) {
                long size = input.size(firstAxis + i);
                long out = (size + strides[i] - 1) / strides[i];
                total = Math.max(0, (out - 1) * strides[i] + effective - size);
            }
            pads[i] = total / 2;
            pads[n + i] = total - total / 2;
        }
        return attributes.with(OnnxOps.PADS, Ints.of(pads));
    }

    /**
     * {@code x [N,C,…]} without the cells behind the last window, where ONNX is left to find the padding. A stride that is
     * greater than the window may leave such cells, and ONNX Runtime would then pad by less than nothing.
     */
    static Value read(Onnx onnx, Value x, Attributes window) {
        if (window.find(OnnxOps.AUTO_PAD).isEmpty()) {
            return x;
        }
        Extents extents = Extents.of(onnx, x);
        Ints kernel = window.get(OnnxOps.KERNEL_SHAPE);
        Ints strides = window.get(OnnxOps.STRIDES);
        Value y = x;
        for (int i = 0; i < kernel.size(); i++) {
            int axis = i;
            long dilation = window.find(OnnxOps.DILATIONS).map(d -> d.get(axis)).orElse(1L);
            long over = (kernel.get(i) - 1) * dilation + 1 - strides.get(i);
            if (over < 0) {
                Value count =
                        Extents.over(onnx, Extents.plus(onnx, extents.at(2 + i), strides.get(i) - 1), strides.get(i));
                Value end = Extents.plus(onnx, Extents.times(onnx, count, strides.get(i)), over);
                y = onnx.op("Slice", y, onnx.ints(0), end, onnx.ints(2 + i));
            }
        }
        return y;
    }
}
