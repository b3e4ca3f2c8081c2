package dev.tfliteonnx.cli;

import java.io.PrintStream;

/**
 * Where a command prints. Names that come from a model may hold anything, so whatever could steer a terminal is
 * replaced before it is printed.
 *
 * @param out results
 * @param err errors and progress
 * @param interactive whether a person watches {@code err}
 */
record Terminal(PrintStream out, PrintStream err, boolean interactive) {
    /** Prints a line, or several, of the result. */
    void say(String text) {
        out.println(harmless(text));
    }

    /** Prints a line, or several, of an error. */
    void complain(String text) {
        err.println(harmless(text));
    }

    /** Shows how far the work is, on one line that is written again and again; nothing unless a person watches. */
    void progress(String text) {
        if (interactive) {
            err.print("\r\033[K" + harmless(text));
            err.flush();
        }
    }

    /** The text without control characters but line ends, and without characters that turn the direction of writing. */
    static String harmless(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isHarmless(text.charAt(i))) {
                StringBuilder clean = new StringBuilder(text);
                for (int j = i; j < clean.length(); j++) {
                    if (!isHarmless(clean.charAt(j))) {
                        clean.setCharAt(j, '?');
                    }
                }
                return clean.toString();
            }
        }
        return text;
    }

    private static boolean isHarmless(char c) {
        boolean control = c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0;
        boolean direction = c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
        return !control && !direction;
    }
}
