package dev.tfliteonnx;

import dev.tfliteonnx.report.ConversionReport;
import java.util.Locale;

/**
 * What came of one model of the corpus.
 *
 * @param name its path within the corpus
 * @param kind how it is quantized
 * @param verdict how it ended
 * @param ours how far the conversion is from TFLite's reference kernels, at most, over all runs and outputs
 * @param theirs how far TFLite's other kernels are
 * @param sqnr the least signal to noise ratio of an output, in dB
 * @param operators operators of the source
 * @param nodes nodes of the result
 * @param transposes Transposes among them
 * @param text what else there is to say
 */
record CorpusRow(
        String name,
        String kind,
        Verdict verdict,
        double ours,
        double theirs,
        double sqnr,
        int operators,
        int nodes,
        int transposes,
        String text) {
    /** How a model can end. */
    enum Verdict {
        /** Converted; as near to TFLite's reference kernels as the rule for its kind asks. */
        MATCHES,
        /** Converted and loaded; the real TFLite does not run it. */
        LOADED,
        /** Refused, every operator named. */
        REFUSED,
        /** Converted, but further away than the rule allows. */
        DIFFERENT,
        /** Converted, but ONNX Runtime does not run it. */
        FAILED
    }

    static CorpusRow of(Corpus.Entry entry) {
        return new CorpusRow(entry.name(), entry.kind(), Verdict.REFUSED, 0, 0, 0, 0, 0, 0, "");
    }

    CorpusRow converted(ConversionReport report) {
        return new CorpusRow(name, kind, verdict, 0, 0, 0, report.operators(), report.nodes(), report.transposes(), "");
    }

    CorpusRow refused(String why) {
        return new CorpusRow(name, kind, Verdict.REFUSED, 0, 0, 0, operators, nodes, transposes, why);
    }

    CorpusRow ended(Verdict how, String why) {
        return new CorpusRow(name, kind, how, ours, theirs, sqnr, operators, nodes, transposes, why);
    }

    CorpusRow measured(boolean holds, double our, double their, double noise) {
        Verdict how = holds ? Verdict.MATCHES : Verdict.DIFFERENT;
        return new CorpusRow(name, kind, how, our, their, noise, operators, nodes, transposes, text);
    }

    static String header() {
        return String.format(
                "%-100s %-14s %-9s %9s %9s %7s %6s %6s %6s",
                "model", "kind", "verdict", "ours", "TFLite's", "SQNR dB", "ops", "nodes", "transp");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-100s %-14s %-9s %9.3g %9.3g %7.1f %6d %6d %6d %s",
                name,
                kind,
                verdict,
                ours,
                theirs,
                sqnr,
                operators,
                nodes,
                transposes,
                text);
    }
}
