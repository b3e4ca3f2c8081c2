package dev.tfliteonnx.executor.kernels;

/**
 * Channels of an input laid out so that what an element of a window covers, over all places of the window, is a run of
 * elements: with padding around, and with strides, the elements that are a stride apart next to each other. Places of the
 * window are counted with the pitch of these planes; those between the end of a line of the output and the next one are
 * computed for nothing.
 */
final class Planes {
    /**
     * A channel.
     *
     * @param data its planes, one for each remainder of a place by the stride
     * @param at where they start
     */
    record Channel(float[] data, int at) {}

    private final Window window;
    private final int[] pitch = new int[3];
    private final int[] offsets;
    private final int planes;
    private final boolean plain;

    Planes(Window window) {
        this.window = window;
        boolean same = true;
        int remainders = 1;
        for (int i = 0; i < 3; i++) {
            int stride = window.strides()[i];
            pitch[i] = window.out()[i] + (window.span(i) - 1) / stride;
            same &= stride == 1 && window.place(i, 0, 0) == 0 && pitch[i] == window.in()[i];
            remainders *= remainders(i);
        }
        plain = same;
        planes = remainders;
        offsets = new int[window.kernelSize()];
        int[] kernel = window.kernel();
        for (int k = 0; k < offsets.length; k++) {
            int d = window.tap(0, k / (kernel[1] * kernel[2]));
            int h = window.tap(1, k / kernel[2] % kernel[1]);
            int w = window.tap(2, k % kernel[2]);
            int[] s = window.strides();
            int plane = (d % s[0] * remainders(1) + h % s[1]) * remainders(2) + w % s[2];
            offsets[k] = plane * Dims.count(pitch) + (d / s[0] * pitch[1] + h / s[1]) * pitch[2] + w / s[2];
        }
    }

    /** How many remainders by the stride elements of the window can have. */
    private int remainders(int axis) {
        return Math.min(window.strides()[axis], window.span(axis));
    }

    /** How many places of the window there are, those between lines included. */
    int places() {
        int[] out = window.out();
        return Dims.count(out) == 0 ? 0 : ((out[0] - 1) * pitch[1] + out[1] - 1) * pitch[2] + out[2];
    }

    /** The planes of the channel that starts at a place of the input. */
    Channel of(float[] in, int at) {
        if (plain) {
            return new Channel(in, at);
        }
        float[] data = new float[Math.multiplyExact(planes, Dims.count(pitch))];
        int to = 0;
        for (int d = 0; d < remainders(0); d++) {
            for (int h = 0; h < remainders(1); h++) {
                for (int w = 0; w < remainders(2); w++) {
                    plane(in, at, new int[] {d, h, w}, data, to);
                    to += Dims.count(pitch);
                }
            }
        }
        return new Channel(data, 0);
    }

    private void plane(float[] in, int at, int[] remainder, float[] data, int to) {
        int[] size = window.in();
        int step = window.strides()[2];
        int first = window.place(2, 0, 0) + remainder[2];
        int low = first >= 0 ? 0 : Math.min(pitch[2], (-first + step - 1) / step);
        int high = Math.max(low, Math.min(pitch[2], Math.floorDiv(size[2] - 1 - first, step) + 1));
        for (int line = 0; line < pitch[0] * pitch[1]; line++) {
            int d = window.place(0, line / pitch[1], 0) + remainder[0];
            int h = window.place(1, line % pitch[1], 0) + remainder[1];
            if (d >= 0 && d < size[0] && h >= 0 && h < size[1]) {
                int from = at + (d * size[1] + h) * size[2] + first + low * step;
                Lane.copy(new Lane.Run(in, from, step), data, to + line * pitch[2] + low, high - low);
            }
        }
    }

    /** Copies what an element of the window covers, from a place of the window on. */
    void read(Channel channel, int element, int place, float[] into) {
        System.arraycopy(channel.data, channel.at + offsets[element] + place, into, 0, into.length);
    }

    /** Copies results from a place of the window on to the channel of the output that starts at {@code at}. */
    void write(float[] results, int place, float[] out, int at) {
        int[] size = window.out();
        int end = place + results.length;
        for (int line = place / pitch[2]; line * pitch[2] < end; line++) {
            int h = line % pitch[1];
            if (h < size[1]) {
                int low = Math.max(place, line * pitch[2]);
                int high = Math.min(end, line * pitch[2] + size[2]);
                int row = at + (line / pitch[1] * size[1] + h) * size[2];
                System.arraycopy(results, low - place, out, row + low - line * pitch[2], Math.max(0, high - low));
            }
        }
    }
}
