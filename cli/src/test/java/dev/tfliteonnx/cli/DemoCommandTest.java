package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.ir.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    private static Run run(byte... golden) throws Exception {
        Bytes model = Bytes.of(Samples.quantized(), "model");
        DemoModel.Sample sample = new DemoModel.Sample(
                "four numbers", Bytes.of(new byte[] {1, 2, 9, 4}, "in"), Bytes.of(golden, "golden"));
        DemoModel demo = new DemoModel(model, List.of("a", "b", "c", "d"), List.of(sample));
        Run.Streams streams = new Run.Streams();
        int code = DemoCommand.run(demo, streams.terminal()).number();
        return new Run(code, streams.out(), streams.err());
    }

    @Test
    void passesWhenResultsAgree() throws Exception {
        Run run = run((byte) 1, (byte) 2, (byte) 9, (byte) 4);
        assertEquals(0, run.code(), run.out());
        assertTrue(run.out().contains("four numbers  c      c                4 of 4  0 steps"), run.out());
        assertTrue(run.out().contains("check passed"), run.out());
    }

    @Test
    void allowsOneStep() throws Exception {
        Run run = run((byte) 1, (byte) 3, (byte) 9, (byte) 4);
        assertEquals(0, run.code(), run.out());
        assertTrue(run.out().contains("3 of 4  1 step"), run.out());
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
        assumeTrue(DemoModel.class.getResource("demo/samples.txt") != null, "no model comes along yet");
        Run run = Run.of("demo");
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("check passed"), run.out());
        assertEquals(2, Run.of("demo", "x").code());
    }
}
