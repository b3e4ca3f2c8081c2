package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Suggestions;
import dev.tfliteonnx.diag.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintingTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "53936, 53.9 kB",
        "999949, 999.9 kB",
        "999950, 1.0 MB",
        "3610798, 3.6 MB",
        "999949999, 999.9 MB",
        "999950000, 1.0 GB",
        "2147483648, 2.1 GB"
    })
    void bytes(long n, String text) {
        assertEquals(text, Amounts.bytes(n));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.00 s", "4999999, 0.00 s", "5000000, 0.01 s", "1995000000, 2.00 s", "61234567890, 61.23 s"})
    void seconds(long nanos, String text) {
        assertEquals(text, Amounts.seconds(nanos));
    }

    @Test
    void counts() {
        assertEquals("1 node", Amounts.count(1, "node", "nodes"));
        assertEquals("0 nodes", Amounts.count(0, "node", "nodes"));
    }

    @Test
    void tablesAlignTheirColumns() {
        TextTable table =
                new TextTable("> ").row("a", "bb", "c").row("aaa", "", "c").row("a", "b", "");
        assertEquals("> a    bb  c\n> aaa      c\n> a    b", table.toText());
    }

    @Test
    void jsonIsReadBackAsItWasWritten() {
        String odd = "\"\\\n\t\u0000\u001f\u007f\u20ac\ud83d\ude00/";
        String text = new Json()
                .object()
                .key(odd)
                .value(odd)
                .key("numbers")
                .array()
                .value(1L)
                .value(0.5)
                .value(0.1f)
                .value(Double.NaN)
                .end()
                .key("none")
                .value(Optional.empty())
                .key("empty")
                .array()
                .end()
                .key("yes")
                .value(true)
                .end()
                .toText();
        Map<?, ?> read = JsonReader.object(text);
        assertEquals(odd, read.get(odd));
        assertEquals("[1.0, 0.5, 0.1, null]", String.valueOf(read.get("numbers")));
        assertTrue(read.containsKey("none") && read.get("none") == null);
        assertEquals(List.of(), read.get("empty"));
        assertEquals(true, read.get("yes"));
        assertThrows(IllegalStateException.class, () -> new Json().object().toText());
    }

    @Test
    void whatCouldSteerATerminalIsReplaced() {
        assertEquals("a?b\nc?d?e", Terminal.harmless("a\u001bb\nc\u0085d\u2066e"));
        assertEquals("größe", Terminal.harmless("größe"));
    }

    @Test
    void problemsOfAKindAreToldOnce() {
        Diagnostic first = at(1, "a", "operand 1 (\"p\") is computed");
        Diagnostic second = at(2, "b", "operand 1 (\"q\") is computed");
        Diagnostic other = at(3, "c", "operand 2 (\"q\") is computed");
        DiagnosticText text = new DiagnosticText(List.of(first, other, second));
        assertEquals(2, text.kinds());
        assertEquals(
                """
                error TFO2005  PAD  #1  "a"
                  reason  operand 1 ("p") is computed
                  remedy  do it
                  also    1 more of the same kind: #2 "b"
                error TFO2005  PAD  #3  "c"
                  reason  operand 2 ("q") is computed
                  remedy  do it
                  see: tflite-onnx explain TFO2005""",
                text.toText());
    }

    private static Diagnostic at(int operator, String node, String reason) {
        return new Diagnostic(
                DiagnosticCode.OPERAND_NOT_CONSTANT, Where.operator("PAD", operator, node), reason, "do it");
    }

    @Test
    void errorsComeBeforeNotes() {
        Diagnostic note = new Diagnostic(DiagnosticCode.NOT_EXACT, Where.NOWHERE, "tanh", "");
        Diagnostic error = at(1, "a", "x");
        String text = new DiagnosticText(List.of(note, error)).toText();
        assertTrue(text.startsWith("error TFO2005"), text);
        assertTrue(text.endsWith("explain TFO2005 TFO3001"), text);
        assertEquals("", new DiagnosticText(List.of()).toText());
    }

    @Test
    void theWorstErrorDecidesTheExitCode() {
        assertEquals(ExitCode.OK, ExitCode.of(List.of()));
        assertEquals(ExitCode.UNSUPPORTED, ExitCode.of(List.of(at(1, "", ""))));
        Diagnostic warning = new Diagnostic(DiagnosticCode.BAD_METADATA, Where.NOWHERE, "", "");
        assertEquals(ExitCode.OK, ExitCode.of(List.of(warning)));
        assertEquals(ExitCode.INTERNAL, ExitCode.IO.or(ExitCode.INTERNAL));
        assertEquals(ExitCode.IO, ExitCode.IO.or(ExitCode.USAGE));
    }

    @Test
    void suggestionsAreNear() {
        assertEquals(2, Suggestions.distance("convert", "convet ") + Suggestions.distance("", ""));
        assertEquals(Optional.of("explain"), Suggestions.nearest("explian", Commands.NAMES));
        assertEquals(Optional.empty(), Suggestions.nearest("x", Commands.NAMES));
    }
}
