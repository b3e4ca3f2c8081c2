package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.OpType;
import java.util.Optional;
import java.util.Set;

/** What is said of custom operators that are not in the table: why each cannot be converted, and what to do. */
final class UnknownCustomOps {
    private UnknownCustomOps() {}

    static OpRow row(OpType op) {
        String name = op.name();
        if (name.startsWith("Flex")) {
            return refuse(
                    op,
                    DiagnosticCode.SELECT_TF_OP,
                    "it runs the TensorFlow operator " + name.substring(4),
                    "export the model with TFLite builtins alone, cut it before this operator, or keep it by"
                            + " --keep-custom-ops for a runtime that has a kernel");
        }
        if (name.equals("edgetpu-custom-op")) {
            return refuse(
                    op,
                    DiagnosticCode.COMPILED_MODEL,
                    "the model is compiled for the Edge TPU; its graph and weights are not recoverable",
                    "use the file from before compilation, whose name lacks _edgetpu");
        }
        if (name.equals("ethos-u")
                || name.equals("DISPATCH_OP")
                || name.startsWith("MTKEXT_")
                || name.equals("NPU_OP")) {
            return refuse(
                    op,
                    DiagnosticCode.COMPILED_MODEL,
                    "the model is compiled for an NPU; its graph and weights are not recoverable",
                    "use the file from before compilation");
        }
        return refuse(
                op,
                DiagnosticCode.UNKNOWN_CUSTOM_OP,
                "\"" + name + "\" is code of the application that the model was made for",
                "cut the model before it, keep it by --keep-custom-ops for a runtime that has a kernel, or give a"
                        + " handler for it in the conversion options");
    }

    private static OpRow refuse(OpType op, DiagnosticCode code, String reason, String remedy) {
        return new OpRow(op, Set.of(), Optional.empty(), reason, code, remedy);
    }
}
