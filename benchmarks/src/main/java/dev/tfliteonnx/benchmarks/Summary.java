package dev.tfliteonnx.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What a table of models comes to. */
final class Summary {
    /** What has so many operators is a network. */
    private static final int NETWORK = 10;

    private final List<Row> rows;
    private final double leastMicros;

    /** Models on which TFLite takes less than so many µs do not count in the means of latencies. */
    Summary(List<Row> rows, double leastMicros) {
        this.rows = rows;
        this.leastMicros = leastMicros;
    }

    String text() {
        StringBuilder out = new StringBuilder();
        for (String threads : List.of("1", "all")) {
            mean(out, "float, " + threads + " thread(s): ours / TFLite", "ratio_" + threads, r -> !isQuantized(r));
            mean(out, "quantized, " + threads + " thread(s): ours / TFLite", "ratio_" + threads, Summary::isQuantized);
            mean(
                    out,
                    "quantized of 10 operators and more, " + threads + " thread(s)",
                    "ratio_" + threads,
                    r -> isQuantized(r) && r.number("operators").orElse(0) >= NETWORK);
            mean(
                    out,
                    "quantized, " + threads + " thread(s): tf2onnx's form / TFLite",
                    "tf2onnx_ratio_" + threads,
                    Summary::isQuantized);
        }
        double[] growth = rows.stream()
                .filter(r -> !isQuantized(r) && r.number("computing").isPresent())
                .mapToDouble(r -> r.number("computing").orElseThrow()
                        / Math.max(1, r.number("operators").orElseThrow()))
                .toArray();
        if (growth.length > 0) {
            line(out, "float: nodes out / operators in, median %.3f of %d", Race.median(growth), growth.length);
        }
        long inner = rows.stream()
                .mapToLong(r -> (long) r.number("inner_transposes").orElse(0))
                .sum();
        line(out, "Transposes beyond the edges: %d", inner);
        return out.toString();
    }

    private static boolean isQuantized(Row row) {
        return row.get("quantized").equals("yes");
    }

    private void mean(StringBuilder out, String what, String column, Predicate<Row> counts) {
        double[] ratios = rows.stream()
                .filter(r -> counts.test(r)
                        && r.number(column).isPresent()
                        && r.number("tflite_us_1").orElse(0) >= leastMicros)
                .mapToDouble(r -> r.number(column).orElseThrow())
                .toArray();
        if (ratios.length > 0) {
            long slow = java.util.Arrays.stream(ratios).filter(r -> r > 1.2).count();
            line(
                    out,
                    "%-50s geometric mean %.3f of %d models, %d above 1.2",
                    what,
                    Race.geometricMean(ratios),
                    ratios.length,
                    slow);
        }
    }

    private static void line(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
