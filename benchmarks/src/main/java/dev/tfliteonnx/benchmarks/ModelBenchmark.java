package dev.tfliteonnx.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures the conversion of models and the speed of what comes out: operators in, nodes out, Transposes left, sizes, the
 * time and memory of a conversion, and the latency in ONNX Runtime beside that of the real TFLite (with XNNPACK) in the
 * same process, in turn, on one thread and on all. Quantized models also run in the form that tf2onnx gives them.
 *
 * <p>Arguments: {@code [--budget MS] [--least US] [--only TEXT] [--cold] [--single] [--csv FILE] PATH...}: how long one
 * race may take, the time of TFLite below which a model counts for nothing, a part of the names to measure, whether to
 * convert in processes of their own, too, whether to race on one thread only, where to write the table, and models or
 * folders. Prints the table and its geometric means.
 */
public final class ModelBenchmark {
    private String budget = "600";
    private String least = "300";
    private String only = "";
    private boolean cold;
    private boolean single;
    private Path csv = Path.of("models.csv");
    private final List<Path> paths = new ArrayList<>();

    private ModelBenchmark() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        ModelBenchmark benchmark = new ModelBenchmark();
        benchmark.parse(args);
        if (benchmark.paths.isEmpty()) {
            System.err.println(
                    "usage: ModelBenchmark [--budget MS] [--least US] [--only TEXT] [--cold] [--single] [--csv FILE]"
                            + " MODEL.tflite|FOLDER ...");
            System.exit(2);
        }
        benchmark.run();
    }

    private void parse(String[] args) {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--budget" -> budget = args[++i];
                case "--least" -> least = args[++i];
                case "--only" -> only = args[++i];
                case "--csv" -> csv = Path.of(args[++i]);
                case "--cold" -> cold = true;
                case "--single" -> single = true;
                default -> paths.add(Path.of(args[i]));
            }
        }
    }

    private void run() throws IOException {
        List<Path> models = new ArrayList<>();
        for (Path path : paths) {
            try (Stream<Path> found = Files.walk(path)) {
                found.filter(p ->
                                p.toString().endsWith(".tflite") && p.toString().contains(only))
                        .sorted()
                        .forEach(models::add);
            }
        }
        Path folder = Files.createTempDirectory("model-benchmark");
        List<Row> rows = new ArrayList<>();
        print(String.format(
                "%-58s %5s %5s %3s %3s %8s %6s %6s %6s %6s",
                "model", "ops", "nodes", "T", "in", "tflite", "1", "all", "tf2o", "warm"));
        while (rows.size() < models.size()) {
            measure(models, rows, folder);
        }
        List<String> lines = new ArrayList<>();
        lines.add(String.join(",", Row.COLUMNS));
        rows.forEach(r -> lines.add(r.toString()));
        Files.write(csv, lines);
        print(new Summary(rows, Double.parseDouble(least)).text());
    }

    /** Measures what is left until all is done or the process ends before its time; then the model at hand is given up. */
    private void measure(List<Path> models, List<Row> rows, Path folder) throws IOException {
        List<Path> left = models.subList(rows.size(), models.size());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                ModelMeasurement.class.getName(),
                folder.toString(),
                budget,
                least,
                Boolean.toString(single)));
        left.forEach(m -> command.add(m.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process process = builder.start();
        int before = rows.size();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(ModelMeasurement.MARK)) {
                    add(Row.parse(line.substring(ModelMeasurement.MARK.length())), models, rows, folder);
                }
            }
        }
        if (rows.size() - before < left.size()) {
            Row row = new Row();
            row.put("note", "the process ended");
            add(row, models, rows, folder);
        }
    }

    private void add(Row row, List<Path> models, List<Row> rows, Path folder) throws IOException {
        Path model = models.get(rows.size());
        int names = model.getNameCount();
        row.put("model", model.subpath(Math.max(0, names - 2), names).toString());
        if (cold && row.number("warm_ms").isPresent()) {
            ColdConversion.measure(model, folder.resolve("cold.onnx"), row);
        }
        rows.add(row);
        print(String.format(
                Locale.ROOT,
                "%-58.58s %5s %5s %3s %3s %8s %6s %6s %6s %6s %s",
                row.get("model"),
                row.get("operators"),
                row.get("nodes"),
                row.get("transposes"),
                row.get("inner_transposes"),
                row.get("tflite_us_1"),
                row.get("ratio_1"),
                row.get("ratio_all"),
                row.get("tf2onnx_ratio_1"),
                row.get("warm_ms"),
                row.get("note")));
    }

    private static void print(String text) {
        System.out.println(text);
    }
}
