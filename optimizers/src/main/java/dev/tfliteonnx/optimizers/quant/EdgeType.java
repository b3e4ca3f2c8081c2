package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.DataType;
import java.util.Optional;

/** The element type of the inputs and outputs that stand for real numbers. */
public enum EdgeType {
    /** That of the source. */
    KEEP(Optional.empty()),
    /** Real numbers. */
    FLOAT32(Optional.of(DataType.FLOAT32)),
    /** Integers from 0 to 255. */
    UINT8(Optional.of(DataType.UINT8)),
    /** Integers from −128 to 127. */
    INT8(Optional.of(DataType.INT8));

    private final Optional<DataType> type;

    EdgeType(Optional<DataType> type) {
        this.type = type;
    }

    /** The type; empty if each keeps its own. */
    public Optional<DataType> type() {
        return type;
    }
}
