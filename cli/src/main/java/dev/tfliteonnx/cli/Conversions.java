package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Carries out conversions, several at once on all cores. One that fails does not hold up the others. */
final class Conversions {
    private final ConvertRequest request;
    private final Terminal terminal;
    private final boolean quiet;

    Conversions(ConvertRequest request, Terminal terminal, boolean quiet) {
        this.request = request;
        this.terminal = terminal;
        this.quiet = quiet;
    }

    /** What became of each, in the order of the jobs. */
    List<Outcome> run() {
        List<Job> jobs = request.jobs();
        return jobs.size() == 1 ? List.of(convert(jobs.get(0))) : runMany(jobs);
    }

    private List<Outcome> runMany(List<Job> jobs) {
        int threads = Math.min(jobs.size(), Runtime.getRuntime().availableProcessors());
        AtomicReferenceArray<Outcome> outcomes = new AtomicReferenceArray<>(jobs.size());
        AtomicInteger finished = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(jobs.size());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < jobs.size(); i++) {
            int index = i;
            pool.execute(() -> {
                try {
                    Outcome outcome = convert(jobs.get(index));
                    outcomes.set(index, outcome);
                    progress(finished.incrementAndGet() + "/" + jobs.size() + "  "
                            + outcome.job().input());
                } finally {
                    all.countDown();
                }
            });
        }
        await(all);
        pool.shutdown();
        progress("");
        List<Outcome> list = new ArrayList<>(jobs.size());
        for (int i = 0; i < jobs.size(); i++) {
            list.add(outcomes.get(i));
        }
        return list;
    }

    private static void await(CountDownLatch all) {
        try {
            all.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private synchronized void progress(String text) {
        if (!quiet) {
            terminal.progress(text);
        }
    }

    private Outcome convert(Job job) {
        long start = System.nanoTime();
        try {
            Conversion conversion = Converter.convert(job.input(), request.options());
            makeFolder(job.output());
            List<Path> files = conversion.write(job.output(), request.writing());
            long bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            return Outcome.done(job, conversion, files, bytes, System.nanoTime() - start);
        } catch (ConversionException e) {
            return Outcome.refused(job, e.diagnostics(), System.nanoTime() - start);
        } catch (IOException e) {
            Diagnostic problem = new Diagnostic(
                    DiagnosticCode.INPUT_FAILED,
                    Where.file(job.input().toString()),
                    String.valueOf(e.getMessage()),
                    "");
            return Outcome.refused(job, List.of(problem), System.nanoTime() - start);
        } catch (RuntimeException | AssertionError | StackOverflowError | InternalError e) {
            return Outcome.failed(job, e, System.nanoTime() - start);
        }
    }

    private static void makeFolder(Path output) throws ConversionException {
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ConversionException(
                    DiagnosticCode.OUTPUT_FAILED,
                    Where.file(folder.toString()),
                    "the folder cannot be made: " + e.getMessage(),
                    "check the path and its permissions");
        }
    }
}
