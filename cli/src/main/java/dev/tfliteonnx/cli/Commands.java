package dev.tfliteonnx.cli;

import java.util.List;
import java.util.Optional;

/** The commands by name. Each is loaded only when it is asked for. */
final class Commands {
    /** In the order of the help text. */
    static final List<String> NAMES =
            List.of("convert", "to-ort", "build-config", "check", "bisect", "run", "inspect", "ops", "explain", "demo");

    private Commands() {}

    /** The command of that name. */
    static Optional<Command> find(String name) {
        return switch (name) {
            case "convert" -> Optional.of(new ConvertCommand());
            case "check" -> Optional.of(new CheckCommand());
            case "bisect" -> Optional.of(new BisectCommand());
            case "run" -> Optional.of(new RunCommand());
            case "to-ort" -> Optional.of(new ToOrtCommand());
            case "build-config" -> Optional.of(new BuildConfigCommand());
            case "inspect" -> Optional.of(new InspectCommand());
            case "ops" -> Optional.of(new OpsCommand());
            case "explain" -> Optional.of(new ExplainCommand());
            case "demo" -> Optional.of(new DemoCommand());
            default -> Optional.empty();
        };
    }

    /** One line about a command. */
    static String summary(String name) {
        return switch (name) {
            case "convert" -> "turn TFLite models into ONNX models";
            case "check" -> "run a TFLite model and its conversion on the same inputs and compare";
            case "bisect" -> "find the smallest part of a model whose conversion differs";
            case "run" -> "run a model on given inputs";
            case "to-ort" -> "turn ONNX and TFLite models into files of ONNX Runtime's own format";
            case "build-config" -> "say what a reduced build of ONNX Runtime needs for .ort files";
            case "inspect" -> "show what a TFLite model holds and whether it can be converted";
            case "ops" -> "list the TFLite operators and what becomes of each";
            case "explain" -> "say what an error code means";
            case "demo" -> "convert and check the small model that comes with this program";
            default -> throw new IllegalArgumentException(name);
        };
    }
}
