package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Division with a floor, and operators on bits; two operands broadcast. */
final class IntegerMath {
    private IntegerMath() {}

    /**
     * {@code ⌊a / b⌋}. Source: {@code kernels/floor_div.cc}, which divides floats in double precision; ONNX Div-14 and
     * Floor-13, for integers Mod-13 and Div-14 one type wider.
     */
    static List<Value> floorDiv(TflOp op, Onnx onnx) {
        DataType type = op.in(0).type();
        DataType wide = type.isFloat() ? DataType.FLOAT64 : type.bits() < 32 ? DataType.INT32 : DataType.INT64;
        Value a = onnx.cast(op.in(0), wide);
        Value b = onnx.cast(op.in(1), wide);
        Value quotient =
                type.isFloat() ? onnx.op("Floor", onnx.div(a, b)) : onnx.div(onnx.sub(a, onnx.op("Mod", a, b)), b);
        return List.of(onnx.cast(quotient, type));
    }

    /** {@code a − b·⌊a / b⌋}. Source: {@code kernels/floor_mod.cc}; ONNX Mod-13, for floats with the sign put right. */
    static List<Value> floorMod(TflOp op, Onnx onnx) {
        Value a = op.in(0);
        Value b = op.in(1);
        if (!a.type().isFloat()) {
            return Elementwise.binary("Mod").lower(op, onnx);
        }
        Value rest = onnx.op("Mod", Attributes.of(OnnxOps.FMOD, 1L), a, b);
        Value zero = onnx.scalarLike(a, 0);
        Value signs = onnx.op("Xor", onnx.op("Less", rest, zero), onnx.op("Less", b, zero));
        Value wrong = onnx.op("And", signs, onnx.op("Not", onnx.op("Equal", rest, zero)));
        return List.of(onnx.where(wrong, onnx.add(rest, b), rest));
    }

    /** {@code a xor b}. Source: {@code kernels/bitwise_xor.cc}; ONNX BitwiseXor-18, of truth values Xor-7. */
    static List<Value> bitwiseXor(TflOp op, Onnx onnx) {
        return List.of(onnx.op(op.in(0).type() == DataType.BOOL ? "Xor" : "BitwiseXor", op.in(0), op.in(1)));
    }

    /**
     * {@code a >> b} with b held within the width of the type; signed numbers keep their sign.
     *
     * <p>Source: {@code kernels/right_shift.cc}; ONNX Gather-13 of the power of two, Mod-13, Div-14, which is exact in
     * int64.
     */
    static List<Value> rightShift(TflOp op, Onnx onnx) {
        Value a = op.in(0);
        int most = a.type().bits() - 1;
        Tensor powers =
                Tensor.ofLongs(LongStream.rangeClosed(0, most).map(i -> 1L << i).toArray());
        Value places = onnx.clip(onnx.cast(op.in(1), DataType.INT64), 0, most);
        Value power = onnx.gather(onnx.constant(powers), places, 0);
        Value x = onnx.cast(a, DataType.INT64);
        return List.of(onnx.cast(onnx.div(onnx.sub(x, onnx.op("Mod", x, power)), power), a.type()));
    }

    /**
     * The same bytes read as another type. A last axis is added or goes if the widths differ, least byte first.
     *
     * <p>Source: {@code kernels/bitcast.cc}. Constants of any type are read anew; integers of one width are an ONNX
     * Cast-13, which wraps; of different widths BitShift-11 parts or joins them. The bits of floats that are computed
     * when the model runs are refused.
     */
    static List<Value> bitcast(TflOp op, Onnx onnx) {
        DataType from = op.source(0).type();
        DataType to = op.out().type();
        if (from == to) {
            return List.of(op.in(0));
        }
        if (op.constant(0).isPresent() && op.constant(0).get().elementCount() <= Tensor.SMALL) {
            Tensor x = op.constant(0).get();
            Bytes bytes = Bytes.of(bytes(x), x.source());
            return List.of(onnx.constant(Tensor.of(to, shape(x.shape(), from, to), bytes)));
        }
        if (!from.isInteger() || !to.isInteger() || from.bits() < 8 || to.bits() < 8) {
            throw op.refuse(
                    DiagnosticCode.UNSUPPORTED_TYPE,
                    "ONNX up to opset 25 has no operator that reads the bits of " + from + " as " + to,
                    "export the model without it");
        }
        Value x = op.raw(0);
        int rank = op.rank(0);
        if (from.bits() > to.bits()) {
            Value parts = shifted(onnx, "RIGHT", onnx.unsqueeze(x, rank), from.bits() / to.bits(), to.bits());
            return List.of(onnx.cast(parts, to));
        }
        if (from.bits() < to.bits()) {
            Value parts = onnx.cast(x, unsigned(from));
            Value placed = shifted(onnx, "LEFT", parts, to.bits() / from.bits(), from.bits());
            return List.of(
                    onnx.cast(joined(onnx, onnx.cast(placed, DataType.INT64), rank - 1, to.bits() / from.bits()), to));
        }
        return List.of(onnx.cast(x, to));
    }

    /** The sum along the last axis: ONNX Runtime's ReduceSum of int64 rounds what is beyond 53 bits. */
    private static Value joined(Onnx onnx, Value x, int axis, int parts) {
        long[] ones = new long[parts];
        Arrays.fill(ones, 1);
        return onnx.squeeze(onnx.split(x, axis, ones).stream().reduce(onnx::add).orElseThrow(), axis);
    }

    private static Value shifted(Onnx onnx, String direction, Value x, int parts, int bits) {
        long[] places = LongStream.range(0, parts).map(i -> i * bits).toArray();
        Tensor by = Tensor.ofIntegers(DataType.UINT64, Shape.of(parts), places);
        return onnx.op(
                "BitShift",
                Attributes.of(OnnxOps.DIRECTION, direction),
                onnx.cast(x, DataType.UINT64),
                onnx.constant(by));
    }

    private static DataType unsigned(DataType type) {
        return switch (type) {
            case INT8 -> DataType.UINT8;
            case INT16 -> DataType.UINT16;
            case INT32 -> DataType.UINT32;
            default -> type;
        };
    }

    private static Shape shape(Shape x, DataType from, DataType to) {
        if (from.bits() == to.bits()) {
            return x;
        }
        long[] sizes = x.sizes();
        if (from.bits() < to.bits()) {
            return Shape.of(Arrays.copyOf(sizes, sizes.length - 1));
        }
        long[] more = Arrays.copyOf(sizes, sizes.length + 1);
        more[sizes.length] = from.bits() / to.bits();
        return Shape.of(more);
    }

    private static byte[] bytes(Tensor x) {
        java.nio.ByteBuffer buffer = x.load();
        byte[] out = new byte[buffer.remaining()];
        buffer.get(out);
        return out;
    }
}
