package dev.tfliteonnx.cli;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.stream.IntStream;

/** Small models to try commands on. */
final class Samples {
    private Samples() {}

    /** Two operators on four floats, with a constant and a signature. */
    static byte[] good() {
        return good(4);
    }

    /** The same on that many floats. */
    static byte[] good(int size) {
        TfliteBuilder m = TfliteBuilder.model();
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i;
        }
        TensorRef x = m.input("x_tensor", DataType.FLOAT32, 1, size);
        TensorRef bias = m.constant("bias", Tensor.ofFloats(Shape.of(size), values));
        TensorRef sum = m.op(
                "ADD", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 1, size).named("sum"), x, bias);
        TensorRef y = m.op(
                "SOFTMAX",
                Attributes.of(Tfl.BETA, 1f),
                TensorSpec.of(DataType.FLOAT32, 1, size).named("y_tensor"),
                sum);
        m.outputs(y);
        m.signature("serve", m.main(), Map.of("x", x), Map.of("y", y));
        return m.build();
    }

    /** One operator that only moves int8 numbers. */
    static byte[] quantized() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input(TensorSpec.of(DataType.INT8, 1, 4).named("x").quantized(0.5, 0));
        TensorRef y =
                m.op("RESHAPE", TensorSpec.of(DataType.INT8, 4).named("y").quantized(0.5, 0), x, m.ints("shape", 4));
        return m.outputs(y).build();
    }

    /** Two sums of int8 numbers, one behind the other. */
    static byte[] sums() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input(TensorSpec.of(DataType.INT8, 1, 4).named("x").quantized(0.5, 0));
        TensorRef y = m.op(
                "ADD",
                Attributes.NONE,
                TensorSpec.of(DataType.INT8, 1, 4).named("y").quantized(1, 3),
                x,
                x);
        TensorRef z = m.op(
                "ADD",
                Attributes.NONE,
                TensorSpec.of(DataType.INT8, 1, 4).named("z").quantized(1.5, -3),
                y,
                x);
        return m.outputs(z).build();
    }

    /** A recurrent operator whose state is kept from one run to the next. */
    static byte[] stateful() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 2);
        TensorRef weights = m.constant("w", Tensor.ofFloats(Shape.of(1, 2), 1, 2));
        TensorRef recurrent = m.constant("r", Tensor.ofFloats(Shape.of(1, 1), 0.5f));
        TensorRef bias = m.constant("b", Tensor.ofFloats(Shape.of(1), 3));
        TensorRef state =
                m.tensor(TensorSpec.of(DataType.FLOAT32, 1, 1).named("h").variable());
        Attributes options = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.TANH);
        TensorSpec output = TensorSpec.of(DataType.FLOAT32, 1, 1).named("y");
        return m.outputs(m.op("RNN", options, output, x, weights, recurrent, bias, state))
                .build();
    }

    /** Custom operators of one code, one behind the other. */
    static byte[] custom(String code, int count) {
        return customs(Collections.nCopies(count, code).toArray(String[]::new));
    }

    /** Custom operators of many codes. */
    static byte[] manyCustoms(int count) {
        return customs(IntStream.range(0, count).mapToObj(i -> "Own" + i).toArray(String[]::new));
    }

    /** Custom operators of these codes, one after the other. */
    static byte[] customs(String... codes) {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef at = m.input("x", DataType.FLOAT32, 1, 4);
        for (int i = 0; i < codes.length; i++) {
            at = m.add(OpSpec.custom(codes[i])
                            .inputs(at)
                            .outputs(TensorSpec.of(DataType.FLOAT32, 1, 4).named("layer_" + i)))
                    .get(0);
        }
        return m.outputs(at).build();
    }

    /** Writes a model to a file, whose folder is made. */
    static Path write(Path file, byte[] model) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        return Files.write(file, model);
    }
}
