package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds real model files, which are not part of the project; tests that need one are skipped without it. */
final class Models {
    private Models() {}

    /** A file below a folder {@code shared/models} beside any folder above this one. */
    static Path find(String file) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared/models").resolve(file);
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        assumeTrue(false, "no shared/models/" + file + " in any folder above");
        throw new AssertionError();
    }

    static void needTflite() {
        assumeTrue(Engines.hasTflite(), "TFLite's native library is not available here");
    }

    static void needOnnxRuntime() {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime's native library is not available here");
    }
}
