package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The small models that the real converter wrote. How they and their numbers are stored is told in the README beside
 * them.
 */
public final class RealModels {
    /** A row of the index. */
    private record Row(String model, int run, String group, Tensor tensor) {}

    private RealModels() {}

    /** Models with loops, branches, recurrence and words, in a fixed order. */
    public static List<RealModel> programs() {
        return load("real/programs/");
    }

    /** Models of recurrent layers that the converter left as loops, in a fixed order. */
    public static List<RealModel> recurrent() {
        return load("real/recurrent/");
    }

    /** Models that run TensorFlow operators as they are; their numbers are TensorFlow's. */
    public static List<RealModel> flex() {
        return load("real/flex/");
    }

    /** All other models but the demo, in a fixed order. */
    public static List<RealModel> all() {
        return load("real/");
    }

    /** The trained classifier of drawn shapes; its runs are one drawing of each of the {@link #demoLabels()}. */
    public static RealModel demo() {
        return load("real/demo/").get(0);
    }

    /** What the outputs of the demo stand for. */
    public static List<String> demoLabels() {
        return List.of("circle", "square", "triangle", "cross");
    }

    /**
     * The model of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static RealModel named(String name) {
        return all().stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no model " + name));
    }

    private static List<RealModel> load(String folder) {
        Map<String, Map<Integer, List<Row>>> models = new LinkedHashMap<>();
        Map<String, Bytes> numbers = new LinkedHashMap<>();
        String index = new String(read(folder + "index.tsv"), StandardCharsets.UTF_8);
        index.lines().skip(1).forEach(line -> {
            String model = line.substring(0, line.indexOf('\t'));
            Bytes bytes = numbers.computeIfAbsent(model, m -> Bytes.of(read(folder + m + ".bin"), m + ".bin"));
            Row row = row(line, bytes);
            models.computeIfAbsent(model, m -> new LinkedHashMap<>())
                    .computeIfAbsent(row.run(), r -> new ArrayList<>())
                    .add(row);
        });
        return models.entrySet().stream()
                .map(e -> new RealModel(
                        e.getKey(),
                        Bytes.of(read(folder + e.getKey() + ".tflite"), e.getKey() + ".tflite"),
                        e.getValue().values().stream().map(RealModels::run).toList()))
                .toList();
    }

    private static RealModel.Run run(List<Row> rows) {
        return new RealModel.Run(group(rows, "input"), group(rows, "reference"), group(rows, "default"));
    }

    private static List<Tensor> group(List<Row> rows, String group) {
        return rows.stream()
                .filter(r -> r.group().equals(group))
                .map(Row::tensor)
                .toList();
    }

    private static Row row(String line, Bytes numbers) {
        List<String> fields = List.of(line.split("\t", -1));
        String extents = fields.get(5);
        Shape shape = extents.equals("scalar")
                ? Shape.SCALAR
                : Shape.of(Arrays.stream(extents.split("x", -1))
                        .mapToLong(Long::parseLong)
                        .toArray());
        Bytes slice = numbers.slice(Long.parseLong(fields.get(6)), Long.parseLong(fields.get(7)), fields.get(2));
        Tensor tensor = Tensor.of(DataType.valueOf(fields.get(4)), shape, slice);
        return new Row(fields.get(0), Integer.parseInt(fields.get(1)), fields.get(2), tensor);
    }

    private static byte[] read(String resource) {
        try (InputStream in = RealModels.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
