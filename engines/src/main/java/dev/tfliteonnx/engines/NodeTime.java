package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ONNX Runtime's own profile says of a node of the graph that it made of a model.
 *
 * @param op the operator
 * @param name the node
 * @param micros the median time of its kernel over the runs, in µs
 * @param shapes the shapes of what it reads and makes, as the profile has them
 */
public record NodeTime(String op, String name, double micros, String shapes) {
    private static final int WARM_UP = 3;
    private static final Pattern EVENT =
            Pattern.compile("\"cat\" : \"Node\".*\"dur\" :(\\d+),.*\"name\" :\"(.*)_kernel_time\"");
    private static final Pattern OP = Pattern.compile("\"op_name\" : \"([^\"]*)\"");
    private static final Pattern INPUTS = Pattern.compile("\"input_type_shape\" : (\\[.*?}])");
    private static final Pattern OUTPUTS = Pattern.compile("\"output_type_shape\" : (\\[.*?}])");

    /**
     * Runs a model and tells of each node, in the order in which they ran.
     *
     * @throws EngineException if the model does not load or run
     */
    public static List<NodeTime> of(Path model, OnnxRuntimeOptions options, List<Tensor> inputs, int runs)
            throws IOException, EngineException {
        Path folder = Files.createTempDirectory("profile");
        Path file;
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.profiling(model, options, folder.resolve("nodes"));
                Invocation invocation = engine.prepare(inputs)) {
            for (int i = 0; i < WARM_UP + runs; i++) {
                invocation.run();
            }
            file = engine.endProfiling();
        }
        try {
            return read(Files.readAllLines(file));
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    private static List<NodeTime> read(List<String> lines) {
        Map<String, List<Long>> times = new LinkedHashMap<>();
        Map<String, String> events = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher event = EVENT.matcher(line);
            if (event.find()) {
                times.computeIfAbsent(event.group(2), n -> new ArrayList<>()).add(Long.parseLong(event.group(1)));
                events.put(event.group(2), line);
            }
        }
        List<NodeTime> nodes = new ArrayList<>();
        times.forEach((name, all) -> {
            String event = events.getOrDefault(name, "");
            long median = all.stream().sorted().skip(all.size() / 2).findFirst().orElse(0L);
            nodes.add(new NodeTime(
                    first(OP, event), name, median, first(INPUTS, event) + " -> " + first(OUTPUTS, event)));
        });
        return nodes;
    }

    private static String first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? found.group(1) : "";
    }
}
