package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.testmodels.TensorSpec;
import java.util.List;
import java.util.Locale;

/** The forms in which TFLite's kernels take real numbers. */
enum Numeric {
    FLOAT32(DataType.FLOAT32),
    INT8(DataType.INT8),
    UINT8(DataType.UINT8),
    INT16(DataType.INT16);

    static final List<Numeric> ALL = List.of(values());
    static final List<Numeric> EIGHT_BIT = List.of(INT8, UINT8);
    static final List<Numeric> UP_TO_8 = List.of(FLOAT32, INT8, UINT8);
    static final List<Numeric> QUANTIZED = List.of(INT8, UINT8, INT16);

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final DataType type;

    Numeric(DataType type) {
        this.type = type;
    }

    DataType type() {
        return type;
    }

    boolean isFloat() {
        return this == FLOAT32;
    }

    Tolerance tolerance() {
        return isFloat() ? Tolerance.FLOAT : Tolerance.QUANTIZED;
    }

    /** How results are compared that often lie halfway between two steps. */
    Tolerance ties() {
        return isFloat() ? Tolerance.FLOAT : Tolerance.TIES;
    }

    /**
     * The parameters under which the stored values cover about {@code [low, high]} and 0; symmetric for 16 bits. The
     * same bounds give the same parameters.
     */
    QuantParams quant(double low, double high) {
        double least = calibrated(Math.min(low, 0));
        double greatest = calibrated(Math.max(high, 0));
        if (this == INT16) {
            return QuantParams.perTensor((float) (Math.max(-least, greatest) / 32767), 0);
        }
        double scale = (greatest - least) / 255;
        return QuantParams.perTensor((float) scale, type.min() + Math.round(-least / scale));
    }

    /**
     * A bound as calibration finds it, which is never round: scales that are to each other as 1 to 2 would make every
     * second result lie halfway between two steps. The 6 of RELU6 is kept.
     */
    private static double calibrated(double bound) {
        double part = Math.abs(bound) * GOLDEN;
        return bound == 6 ? bound : bound * (1 + 0.05 * (part - Math.floor(part)));
    }

    /** A tensor of this form for numbers in {@code [low, high]}. */
    TensorSpec spec(double low, double high, int... shape) {
        TensorSpec spec = TensorSpec.of(type, shape);
        return isFloat() ? spec : spec.quantized(quant(low, high));
    }

    /** A tensor of this form with these parameters, which a float tensor leaves out. */
    TensorSpec spec(QuantParams quant, int... shape) {
        TensorSpec spec = TensorSpec.of(type, shape);
        return isFloat() ? spec : spec.quantized(quant);
    }

    /** The name in the path of a case. */
    String path() {
        return name().toLowerCase(Locale.ROOT);
    }
}
