package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.optimizers.ort.FusionReport;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real quantized models of images and sounds, with inputs and outputs of float32 and of uint8: in the graph that ONNX
 * Runtime saves once it has optimized it, every quantized node is an integer kernel but those named in
 * {@link FusionExceptions}. Prints the share of each model; {@code -Dfusion.only=TEXT} keeps the models whose names hold
 * the text.
 */
class FusionTest {
    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofMinutes(2));

    @TempDir
    static Path temporary;

    @TestFactory
    Stream<DynamicTest> runsAsIntegerKernels() throws IOException {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        assumeTrue(System.getProperty("os.arch", "").equals("amd64"), "the list is of kernels for x86");
        String only = System.getProperty("fusion.only", "");
        return Corpus.entries(Corpus.folder().get()).stream()
                .filter(e -> e.kind().startsWith("int8") || e.kind().startsWith("uint8"))
                .filter(e -> e.name().contains(only))
                .flatMap(e -> Stream.of(EdgeType.FLOAT32, EdgeType.UINT8)
                        .map(io -> DynamicTest.dynamicTest(e.name() + " " + io, () -> judge(e, io))));
    }

    private static void judge(Corpus.Entry entry, EdgeType io) throws EngineException, IOException {
        Optional<Conversion> conversion = convert(entry, io);
        if (conversion.isEmpty()) {
            return;
        }
        FusionReport predicted = FusionReport.predicted(conversion.get().model().main(), TargetPlatform.AMD64);
        FusionReport observed = observe(conversion.get());
        System.out.printf(
                Locale.ROOT,
                "%-100s by the rules %3d of %3d, ONNX Runtime %3d of %3d%n",
                entry.name() + " " + io,
                predicted.integers(),
                predicted.entries().size(),
                observed.integers(),
                observed.entries().size());
        List<String> exceptions = observed.exceptions().stream()
                .map(e -> e.op() + ": " + e.reason().orElseThrow().replaceAll("\\(.*\\)", "(…)"))
                .distinct()
                .sorted()
                .collect(Collectors.toList());
        exceptions.forEach(e -> System.out.println("    " + e));
        List<String> unnamed = new ArrayList<>(exceptions);
        unnamed.removeAll(FusionExceptions.of(entry.name()));
        assertEquals(List.of(), unnamed);
    }

    /** Empty if the model is refused. */
    private static Optional<Conversion> convert(Corpus.Entry entry, EdgeType io) {
        try {
            return Optional.of(Converter.convert(entry.path(), ConversionOptions.DEFAULT.withIo(io)));
        } catch (ConversionException e) {
            assertTrue(e.diagnostics().stream().noneMatch(d -> d.reason().isBlank()), entry.name());
            return Optional.empty();
        }
    }

    private static FusionReport observe(Conversion conversion) throws EngineException, IOException {
        Path written = temporary.resolve("model.onnx");
        Path optimized = temporary.resolve("optimized.onnx");
        try {
            conversion.write(written, WriteOptions.DEFAULT.withForce(true));
            ENGINES.describe(
                    OnnxRuntimeOptions.plain()
                            .withLevel(OnnxRuntimeOptions.Level.EXTENDED)
                            .savingOptimized(optimized),
                    written);
            return FusionReport.observed(OnnxReader.read(optimized).model().main(), TargetPlatform.AMD64);
        } catch (ConversionException e) {
            throw new IllegalStateException(e);
        }
    }
}
