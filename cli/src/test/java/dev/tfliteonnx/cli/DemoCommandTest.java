package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.testmodels.RealModels;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    private static final byte[] COMPUTED = {1, 2, 9, 4};

    private static Run run(byte... reference) throws Exception {
        return run(reference, reference);
    }

    private static Run run(byte[] reference, byte[] usual) throws Exception {
        Bytes model = Bytes.of(Samples.quantized(), "model");
        DemoModel.Sample sample =
                new DemoModel.Sample(Bytes.of(COMPUTED, "in"), Bytes.of(reference, "ref"), Bytes.of(usual, "usual"));
        DemoModel demo = new DemoModel(model, List.of(sample));
        Run.Streams streams = new Run.Streams();
        int code = DemoCommand.run(demo, streams.terminal()).number();
        return new Run(code, streams.out(), streams.err());
    }

    @Test
    void passesWhenResultsAgree() throws Exception {
        Run run = run((byte) 1, (byte) 2, (byte) 9, (byte) 4);
        assertEquals(0, run.code(), run.out());
        assertTrue(run.out().contains("#0       #2     #2         4 of 4  0 steps"), run.out());
        assertTrue(run.out().contains("check passed"), run.out());
    }

    @Test
    void allowsOneStep() throws Exception {
        Run run = run((byte) 1, (byte) 3, (byte) 9, (byte) 4);
        assertEquals(0, run.code(), run.out());
        assertTrue(run.out().contains("3 of 4  1 step"), run.out());
    }

    @Test
    void allowsWhatTheKernelsOfTfliteDifferByThemselves() throws Exception {
        byte[] reference = {1, 2, 6, 4};
        assertEquals(0, run(reference, new byte[] {1, 2, 9, 4}).code());
        assertEquals(0, run(reference, new byte[] {4, 2, 6, 4}).code());
        assertEquals(5, run(reference, new byte[] {1, 2, 8, 4}).code());
        assertEquals(5, run(new byte[] {1, 12, 9, 4}, COMPUTED).code(), "another label");
    }

    @Test
    void failsOnTwoStepsOrAnotherLabel() throws Exception {
        assertEquals(5, run((byte) 1, (byte) 4, (byte) 9, (byte) 4).code());
        Run run = run((byte) 10, (byte) 2, (byte) 9, (byte) 4);
        assertEquals(5, run.code());
        assertTrue(run.out().contains("check FAILED"), run.out());
    }

    @Test
    void theModelThatComesAlongPasses() {
        Run run = Run.of("demo");
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("check passed"), run.out());
        for (String label : RealModels.demoLabels()) {
            assertTrue(run.out().lines().anyMatch(l -> l.matches(" *" + label + " +" + label + " +" + label + " .*")));
        }
        assertEquals(2, Run.of("demo", "x").code());
    }

    @Test
    void theModelThatComesAlongIsTheOneThatTheTestsHave() throws IOException {
        for (String name : List.of("shapes.tflite", "shapes.bin", "index.tsv")) {
            try (InputStream in = RealModels.class.getResourceAsStream("real/demo/" + name)) {
                assertArrayEquals(
                        Objects.requireNonNull(in, name).readAllBytes(),
                        DemoModel.read(name).toArray(),
                        name);
            }
        }
    }
}
