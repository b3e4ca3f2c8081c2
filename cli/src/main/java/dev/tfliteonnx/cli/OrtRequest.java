package dev.tfliteonnx.cli;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.OrtOptions;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.nio.file.Files;
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
 * @param model the file or folder
 * @param styles the styles in the order given
 * @param options level and processor
 * @param outputDir where files go; empty for beside the model
 * @param library a native library with custom operators
 * @param switches the options given that are on or off, by their names
 */
record OrtRequest(
        Path model,
        List<Style> styles,
        OrtOptions options,
        Optional<Path> outputDir,
        Optional<Path> library,
        List<String> switches) {
    /** When fusions are made. */
    enum Style {
        /** Now. */
        FIXED,
        /** When the model is loaded. */
        RUNTIME
    }

    private record Known(String name, String argument, String text) {}

    private static final String STYLES = "optimization-style";

    private static final List<Known> KNOWN = List.of(
            new Known("output-dir", "DIR", "write files there; sub-folders of a folder are kept"),
            new Known(STYLES, "STYLE", "Fixed, Runtime or both; both if left out"),
            new Known("optimization-level", "LEVEL", "disable, basic, extended, layout or all; all if left out"),
            new Known("target-platform", "CPU", "arm or amd64"),
            new Known("enable-type-reduction", "", "put the element types of operators into the configuration too"),
            new Known("save-optimized-onnx-model", "", "write the optimized model as .onnx too"),
            new Known("allow-conversion-failures", "", "go on after a model that fails"),
            new Known("custom-op-library", "FILE", "the native library of custom operators, for --engine onnxruntime"),
            new Known("engine", "ENGINE", "java, or onnxruntime if its library is on the class path"),
            new Known("nnapi-partitioning-stop-ops", "OPS", "taken when a file is loaded, not when it is made"),
            new Known("use-nnapi", "", "replaced by --optimization-style Runtime"),
            new Known("use-coreml", "", "replaced by --optimization-style Runtime"),
            new Known("skip", "NAMES", "leave out these rules or passes, with commas between"),
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
        if (known.name.equals(STYLES)) {
            builder.hasArgs().valueSeparator(',');
        } else if (!known.argument.isEmpty()) {
            builder.hasArg();
        }
        return known.argument.isEmpty()
                ? builder.get()
                : builder.argName(known.argument).get();
    }

    /** What a command line asks for. */
    static OrtRequest of(CommandLine line) throws UsageException {
        List<String> files = new ArrayList<>(line.getArgList());
        List<Style> styles = styles(line, files);
        if (files.size() != 1) {
            throw new UsageException("to-ort takes one file or folder");
        }
        OrtLevel level = choice("level", value(line, "optimization-level").orElse("all"), OrtLevel.values());
        Optional<String> cpu = value(line, "target-platform");
        TargetPlatform platform = cpu.isPresent()
                ? choice("processor", cpu.get(), new TargetPlatform[] {TargetPlatform.ARM, TargetPlatform.AMD64})
                : TargetPlatform.ANY;
        Optional<String> library = value(line, "custom-op-library");
        if (library.isPresent() && !Files.isRegularFile(Jobs.path(library.get()))) {
            throw new UsageException("there is no library of custom operators at " + library.get());
        }
        List<String> switches =
                KNOWN.stream().map(Known::name).filter(name -> has(line, name)).toList();
        return new OrtRequest(
                Jobs.path(files.get(0)),
                styles,
                OrtOptions.DEFAULT.withLevel(level).withPlatform(platform).withConversion(conversion(line)),
                value(line, "output-dir").map(Path::of),
                library.map(Path::of),
                switches);
    }

    private static ConversionOptions conversion(CommandLine line) {
        ConversionOptions options = ConversionOptions.DEFAULT;
        String names = value(line, "skip").orElse("");
        for (String name : names.isEmpty() ? new String[0] : names.split(",", -1)) {
            options = options.withSkipped(name.strip());
        }
        return options;
    }

    /** Behind this option as many words may stand as there are styles; what is none is a file. */
    private static List<Style> styles(CommandLine line, List<String> files) throws UsageException {
        List<Style> styles = new ArrayList<>();
        for (String name : List.of(STYLES, STYLES.replace('-', '_'))) {
            String[] given = line.getOptionValues(name);
            for (String word : given == null ? new String[0] : given) {
                if (styles.isEmpty() || isStyle(word)) {
                    styles.add(choice("style", word, Style.values()));
                } else {
                    files.add(word);
                }
            }
        }
        return styles.isEmpty() ? List.of(Style.values()) : styles;
    }

    private static boolean isStyle(String word) {
        for (Style style : Style.values()) {
            if (style.name().equals(word.toUpperCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /** What makes the files. */
    OrtEngine engine(CommandLine line, Terminal terminal) throws UsageException {
        String engine = value(line, "engine").orElse("java");
        return switch (engine) {
            case "java" -> new JavaOrt(this, terminal);
            case "onnxruntime" -> NativeOrt.of(this);
            default -> throw new UsageException("the engine is java or onnxruntime, not " + engine);
        };
    }

    /** Options given that have no effect here, each with what replaces it. */
    List<String> withoutEffect(CommandLine line) {
        List<String> notes = new ArrayList<>();
        for (Known known : KNOWN) {
            if (known.text.startsWith("replaced") && switches.contains(known.name)) {
                notes.add("--" + known.name + ": " + known.text);
            }
        }
        value(line, "nnapi-partitioning-stop-ops")
                .ifPresent(ops -> notes.add("--nnapi-partitioning-stop-ops: set the session's option"
                        + " ep.nnapi.partitioning_stop_ops to " + ops + " where the file is loaded"));
        if (library.isPresent() && value(line, "engine").orElse("java").equals("java")) {
            notes.add("--custom-op-library: not loaded, since Java cannot ask it for its operators;"
                    + " models that have some are refused by name, and need --engine onnxruntime");
        }
        return notes;
    }

    /** Whether the configuration has element types. */
    boolean types() {
        return switches.contains("enable-type-reduction");
    }

    /** Whether the optimized model is written as ONNX too. */
    boolean saveOnnx() {
        return switches.contains("save-optimized-onnx-model");
    }

    /** Whether a model that fails is passed over. */
    boolean goOn() {
        return switches.contains("allow-conversion-failures");
    }

    /** Whether files are overwritten. */
    boolean force() {
        return switches.contains("force");
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
