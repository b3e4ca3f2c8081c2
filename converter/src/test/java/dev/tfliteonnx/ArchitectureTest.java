package dev.tfliteonnx;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may depend on whom, as docs/ARCHITECTURE.md draws it. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.tfliteonnx");

    private static final List<String> IR = List.of("ir", "tfl", "onnx", "diag");

    /** For each module, the modules beside those of the graph that it may use. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "importer", Set.of("formats"),
            "rewriters", Set.of("executor"),
            "handlers", Set.of(),
            "executor", Set.of(),
            "optimizers", Set.of("executor"),
            "exporter", Set.of("formats"),
            "formats", Set.of());

    @Test
    void theGraphDependsOnNothing() {
        for (String module : IR) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.tfliteonnx." + module + "..")
                    .should()
                    .dependOnClassesThat(outside(Set.copyOf(IR)))
                    .check(CLASSES);
        }
    }

    @Test
    void stagesDoNotKnowEachOther() {
        ALLOWED.forEach((module, more) -> {
            Set<String> all = new TreeSet<>(IR);
            all.add(module);
            all.addAll(more);
            noClasses()
                    .that()
                    .resideInAPackage("dev.tfliteonnx." + module + "..")
                    .should()
                    .dependOnClassesThat(outside(all))
                    .check(CLASSES);
        });
    }

    private static DescribedPredicate<JavaClass> outside(Set<String> modules) {
        return DescribedPredicate.describe("are in modules other than " + modules, c -> {
            String name = c.getPackageName();
            return name.startsWith("dev.tfliteonnx")
                    && modules.stream()
                            .noneMatch(m ->
                                    name.equals("dev.tfliteonnx." + m) || name.startsWith("dev.tfliteonnx." + m + "."));
        });
    }

    @Test
    void packagesFormNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("dev.tfliteonnx.(*)..")
                .namingSlices("$1")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(inGraphModule(), inGraphModule())
                .check(CLASSES);
    }

    /** The vocabularies and the graph are one module and know each other. */
    private static DescribedPredicate<JavaClass> inGraphModule() {
        return DescribedPredicate.describe("are of the graph module", c -> IR.stream()
                .anyMatch(m -> c.getPackageName().startsWith("dev.tfliteonnx." + m)));
    }

    @Test
    void librariesNeitherPrintNorExitNorLog() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tfliteonnx.engines..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                .check(CLASSES);
    }

    @Test
    void theConvertPathHasNoNativeCodeNoNetworkAndNoSerialization() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.tfliteonnx.engines..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "org.bytedeco..", "ai.onnxruntime..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.Socket")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatNullMeans() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass c : CLASSES) {
            JavaPackage p = c.getPackage();
            if (!p.getName().startsWith("dev.tfliteonnx.formats") && !p.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(p.getName());
            }
        }
        assertTrue(unmarked.isEmpty(), "packages without @NullMarked: " + unmarked);
    }
}
