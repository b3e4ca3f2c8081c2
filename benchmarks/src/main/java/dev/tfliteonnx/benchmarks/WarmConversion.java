package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a conversion in a process that runs already costs, phase by phase, beside reading the same file into memory and
 * writing it again. Both end when the bytes are on the disk. The time is told twice: by the clock on the wall, in which
 * other programs have their share, and as the time that the thread had a processor. The digest of the source is computed
 * in a thread of its own, so that it counts in the first alone.
 */
final class WarmConversion {
    /** The columns of {@link #toString}. */
    static final String COLUMNS = "model,bytes,read_cpu_ms,convert_cpu_ms,write_cpu_ms,copy_cpu_ms,"
            + "conversion_ms,copy_ms,ratio,cpu_ratio";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int READ = 0;
    private static final int CONVERT = 1;
    private static final int WRITE = 2;
    private static final int COPY = 3;

    private final String name;
    private final long bytes;
    private final List<double[]> wall = new ArrayList<>();
    private final List<double[]> cpu = new ArrayList<>();

    private WarmConversion(String name, long bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /** Converts and copies a file in turn. */
    static WarmConversion measure(Path model, Path folder, int rounds) throws IOException, ConversionException {
        WarmConversion measured = new WarmConversion(String.valueOf(model.getFileName()), Files.size(model));
        Path out = folder.resolve("warm.onnx");
        for (int i = 0; i < rounds; i++) {
            Clock clock = new Clock();
            TfliteReader.read(model);
            clock.stop(READ);
            Conversion conversion = Converter.convert(model, ConversionOptions.DEFAULT);
            clock.stop(CONVERT);
            conversion.write(out, WriteOptions.DEFAULT.withForce(true));
            clock.stop(WRITE);
            copy(model, folder.resolve("copy"));
            clock.stop(COPY);
            measured.wall.add(clock.wall);
            measured.cpu.add(clock.cpu);
        }
        return measured;
    }

    /** Milliseconds of each phase. */
    private static final class Clock {
        private final double[] wall = new double[COPY + 1];
        private final double[] cpu = new double[COPY + 1];
        private long wallAt = System.nanoTime();
        private long cpuAt = THREADS.getCurrentThreadCpuTime();

        void stop(int phase) {
            cpu[phase] = (THREADS.getCurrentThreadCpuTime() - cpuAt) / 1e6;
            wall[phase] = (System.nanoTime() - wallAt) / 1e6;
            wallAt = System.nanoTime();
            cpuAt = THREADS.getCurrentThreadCpuTime();
        }
    }

    /** Reads a file into memory and writes it again, until it is on the disk. */
    private static void copy(Path from, Path to) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(from));
        try (FileChannel channel = FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static double median(List<double[]> rounds, int phase) {
        return Race.median(rounds.stream().mapToDouble(r -> r[phase]).toArray());
    }

    private static double conversion(List<double[]> rounds) {
        return Race.median(
                rounds.stream().mapToDouble(r -> r[CONVERT] + r[WRITE]).toArray());
    }

    /** How many times as long the conversion takes as the copy. */
    double ratio() {
        return conversion(wall) / median(wall, COPY);
    }

    /** As {@link #ratio}, of the time that the thread had a processor. */
    double cpuRatio() {
        return conversion(cpu) / median(cpu, COPY);
    }

    /** A line for people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%-60.60s %9d bytes  cpu ms: read %5.2f, with conversion %6.2f, write %5.2f, copy %5.2f, ratio %5.2f;"
                        + "  wall ms: %6.1f, copy %6.1f, ratio %5.2f",
                name,
                bytes,
                median(cpu, READ),
                median(cpu, CONVERT),
                median(cpu, WRITE),
                median(cpu, COPY),
                cpuRatio(),
                conversion(wall),
                median(wall, COPY),
                ratio());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s,%d,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f,%.3f",
                name,
                bytes,
                median(cpu, READ),
                median(cpu, CONVERT),
                median(cpu, WRITE),
                median(cpu, COPY),
                conversion(wall),
                median(wall, COPY),
                ratio(),
                cpuRatio());
    }
}
