package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.ConversionException;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** {@code inspect}: what a model holds. */
final class InspectCommand implements Command {
    @Override
    public String arguments() {
        return "FILE [--fusion [OPTIONS]] [--json]";
    }

    @Override
    public String description() {
        return """
                Shows the signatures, inputs, outputs, operators and weights of a TFLite model, and every reason why
                it cannot be converted, if there is one. Nothing is written; the exit code is 0 if the file can be read.
                Of .onnx and .ort files it shows the operator sets, inputs, outputs, operators and weights.
                --fusion shows instead which nodes of the conversion ONNX Runtime runs as integer kernels, and why it
                runs the others on real numbers; the options of convert apply to it.""";
    }

    @Override
    public Options options() {
        return ConvertRequest.conversion()
                .addOption(ConvertRequest.flag("fusion", "show which nodes run as integer kernels"))
                .addOption(Option.builder()
                        .longOpt("json")
                        .desc("print it as JSON")
                        .get());
    }

    @Override
    public ExitCode run(CommandLine line, Terminal terminal) throws UsageException, ConversionException {
        if (line.getArgList().size() != 1) {
            throw new UsageException("inspect wants one file");
        }
        Path file = Jobs.path(line.getArgList().get(0));
        boolean json = line.hasOption("json");
        if (GraphInspection.covers(file)) {
            GraphInspection inspection = GraphInspection.of(file);
            terminal.say(json ? inspection.toJson() : inspection.toText());
            return ExitCode.OK;
        }
        if (line.hasOption("fusion")) {
            Fusion fusion = Fusion.of(file, ConvertRequest.options(line));
            terminal.say(json ? fusion.toJson() : fusion.toText());
            return ExitCode.OK;
        }
        Inspection inspection = Inspection.of(file);
        terminal.say(json ? InspectionJson.of(inspection) : InspectionText.of(inspection));
        return ExitCode.OK;
    }
}
