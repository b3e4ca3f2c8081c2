package dev.tfliteonnx.diag;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What somebody who mistyped a word may have meant. */
public final class Suggestions {
    private static final int MOST = 4;

    private record Near(String candidate, int distance) {}

    private Suggestions() {}

    /** The candidate that is a few keystrokes away from the word; empty if there is none. */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        return near(word, candidates).stream().findFirst();
    }

    /** The candidates that are a few keystrokes away from the word or begin with it, at most four, the nearest first. */
    public static List<String> near(String word, Collection<String> candidates) {
        int limit = Math.max(1, word.length() / 3);
        return candidates.stream()
                .map(c -> new Near(c, c.startsWith(word) && word.length() > 1 ? 1 : distance(word, c)))
                .filter(n -> n.distance <= limit)
                .sorted(Comparator.comparingInt(Near::distance))
                .limit(MOST)
                .map(Near::candidate)
                .toList();
    }

    /** How many letters must be inserted, removed or replaced to make one word the other. */
    public static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
