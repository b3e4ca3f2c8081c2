package dev.tfliteonnx.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Writes JSON text, indented by two spaces and with nothing but ASCII in it. Calls follow the order of the text; a
 * value inside an object comes after its {@link #key}.
 */
final class Json {
    private final StringBuilder text = new StringBuilder();
    private final Deque<Character> open = new ArrayDeque<>();
    private boolean first = true;
    private boolean afterKey;

    /** Opens an object. */
    Json object() {
        return open('{', '}');
    }

    /** Opens an array. */
    Json array() {
        return open('[', ']');
    }

    /** Closes what was opened last. */
    Json end() {
        char bracket = open.pop();
        if (!first) {
            line();
        }
        text.append(bracket);
        first = false;
        return this;
    }

    /** Names the value that comes next. */
    Json key(String name) {
        separate();
        quote(name);
        text.append(": ");
        afterKey = true;
        return this;
    }

    /** A string. */
    Json value(String string) {
        separate();
        quote(string);
        return this;
    }

    /** A whole number. */
    Json value(long number) {
        return literal(Long.toString(number));
    }

    /** A truth value. */
    Json value(boolean truth) {
        return literal(Boolean.toString(truth));
    }

    /** A number; those that JSON has no form for become null. */
    Json value(double number) {
        return literal(Double.isFinite(number) ? Double.toString(number) : "null");
    }

    /** A number as short as its own type prints it; those that JSON has no form for become null. */
    Json value(float number) {
        return literal(Float.isFinite(number) ? Float.toString(number) : "null");
    }

    /** A string, or null. */
    Json value(Optional<String> string) {
        return string.isPresent() ? value(string.get()) : literal("null");
    }

    /** The whole text. */
    String toText() {
        if (!open.isEmpty()) {
            throw new IllegalStateException(open.size() + " brackets are open");
        }
        return text.toString();
    }

    private Json open(char opening, char closing) {
        separate();
        text.append(opening);
        open.push(closing);
        first = true;
        return this;
    }

    private Json literal(String word) {
        separate();
        text.append(word);
        return this;
    }

    /** What stands between this value and what comes before it. */
    private void separate() {
        if (afterKey) {
            afterKey = false;
        } else if (!open.isEmpty()) {
            if (!first) {
                text.append(',');
            }
            line();
        }
        first = false;
    }

    private void line() {
        text.append('\n').append("  ".repeat(open.size()));
    }

    private void quote(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || c > '~') {
                        String hex = Integer.toHexString(c);
                        text.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
