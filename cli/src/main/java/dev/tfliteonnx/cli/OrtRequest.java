package dev.tfliteonnx.cli;

import dev.tfliteonnx.OrtOptions;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * What {@code to-ort} is asked for. Options have the names of ONNX Runtime's converter, with hyphens or underscores.
 *
 * @param styles the styles in the order given
 * @param options level and processor
 * @param outputDir where files go; empty for beside the model
 * @param types whether the configuration has element types
 * @param saveOnnx whether the optimized model is written as ONNX too
 * @param goOn whether a model that fails is passed over
 * @param force whether files are overwritten
 */
record OrtRequest(
        List<Style> styles,
        OrtOptions options,
        Optional<Path> outputDir,
        boolean types,
        boolean saveOnnx,
        boolean goOn,
        boolean force) {
    /** When fusions are made. */
    enum Style {
        /** Now. */
        FIXED,
        /** When the model is loaded. */
        RUNTIME
    }

    private record Known(String name, String argument, String text) {}

    private static final List<Known> KNOWN = List.of(
            new Known("output-dir", "DIR", "write files there; sub-folders of a folder are kept"),
            new Known("optimization-style", "STYLE", "Fixed, Runtime or both, with a comma between; both if left out"),
            new Known("optimization-level", "LEVEL", "disable, basic, extended, layout or all; all if left out"),
            new Known("target-platform", "CPU", "arm or amd64"),
            new Known("enable-type-reduction", "", "put the element types of operators into the configuration too"),
            new Known("save-optimized-onnx-model", "", "write the optimized model as .onnx too"),
            new Known("allow-conversion-failures", "", "go on after a model that fails"),
            new Known("custom-op-library", "FILE", "not needed: operators of unknown domains are taken as they are"),
            new Known("nnapi-partitioning-stop-ops", "OPS", "no longer has an effect, as in ONNX Runtime since 1.12"),
            new Known("use-nnapi", "", "replaced by --optimization-style Runtime"),
            new Known("use-coreml", "", "replaced by --optimization-style Runtime"),
            new Known("engine", "ENGINE", "java, which is what there is"),
            new Known("force", "", "overwrite files"));

    /** The options, each also with underscores. */
    static Options known() {
        Options options = new Options();
        for (Known known : KNOWN) {
            options.addOption(option(known, known.name));
            if (known.name.indexOf('-') >= 0) {
                options.addOption(option(known, known.name.replace('-', '_')));
            }
        }
        return options;
    }

    private static Option option(Known known, String name) {
        Option.Builder builder = Option.builder().longOpt(name);
        boolean other = !name.equals(known.name);
        builder.desc(other ? "the same as --" + known.name : known.text);
        return known.argument.isEmpty()
                ? builder.get()
                : builder.hasArg().argName(known.argument).get();
    }

    /** What a command line asks for. */
    static OrtRequest of(CommandLine line) throws UsageException {
        String engine = value(line, "engine").orElse("java");
        if (!engine.equals("java")) {
            throw new UsageException("the engine can only be java, not " + engine);
        }
        List<Style> styles = new ArrayList<>();
        for (String style :
                value(line, "optimization-style").orElse("Fixed,Runtime").split(",")) {
            styles.add(choice("style", style, Style.values()));
        }
        OrtLevel level = choice("level", value(line, "optimization-level").orElse("all"), OrtLevel.values());
        Optional<String> cpu = value(line, "target-platform");
        TargetPlatform platform = cpu.isPresent()
                ? choice("processor", cpu.get(), new TargetPlatform[] {TargetPlatform.ARM, TargetPlatform.AMD64})
                : TargetPlatform.ANY;
        return new OrtRequest(
                styles,
                OrtOptions.DEFAULT.withLevel(level).withPlatform(platform),
                value(line, "output-dir").map(Path::of),
                has(line, "enable-type-reduction"),
                has(line, "save-optimized-onnx-model"),
                has(line, "allow-conversion-failures"),
                has(line, "force"));
    }

    /** Options given that have no effect here, each with what replaces it. */
    static List<String> withoutEffect(CommandLine line) {
        List<String> notes = new ArrayList<>();
        for (Known known : KNOWN) {
            boolean replaced = known.text.startsWith("replaced") || known.text.startsWith("no");
            if (replaced && has(line, known.name)) {
                notes.add("--" + known.name + ": " + known.text);
            }
        }
        return notes;
    }

    private static boolean has(CommandLine line, String name) {
        return line.hasOption(name) || line.hasOption(name.replace('-', '_'));
    }

    private static Optional<String> value(CommandLine line, String name) {
        String value = line.getOptionValue(name);
        return Optional.ofNullable(value == null ? line.getOptionValue(name.replace('-', '_')) : value);
    }

    private static <E extends Enum<E>> E choice(String what, String given, E[] choices) throws UsageException {
        for (E choice : choices) {
            if (choice.name().equals(given.strip().toUpperCase(Locale.ROOT))) {
                return choice;
            }
        }
        throw new UsageException("there is no " + what + " \"" + given + "\"");
    }
}
