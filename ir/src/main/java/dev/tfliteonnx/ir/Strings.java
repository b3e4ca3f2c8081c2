package dev.tfliteonnx.ir;

import java.util.List;

/** A list of strings that cannot change. */
public record Strings(List<String> values) {
    public Strings {
        values = List.copyOf(values);
    }

    /** These strings. */
    public static Strings of(String... values) {
        return new Strings(List.of(values));
    }
}
