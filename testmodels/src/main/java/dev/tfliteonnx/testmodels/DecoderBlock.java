package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A layer of a language model, as PyTorch's converter writes it in TFLite: root mean square normalization, rotary
 * embeddings, attention with several queries for each key, and a gated GELU. Weights are always the same random numbers.
 */
public final class DecoderBlock {
    /**
     * How large the layer is.
     *
     * @param places how many tokens there are
     * @param heads how many queries a token has
     * @param sources how many keys and values a token has, which divide the heads
     * @param head how many numbers each of them has; even
     * @param hidden how many numbers stand between the last two matrices
     */
    public record Size(int places, int heads, int sources, int head, int hidden) {
        int model() {
            return heads * head;
        }
    }

    private static final Attributes KEEP = Attributes.of(Tfl.KEEP_DIMS, true);

    private final TfliteBuilder model = TfliteBuilder.model();
    private final SeededValues random = SeededValues.fixed(5);
    private final List<TestModel.Input> inputs = new ArrayList<>();
    private final Size size;
    private int steps;

    private DecoderBlock(Size size) {
        this.size = size;
    }

    /** A model of one layer: tokens, angles of the places, a mask → tokens. */
    public static TestModel of(Size size) {
        return new DecoderBlock(size).build();
    }

    private TestModel build() {
        int[] tokens = {1, size.places, size.model()};
        TensorRef x = input("tokens", -1, 1, tokens);
        TensorRef angles = input("angles", -3, 3, 1, size.places, 1, size.head / 2);
        TensorRef mask = input("mask", -2, 0, 1, 1, size.places, size.places);
        TensorRef attended = op("ADD", tokens, x, attention(normalized(x), angles, mask));
        TensorRef y = op("ADD", tokens, attended, feedForward(normalized(attended)));
        model.main().outputs(y);
        TensorSpec out = TensorSpec.of(DataType.FLOAT32, tokens);
        return new TestModel(Bytes.of(model.build(), "block"), inputs, List.of(out), Set.of());
    }

    private TensorRef input(String name, double low, double high, int... shape) {
        TensorSpec spec = TensorSpec.of(DataType.FLOAT32, shape).named(name);
        inputs.add(new TestModel.Input(spec, Values.between(low, high)));
        return model.input(spec);
    }

    private TensorRef op(String op, int[] shape, TensorRef... operands) {
        return model.op(op, step(shape), operands);
    }

    private TensorRef op(String op, Attributes options, int[] shape, TensorRef... operands) {
        return model.op(op, options, step(shape), operands);
    }

    private TensorSpec step(int... shape) {
        return TensorSpec.of(DataType.FLOAT32, shape).named("step" + steps++);
    }

    private TensorRef constant(Tensor tensor) {
        return model.tensor(TensorSpec.of(tensor).named("constant" + steps++));
    }

    private TensorRef number(double value) {
        return constant(Tensor.scalar(DataType.FLOAT32, value));
    }

    private TensorRef ints(int... values) {
        long[] wide = new long[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return constant(Tensor.ofIntegers(DataType.INT32, Shape.of(wide.length), wide));
    }

    private TensorRef linear(TensorRef x, int in, int out) {
        double bound = Math.sqrt(3.0 / in);
        TensorRef weights = constant(random.floats(-bound, bound, out, in));
        Attributes options = Attributes.of(Tfl.KEEP_NUM_DIMS, true);
        return op("FULLY_CONNECTED", options, new int[] {1, size.places, out}, x, weights);
    }

    private TensorRef normalized(TensorRef x) {
        int[] all = {1, size.places, size.model()};
        int[] one = {1, size.places, 1};
        TensorRef mean = op("MEAN", KEEP, one, op("MUL", all, x, x), ints(2));
        TensorRef gain = op("RSQRT", one, op("ADD", one, mean, number(1e-6)));
        return op("MUL", all, op("MUL", all, x, gain), constant(random.floats(0.5, 1.5, size.model())));
    }

    private TensorRef attention(TensorRef x, TensorRef angles, TensorRef mask) {
        int[] places = {1, size.places, 1, size.head / 2};
        TensorRef cos = op("COS", places, angles);
        TensorRef sin = op("SIN", places, angles);
        TensorRef q = turned(parted(x, size.heads), size.heads, cos, sin);
        TensorRef k = repeated(turned(parted(x, size.sources), size.sources, cos, sin));
        TensorRef v = repeated(parted(x, size.sources));
        int[] heads = {1, size.heads, size.places, size.head};
        int[] scores = {1, size.heads, size.places, size.places};
        TensorRef scaled =
                op("MUL", heads, op("TRANSPOSE", heads, q, ints(0, 2, 1, 3)), number(1 / Math.sqrt(size.head)));
        TensorRef product = op("BATCH_MATMUL", Attributes.of(Tfl.ADJ_Y, true), scores, scaled, k);
        TensorRef shares = op("SOFTMAX", Attributes.of(Tfl.BETA, 1f), scores, op("ADD", scores, product, mask));
        TensorRef y = op("BATCH_MATMUL", heads, shares, v);
        int[] last = {1, size.places, size.heads, size.head};
        TensorRef joined = op("TRANSPOSE", last, y, ints(0, 2, 1, 3));
        int[] flat = {1, size.places, size.model()};
        return linear(op("RESHAPE", flat, joined, ints(flat)), size.model(), size.model());
    }

    /** {@code [1,T,D]} → {@code [1,T,heads,H]}. */
    private TensorRef parted(TensorRef x, int heads) {
        int[] shape = {1, size.places, heads, size.head};
        return op("RESHAPE", shape, linear(x, size.model(), heads * size.head), ints(shape));
    }

    private TensorRef turned(TensorRef x, int heads, TensorRef cos, TensorRef sin) {
        int[] half = {1, size.places, heads, size.head / 2};
        TensorRef a = op("SLICE", half, x, ints(0, 0, 0, 0), ints(half));
        TensorRef b = op("SLICE", half, x, ints(0, 0, 0, size.head / 2), ints(half));
        TensorRef real = op("SUB", half, op("MUL", half, a, cos), op("MUL", half, b, sin));
        TensorRef other = op("ADD", half, op("MUL", half, b, cos), op("MUL", half, a, sin));
        return op(
                "CONCATENATION",
                Attributes.of(Tfl.AXIS, 3L),
                new int[] {1, size.places, heads, size.head},
                real,
                other);
    }

    /** {@code [1,T,sources,H]} → {@code [1,heads,T,H]}, each of the sources several times in a row. */
    private TensorRef repeated(TensorRef x) {
        int[] first = {1, size.sources, size.places, size.head};
        int[] apart = {1, size.sources, 1, size.places, size.head};
        int[] many = {1, size.sources, size.heads / size.sources, size.places, size.head};
        int[] heads = {1, size.heads, size.places, size.head};
        TensorRef moved = op("RESHAPE", apart, op("TRANSPOSE", first, x, ints(0, 2, 1, 3)), ints(apart));
        OpSpec broadcast =
                OpSpec.of("BROADCAST_TO").version(2).inputs(moved, ints(many)).outputs(step(many));
        return op("RESHAPE", heads, model.add(broadcast).get(0), ints(heads));
    }

    private TensorRef feedForward(TensorRef x) {
        int[] shape = {1, size.places, size.hidden};
        TensorRef gate = linear(x, size.model(), size.hidden);
        TensorRef cube = op("MUL", shape, op("MUL", shape, gate, gate), gate);
        TensorRef sum = op("ADD", shape, gate, op("MUL", shape, cube, number(0.044715)));
        TensorRef tanh = op("TANH", shape, op("MUL", shape, sum, number(Math.sqrt(2 / Math.PI))));
        TensorRef half = op("MUL", shape, gate, number(0.5));
        TensorRef open = op("MUL", shape, half, op("ADD", shape, tanh, number(1)));
        return linear(op("MUL", shape, open, linear(x, size.model(), size.hidden)), size.hidden, size.model());
    }
}
