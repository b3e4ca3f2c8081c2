package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Operators that draw random numbers: the distribution is that of TFLite, the numbers are others. */
final class RandomNumbers {
    private static final Key<Ints> SHAPE = Key.ofInts("shape");
    private static final Key<Float> SEED = Key.ofFloat("seed");
    private static final Key<Long> SAMPLE_SIZE = Key.ofInt("sample_size");

    private RandomNumbers() {}

    /**
     * Numbers of a shape.
     *
     * <p>Source: {@code kernels/random_ops.cc}; ONNX RandomNormal-1 with mean 0 and scale 1 or RandomUniform-1 over
     * {@code [0, 1)}, or their forms that take the shape of another value.
     *
     * @param name the ONNX operator
     */
    static OpHandler like(String name) {
        return (op, onnx) -> {
            note(op);
            Attributes attributes = seeded(op, Attributes.of(OnnxOps.DTYPE, (long) DataType.FLOAT32.onnxCode()));
            if (op.constant(0).isPresent()) {
                return List.of(onnx.op(name, attributes.with(SHAPE, Ints.of(op.longs(0)))));
            }
            Value shaped = onnx.op("ConstantOfShape", op.int64(0));
            return List.of(onnx.op(name + "Like", attributes, shaped));
        };
    }

    /**
     * Logits {@code [b,c]}, how many → classes {@code [b,how many]}, each drawn by its probability.
     *
     * <p>Source: {@code kernels/random_ops.cc}; ONNX Multinomial-7.
     */
    static List<Value> multinomial(TflOp op, Onnx onnx) {
        note(op);
        Attributes attributes =
                Attributes.of(OnnxOps.DTYPE, (long) op.out().type().onnxCode()).with(SAMPLE_SIZE, op.longs(1)[0]);
        return List.of(onnx.op("Multinomial", seeded(op, attributes), op.in(0)));
    }

    private static Attributes seeded(TflOp op, Attributes attributes) {
        long seed = op.node().attributes().get(Tfl.SEED, 0L);
        long second = op.node().attributes().get(Tfl.SEED2, 0L);
        return seed == 0 && second == 0 ? attributes : attributes.with(SEED, (float) (31 * seed + second));
    }

    private static void note(TflOp op) {
        op.note(DiagnosticCode.NOT_EXACT, "it draws from the same distribution as TFLite, but other numbers");
    }
}
