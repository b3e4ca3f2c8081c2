package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.ConversionException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** One of the things that can be asked for. */
interface Command {
    /** What stands behind the command's name, in short. */
    String arguments();

    /** What it does: one or more lines of text. */
    String description();

    /** The options that it takes. */
    Options options();

    /**
     * Does it.
     *
     * @throws UsageException if the options or arguments make no sense
     * @throws ConversionException if a model or file is at fault; what it says is printed
     */
    ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException;
}
