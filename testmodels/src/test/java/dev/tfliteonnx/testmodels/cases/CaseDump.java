package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TestModel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Writes all cases into a folder, for {@code tools/testmodels/check_cases.py}: models, inputs and an index. */
public final class CaseDump {
    private CaseDump() {}

    /**
     * Writes the cases.
     *
     * @param args the folder, and optionally the beginning of the names of the cases
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        String prefix = args.length > 1 ? args[1] : "";
        StringBuilder index = new StringBuilder();
        int number = 0;
        for (OpCase c : OpCases.all()) {
            if (!c.name().startsWith(prefix)) {
                continue;
            }
            String id = String.format(Locale.ROOT, "%05d", number++);
            TestModel model = c.model();
            Files.write(folder.resolve(id + ".tflite"), model.array());
            List<Tensor> inputs = model.draw(SeededValues.of(c.name().hashCode()));
            for (int i = 0; i < inputs.size(); i++) {
                write(folder.resolve(id + ".in" + i), inputs.get(i));
            }
            index.append(id).append('\t').append(c.name()).append('\t').append(c.tolerance());
            index.append('\t').append(c.excuses());
            index.append('\t');
            model.outputs()
                    .forEach(y -> index.append(Arrays.toString(y.sizes())).append(';'));
            index.append('\n');
        }
        Files.writeString(folder.resolve("index.tsv"), index, StandardCharsets.UTF_8);
    }

    private static void write(Path file, Tensor tensor) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            if (tensor.type() == DataType.STRING) {
                for (byte[] text : tensor.toStrings()) {
                    out.write(text);
                    out.write('\n');
                }
            } else {
                tensor.writeTo(Channels.newChannel(out));
            }
        }
    }
}
