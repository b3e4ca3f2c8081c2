package dev.tfliteonnx.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What was found out about one model: a line of the table. */
final class Row {
    /** The columns in their order. */
    static final List<String> COLUMNS = List.of(
            "model",
            "bytes_in",
            "bytes_out",
            "operators",
            "nodes",
            "computing",
            "transposes",
            "inner_transposes",
            "quantized",
            "cold_ms",
            "peak_mib",
            "warm_ms",
            "tflite_us_1",
            "ours_us_1",
            "ratio_1",
            "tf2onnx_ratio_1",
            "tflite_us_all",
            "ours_us_all",
            "ratio_all",
            "tf2onnx_ratio_all",
            "note");

    private final Map<String, String> cells = new LinkedHashMap<>();

    /** Reads a line that {@link #toString} wrote. */
    static Row parse(String line) {
        Row row = new Row();
        String[] values = line.split(",", -1);
        for (int i = 0; i < values.length; i++) {
            if (!values[i].isEmpty()) {
                row.cells.put(COLUMNS.get(i), values[i]);
            }
        }
        return row;
    }

    /** Sets a cell to a real number, with three digits behind the point. */
    void put(String column, double value) {
        put(column, String.format(Locale.ROOT, "%.3f", value));
    }

    /** Sets a cell to a whole number. */
    void put(String column, long value) {
        put(column, Long.toString(value));
    }

    /** Sets a cell to a text, without its commas and ends of lines. */
    void put(String column, String text) {
        if (!COLUMNS.contains(column)) {
            throw new IllegalArgumentException("no column " + column);
        }
        cells.put(column, text.replace(',', ';').replace('\n', ' '));
    }

    /** A cell; empty if it was not set. */
    String get(String column) {
        return cells.getOrDefault(column, "");
    }

    /** A cell that holds a number. */
    OptionalDouble number(String column) {
        String text = get(column);
        return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    }

    /** The cells, divided by commas. */
    @Override
    public String toString() {
        List<String> values = new ArrayList<>();
        COLUMNS.forEach(c -> values.add(get(c)));
        return String.join(",", values);
    }
}
