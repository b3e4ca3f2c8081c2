package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What nodes pass to the inputs of the graphs that they run, for graphs that do not say it themselves. Shapes are left
 * open, since they may change from one round to the next.
 *
 * <p>Source: ONNX operator documentation, Loop-13 and Scan-9; Scan-8 has the lengths of its sequences before them.
 */
final class BodyInputs {
    private BodyInputs() {}

    /** One for each input of the graph; none for operators whose graphs have no inputs or are not known. */
    static List<ValueInfo> of(OpType op, int opset, List<Value> in) {
        List<ValueInfo> passed = new ArrayList<>();
        if (op.is("Loop")) {
            passed.add(ValueInfo.of("", DataType.INT64, Shape.SCALAR));
            passed.add(ValueInfo.of("", DataType.BOOL, Shape.SCALAR));
            in.stream().skip(2).map(BodyInputs::open).forEach(passed::add);
        } else if (op.is("Scan")) {
            in.stream().skip(opset < 9 ? 1 : 0).map(BodyInputs::open).forEach(passed::add);
        }
        return passed;
    }

    private static ValueInfo open(Value value) {
        return value.isPresent()
                ? new ValueInfo("", value.type(), Shape.UNKNOWN, Optional.empty(), value.containers())
                : GraphMessages.unknown("");
    }
}
