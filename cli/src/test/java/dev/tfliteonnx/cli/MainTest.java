package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @Test
    void tellsItsVersion() {
        assertEquals(new Run(0, "tflite-onnx " + Version.STRING + System.lineSeparator(), ""), Run.of("--version"));
    }

    @Test
    void namesEveryCommandInItsHelp() {
        Run run = Run.of("--help");
        assertEquals(0, run.code());
        for (String name : Commands.NAMES) {
            assertTrue(run.out().contains("\n  " + name + " "), name);
        }
    }

    @Test
    void withoutACommandPrintsHelpAsAnError() {
        Run run = Run.of();
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().contains("usage: tflite-onnx COMMAND"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"convert", "inspect", "ops", "explain", "demo"})
    void everyCommandHasHelp(String name) {
        Run run = Run.of(name, "--help");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("usage: tflite-onnx " + name), run.out());
        assertEquals(run, Run.of("help", name));
        Commands.find(name)
                .orElseThrow()
                .options()
                .getOptions()
                .forEach(o -> assertTrue(run.out().contains("--" + o.getLongOpt()), o.getLongOpt()));
    }

    @ParameterizedTest
    @CsvSource({
        "convrt, did you mean convert?",
        "Inspect, did you mean inspect?",
        "op, did you mean ops?",
        "model.tflite, did you mean: tflite-onnx convert model.tflite",
        "frobnicate, there is no command \"frobnicate\""
    })
    void answersAnUnknownCommandWithASuggestion(String typed, String answer) {
        Run run = Run.of(typed);
        assertEquals(2, run.code());
        assertEquals("", run.out());
        assertTrue(run.err().lines().findFirst().orElse("").endsWith(answer), run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "--dequantise, there is no option --dequantise; did you mean --dequantize?",
        "--quant, --quant wants qdq|float|integer behind it",
        "--zzzzzzzzzz, there is no option --zzzzzzzzzz"
    })
    void answersAnUnknownOptionWithASuggestion(String typed, String answer) {
        Run run = Run.of("convert", "x.tflite", typed);
        assertEquals(2, run.code());
        assertEquals("usage error: " + answer, run.err().lines().findFirst().orElse(""));
        assertTrue(run.err().contains("see: tflite-onnx convert --help"), run.err());
    }

    @Test
    void showsWhereItsOwnFaultHappened() {
        String text = Main.internal(new IllegalStateException("handler of x failed", new ArithmeticException("/ 0")));
        assertTrue(text.startsWith("internal error: java.lang.IllegalStateException: handler of x failed"), text);
        assertTrue(text.contains("caused by java.lang.ArithmeticException: / 0"), text);
        assertTrue(text.contains("please report it"), text);
        assertTrue(text.lines().count() <= 24, text);
    }
}
