package dev.tfliteonnx.tfl;

/**
 * Sigmoid and tanh of 16-bit integers as TFLite computes them: interpolated in a table of 256 entries, up to two steps off
 * the true functions.
 *
 * <p>Source: {@code SigmoidPrepare} in {@code kernels/activations.cc}, {@code reference/integer_ops/logistic.h} and
 * {@code reference/integer_ops/tanh.h}.
 *
 * @param multiplier brings a stored number to steps of 1 / (3 · 4096)
 * @param places how far the product is shifted right
 */
public record InterpolatedSigmoid(int multiplier, int places) {
    private static final int[] SIGMOID = sigmoids();

    /** For operands of a scale; powers of two up to {@code mostShift} are multiplied exactly. */
    public static InterpolatedSigmoid of(float scale, int mostShift) {
        float log = (float) Math.log(scale) * (1 / (float) Math.log(2));
        int power = Math.round(log);
        int shift = 12 + power;
        if (Math.abs(log - power) < 1e-3f && shift >= 0 && shift <= mostShift) {
            return new InterpolatedSigmoid(3 << shift, 0);
        }
        double multiplier = scale * 4096.0 * 3;
        int places = 0;
        while (multiplier <= Short.MAX_VALUE / 2.0 && places <= 30) {
            places++;
            multiplier *= 2;
        }
        return new InterpolatedSigmoid((int) multiplier, places);
    }

    private int rescaled(int q) {
        int half = places > 0 ? 1 << (places - 1) : 0;
        return (q * multiplier + half) >> places;
    }

    /** The logistic function of a stored number, in steps of 2⁻¹⁵. */
    public int logistic(int q) {
        int x = rescaled(q);
        int size = Math.abs(x);
        int at = size >> 9;
        int y = at >= 255 ? 0x7FFF << 10 : (SIGMOID[at] << 9) + (size & 0x1FF) * (SIGMOID[at + 1] - SIGMOID[at]);
        return (x >= 0 ? y + (1 << 9) : (1 << 25) - y + (1 << 9) - 1) >> 10;
    }

    /** The hyperbolic tangent of a stored number, in steps of 2⁻¹⁵. */
    public int tanh(int q) {
        int x = rescaled(q);
        int size = Math.abs(x);
        int at = size >> 8;
        int y = at >= 255 ? 0xFFFF << 8 : (SIGMOID[at] << 8) + (size & 0xFF) * (SIGMOID[at + 1] - SIGMOID[at]);
        return (x >= 0 ? y - (1 << 23) + (1 << 7) : -y + (1 << 23) + (1 << 7) - 1) >> 8;
    }

    /** {@code sigmoid(i / 24)} in steps of 2⁻¹⁶, raised so that the lines between entries err to both sides. */
    private static int[] sigmoids() {
        int[] table = new int[256];
        for (int i = 0; i < table.length - 1; i++) {
            double sagging = (sigmoid(i) + sigmoid(i + 1)) / 2 - sigmoid(i + 0.5);
            table[i] = (int) Math.round(sigmoid(i) - sagging / 2);
        }
        table[255] = 0xFFFF;
        return table;
    }

    private static double sigmoid(double i) {
        return 0x10000 / (1 + StrictMath.exp(-i / 24));
    }
}
