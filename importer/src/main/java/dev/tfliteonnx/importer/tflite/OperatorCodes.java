package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.OperatorCode;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.BuiltinOps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The operators that a model uses, by their numbers in the model. A file has two fields for the builtin number, the older
 * of which ends at 127; the greater of both counts.
 */
final class OperatorCodes {
    private static final String CUSTOM = "CUSTOM";

    private final List<Code> codes = new ArrayList<>();
    private final Set<Integer> reported = new HashSet<>();
    private final Problems problems;

    /**
     * A kind of operator.
     *
     * @param builtin the operator as the schema knows it; empty if it does not
     * @param type what a node of it is; empty if it cannot be told
     * @param number its builtin number
     * @param version the version of its kernel
     */
    record Code(Optional<BuiltinOp> builtin, Optional<OpType> type, int number, long version) {
        /** Whether the custom code selects it. */
        boolean isCustom() {
            return builtin.map(b -> b.name().equals(CUSTOM)).orElse(false);
        }

        /** Its name, for messages. */
        String name() {
            return type.map(OpType::name).orElse("operator " + number);
        }
    }

    OperatorCodes(Model model, Problems problems) {
        this.problems = problems;
        for (int i = 0; i < model.operatorCodesLength(); i++) {
            codes.add(code(model.operatorCodes(i)));
        }
    }

    private static Code code(OperatorCode code) {
        int number = Math.max(code.builtinCode(), code.deprecatedBuiltinCode());
        Optional<BuiltinOp> builtin = BuiltinOps.of(number);
        Optional<OpType> type = builtin.flatMap(b -> {
            if (!b.name().equals(CUSTOM)) {
                return Optional.of(OpType.tflite(b.name()));
            }
            String custom = Vectors.text(code.customCodeAsByteBuffer());
            return custom.isEmpty() ? Optional.empty() : Optional.of(OpType.custom(custom));
        });
        return new Code(builtin, type, number, code.version());
    }

    /** The operator with that number in the model; a problem is noted once, where it is first met. */
    Optional<Code> get(long index, int operator, String node) {
        if (index >= codes.size()) {
            problems.invalid(
                    Where.operator("", operator, node),
                    "operator code " + index + " of " + codes.size() + " is asked for");
            return Optional.empty();
        }
        Code code = codes.get((int) index);
        if (code.type().isEmpty() && reported.add((int) index)) {
            Where where = Where.operator(code.name(), operator, node);
            if (code.isCustom()) {
                problems.invalid(where, "a custom operator has no name");
            } else {
                problems.add(
                        DiagnosticCode.UNKNOWN_OPERATOR,
                        where,
                        "no operator with the number " + code.number() + " was known when this program was made",
                        "use a newer version of this program");
            }
        }
        return code.type().isPresent() ? Optional.of(code) : Optional.empty();
    }
}
