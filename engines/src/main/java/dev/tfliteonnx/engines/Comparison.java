package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How far two tensors are apart. NaN equals NaN and an infinity itself; beside anything else they are
 * {@linkplain #broken broken}. All sums are in double precision over the elements where both numbers are finite.
 * Complex numbers count as two elements each; of strings only equality is told.
 *
 * @param ok whether the tolerance holds
 * @param count the number of elements
 * @param broken elements where just one number is NaN or infinite, or the infinities differ
 * @param maxAbs the greatest absolute difference; infinite if an element is broken
 * @param meanAbs the mean absolute difference
 * @param sqnr the energy of what is expected over that of the difference, in dB; infinite if there is no difference
 * @param cosine of the angle between both as vectors; 1 if both are 0, 0 if just one is
 * @param equal the share of equal elements; in steps, of those less than half a step away
 * @param within the share of elements within the tolerance; in steps, of those at most one step away
 * @param maxSteps the greatest difference in steps; with a tolerance that has no steps, for integers in units, for
 *     others 0
 * @param sameTop whether the greatest element is at the same place
 * @param worst the place in the flattened tensor of the greatest difference; 0 if all are equal
 */
public record Comparison(
        boolean ok,
        long count,
        long broken,
        double maxAbs,
        double meanAbs,
        double sqnr,
        double cosine,
        double equal,
        double within,
        long maxSteps,
        boolean sameTop,
        long worst) {

    /**
     * Compares what came out with what was expected.
     *
     * @throws IllegalArgumentException if types or numbers of elements differ
     */
    public static Comparison of(Tensor actual, Tensor expected, Tolerance tolerance) {
        if (actual.type() != expected.type() || actual.elementCount() != expected.elementCount()) {
            throw new IllegalArgumentException(
                    actual.type().name() + actual.shape() + " against " + expected.type() + expected.shape());
        }
        if (actual.type() == DataType.STRING) {
            return ofStrings(actual.toStrings(), expected.toStrings());
        }
        Scan scan = new Scan(tolerance, expected.type());
        DataType part =
                switch (expected.type()) {
                    case COMPLEX64 -> DataType.FLOAT32;
                    case COMPLEX128 -> DataType.FLOAT64;
                    default -> expected.type();
                };
        ByteBuffer a = actual.load();
        ByteBuffer e = expected.load();
        while (e.hasRemaining()) {
            scan.add(Elements.real(a, part), Elements.real(e, part));
        }
        return scan.result();
    }

    /** {@link #of(Tensor, Tensor, Tolerance)} of two lists of the same length, one by one. */
    public static List<Comparison> all(List<Tensor> actual, List<Tensor> expected, Tolerance tolerance) {
        if (actual.size() != expected.size()) {
            throw new IllegalArgumentException(actual.size() + " tensors against " + expected.size());
        }
        return IntStream.range(0, actual.size())
                .mapToObj(i -> of(actual.get(i), expected.get(i), tolerance))
                .toList();
    }

    private static Comparison ofStrings(List<byte[]> actual, List<byte[]> expected) {
        long same = 0;
        int worst = 0;
        for (int i = 0; i < expected.size(); i++) {
            if (Arrays.equals(actual.get(i), expected.get(i))) {
                same++;
            } else {
                worst = i;
            }
        }
        boolean ok = same == expected.size();
        double share = expected.isEmpty() ? 1 : (double) same / expected.size();
        double none = ok ? 0 : Double.POSITIVE_INFINITY;
        return new Comparison(
                ok,
                expected.size(),
                0,
                none,
                none,
                ok ? Double.POSITIVE_INFINITY : 0,
                share,
                share,
                share,
                0,
                ok,
                worst);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: max %.3g, mean %.3g, SQNR %.1f dB, cosine %.6f, equal %.2f %%, within %.2f %%, steps %d%s%s",
                ok ? "ok" : "DIFFERENT",
                maxAbs,
                meanAbs,
                sqnr,
                cosine,
                100 * equal,
                100 * within,
                maxSteps,
                sameTop ? "" : ", other top",
                broken == 0 ? "" : ", " + broken + " broken");
    }

    /** One walk over both tensors. */
    private static final class Scan {
        private final Tolerance tolerance;
        private final double step;
        private long count;
        private long broken;
        private long equal;
        private long within;
        private long finite;
        private long maxSteps;
        private double maxAbs;
        private double sumAbs;
        private double noise;
        private double actualEnergy;
        private double expectedEnergy;
        private double product;
        private double actualTop = Double.NEGATIVE_INFINITY;
        private double expectedTop = Double.NEGATIVE_INFINITY;
        private long actualTopAt;
        private long expectedTopAt;
        private long worst;

        Scan(Tolerance tolerance, DataType type) {
            this.tolerance = tolerance;
            this.step = tolerance instanceof Tolerance.Steps steps ? steps.step() : type.isFloat() ? 0 : 1;
        }

        void add(double a, double e) {
            long at = count++;
            if (a > actualTop) {
                actualTop = a;
                actualTopAt = at;
            }
            if (e > expectedTop) {
                expectedTop = e;
                expectedTopAt = at;
            }
            if (Double.isFinite(a) && Double.isFinite(e)) {
                addFinite(a, e, at);
            } else if (Double.compare(a, e) == 0) {
                equal++;
                within++;
            } else {
                broken++;
                note(Double.POSITIVE_INFINITY, at);
            }
        }

        private void addFinite(double a, double e, long at) {
            double error = Math.abs(a - e);
            finite++;
            sumAbs += error;
            noise += error * error;
            actualEnergy += a * a;
            expectedEnergy += e * e;
            product += a * e;
            note(error, at);
            long away = step == 0 ? 0 : Math.round(error / step);
            maxSteps = Math.max(maxSteps, away);
            if (tolerance instanceof Tolerance.Close close) {
                equal += a == e ? 1 : 0;
                within += error <= close.absolute() + close.relative() * Math.abs(e) ? 1 : 0;
            } else {
                equal += away == 0 ? 1 : 0;
                within += away <= 1 ? 1 : 0;
            }
        }

        private void note(double error, long at) {
            if (error > maxAbs) {
                maxAbs = error;
                worst = at;
            }
        }

        Comparison result() {
            double equalShare = share(equal);
            double withinShare = share(within);
            boolean ok = broken == 0
                    && (tolerance instanceof Tolerance.Steps steps
                            ? maxSteps <= steps.most() && equalShare >= steps.equalShare()
                            : within == count);
            double sqnr = noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(expectedEnergy / noise);
            return new Comparison(
                    ok,
                    count,
                    broken,
                    maxAbs,
                    finite == 0 ? 0 : sumAbs / finite,
                    sqnr,
                    cosine(),
                    equalShare,
                    withinShare,
                    maxSteps,
                    actualTopAt == expectedTopAt,
                    worst);
        }

        private double share(long part) {
            return count == 0 ? 1 : (double) part / count;
        }

        private double cosine() {
            if (actualEnergy == 0 || expectedEnergy == 0) {
                return actualEnergy == expectedEnergy ? 1 : 0;
            }
            return product / Math.sqrt(actualEnergy) / Math.sqrt(expectedEnergy);
        }
    }
}
