package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds out which files are to be converted and what each becomes. */
final class Jobs {
    private static final String TFLITE = ".tflite";
    private static final String ONNX = ".onnx";
    private static final String ORT = ".ort";

    private final Optional<Path> folder;
    private final List<Job> jobs = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();

    private Jobs(Optional<Path> folder) {
        this.folder = folder;
    }

    /**
     * The conversions that are asked for. Folders are searched, links to folders are not followed; files found in a
     * folder keep their place below it.
     *
     * @param inputs files and folders
     * @param out a file, if there is only one input, or a folder; without it outputs stand beside inputs
     * @throws UsageException if two models would become the same file, or one would replace an input
     * @throws ConversionException if there is no model in a folder, or it cannot be read
     */
    static List<Job> of(List<String> inputs, Optional<String> out) throws UsageException, ConversionException {
        if (inputs.isEmpty()) {
            throw new UsageException("which file? name .tflite files or folders that hold some");
        }
        List<Path> paths = new ArrayList<>();
        for (String input : inputs) {
            paths.add(path(input));
        }
        Optional<Path> to = out.isPresent() ? Optional.of(path(out.get())) : Optional.empty();
        if (to.isPresent() && isFile(to.get())) {
            if (paths.size() > 1 || Files.isDirectory(paths.get(0))) {
                throw new UsageException("-o " + to.get() + " is a file; several models need a folder");
            }
            return checked(List.of(new Job(paths.get(0), to.get())));
        }
        Jobs jobs = new Jobs(to);
        for (Path path : paths) {
            jobs.add(path);
        }
        return checked(jobs.jobs);
    }

    private static boolean isFile(Path to) {
        boolean named = lower(to).endsWith(ONNX) || lower(to).endsWith(ORT);
        return !Files.isDirectory(to) && named || Files.isRegularFile(to);
    }

    private void add(Path input) throws ConversionException {
        if (!Files.isDirectory(input)) {
            Path parent = input.toAbsolutePath().getParent();
            add(input, parent == null ? input.toAbsolutePath() : parent);
            return;
        }
        List<Path> found;
        try (Stream<Path> walk = Files.walk(input)) {
            found = walk.filter(p -> lower(p).endsWith(TFLITE) && Files.isRegularFile(p))
                    .sorted()
                    .toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new ConversionException(
                    DiagnosticCode.INPUT_FAILED,
                    Where.file(input.toString()),
                    "the folder cannot be searched: " + e.getMessage(),
                    "check its permissions");
        }
        if (found.isEmpty()) {
            throw new ConversionException(
                    DiagnosticCode.NOT_A_MODEL,
                    Where.file(input.toString()),
                    "no file in this folder ends in .tflite",
                    "name the model file itself; a SavedModel has to be converted by TensorFlow first");
        }
        for (Path file : found) {
            add(file, input.toAbsolutePath());
        }
    }

    private void add(Path file, Path root) {
        if (!seen.add(file.toAbsolutePath().normalize())) {
            return;
        }
        Path name = Path.of(onnxName(String.valueOf(file.getFileName())));
        if (folder.isEmpty()) {
            jobs.add(new Job(file, file.resolveSibling(name)));
        } else {
            Path below = root.relativize(file.toAbsolutePath());
            jobs.add(new Job(file, folder.get().resolve(below).resolveSibling(name)));
        }
    }

    private static String onnxName(String name) {
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name) + ONNX;
    }

    private static List<Job> checked(List<Job> jobs) throws UsageException {
        Map<Path, Path> inputOf = new HashMap<>();
        Set<Path> inputs = new HashSet<>();
        for (Job job : jobs) {
            inputs.add(job.input().toAbsolutePath().normalize());
        }
        for (Job job : jobs) {
            Path output = job.output().toAbsolutePath().normalize();
            Path other = inputOf.put(output, job.input());
            if (other != null) {
                throw new UsageException(
                        other + " and " + job.input() + " would both become " + job.output() + "; convert them apart");
            }
            if (inputs.contains(output)) {
                throw new UsageException(job.output() + " is both an input and an output; give another name with -o");
            }
        }
        return List.copyOf(jobs);
    }

    private static String lower(Path path) {
        return path.toString().toLowerCase(Locale.ROOT);
    }

    /** A path as it was typed. */
    static Path path(String typed) throws UsageException {
        try {
            return Path.of(typed);
        } catch (InvalidPathException e) {
            throw new UsageException("\"" + typed + "\" cannot be the name of a file");
        }
    }
}
