package dev.tfliteonnx.optimizers.ort;

import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;
import static dev.tfliteonnx.optimizers.ort.Contrib.floats;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;

/**
 * Weights of 4 bits stay packed: MatMulNBits takes them column by column, in blocks of one scale each, as uint8. It is
 * told to compute in float32, where ONNX Runtime's own conversion lets it quantize what the weights are multiplied by.
 *
 * <p>Source: {@code qdq_actions.cc} ({@code DQMatMulToMatMulNBitsAction}) and the operator page of MatMulNBits.
 */
final class BlockedWeights {
    private static final Key<Long> K = Key.ofInt("K");
    private static final Key<Long> N = Key.ofInt("N");
    private static final Key<Long> BITS = Key.ofInt("bits");
    private static final Key<Long> ACCURACY = Key.ofInt("accuracy_level");
    private static final int DEFAULT_BLOCK = 32;
    private static final int SMALLEST_BLOCK = 16;

    private BlockedWeights() {}

    static Rule rule() {
        Pattern weights = op("DequantizeLinear")
                .in(
                        constant("w")
                                .where(
                                        "is a matrix of 4 bits",
                                        v -> v.shape().hasRank(2)
                                                && (v.type() == DataType.INT4 || v.type() == DataType.UINT4)),
                        constant("scale").where("is float32", v -> v.type() == DataType.FLOAT32),
                        constant("zero").optional())
                .as("weights")
                .oneUse()
                .given("each scale stands for rows of a column", BlockedWeights::isBlocked);
        return new Rule(
                "matmul-nbits",
                "A product with weights of 4 bits becomes one MatMulNBits.",
                "x → MatMul(DequantizeLinear(w:INT4)) → y\n=> x → com.microsoft:MatMulNBits(w) → y",
                op("MatMul").in(floats("x"), weights),
                BlockedWeights::packed);
    }

    /** One scale, one for each column, or one for each block of rows of a column. */
    private static boolean isBlocked(Match m) {
        Node node = m.node("weights");
        Shape scale = m.get("scale").shape();
        long block = node.attributes().get(OnnxOps.BLOCK_SIZE, 0L);
        long axis = node.attributes().get(OnnxOps.AXIS, 1L);
        if (block == 0) {
            return scale.elementCount() == 1 || (scale.hasRank(1) && (axis == 1 || axis == -1));
        }
        boolean size = block >= SMALLEST_BLOCK && Long.bitCount(block) == 1;
        return size && (axis == 0 || axis == -2) && m.get("w").shape().size(0) % block == 0;
    }

    private static Value packed(Match m) {
        Shape w = m.get("w").shape();
        int rows = (int) w.size(0);
        int columns = (int) w.size(1);
        long given = m.node("weights").attributes().get(OnnxOps.BLOCK_SIZE, 0L);
        int block = given == 0 ? DEFAULT_BLOCK : (int) given;
        int blocks = (rows + block - 1) / block;
        int offset = m.get("w").type() == DataType.INT4 ? 8 : 0;
        Tensor weights = m.get("w").constant().orElseThrow();
        Onnx onnx = m.onnx();
        Value b = onnx.constant(
                m.get("w").name() + "/blocks",
                Tensor.computed(
                        DataType.UINT8,
                        Shape.of(columns, blocks, block / 2),
                        "blocks of " + weights.source(),
                        () -> blocks(weights, block, offset)));
        float[] scales = m.get("scale").constant().orElseThrow().toFloats();
        float[] laid = new float[columns * blocks];
        for (int i = 0; i < laid.length; i++) {
            laid[i] = scales[index(scales.length, i, columns, blocks)];
        }
        Value scale = onnx.constant(m.get("scale").name() + "/blocks", Tensor.ofFloats(Shape.of(laid.length), laid));
        Attributes attributes = Attributes.of(K, (long) rows)
                .with(N, (long) columns)
                .with(BITS, 4L)
                .with(OnnxOps.BLOCK_SIZE, (long) block)
                .with(ACCURACY, 1L);
        Value zero = zero(m, onnx, new int[] {columns, blocks, offset});
        return Contrib.in(m, "MatMulNBits", attributes, m.get("x"), b, scale, zero);
    }

    /** Where the parameter of block {@code i}, counted column by column, stands among those of DequantizeLinear. */
    private static int index(int length, int i, int columns, int blocks) {
        int column = i / blocks;
        return length == 1 ? 0 : length == columns ? column : i % blocks * columns + column;
    }

    /** Two rows of a column to a byte, the first in its low half; rows beyond the last stand for zero. */
    private static Bytes blocks(Tensor weights, int block, int offset) {
        long[] w = weights.toLongs();
        int rows = (int) weights.shape().size(0);
        int columns = (int) weights.shape().size(1);
        int height = (rows + block - 1) / block * block;
        byte[] out = new byte[columns * height / 2];
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < height; r++) {
                long value = r < rows ? w[r * columns + c] + offset : offset;
                out[(c * height + r) / 2] |= (byte) ((value & 15) << (r % 2 * 4));
            }
        }
        return Bytes.of(out, weights.source());
    }

    /** The zero points, two blocks of a column to a byte; left out for those that the operator assumes. */
    private static Value zero(Match m, Onnx onnx, int[] layout) {
        int columns = layout[0];
        int blocks = layout[1];
        int offset = layout[2];
        long[] zeros =
                m.find("zero").flatMap(Value::constant).map(Tensor::toLongs).orElse(new long[] {0});
        if (offset == 8 && java.util.Arrays.stream(zeros).allMatch(z -> z == 0)) {
            return Value.ABSENT;
        }
        int width = (blocks + 1) / 2;
        long[] out = new long[columns * width];
        for (int i = 0; i < columns * blocks; i++) {
            long zero = zeros[index(zeros.length, i, columns, blocks)] + offset;
            out[i / blocks * width + i % blocks / 2] |= (zero & 15) << (i % blocks % 2 * 4);
        }
        return onnx.constant(
                m.get("w").name() + "/zero_points", Tensor.ofIntegers(DataType.UINT8, Shape.of(out.length), out));
    }
}
