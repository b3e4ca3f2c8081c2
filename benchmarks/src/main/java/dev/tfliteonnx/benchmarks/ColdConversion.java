package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A whole process that converts one model, and how much heap it took. */
final class ColdConversion {
    private static final int RUNS = 3;

    private ColdConversion() {}

    /** Arguments: a model, and where to write the result. Prints the greatest use of the heap in MiB. */
    public static void main(String[] args) throws IOException, ConversionException {
        Converter.convert(Path.of(args[0]), ConversionOptions.DEFAULT)
                .write(Path.of(args[1]), WriteOptions.DEFAULT.withForce(true));
        long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(p -> p.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(u -> u.getUsed())
                .sum();
        System.out.println(peak >> 20);
    }

    /** Converts a model in processes of their own; fills in the median time and the heap. */
    static void measure(Path model, Path to, Row row) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ColdConversion.class.getName(),
                model.toString(),
                to.toString());
        double[] times = new double[RUNS];
        List<Long> peaks = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            Process process = new ProcessBuilder(command).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            times[i] = (System.nanoTime() - start) / 1e6;
            peaks.add(Long.parseLong(text.strip()));
        }
        row.put("cold_ms", Race.median(times));
        row.put("peak_mib", peaks.stream().mapToLong(Long::longValue).max().orElse(0));
    }
}
