package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.ConversionException;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code convert}: TFLite files become ONNX files. */
final class ConvertCommand implements Command {
    @Override
    public String arguments() {
        return "FILE|FOLDER... [-o OUT] [OPTIONS]";
    }

    @Override
    public String description() {
        return "Turns TFLite models into ONNX models. Folders are searched for .tflite files.\n"
                + "Nothing is written for a model that cannot be converted whole; with --check, nothing either for one\n"
                + "whose numbers do not hold, or that cannot be run: see the command check.";
    }

    @Override
    public Options options() {
        return ConvertRequest.known()
                .addOption(ConvertRequest.flag("check", "check the numbers before anything is written"));
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        ConvertRequest request = ConvertRequest.of(line);
        boolean quiet = line.hasOption("quiet");
        List<Outcome> outcomes = new Conversions(request, terminal, quiet, line.hasOption("check")).run();
        if (line.hasOption("json")) {
            terminal.say(ConvertReport.json(outcomes, request.writing()));
        } else {
            new ConvertReport(terminal, request.writing(), quiet).print(outcomes);
        }
        ExitCode worst = ExitCode.OK;
        for (Outcome outcome : outcomes) {
            worst = worst.or(outcome.exit());
        }
        return worst;
    }
}
