package dev.tfliteonnx.cli;

import dev.tfliteonnx.ir.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The model that comes with this program, with inputs for it and what the TFLite interpreter computes from them.
 *
 * @param bytes the TFLite file
 * @param samples inputs and outputs; the first shows what the first label says, and so on
 */
record DemoModel(Bytes bytes, List<Sample> samples) {
    /**
     * One input, run twice by the TFLite interpreter. All elements are as the model stores them.
     *
     * @param input the elements of the input
     * @param reference those of the output by the reference kernels
     * @param usual those of the output by the kernels that an application gets
     */
    record Sample(Bytes input, Bytes reference, Bytes usual) {}

    DemoModel {
        samples = List.copyOf(samples);
    }

    /** Reads it. */
    static DemoModel load() throws IOException {
        Bytes numbers = read("shapes.bin");
        Map<String, List<Bytes>> groups = new HashMap<>();
        String index = new String(read("index.tsv").toArray(), StandardCharsets.UTF_8);
        for (String line : index.lines().skip(1).toList()) {
            String[] cells = line.split("\t", -1);
            Bytes elements = numbers.slice(Long.parseLong(cells[6]), Long.parseLong(cells[7]), cells[2]);
            groups.computeIfAbsent(cells[2], group -> new ArrayList<>()).add(elements);
        }
        List<Bytes> inputs = groups.getOrDefault("input", List.of());
        List<Bytes> references = groups.getOrDefault("reference", List.of());
        List<Bytes> usuals = groups.getOrDefault("default", List.of());
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            samples.add(new Sample(inputs.get(i), references.get(i), usuals.get(i)));
        }
        return new DemoModel(read("shapes.tflite"), samples);
    }

    /** A file of it. */
    static Bytes read(String name) throws IOException {
        try (InputStream in = DemoModel.class.getResourceAsStream("demo/" + name)) {
            if (in == null) {
                throw new IOException("the resource demo/" + name + " is missing");
            }
            return Bytes.of(in.readAllBytes(), name);
        }
    }
}
