package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.OpType;
import java.util.Optional;
import java.util.Set;

/**
 * What is done about one TFLite operator.
 *
 * @param op the operator
 * @param types element types that its first output may have, as stored; empty if it has none or any will do
 * @param handler how it is expressed; empty if it is refused
 * @param note the ONNX form or a limit of it; for a refused operator the reason
 * @param refusal why it is refused; meaningless if it is handled
 * @param remedy what a user can do about a refusal
 */
public record OpRow(
        OpType op,
        Set<DataType> types,
        Optional<OpHandler> handler,
        String note,
        DiagnosticCode refusal,
        String remedy) {
    static OpRow row(String op, Set<DataType> types, OpHandler handler, String note) {
        return new OpRow(OpType.tflite(op), types, Optional.of(handler), note, DiagnosticCode.NOT_HANDLED, "");
    }

    /**
     * The row of a custom operator that is expressed in ONNX.
     *
     * @param types element types that its first output may have, as stored; empty if any will do
     * @param note the ONNX form, in words
     */
    public static OpRow custom(String customCode, Set<DataType> types, OpHandler handler, String note) {
        return new OpRow(OpType.custom(customCode), types, Optional.of(handler), note, DiagnosticCode.NOT_HANDLED, "");
    }

    static OpRow none(String op, String reason, String remedy) {
        return new OpRow(OpType.tflite(op), Set.of(), Optional.empty(), reason, DiagnosticCode.NO_ONNX_FORM, remedy);
    }

    /** Whether the operator is expressed in ONNX. */
    public boolean isHandled() {
        return handler.isPresent();
    }
}
