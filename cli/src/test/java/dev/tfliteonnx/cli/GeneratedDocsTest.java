package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeneratedDocsTest {
    private static final String REMEDY =
            "is stale; regenerate it: mvn -q -pl cli -am test -Dtest=GeneratedDocsTest -Dgolden.update=true"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";
    private static final Path DOCS = Path.of(System.getProperty("basedir", "."))
            .toAbsolutePath()
            .resolve("../docs")
            .normalize();

    @Test
    void documentsAreThoseOfTheTables() throws IOException {
        for (Map.Entry<String, String> doc : GeneratedDocs.all().entrySet()) {
            Path file = DOCS.resolve(doc.getKey());
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(DOCS);
                Files.writeString(file, doc.getValue());
            }
            String present = Files.exists(file) ? Files.readString(file).replace("\r\n", "\n") : "";
            assertEquals(doc.getValue(), present, "docs/" + doc.getKey() + " " + REMEDY);
        }
    }
}
