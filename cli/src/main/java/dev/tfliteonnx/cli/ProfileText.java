package dev.tfliteonnx.cli;

import dev.tfliteonnx.executor.Profile;
import dev.tfliteonnx.ir.Value;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A profile as text: every operator in the order of the model, then the kinds of operators, the slowest first. */
final class ProfileText {
    private ProfileText() {}

    static String of(Path file, Profile profile) {
        List<Profile.Entry> entries = profile.entries();
        TextTable nodes = new TextTable("  ").row("operator", "result", "ms", "least", "greatest", "NaN");
        Map<String, Long> nanos = new HashMap<>();
        Map<String, Long> counts = new HashMap<>();
        long all = 0;
        for (Profile.Entry entry : entries) {
            String op = entry.node().op().toString();
            nanos.merge(op, entry.nanos(), Long::sum);
            counts.merge(op, 1L, Long::sum);
            all += entry.nanos();
            String time = millis(entry.nanos());
            for (Map.Entry<Value, Profile.Range> result : entry.ranges().entrySet()) {
                Profile.Range range = result.getValue();
                nodes.row(
                        op,
                        result.getKey().name(),
                        time,
                        number(range.min()),
                        number(range.max()),
                        range.notNumbers() == 0 ? "" : Long.toString(range.notNumbers()));
                time = "";
            }
        }
        TextTable kinds = new TextTable("  ").row("operators", "of them", "ms", "share");
        long total = Math.max(1, all);
        nanos.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(e -> kinds.row(
                        e.getKey(),
                        Long.toString(counts.getOrDefault(e.getKey(), 0L)),
                        millis(e.getValue()),
                        String.format(Locale.ROOT, "%.1f %%", 100.0 * e.getValue() / total)));
        return file + ", run in plain Java: " + millis(all) + " ms\n" + nodes.toText() + "\n" + kinds.toText();
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "" : String.format(Locale.ROOT, "%.4g", value);
    }
}
