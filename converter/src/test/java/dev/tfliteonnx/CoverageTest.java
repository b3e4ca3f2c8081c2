package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.handlers.OpRow;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.testmodels.cases.OpCases;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.BuiltinOps;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table is whole, and supported means tested. */
class CoverageTest {
    /** Handled operators without a case of their own, each with the reason. */
    private static final Set<String> UNTESTED = UntestedOps.NAMES;

    @Test
    void everyBuiltinOperatorHasARow() {
        Set<OpType> rows = HandlerTable.all().stream().map(OpRow::op).collect(Collectors.toSet());
        List<String> missing = BuiltinOps.ALL.stream()
                .map(BuiltinOp::name)
                .filter(n -> !n.equals("CUSTOM") && !rows.contains(OpType.tflite(n)))
                .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void everyRefusalSaysWhyAndWhatToDo() {
        for (OpRow row : HandlerTable.all()) {
            if (!row.isHandled()) {
                assertFalse(row.note().isBlank(), row.op().toString());
                assertFalse(row.remedy().isBlank(), row.op().toString());
            }
        }
    }

    @Test
    void everyHandledOperatorHasCases() {
        Set<String> tested =
                OpCases.all().stream().map(c -> c.op().replace("CUSTOM/", "")).collect(Collectors.toSet());
        Set<String> untested = new TreeSet<>();
        for (OpRow row : HandlerTable.all()) {
            if (row.isHandled() && !tested.contains(row.op().name())) {
                untested.add(row.op().name());
            }
        }
        assertEquals(new TreeSet<>(UNTESTED), untested);
    }
}
