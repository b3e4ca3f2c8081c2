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
     * An image with the window that slides over it.
     *
     * @param x {@code [N,C,…]}
     * @param window kernel, strides, dilations and pads
     */
    record View(Value x, Attributes window) {}

    /** {@link #view(Onnx, Value, Attributes, Value)} of a window whose padding does not count or counts as 0. */
    static View view(Onnx onnx, Value x, Attributes window) {
        return view(onnx, x, window, Value.ABSENT);
    }

    /**
     * What an operator is to read {@code x [N,C,…]} by. ONNX is left to find padding that depends on open extents, but that
     * of a window with holes, which ONNX Runtime refuses to find ("Dilation not supported for AutoPadType").
     *
     * @param zero what stands for 0 in {@code x}; absent if 0 does
     */
    static View view(Onnx onnx, Value x, Attributes window, Value zero) {
        if (window.find(OnnxOps.AUTO_PAD).isEmpty()) {
            return new View(x, window);
        }
        if (window.find(OnnxOps.DILATIONS).isEmpty()) {
            return new View(cropped(onnx, x, window), window);
        }
        int n = window.get(OnnxOps.STRIDES).size();
        Attributes explicit = window.without(OnnxOps.AUTO_PAD).with(OnnxOps.PADS, Ints.of(new long[2 * n]));
        return new View(padded(onnx, x, window, zero), explicit);
    }

    /** {@code x} with the padding SAME, computed when the model runs. */
    private static Value padded(Onnx onnx, Value x, Attributes window, Value zero) {
        long[] strides = window.get(OnnxOps.STRIDES).toArray();
        int n = strides.length;
        Value size = onnx.slice(onnx.shapeOf(x), new long[] {2}, new long[] {2 + n}, new long[] {0}, new long[] {1});
        long[] less = new long[n];
        long[] over = new long[n];
        for (int i = 0; i < n; i++) {
            less[i] = strides[i] - 1;
            over[i] = reach(window, i) - strides[i];
        }
        Value count = onnx.div(onnx.add(size, onnx.ints(less)), onnx.ints(strides));
        Value end = onnx.add(onnx.mul(count, onnx.ints(strides)), onnx.ints(over));
        Value total = onnx.op("Max", onnx.sub(end, size), onnx.ints(0));
        Value before = onnx.div(total, onnx.ints(2));
        Value none = onnx.ints(0, 0);
        Value pads = onnx.concat(0, none, before, none, onnx.sub(total, before));
        return onnx.op("Pad", x, pads, zero);
    }

    /** How many cells a window spans along an axis, its holes included. */
    private static long reach(Attributes window, int axis) {
        long dilation = window.find(OnnxOps.DILATIONS).map(d -> d.get(axis)).orElse(1L);
        return (window.get(OnnxOps.KERNEL_SHAPE).get(axis) - 1) * dilation + 1;
    }

    /**
     * {@code x [N,C,…]} without the cells behind the last window. A stride that is greater than the window may leave such
     * cells, and ONNX Runtime would then pad by less than nothing.
     */
    private static Value cropped(Onnx onnx, Value x, Attributes window) {
        Extents extents = Extents.of(onnx, x);
        Ints strides = window.get(OnnxOps.STRIDES);
        Value y = x;
        for (int i = 0; i < strides.size(); i++) {
            long over = reach(window, i) - strides.get(i);
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
