package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Weights of the gates of a recurrent cell, which TFLite has one by one and ONNX has in one tensor, the rows of one
 * gate below those of the other. Constants are joined at conversion, 8-bit ones as integers with a scale for each row.
 */
final class GateWeights {
    /**
     * The rows of one gate.
     *
     * @param operand which operand they are
     * @param params what integers stand for, if not what is stored with them
     * @param negated whether all signs are turned
     */
    record Part(int operand, Optional<QuantParams> params, boolean negated) {
        static Part of(int operand) {
            return new Part(operand, Optional.empty(), false);
        }
    }

    private final TflOp op;
    private final Onnx onnx;
    private final List<Part> parts;

    private GateWeights(TflOp op, Onnx onnx, List<Part> parts) {
        this.op = op;
        this.onnx = onnx;
        this.parts = parts;
    }

    /** The rows of all parts in this order, as real numbers. */
    static Value rows(TflOp op, Onnx onnx, List<Part> parts) {
        return new GateWeights(op, onnx, parts).rows();
    }

    /** As {@link #rows}, but each row a column. */
    static Value columns(TflOp op, Onnx onnx, List<Part> parts) {
        return new GateWeights(op, onnx, parts).columns();
    }

    /** A value under another shape, at conversion if it is a constant. */
    static Value shaped(Onnx onnx, Value x, long... shape) {
        return x.constant()
                .map(t -> onnx.constant(x.name(), t.reshaped(Shape.of(shape))))
                .orElseGet(() -> onnx.reshape(x, shape));
    }

    private Value rows() {
        if (!isConstant()) {
            Value[] values = parts.stream().map(this::computed).toArray(Value[]::new);
            return onnx.concat(0, values);
        }
        Value joined = onnx.constant(onnx.base() + "/weights", joined());
        return staysInteger() ? Quantization.dequantize(onnx, joined, joinedParams()) : joined;
    }

    private Value columns() {
        if (!isConstant()) {
            return onnx.transpose(rows(), 1, 0);
        }
        Value joined = onnx.constant(onnx.base() + "/weights", joined().permuted(1, 0));
        return staysInteger()
                ? Quantization.dequantize(onnx, joined, joinedParams().permuted(1, 0))
                : joined;
    }

    private boolean isConstant() {
        return parts.stream().allMatch(p -> op.constant(p.operand).isPresent());
    }

    private boolean staysInteger() {
        return parts.stream().allMatch(this::staysInteger);
    }

    private Tensor joined() {
        boolean integer = staysInteger();
        return joined(parts.stream()
                .map(p -> integer ? op.constant(p.operand).orElseThrow() : real(p))
                .toList());
    }

    private Value computed(Part part) {
        Value x = op.in(part.operand);
        return part.negated ? onnx.op("Neg", x) : x;
    }

    private Optional<QuantParams> params(Part part) {
        return part.params.or(() -> op.source(part.operand).quant());
    }

    /** Whether integers can be kept with one scale for each row. */
    private boolean staysInteger(Part part) {
        Optional<QuantParams> quant = params(part);
        return !op.computesInFloat()
                && quant.isPresent()
                && op.source(part.operand).type() == DataType.INT8
                && quant.get().isSymmetric()
                && quant.get().blockSize() == 0
                && (quant.get().isPerTensor() || quant.get().axis() == 0)
                && !part.negated;
    }

    private QuantParams joinedParams() {
        List<Float> scales = new ArrayList<>();
        for (Part part : parts) {
            QuantParams quant = params(part).orElseThrow();
            for (int i = 0; i < op.shape(part.operand).size(0); i++) {
                scales.add(quant.scale(quant.isPerTensor() ? 0 : i));
            }
        }
        float[] array = new float[scales.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = scales.get(i);
        }
        return QuantParams.perAxis(array, new long[array.length], 0);
    }

    private Tensor real(Part part) {
        Tensor stored = op.constant(part.operand).orElseThrow();
        Tensor real = params(part).map(stored::dequantized).orElseGet(() -> stored.cast(DataType.FLOAT32));
        if (!part.negated) {
            return real;
        }
        return Tensor.computed(DataType.FLOAT32, real.shape(), real.source() + ", negated", () -> {
            float[] values = real.toFloats();
            ByteBuffer out = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            for (float v : values) {
                out.putFloat(-v);
            }
            return Bytes.of(out.array(), "negated");
        });
    }

    private static Tensor joined(List<Tensor> tensors) {
        Tensor first = tensors.get(0);
        if (tensors.size() == 1) {
            return first;
        }
        long rows = tensors.stream().mapToLong(t -> t.shape().size(0)).sum();
        Shape shape = first.shape().with(0, Dim.of(rows));
        return Tensor.computed(first.type(), shape, first.source() + " and those of the other gates", () -> {
            int size = Math.toIntExact(shape.elementCount() * first.type().wideBytes());
            ByteBuffer out = ByteBuffer.allocate(size);
            tensors.forEach(t -> out.put(t.load()));
            return Bytes.of(out.array(), "joined");
        });
    }
}
