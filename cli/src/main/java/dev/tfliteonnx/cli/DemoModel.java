package dev.tfliteonnx.cli;

import dev.tfliteonnx.ir.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The model that comes with this program, with inputs for it and what the TFLite interpreter computes from them.
 *
 * @param bytes the TFLite file
 * @param labels what the elements of its output stand for
 * @param samples inputs and outputs
 */
record DemoModel(Bytes bytes, List<String> labels, List<Sample> samples) {
    /**
     * One run of the TFLite interpreter.
     *
     * @param name what the input shows
     * @param input the elements of the input, as the model's input stores them
     * @param golden the elements of the output, as the model's output stores them
     */
    record Sample(String name, Bytes input, Bytes golden) {}

    DemoModel {
        labels = List.copyOf(labels);
        samples = List.copyOf(samples);
    }

    /** Reads it. */
    static DemoModel load() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (String name : lines("samples.txt")) {
            samples.add(new Sample(name, read(name + ".input"), read(name + ".golden")));
        }
        return new DemoModel(read("model.tflite"), lines("labels.txt"), samples);
    }

    private static List<String> lines(String name) throws IOException {
        String text = new String(read(name).toArray(), StandardCharsets.UTF_8);
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    private static Bytes read(String name) throws IOException {
        try (InputStream in = DemoModel.class.getResourceAsStream("demo/" + name)) {
            if (in == null) {
                throw new IOException("the resource demo/" + name + " is missing");
            }
            return Bytes.of(in.readAllBytes(), name);
        }
    }
}
