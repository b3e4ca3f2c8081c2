package dev.tfliteonnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Real models beside the checkout, which not every clone has. */
final class Corpus {
    /**
     * A model of the corpus.
     *
     * @param name its path within the corpus
     * @param path the file
     * @param runs whether the real TFLite runs it by itself
     * @param kind how it is quantized
     */
    record Entry(String name, Path path, boolean runs, String kind) {
        /** Whether it holds quantized activations, so that dropping them changes something. */
        boolean isQuantized() {
            return kind.startsWith("int8")
                    || kind.startsWith("uint8")
                    || kind.startsWith("int16")
                    || kind.contains("16x8");
        }
    }

    private Corpus() {}

    /** The folder, if it is there. */
    static Optional<Path> folder() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared").resolve("models");
            if (Files.isRegularFile(candidate.resolve("runnable.csv"))) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** All models, by name. */
    static List<Entry> entries(Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("runnable.csv"))) {
            String[] cells = line.split(",", 4);
            if (cells[0].endsWith(".tflite")) {
                entries.add(new Entry(cells[0], folder.resolve(cells[0]), cells[1].equals("yes"), cells[2]));
            }
        }
        return entries;
    }

    /** Those that run, the smallest first, one of each size. */
    static List<Path> distinctFiles(Path folder) throws IOException {
        Map<Long, Path> bySize = new TreeMap<>();
        for (Entry entry : entries(folder)) {
            if (entry.runs() && Files.isRegularFile(entry.path())) {
                bySize.merge(Files.size(entry.path()), entry.path(), (a, b) -> a.compareTo(b) < 0 ? a : b);
            }
        }
        return List.copyOf(bySize.values());
    }
}
