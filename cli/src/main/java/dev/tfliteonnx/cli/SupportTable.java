package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.handlers.OpRow;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.OpType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows of the handler table as they are shown. */
final class SupportTable {
    /** What becomes of an operator. */
    enum Support {
        /** It is expressed in ONNX. */
        HANDLED("handled"),
        /** It could be, but is not. */
        PLANNED("not yet"),
        /** Nothing in ONNX does what it does. */
        IMPOSSIBLE("no ONNX form");

        private final String text;

        Support(String text) {
            this.text = text;
        }

        /** In words. */
        String text() {
            return text;
        }
    }

    private SupportTable() {}

    /** What becomes of an operator. */
    static Support support(OpRow row) {
        if (row.isHandled()) {
            return Support.HANDLED;
        }
        return row.refusal() == DiagnosticCode.NOT_HANDLED ? Support.PLANNED : Support.IMPOSSIBLE;
    }

    /** All rows with that support. */
    static List<OpRow> rows(Support support) {
        List<OpRow> rows = new ArrayList<>();
        for (OpRow row : HandlerTable.all()) {
            if (support(row) == support) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** The operator's name as messages give it. */
    static String name(OpType op) {
        return op.domain().equals(OpType.CUSTOM) ? "CUSTOM " + op.name() : op.name();
    }

    /** Element types in lower case with spaces between them; {@code any} if there is no limit. */
    static String types(OpRow row) {
        StringBuilder text = new StringBuilder();
        for (DataType type : DataType.values()) {
            if (row.types().contains(type)) {
                text.append(text.length() == 0 ? "" : " ").append(type(type));
            }
        }
        return text.length() == 0 ? "any" : text.toString();
    }

    /** An element type in lower case. */
    static String type(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
