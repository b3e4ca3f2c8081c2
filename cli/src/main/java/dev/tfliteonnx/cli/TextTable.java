package dev.tfliteonnx.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells as lines of text, cells of a column under each other. */
final class TextTable {
    private final String indent;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table without rows, every line of which begins with {@code indent}. */
    TextTable(String indent) {
        this.indent = indent;
    }

    /** Adds a row. */
    TextTable row(String... cells) {
        return row(List.of(cells));
    }

    /** Adds a row. */
    TextTable row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    /** Whether there is no row. */
    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, without a line end behind the last. */
    String toText() {
        List<Integer> widths = widths();
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            if (text.length() > 0) {
                text.append('\n');
            }
            text.append(indent);
            for (int i = 0; i < row.size(); i++) {
                text.append(row.get(i));
                if (i < row.size() - 1) {
                    text.append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
                }
            }
            while (text.length() > 0 && text.charAt(text.length() - 1) == ' ') {
                text.setLength(text.length() - 1);
            }
        }
        return text.toString();
    }

    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        return widths;
    }
}
