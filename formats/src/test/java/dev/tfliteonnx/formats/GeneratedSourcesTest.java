package dev.tfliteonnx.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Fails when a schema was edited without regenerating, or a generated accessor was edited by hand. */
class GeneratedSourcesTest {
    private static final String REMEDY = "generated sources are stale: run tools/regenerate-formats.sh";
    private static final Path MAIN = Path.of(System.getProperty("basedir", "."), "src", "main");

    @Test
    void schemasAndAccessorsMatchTheirChecksums() throws IOException {
        Map<String, String> recorded = recorded();
        assertFalse(recorded.isEmpty(), REMEDY);
        assertEquals(text(recorded), text(actual()), REMEDY);
    }

    private static Map<String, String> recorded() throws IOException {
        Map<String, String> sums = new TreeMap<>();
        for (String line : Files.readAllLines(MAIN.resolve("schemas/CHECKSUMS"))) {
            int gap = line.indexOf("  ");
            sums.put(line.substring(gap + 2), line.substring(0, gap));
        }
        return sums;
    }

    private static Map<String, String> actual() throws IOException {
        Map<String, String> sums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file : files.filter(GeneratedSourcesTest::isCovered).toList()) {
                String name = MAIN.relativize(file).toString().replace('\\', '/');
                sums.put(name, sha256(file));
            }
        }
        return sums;
    }

    private static boolean isCovered(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".fbs") || (name.endsWith(".java") && !name.equals("package-info.java"));
    }

    private static String sha256(Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** One line per file, so a failure shows which ones differ. */
    private static String text(Map<String, String> sums) {
        StringBuilder lines = new StringBuilder();
        sums.forEach((name, sum) -> lines.append(sum).append("  ").append(name).append('\n'));
        return lines.toString();
    }
}
