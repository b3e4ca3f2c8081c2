package dev.tfliteonnx.cli;

import java.nio.file.Path;

/**
 * One model to convert.
 *
 * @param input the TFLite file
 * @param output the file that it becomes, of ONNX or of ONNX Runtime
 * @param signature which further signature of the model it is; empty for its main graph
 */
record Job(Path input, Path output, String signature) {
    /** The main graph of a file. */
    Job(Path input, Path output) {
        this(input, output, "");
    }

    /** A further signature of the same file, beside the output: {@code model.KEY.onnx} for {@code model.onnx}. */
    Job of(String key) {
        String name = String.valueOf(output.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String ending = dot > 0 ? name.substring(dot) : "";
        String plain = key.replaceAll("[^A-Za-z0-9_.-]", "_");
        return new Job(input, output.resolveSibling(stem + "." + plain + ending), key);
    }

    /** What it is called in reports. */
    String label() {
        return signature.isEmpty() ? input.toString() : input + " (" + signature + ")";
    }
}
