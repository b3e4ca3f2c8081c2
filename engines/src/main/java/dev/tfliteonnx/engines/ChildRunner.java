package dev.tfliteonnx.engines;

import dev.tfliteonnx.engines.ChildMain.Job;
import dev.tfliteonnx.ir.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs engines in a child process with the same class path, which is replaced when it crashes or takes too long. Every
 * job loads the model anew, so no state is left over from the one before. One job runs at a time.
 */
public final class ChildRunner implements AutoCloseable {
    private static final int LINES_TOLD = 4;

    private final Duration limit;
    private @Nullable Path folder;
    private @Nullable Child child;
    private int started;

    private ChildRunner(Duration limit) {
        this.limit = limit;
    }

    /**
     * A runner whose first child starts with the first job; before that it takes up nothing.
     *
     * @param limit how long a job may take, including the start of a child
     */
    public static ChildRunner create(Duration limit) {
        return new ChildRunner(limit);
    }

    /** What a model takes and gives. */
    public record Interface(List<TensorSpec> inputs, List<TensorSpec> outputs) {}

    /** A process and the two ends of the pipes to it. */
    private record Child(Process process, Path log, DataInputStream in, DataOutputStream out) {}

    @FunctionalInterface
    private interface Question {
        void write(DataOutputStream out) throws IOException;
    }

    /**
     * Loads a model and tells what it takes and gives.
     *
     * @throws EngineException if the engine refuses it, or it crashed or timed out
     */
    public Interface describe(EngineOptions options, Path model) throws EngineException {
        return ask(
                Job.DESCRIBE,
                out -> writeModel(options, model, out),
                in -> new Interface(Wire.readList(Wire::readSpec, in), Wire.readList(Wire::readSpec, in)));
    }

    /**
     * Runs a model once; see {@link Engine#run}.
     *
     * @throws EngineException if the engine fails, or it crashed or timed out
     */
    public List<Tensor> run(EngineOptions options, Path model, List<Tensor> inputs) throws EngineException {
        return runSteps(options, model, List.of(inputs)).get(0);
    }

    /**
     * Runs a model several times on one engine, so that what it keeps between runs lives on from step to step.
     *
     * @throws EngineException if the engine fails, or it crashed or timed out
     */
    public List<List<Tensor>> runSteps(EngineOptions options, Path model, List<List<Tensor>> steps)
            throws EngineException {
        return ask(
                Job.RUN,
                out -> {
                    writeModel(options, model, out);
                    Wire.writeList(steps, Wire::writeTensors, out);
                },
                in -> Wire.readList(Wire::readTensors, in));
    }

    /**
     * Runs a model once and gives every tensor inside that it computed; see {@link TfliteEngine#tensors}.
     *
     * @throws EngineException if the engine fails, or it crashed or timed out
     */
    public List<NamedTensor> trace(TfliteOptions options, Path model, List<Tensor> inputs) throws EngineException {
        return ask(
                Job.TRACE,
                out -> {
                    writeModel(options.preservingAllTensors(), model, out);
                    Wire.writeList(List.of(inputs), Wire::writeTensors, out);
                },
                in -> Wire.readList(Wire::readNamed, in));
    }

    /** Makes the child end without an answer. */
    void halt(int status) throws EngineException {
        ask(Job.HALT, out -> out.writeInt(status), in -> 0);
    }

    /** Makes the child wait before it answers. */
    void sleep(Duration time) throws EngineException {
        ask(Job.SLEEP, out -> out.writeLong(time.toMillis()), in -> 0);
    }

    /** How many children were started so far. */
    public synchronized int childrenStarted() {
        return started;
    }

    private static void writeModel(EngineOptions options, Path model, DataOutputStream out) throws IOException {
        Wire.writeOptions(options, out);
        Wire.writeText(model.toAbsolutePath().toString(), out);
    }

    private synchronized <T> T ask(Job job, Question question, Wire.Reader<T> answer) throws EngineException {
        Child current = living();
        AtomicBoolean decided = new AtomicBoolean();
        CompletableFuture<Void> watch = CompletableFuture.runAsync(
                () -> {
                    if (decided.compareAndSet(false, true)) {
                        current.process.destroyForcibly();
                    }
                },
                CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
        try {
            current.out.write(job.ordinal());
            question.write(current.out);
            current.out.flush();
            skipToMark(current.in);
            if (current.in.readBoolean()) {
                return answer.read(current.in);
            }
            throw new EngineException(Wire.readText(current.in));
        } catch (IOException e) {
            child = null;
            String what = decided.get() ? "timed out after " + limit.toMillis() + " ms" : epitaph(current);
            throw new EngineException(what, e);
        } finally {
            if (!decided.compareAndSet(false, true)) {
                child = null;
            }
            watch.cancel(false);
        }
    }

    private static void skipToMark(DataInputStream in) throws IOException {
        long seen = in.readLong();
        while (seen != ChildMain.MARK) {
            seen = seen << 8 | in.readUnsignedByte();
        }
    }

    private Child living() throws EngineException {
        Child current = child;
        if (current != null && current.process.isAlive()) {
            return current;
        }
        try {
            Child fresh = start();
            child = fresh;
            return fresh;
        } catch (IOException e) {
            throw new EngineException("cannot start a child process: " + e.getMessage(), e);
        }
    }

    private Child start() throws IOException {
        Path files = folder == null ? Files.createTempDirectory("tflite-onnx-engines") : folder;
        folder = files;
        started++;
        Path log = files.resolve("child-" + started + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:+DisplayVMOutputToStderr",
                        "-XX:ErrorFile=" + files.resolve("hs_err-" + started + ".log"),
                        "-Djava.io.tmpdir=" + files,
                        "-cp",
                        classPath(),
                        ChildMain.class.getName())
                .redirectError(log.toFile());
        builder.environment().put("TMPDIR", files.toString());
        builder.environment().put(OnnxRuntimeEngine.DISABLE_TELEMETRY, "1");
        Process process = builder.start();
        return new Child(
                process,
                log,
                new DataInputStream(new BufferedInputStream(process.getInputStream())),
                new DataOutputStream(new BufferedOutputStream(process.getOutputStream())));
    }

    /** The class path of this process, led by that of a class loader of its own if this class came from one. */
    private static String classPath() {
        Stream<String> own = ChildRunner.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs())
                        .map(url -> Path.of(URI.create(url.toString())).toString())
                : Stream.empty();
        return Stream.concat(own, Stream.of(System.getProperty("java.class.path")))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Why a child died: the status and the lines of its log that say most. */
    private static String epitaph(Child dead) {
        int status = end(dead);
        List<String> lines;
        try {
            lines = new String(Files.readAllBytes(dead.log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            lines = List.of();
        }
        List<String> fatal = lines.stream()
                .filter(line -> line.startsWith("#  SIG") || line.startsWith("# C  ["))
                .map(line -> line.substring(1).strip())
                .toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size());
        String told = (fatal.isEmpty() ? last : fatal).stream().collect(Collectors.joining("; "));
        return "crashed with status " + status + (told.isEmpty() ? "" : ": " + told);
    }

    private static int end(Child dying) {
        try {
            if (!dying.process.waitFor(10, TimeUnit.SECONDS)) {
                dying.process.destroyForcibly();
            }
            return dying.process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            dying.process.destroyForcibly();
            return -1;
        }
    }

    /** Ends the child and removes what it left in the temporary folder. */
    @Override
    public synchronized void close() {
        Child current = child;
        child = null;
        if (current != null) {
            current.process.destroyForcibly();
            end(current);
        }
        Path files = folder;
        folder = null;
        if (files == null) {
            return;
        }
        try (Stream<Path> left = Files.walk(files)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
