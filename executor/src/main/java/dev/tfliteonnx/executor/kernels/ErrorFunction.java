package dev.tfliteonnx.executor.kernels;

/** The error function and what it leaves to 1, to about 1e-15. */
public final class ErrorFunction {
    private ErrorFunction() {}

    /** {@code 2/√π · ∫ exp(−t²) dt} from 0 to {@code x}. */
    public static double erf(double x) {
        double a = Math.abs(x);
        if (Double.isNaN(x)) {
            return x;
        }
        return Math.copySign(a < 3 ? series(a) : 1 - tail(a), x);
    }

    /** {@code 1 − erf(x)}, without what the difference loses where it is small. */
    public static double erfc(double x) {
        return x < 3 ? 1 - erf(x) : tail(x);
    }

    /** A series of positive terms. */
    private static double series(double a) {
        double term = a;
        double sum = a;
        for (int n = 1; term > 1e-17 * sum; n++) {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum;
    }

    /** A continued fraction. */
    private static double tail(double a) {
        double fraction = a;
        for (int n = 60; n > 0; n--) {
            fraction = a + n / 2.0 / fraction;
        }
        return Math.exp(-a * a) / Math.sqrt(Math.PI) / fraction;
    }
}
