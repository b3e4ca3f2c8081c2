package dev.tfliteonnx.cli;

import dev.tfliteonnx.checker.files.TensorFiles;
import dev.tfliteonnx.checker.files.TensorFiles.Normalization;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** What a model is fed, from the options {@code --input}, {@code --mean} and {@code --std}. */
final class ModelInputs {
    private ModelInputs() {}

    /** Adds the options. */
    static Options addTo(Options options) {
        return options.addOption(ConvertRequest.option(
                        "input",
                        "[NAME=]FILE",
                        "an .npy, .npz, picture, .wav or raw file for an input; may be repeated"))
                .addOption(ConvertRequest.option(
                        "mean", "M[,M,M]", "taken from the levels 0 to 255 of pictures; otherwise as metadata say"))
                .addOption(ConvertRequest.option("std", "S[,S,S]", "what they are then divided by"));
    }

    /**
     * Reads the files for inputs.
     *
     * @param metadata of the model, for the normalization of pictures
     */
    static Map<String, Tensor> of(CommandLine line, List<TensorSpec> specs, Map<String, String> metadata)
            throws UsageException, ConversionException {
        String[] given = line.getOptionValues("input");
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (String text : given == null ? new String[0] : given) {
            int equals = text.indexOf('=');
            int index = equals < 0 ? 0 : index(specs, text.substring(0, equals));
            TensorSpec spec = specs.get(index);
            Path file = Jobs.path(text.substring(equals + 1));
            if (equals < 0 && text.endsWith(".npz")) {
                for (int i = 0; i < specs.size(); i++) {
                    inputs.put(specs.get(i).name(), TensorFiles.read(file, specs.get(i), Normalization.DEFAULT));
                }
                continue;
            }
            inputs.put(spec.name(), TensorFiles.read(file, spec, normalization(line, index, metadata)));
        }
        return inputs;
    }

    private static int index(List<TensorSpec> specs, String name) throws UsageException {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new UsageException("there is no input \"" + name + "\"; the model has "
                + specs.stream().map(TensorSpec::name).toList());
    }

    private static Normalization normalization(CommandLine line, int input, Map<String, String> metadata)
            throws UsageException {
        String prefix = "tflite.input." + input + ".";
        Optional<String> mean =
                ConvertRequest.value(line, "mean").or(() -> Optional.ofNullable(metadata.get(prefix + "mean")));
        Optional<String> std =
                ConvertRequest.value(line, "std").or(() -> Optional.ofNullable(metadata.get(prefix + "std")));
        List<Float> means = mean.isPresent() ? numbers(mean.get()) : Normalization.DEFAULT.mean();
        List<Float> stds = std.isPresent() ? numbers(std.get()) : Normalization.DEFAULT.std();
        try {
            return new Normalization(means, stds);
        } catch (IllegalArgumentException e) {
            throw new UsageException("pictures cannot be normalized by " + e.getMessage());
        }
    }

    private static List<Float> numbers(String text) throws UsageException {
        List<Float> numbers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            try {
                numbers.add(Float.parseFloat(part.strip()));
            } catch (NumberFormatException e) {
                throw new UsageException("\"" + part + "\" is no number");
            }
        }
        return numbers;
    }
}
