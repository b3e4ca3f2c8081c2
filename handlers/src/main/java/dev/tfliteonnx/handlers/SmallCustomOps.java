package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;

/** Custom operators of the TFLite source tree that are no family of their own. */
final class SmallCustomOps {
    private SmallCustomOps() {}

    /** The difference of a dequantized value and a float one. Source: {@code kernels/numeric_verify.cc}; ONNX Sub-14. */
    static List<Value> numericVerify(TflOp op, Onnx onnx) {
        return List.of(onnx.sub(op.in(0), op.in(1)));
    }

    /**
     * Blocks of the last axis multiplied by a Hadamard matrix that keeps lengths.
     *
     * <p>Source: {@code kernels/hadamard_rotation.cc}, which reads the option random_binary_vector and leaves it; ONNX
     * Reshape-14, MatMul-13.
     */
    static List<Value> hadamardRotation(TflOp op, Onnx onnx) {
        long size = CustomOptions.flex(op, flex -> flex.integer("hadamard_size", 0));
        int rank = op.rank(0);
        long last = op.size(0, rank - 1);
        if (Long.bitCount(size) != 1 || size > 1 << 12 || last % size != 0) {
            String reason = "hadamard_size " + size + " does not fit a last axis of " + last;
            throw op.refuse(DiagnosticCode.INVALID_MODEL, reason, "");
        }
        Value y = onnx.op("MatMul", onnx.reshape(op.in(0), -1, size), onnx.constant(hadamard((int) size)));
        return List.of(Extents.reshape(onnx, y, Extents.of(op, onnx, 0).range(0, rank)));
    }

    private static Tensor hadamard(int size) {
        float unit = (float) (1 / Math.sqrt(size));
        float[] values = new float[size * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = Integer.bitCount(i / size & i % size) % 2 == 0 ? unit : -unit;
        }
        return Tensor.ofFloats(Shape.of(size, size), values);
    }

    /**
     * Stored values put through a table: 256 entries for int8, 513 for int16, between which the kernel interpolates.
     *
     * <p>Source: {@code kernels/table.cc} and {@code LUTLookup} in {@code kernels/internal/common.h}; ONNX Gather-13 on
     * int32.
     */
    static List<Value> table(TflOp op, Onnx onnx) {
        DataType from = op.source(0).type();
        if (op.computesInFloat() || (from != DataType.INT8 && from != DataType.INT16)) {
            throw op.refuse(
                    DiagnosticCode.UNSUPPORTED_TYPE,
                    "its table is made for stored integers, and the operand is real numbers",
                    "keep the quantization");
        }
        Value x = onnx.cast(op.raw(0), DataType.INT32);
        Value table = onnx.cast(op.raw(1), DataType.INT32);
        Value found;
        if (from == DataType.INT8) {
            found = onnx.gather(table, onnx.add(x, onnx.scalarLike(x, 128)), 0);
        } else {
            Value shifted = onnx.add(x, onnx.scalarLike(x, 1 << 15));
            Value step = onnx.scalarLike(x, 128);
            Value index = onnx.div(shifted, step);
            Value base = onnx.gather(table, index, 0);
            Value slope = onnx.sub(onnx.gather(table, onnx.add(index, onnx.scalarLike(x, 1)), 0), base);
            Value rest = onnx.add(onnx.mul(slope, onnx.op("Mod", shifted, step)), onnx.scalarLike(x, 64));
            // a division that rounds down, as a shift does
            found = onnx.add(base, onnx.div(onnx.sub(rest, onnx.op("Mod", rest, step)), step));
        }
        return List.of(onnx.cast(found, op.out().type()));
    }
}
