package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Severity;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.BuiltinOps;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpsAndExplainTest {
    @Test
    void listsEveryOperator() {
        Run run = Run.of("ops");
        assertEquals(0, run.code());
        List<String> words = run.out().lines().map(l -> " " + l.strip() + "  ").toList();
        HandlerTable.all().forEach(row -> {
            String name = " " + SupportTable.name(row.op()) + "  ";
            assertTrue(words.stream().anyMatch(l -> l.startsWith(name)), name);
        });
        assertEquals(2, Run.of("ops", "ADD").code());
    }

    @Test
    void theTableHasARowForEveryOperatorOfTheSchema() {
        Set<String> rows = new HashSet<>();
        HandlerTable.all().forEach(row -> assertTrue(rows.add(row.op().toString()), row.op() + " is there twice"));
        for (BuiltinOp op : BuiltinOps.ALL) {
            assertTrue(op.name().equals("CUSTOM") || rows.contains(op.name()), op.name());
        }
    }

    @Test
    void listsEveryOperatorAsJson() {
        Object ops = JsonReader.object(Run.of("ops", "--json").out().strip()).get("ops");
        assertTrue(
                ops instanceof List<?> list && list.size() == HandlerTable.all().size());
    }

    @ParameterizedTest
    @EnumSource(DiagnosticCode.class)
    void explainsEveryCode(DiagnosticCode code) {
        Run run = Run.of("explain", code.code());
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith(code.code() + "  "), run.out());
        assertTrue(run.out().contains(code.title()), run.out());
        assertTrue(run.out().lines().allMatch(l -> l.length() <= 100), run.out());
        if (code.severity() == Severity.ERROR) {
            assertTrue(List.of(2, 3, 4, 6).contains(ExitCode.of(code).number()), run.out());
        }
    }

    @Test
    void explainsSeveralAtOnceInAnyCase() {
        Run run = Run.of("explain", "tfo1001", "TFO2003");
        assertEquals(0, run.code());
        assertTrue(run.out().contains("TFO1001") && run.out().contains("TFO2003"), run.out());
    }

    @Test
    void listsAllCodesWhenNoneIsGiven() {
        assertEquals(
                DiagnosticCode.values().length, Run.of("explain").out().lines().count());
    }

    @Test
    void suggestsACodeForOneThatIsNot() {
        Run run = Run.of("explain", "TF02003");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("did you mean TFO2003?"), run.err());
    }
}
