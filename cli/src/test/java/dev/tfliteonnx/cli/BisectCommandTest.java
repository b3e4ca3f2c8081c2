package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.checker.Bisection;
import dev.tfliteonnx.checker.CheckOptions;
import dev.tfliteonnx.checker.PartFiles;
import dev.tfliteonnx.checker.Subject;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chain of operators, one of which is converted wrongly. */
class BisectCommandTest {
    private static final CheckOptions OPTIONS = new CheckOptions(CheckOptions.Engines.JAVA, 1, 1, Map.of());
    private static final float RIGHT = 7.25f;

    @TempDir
    Path folder;

    /** x → TANH → + → EXP → × 7.25 → ABS → SQRT. */
    private Path chain(float factor) throws IOException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 4);
        TensorRef t = m.op("TANH", spec("t"), x);
        TensorRef sum = m.op("ADD", Attributes.NONE, spec("sum"), t, m.constant("c", floats(1, 2, 3, 4)));
        TensorRef exp = m.op("EXP", spec("exp"), sum);
        TensorRef times = m.op("MUL", Attributes.NONE, spec("times"), exp, m.constant("f", floats(factor)));
        TensorRef abs = m.op("ABS", spec("abs"), times);
        m.outputs(m.op("SQRT", spec("y"), abs));
        return Samples.write(folder.resolve("chain" + factor + ".tflite"), m.build());
    }

    private static TensorSpec spec(String name) {
        return TensorSpec.of(DataType.FLOAT32, 1, 4).named(name);
    }

    private static Tensor floats(float... values) {
        return Tensor.ofFloats(Shape.of(values.length), values);
    }

    @Test
    void nothingIsFoundInARightConversion() throws IOException {
        Run run = Run.of("bisect", chain(RIGHT), "--output", folder.resolve("out"), "--engine", "java");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("no part differs"), run.out());
    }

    @Test
    void thePartOfTwoFilesIsTheOperatorThatDiffers() throws IOException, ConversionException {
        Path right = chain(RIGHT);
        Path wrong = folder.resolve("wrong.onnx");
        assertEquals(0, Run.of("convert", chain(-2), "-o", wrong).code());
        Path out = folder.resolve("out");
        Run run = Run.of("bisect", right, wrong, "--output", out, "--engine", "java");
        assertEquals(5, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("1 operator of 6 and computes \"times\""), run.out());
        Graph part = TfliteReader.read(out.resolve("part.tflite")).model().main();
        assertEquals("MUL", part.nodes().get(0).op().name());
        assertEquals("exp", part.inputs().get(0).name());
        assertTrue(Files.exists(out.resolve("input0.npy")));
        Run again = Run.of(
                "check",
                out.resolve("part.tflite"),
                out.resolve("part.onnx"),
                "--engine",
                "java",
                "--input",
                "exp=" + out.resolve("input0.npy"));
        assertEquals(5, again.code(), again.out() + again.err());
    }

    @Test
    void thePartOfAModelIsConvertedByItself() throws IOException, ConversionException {
        Subject source = Subject.read(chain(RIGHT));
        PartFiles.Maker wrong = (from, to) -> {
            byte[] bytes = Files.readAllBytes(from);
            spoil(bytes);
            Files.write(folder.resolve("spoilt.tflite"), bytes);
            Conversion made = Converter.convert(folder.resolve("spoilt.tflite"), ConversionOptions.DEFAULT);
            made.write(to, WriteOptions.DEFAULT.withForce(true));
            return made.model();
        };
        Path whole = folder.resolve("whole.onnx");
        Model made = wrong.convert(source.file(), whole);
        Bisection.Parts parts = PartFiles.converted(source.model(), folder, wrong);
        Bisection.Found found =
                Bisection.find(source, new Subject(whole, made), parts, OPTIONS).orElseThrow();
        assertEquals("times", found.output());
        assertEquals(1, found.part().source().model().main().size());
        assertEquals(Set.of("exp"), found.inputs().keySet());
    }

    /** Turns the factor of the product into another one. */
    private static void spoil(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + 4 <= file.length; i += 4) {
            if (bytes.getFloat(i) == RIGHT) {
                bytes.putFloat(i, -2);
            }
        }
    }

    @Test
    void aFolderIsNeeded() throws IOException {
        assertEquals(2, Run.of("bisect", chain(RIGHT)).code());
        assertEquals(2, Run.of("bisect", "--output", folder).code());
    }
}
