package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The budgets of the house, counted: a class is at most 400 lines long, and says by its name what it is. */
class HouseTest {
    private static final int CLASS_LINES = 400;

    /** Tables, one row for each operator of the schema. */
    private static final Set<String> TABLES = Set.of("BuiltinOps.java", "HandlerTable.java", "OnnxKernels.java");

    private static final Pattern NAMELESS = Pattern.compile(".*(Util|Utils|Helper|Helpers|Manager|Impl)\\.java");

    @Test
    void classesStayShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources()) {
            long lines = Files.readAllLines(source).size();
            if (lines > CLASS_LINES && !TABLES.contains(source.getFileName().toString())) {
                tooLong.add(source + ": " + lines + " lines");
            }
        }
        assertEquals(List.of(), tooLong);
    }

    @Test
    void namesSayWhatClassesAre() throws IOException {
        List<String> nameless = sources().stream()
                .map(p -> p.getFileName().toString())
                .filter(n -> NAMELESS.matcher(n).matches())
                .toList();
        assertEquals(List.of(), nameless);
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        Path root = Path.of("").toAbsolutePath().getParent();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path main : modules.map(m -> m.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(main)) {
                    files.filter(f -> f.toString().endsWith(".java"))
                            .filter(f -> !f.toString().contains("formats"))
                            .forEach(sources::add);
                }
            }
        }
        return sources;
    }
}
