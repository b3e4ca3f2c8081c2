package dev.tfliteonnx.executor.kernels;

import java.util.Arrays;

/**
 * A convolution in single precision: the product of the weights [M, C/group · window] and, row by row, of what every
 * element of the window covers. The rows are never laid out as a whole.
 */
final class FloatConvolution {
    private final float[] x;
    private final float[] weights;
    private final Window window;
    private final Planes planes;
    private final int batch;
    private final int groups;
    private final int channels;
    private final int outChannels;

    /**
     * A convolution.
     *
     * @param x input [N, C, ...]
     * @param w weights [M, C/group, ...]
     */
    FloatConvolution(Array x, Array w, Window window, int groups) {
        if (w.dim(1) * groups != x.dim(1) || w.dim(0) % groups != 0) {
            throw new IllegalArgumentException(groups + " groups of " + x + " and " + w);
        }
        this.x = x.floats();
        this.weights = w.floats();
        this.window = window;
        this.planes = new Planes(window);
        this.batch = x.dim(0);
        this.groups = groups;
        this.channels = w.dim(1);
        this.outChannels = w.dim(0) / groups;
    }

    /** Computes it; {@code bias} [M] may be empty. */
    float[] run(float[] bias) {
        float[] out = new float[batch * groups * outChannels * window.outSize()];
        boolean isLarge = (long) out.length * channels * window.kernelSize() > 1 << 18;
        if (groups == 1) {
            for (int n = 0; n < batch; n++) {
                group(n, bias, out, isLarge).run(planes.places());
            }
        } else {
            PanelProduct.each(
                    isLarge, batch * groups, g -> group(g, bias, out, false).runHere(planes.places()));
        }
        return out;
    }

    /** The product for a group of an image, where groups of all images are counted through. */
    private PanelProduct group(int index, float[] bias, float[] out, boolean isLarge) {
        int g = index % groups;
        int taps = window.kernelSize();
        Planes.Channel[] inputs = new Planes.Channel[channels];
        PanelProduct.each(isLarge, channels, c -> inputs[c] = planes.of(x, (index * channels + c) * window.inSize()));
        float[] start = bias.length == 0 ? bias : Arrays.copyOfRange(bias, g * outChannels, (g + 1) * outChannels);
        int k = channels * taps;
        return new PanelProduct(
                new PanelProduct.Factors(weights, g * outChannels * k, outChannels, k, start),
                (row, place, into) -> planes.read(inputs[row / taps], row % taps, place, into),
                (row, place, sums) -> planes.write(sums, place, out, (index * outChannels + row) * window.outSize()));
    }
}
