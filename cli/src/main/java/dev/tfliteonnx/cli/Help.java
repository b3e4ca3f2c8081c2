package dev.tfliteonnx.cli;

import dev.tfliteonnx.Version;
import org.apache.commons.cli.Option;

/** What the program prints about itself. */
final class Help {
    /** What the program is called. */
    static final String PROGRAM = "tflite-onnx";

    private Help() {}

    /** All commands. */
    static String program() {
        TextTable commands = new TextTable("  ");
        Commands.NAMES.forEach(name -> commands.row(name, Commands.summary(name)));
        return PROGRAM + " " + Version.STRING + ": turns TensorFlow Lite models into ONNX models\n\n"
                + "usage: " + PROGRAM + " COMMAND [OPTIONS] [ARGUMENTS]\n\n"
                + commands.toText() + "\n\n"
                + "  " + PROGRAM + " COMMAND --help   shows the options of a command\n"
                + "  " + PROGRAM + " --version        shows the version\n\n"
                + "exit codes: 0 done, 2 usage, 3 not a valid model, 4 not supported, 5 check failed, 6 files";
    }

    /** One command. */
    static String command(String name, Command command) {
        TextTable options = new TextTable("  ");
        for (Option option : command.options().getOptions()) {
            String shortForm = option.getOpt() == null ? "    " : "-" + option.getOpt() + ", ";
            String argument = option.hasArg() ? " " + option.getArgName() : "";
            options.row(shortForm + "--" + option.getLongOpt() + argument, option.getDescription());
        }
        return "usage: " + PROGRAM + " " + name + " " + command.arguments() + "\n\n" + command.description()
                + (options.isEmpty() ? "" : "\n\n" + options.toText());
    }
}
