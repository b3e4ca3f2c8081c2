package dev.tfliteonnx.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One run of the program.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it complained
 */
record Run(int code, String out, String err) {
    private static final int SCREEN = 24;

    /** Runs the program as if typed. */
    static Run of(Object... args) {
        String[] typed = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            typed[i] = args[i].toString();
        }
        Streams streams = new Streams();
        int code = Main.run(typed, streams.terminal());
        return new Run(code, streams.out(), streams.err());
    }

    /** Whether what was complained fits a screen. */
    boolean fitsScreen() {
        return err.lines().count() <= SCREEN;
    }

    /** A terminal whose output is kept. */
    static final class Streams {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        Terminal terminal() {
            return terminal(false);
        }

        Terminal terminal(boolean interactive) {
            return new Terminal(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    interactive);
        }

        String out() {
            return out.toString(StandardCharsets.UTF_8);
        }

        String err() {
            return err.toString(StandardCharsets.UTF_8);
        }
    }
}
