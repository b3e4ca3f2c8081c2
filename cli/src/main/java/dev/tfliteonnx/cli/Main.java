package dev.tfliteonnx.cli;

import dev.tfliteonnx.Version;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Suggestions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** Where the program starts: finds the command, runs it, and turns what it throws into messages and exit codes. */
public final class Main {
    private static final int FRAMES = 12;

    private Main() {}

    /** Runs the program and ends the process. */
    public static void main(String[] args) {
        int code = run(args, new Terminal(System.out, System.err, isInteractive()));
        System.out.flush();
        System.exit(code);
    }

    /** From JDK 22 on this is only right with {@code -Djdk.console=java.base}, as the launcher gives it. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isInteractive() {
        return System.console() != null;
    }

    /** Runs the program and returns its exit code. */
    static int run(String[] args, Terminal terminal) {
        try {
            return dispatch(List.of(args), terminal).number();
        } catch (UsageException e) {
            terminal.complain("usage error: " + e.reason());
            terminal.complain("  see: " + Help.PROGRAM + " " + (isCommand(args) ? args[0] + " " : "") + "--help");
            return ExitCode.USAGE.number();
        } catch (ConversionException e) {
            terminal.complain(new DiagnosticText(e.diagnostics()).toText());
            return ExitCode.of(e.diagnostics()).number();
        } catch (OutOfMemoryError e) {
            terminal.complain("error: there is not enough memory; give Java more: JAVA_TOOL_OPTIONS=-Xmx8g");
            return ExitCode.INTERNAL.number();
        } catch (RuntimeException | Error e) {
            terminal.complain(internal(e));
            return ExitCode.INTERNAL.number();
        }
    }

    private static ExitCode dispatch(List<String> args, Terminal terminal) throws UsageException, ConversionException {
        String name = args.isEmpty() ? "" : args.get(0);
        switch (name) {
            case "" -> {
                terminal.complain(Help.program());
                return ExitCode.USAGE;
            }
            case "--version", "-V", "version" -> {
                terminal.say(Help.PROGRAM + " " + Version.STRING);
                return ExitCode.OK;
            }
            case "--help", "-h", "help" -> {
                return help(args.subList(1, args.size()), terminal);
            }
            default -> {
                Command command = find(name);
                List<String> rest = args.subList(1, args.size());
                int options = rest.contains("--") ? rest.indexOf("--") : rest.size();
                if (rest.subList(0, options).contains("--help")
                        || rest.subList(0, options).contains("-h")) {
                    return help(List.of(name), terminal);
                }
                return command.run(parse(command.options(), rest), terminal);
            }
        }
    }

    private static ExitCode help(List<String> about, Terminal terminal) throws UsageException {
        terminal.say(about.isEmpty() ? Help.program() : Help.command(about.get(0), find(about.get(0))));
        return ExitCode.OK;
    }

    private static Command find(String name) throws UsageException {
        Optional<Command> command = Commands.find(name);
        if (command.isPresent()) {
            return command.get();
        }
        if (name.endsWith(".tflite")) {
            throw new UsageException("a command comes first; did you mean: " + Help.PROGRAM + " convert " + name);
        }
        throw new UsageException("there is no command \"" + name + "\"" + meant(name, Commands.NAMES));
    }

    private static CommandLine parse(Options options, List<String> args) throws UsageException {
        try {
            return DefaultParser.builder()
                    .setAllowPartialMatching(false)
                    .get()
                    .parse(options, args.toArray(new String[0]));
        } catch (UnrecognizedOptionException e) {
            List<String> known = new ArrayList<>();
            for (Option option : options.getOptions()) {
                known.add("--" + option.getLongOpt());
            }
            throw new UsageException("there is no option " + e.getOption() + meant(e.getOption(), known));
        } catch (MissingArgumentException e) {
            Option option = e.getOption();
            throw new UsageException("--" + option.getLongOpt() + " wants " + option.getArgName() + " behind it");
        } catch (ParseException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static String meant(String word, List<String> candidates) {
        return Suggestions.nearest(word, candidates)
                .map(s -> "; did you mean " + s + "?")
                .orElse("");
    }

    private static boolean isCommand(String[] args) {
        return args.length > 0 && Commands.NAMES.contains(args[0]);
    }

    /** What is printed when this program is at fault: enough to report it, on one screen. */
    static String internal(Throwable e) {
        StringBuilder text = new StringBuilder("internal error: " + e);
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
            text.append("\n  caused by ").append(cause);
        }
        Arrays.stream(cause.getStackTrace()).limit(FRAMES).forEach(frame -> text.append("\n    at ")
                .append(frame));
        return text.append("\n  this is a fault of ")
                .append(Help.PROGRAM)
                .append(' ')
                .append(Version.STRING)
                .append("; please report it with the lines above")
                .toString();
    }
}
