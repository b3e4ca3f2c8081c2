package dev.tfliteonnx.importer.tflite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the collection of real models, which is not part of the project. */
final class RealFiles {
    private RealFiles() {}

    /** The folder of the collection; skips the test, saying so, if it is absent. */
    static Path folder() {
        Path found = Path.of("no models");
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path models = at.resolve("shared").resolve("models");
            if (Files.isDirectory(models)) {
                found = models;
                break;
            }
        }
        assumeTrue(Files.isDirectory(found), "no folder shared/models above the working directory: skipped");
        return found;
    }
}
