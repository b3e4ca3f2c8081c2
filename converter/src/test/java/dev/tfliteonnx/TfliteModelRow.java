package dev.tfliteonnx;

import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.ir.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * What came of one model of the corpus in the plain Java executor.
 *
 * @param name its path within the corpus
 * @param kind how it is quantized
 * @param verdict how it ended
 * @param outputs how many outputs it has
 * @param elements how many elements were compared
 * @param equal how many of them are equal
 * @param distance the greatest distance of an element
 * @param sqnr the least signal to noise ratio of an output, in dB
 * @param ours the milliseconds of the executor
 * @param theirs the milliseconds of TFLite
 * @param text what else there is to say
 */
record TfliteModelRow(
        String name,
        String kind,
        Verdict verdict,
        int outputs,
        long elements,
        long equal,
        double distance,
        double sqnr,
        long ours,
        long theirs,
        String text) {
    /** How a model can end. */
    enum Verdict {
        /** All elements of all outputs are equal. */
        EQUAL,
        /** Integers are equal, floats are within the bound. */
        WITHIN,
        /** Something is further away. */
        DIFFERS,
        /** An operator has no kernel. */
        LACKING,
        /** The executor refuses a node. */
        FAILED,
        /** The real TFLite's reference kernels do not run it on these inputs. */
        NOT_RUN
    }

    static TfliteModelRow of(String name, String kind) {
        return new TfliteModelRow(name, kind, Verdict.EQUAL, 0, 0, 0, 0, Double.POSITIVE_INFINITY, 0, 0, "");
    }

    TfliteModelRow ended(Verdict how, String why) {
        return new TfliteModelRow(name, kind, how, outputs, elements, equal, distance, sqnr, ours, theirs, why);
    }

    TfliteModelRow timed(long nanosOurs, long nanosTheirs) {
        long our = nanosOurs / 1_000_000;
        long their = nanosTheirs / 1_000_000;
        return new TfliteModelRow(name, kind, verdict, outputs, elements, equal, distance, sqnr, our, their, text);
    }

    /** This row with the results of one more run. */
    TfliteModelRow with(List<Tensor> actual, List<Tensor> expected) {
        TfliteModelRow row = this;
        for (int i = 0; i < expected.size(); i++) {
            row = row.with(i, actual.get(i), expected.get(i));
        }
        return row;
    }

    private TfliteModelRow with(int output, Tensor actual, Tensor expected) {
        if (actual.type() != expected.type() || !actual.shape().equals(expected.shape())) {
            return ended(
                    Verdict.DIFFERS,
                    "output " + output + " is " + actual.type() + actual.shape() + " instead of " + expected.type()
                            + expected.shape());
        }
        Comparison c = Comparison.of(actual, expected, Tolerance.of(expected.type()));
        Comparison exact = Comparison.of(actual, expected, Tolerance.EXACT);
        long same = Math.round(exact.equal() * exact.count());
        Verdict now = !c.ok() ? Verdict.DIFFERS : same < exact.count() ? Verdict.WITHIN : Verdict.EQUAL;
        String why = c.ok() || !text.isEmpty() ? text : "output " + output + ": " + c;
        return new TfliteModelRow(
                name,
                kind,
                now.compareTo(verdict) > 0 ? now : verdict,
                Math.max(outputs, output + 1),
                elements + exact.count(),
                equal + same,
                Math.max(distance, exact.maxAbs()),
                Math.min(sqnr, exact.sqnr()),
                ours,
                theirs,
                why);
    }

    static String header() {
        return String.format(
                "%-100s %-13s %-8s %7s %9s %8s %9s %7s %7s %7s",
                "model", "kind", "verdict", "outputs", "elements", "equal %", "distance", "SQNR dB", "ms", "TFLite");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-100s %-13s %-8s %7d %9d %8.3f %9.3g %7.1f %7d %7d %s",
                name,
                kind,
                verdict,
                outputs,
                elements,
                elements == 0 ? 0 : 100.0 * equal / elements,
                distance,
                sqnr,
                ours,
                theirs,
                text);
    }
}
