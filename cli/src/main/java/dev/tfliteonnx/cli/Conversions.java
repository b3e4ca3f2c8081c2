package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.checker.Check;
import dev.tfliteonnx.checker.CheckOptions;
import dev.tfliteonnx.checker.CheckResult;
import dev.tfliteonnx.checker.Subject;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final boolean checks;

    /** Conversions that are {@code quiet} about their progress, and checked before they are written if so asked. */
    Conversions(ConvertRequest request, Terminal terminal, boolean quiet, boolean checks) {
        this.request = request;
        this.terminal = terminal;
        this.quiet = quiet;
        this.checks = checks;
    }

    /** What became of each, in the order of the jobs. */
    List<Outcome> run() {
        List<Job> jobs = request.jobs();
        return jobs.size() == 1 ? convert(jobs.get(0)) : runMany(jobs);
    }

    private List<Outcome> runMany(List<Job> jobs) {
        int threads = Math.min(jobs.size(), Runtime.getRuntime().availableProcessors());
        AtomicReferenceArray<List<Outcome>> outcomes = new AtomicReferenceArray<>(jobs.size());
        AtomicInteger finished = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(jobs.size());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int i = 0; i < jobs.size(); i++) {
            int index = i;
            pool.execute(() -> {
                try {
                    outcomes.set(index, convert(jobs.get(index)));
                    progress(finished.incrementAndGet() + "/" + jobs.size() + "  "
                            + jobs.get(index).input());
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
            list.addAll(outcomes.get(i));
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

    /** What became of the main graph, then of further signatures. */
    private List<Outcome> convert(Job job) {
        long start = System.nanoTime();
        try {
            Map<Path, Conversion> targets = new LinkedHashMap<>();
            List<Job> parts = new ArrayList<>();
            List<Conversion> conversions = new ArrayList<>();
            Converter.convertSignatures(job.input(), request.options()).forEach((key, conversion) -> {
                Job part = parts.isEmpty() ? job : job.of(key);
                for (int n = 2; targets.containsKey(part.output()); n++) {
                    part = job.of(key + "-" + n);
                }
                parts.add(part);
                conversions.add(conversion);
                targets.put(part.output(), conversion);
            });
            Optional<CheckResult> check = checks ? Optional.of(check(job, conversions.get(0))) : Optional.empty();
            if (check.isPresent() && !check.get().holds()) {
                return List.of(Outcome.differs(job, check.get(), System.nanoTime() - start));
            }
            makeFolder(job.output());
            Set<Path> files = new LinkedHashSet<>(Conversion.writeAll(targets, request.writing()));
            long nanos = System.nanoTime() - start;
            List<Outcome> outcomes = new ArrayList<>();
            for (int i = parts.size() - 1; i >= 0; i--) {
                // weights in a file of their own count for the first
                Path own = parts.get(i).output();
                List<Path> written = i == 0 ? List.copyOf(files) : List.of(own);
                files.remove(own);
                long bytes = 0;
                for (Path file : written) {
                    bytes += Files.size(file);
                }
                outcomes.add(0, Outcome.done(parts.get(i), conversions.get(i), written, bytes, nanos));
            }
            check.ifPresent(found -> outcomes.set(0, outcomes.get(0).with(found)));
            return outcomes;
        } catch (ConversionException e) {
            return List.of(Outcome.refused(job, e.diagnostics(), System.nanoTime() - start));
        } catch (IOException e) {
            Diagnostic problem = new Diagnostic(
                    DiagnosticCode.INPUT_FAILED,
                    Where.file(job.input().toString()),
                    String.valueOf(e.getMessage()),
                    "");
            return List.of(Outcome.refused(job, List.of(problem), System.nanoTime() - start));
        } catch (RuntimeException | AssertionError | StackOverflowError | InternalError e) {
            return List.of(Outcome.failed(job, e, System.nanoTime() - start));
        }
    }

    private static CheckResult check(Job job, Conversion conversion) throws IOException, ConversionException {
        Subject source = Subject.read(job.input());
        return CheckedConversion.whileWritten(conversion, result -> Check.run(source, result, CheckOptions.DEFAULT));
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
