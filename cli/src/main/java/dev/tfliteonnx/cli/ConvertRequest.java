package dev.tfliteonnx.cli;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Target;
import dev.tfliteonnx.Trace;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import dev.tfliteonnx.optimizers.quant.WeightType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * What a command line asks {@code convert} to do.
 *
 * @param jobs the models
 * @param options how each is converted
 * @param writing how each is written
 */
record ConvertRequest(List<Job> jobs, ConversionOptions options, WriteOptions writing) {
    ConvertRequest {
        jobs = List.copyOf(jobs);
    }

    /** The options that {@code convert} takes. */
    static Options known() {
        return conversion()
                .addOption(option(
                        "o",
                        "output",
                        "OUT",
                        "the file to write, or the folder for several; otherwise beside the input"))
                .addOption(option(
                        "opset",
                        "N",
                        "the version of the ONNX operators, all of which may be used; otherwise the lowest that fits"))
                .addOption(flag("external-data", "write weights to a file beside the model"))
                .addOption(flag("force", "overwrite existing files"))
                .addOption(option("why-not", "RULE", "tell where a rule nearly applied, and why not; may be repeated"))
                .addOption(option(
                        "dump-after",
                        "STAGE",
                        "print the graph after import, lowering, a pass, or the result; may be repeated"))
                .addOption(flag("json", "print the reports as JSON"))
                .addOption(flag("quiet", "print nothing but errors"));
    }

    /** Those among them that say how a model is converted. */
    static Options conversion() {
        return new Options()
                .addOption(flag("dequantize", "compute in float32: the same as --quant float"))
                .addOption(option(
                        "quant",
                        Choice.names(Choice.QUANT),
                        "keep quantization (qdq, the default), compute in float32, or equal TFLite's integers"))
                .addOption(option(
                        "target",
                        Choice.names(Choice.TARGETS),
                        "the runtime to suit; other options override what it implies"))
                .addOption(option(
                        "io", Choice.names(Choice.EDGES), "the type of inputs and outputs that stand for real numbers"))
                .addOption(option(
                        "weights",
                        Choice.names(Choice.WEIGHTS),
                        "8-bit weights as int8 (fast), as uint8 (no saturation on any x86), or as they are"))
                .addOption(option(
                        "fp16-weights",
                        Choice.names(Choice.HALVES),
                        "float16 weights as float32, or stored as they are"))
                .addOption(flag(
                        "keep-tensor-names", "name inputs and outputs after their tensors, not after the signature"))
                .addOption(option(
                        "signature",
                        "KEY",
                        "the signature to convert; otherwise the main graph, and those of other graphs beside it"))
                .addOption(option(
                        "shape",
                        "INPUT=D,D,...",
                        "another shape for an input, names for open extents; may be repeated"))
                .addOption(option("batch", "N|dynamic", "another number of examples, where operators keep them apart"))
                .addOption(flag(
                        "state-defaults", "give inputs of states their initial values, so that they may be left out"))
                .addOption(flag(
                        "keep-custom-ops", "keep custom operators that have no ONNX form, in a domain of their own"))
                .addOption(option("inputs-as-nchw", "A,B", "these inputs take channels second instead of last"))
                .addOption(option("outputs-as-nchw", "A,B", "these outputs give channels second instead of last"))
                .addOption(option("skip", "NAME", "leave out a rule or pass; may be repeated"));
    }

    /** Reads a command line. */
    static ConvertRequest of(CommandLine line) throws UsageException, ConversionException {
        WriteOptions writing = WriteOptions.DEFAULT
                .withOpset(opset(line))
                .withExternalData(line.hasOption("external-data"))
                .withForce(line.hasOption("force"));
        return new ConvertRequest(
                Jobs.of(line.getArgList(), value(line, "output")),
                options(line).withOpset(writing.opset()).withTrace(trace(line)),
                writing);
    }

    private static Trace trace(CommandLine line) {
        return new Trace(names(line, "why-not"), names(line, "dump-after"));
    }

    /** Reads those of {@link #conversion()}. */
    static ConversionOptions options(CommandLine line) throws UsageException {
        ConversionOptions options = ConversionOptions.DEFAULT
                .withTarget(Choice.of(line, "target", Choice.TARGETS).orElse(Target.ANY))
                .withIo(Choice.of(line, "io", Choice.EDGES).orElse(EdgeType.KEEP))
                .withHalfWeights(Choice.of(line, "fp16-weights", Choice.HALVES).orElse(false))
                .withKeepTensorNames(line.hasOption("keep-tensor-names"))
                .withSignature(value(line, "signature").orElse(""))
                .withKeepCustomOps(line.hasOption("keep-custom-ops"))
                .withStateDefaults(line.hasOption("state-defaults"))
                .withShapes(Extents.shapes(line.getOptionValues("shape")))
                .withInputsAsNchw(names(line, "inputs-as-nchw"))
                .withOutputsAsNchw(names(line, "outputs-as-nchw"));
        Optional<Dim> batch = Extents.batch(value(line, "batch"));
        if (batch.isPresent()) {
            options = options.withBatch(batch.get());
        }
        Optional<QuantMode> quant = quant(line);
        if (quant.isPresent()) {
            options = options.withQuant(quant.get());
        }
        Optional<WeightType> weights = Choice.of(line, "weights", Choice.WEIGHTS);
        if (weights.isPresent()) {
            options = options.withWeights(weights.get());
        }
        for (String skipped : names(line, "skip")) {
            options = options.withSkipped(skipped);
        }
        return options;
    }

    /** What is said of quantization; empty if nothing is. */
    private static Optional<QuantMode> quant(CommandLine line) throws UsageException {
        Optional<QuantMode> quant = Choice.of(line, "quant", Choice.QUANT);
        if (!line.hasOption("dequantize")) {
            return quant;
        }
        if (quant.isPresent() && quant.get() != QuantMode.FLOAT) {
            throw new UsageException(
                    "--dequantize and --quant " + line.getOptionValue("quant") + " contradict each other");
        }
        return Optional.of(QuantMode.FLOAT);
    }

    private static int opset(CommandLine line) throws UsageException {
        String text = value(line, "opset").orElse("0");
        try {
            int opset = Integer.parseInt(text);
            if (opset > 0 || !line.hasOption("opset")) {
                return opset;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("--opset wants a number, not \"" + text + "\"");
        }
        throw new UsageException("--opset wants a number above 0, not " + text);
    }

    static Optional<String> value(CommandLine line, String option) {
        return Optional.ofNullable(line.getOptionValue(option));
    }

    private static Set<String> names(CommandLine line, String option) {
        String[] values = line.getOptionValues(option);
        Set<String> names = new java.util.LinkedHashSet<>();
        for (String value : values == null ? new String[0] : values) {
            for (int from = 0; from <= value.length(); ) {
                int comma = value.indexOf(',', from);
                int to = comma < 0 ? value.length() : comma;
                if (to > from) {
                    names.add(value.substring(from, to));
                }
                from = to + 1;
            }
        }
        return names;
    }

    static Option flag(String name, String description) {
        return Option.builder().longOpt(name).desc(description).get();
    }

    static Option option(String name, String argument, String description) {
        return Option.builder()
                .longOpt(name)
                .hasArg()
                .argName(argument)
                .desc(description)
                .get();
    }

    private static Option option(String letter, String name, String argument, String description) {
        return Option.builder(letter)
                .longOpt(name)
                .hasArg()
                .argName(argument)
                .desc(description)
                .get();
    }
}
