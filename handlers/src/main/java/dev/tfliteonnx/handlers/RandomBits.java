package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.RngAlgorithm;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;

/**
 * Random bits of a counter that is enciphered, all numbers at once. Words of 32 bits are int64, so that neither sums nor
 * products of halves overflow.
 *
 * <p>Source: {@code kernels/rng_bit_generator.cc}, {@code kernels/rng_util.cc}: Threefry2x32 in 20 rounds, Philox4x32 in
 * 10.
 */
final class RandomBits {
    private static final int WORD = 32;
    private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    private static final long PARITY = 0x1BD11BDAL;
    private static final long[] FACTORS = {0xD2511F53L, 0xCD9E8D57L};
    private static final long[] STEPS = {0x9E3779B9L, 0xBB67AE85L};

    private final Onnx onnx;
    private final Integers integers;

    private RandomBits(Onnx onnx) {
        this.onnx = onnx;
        this.integers = new Integers(onnx, DataType.INT64);
    }

    /**
     * State {@code [2]} or {@code [3]} of uint64: key, counter and, for Philox, the upper half of the counter → the state
     * after it, and as many bits as the second result holds.
     */
    static List<Value> lower(TflOp op, Onnx onnx) {
        boolean isThreefry = op.option(Tfl.ALGORITHM) == RngAlgorithm.THREEFRY;
        long states = op.size(0, 0);
        if (!op.out(1).shape().isStatic() || states < 2 || states > (isThreefry ? 2 : 3)) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL,
                    "its state is " + op.shape(0) + ", its result " + op.out(1).shape(),
                    "");
        }
        return new RandomBits(onnx).generate(op, isThreefry);
    }

    private List<Value> generate(TflOp op, boolean isThreefry) {
        Value state = op.raw(0);
        DataType type = op.out(1).type();
        int upper = op.size(0, 0) == 3 ? 2 : 0;
        Value low = onnx.cast(onnx.op("BitwiseAnd", state, onnx.scalar(DataType.UINT64, -1L >>> WORD)), DataType.INT64);
        Value high = onnx.cast(shifted(state, "RIGHT"), DataType.INT64);
        long words = op.out(1).shape().elementCount() * type.bits() / WORD;
        long perBlock = isThreefry ? 2 : 4;
        long blocks = (words + perBlock - 1) / perBlock;
        Value counts = onnx.op("Range", Steps.int64(onnx, 0), Steps.int64(onnx, blocks), Steps.int64(onnx, 1));
        Value first = onnx.add(at(low, 1), counts);
        List<Value> key = List.of(at(low, 0), at(high, 0));
        List<Value> counter = new ArrayList<>(List.of(integers.word(first), carried(first, at(high, 1))));
        if (!isThreefry) {
            Value none = onnx.sub(counts, counts);
            counter.add(onnx.add(at(low, upper), none));
            counter.add(onnx.add(at(high, upper), none));
        }
        List<Value> bits = isThreefry ? threefry(key, counter) : philox(key, counter);
        Value stream = onnx.reshape(
                onnx.concat(1, bits.stream().map(w -> onnx.unsqueeze(w, 1)).toArray(Value[]::new)), -1);
        Value used = onnx.slice(stream, new long[] {0}, new long[] {words}, new long[] {0}, new long[] {1});
        Value last = onnx.add(at(low, 1), onnx.ints(blocks));
        Value next = joined(integers.word(last), carried(last, at(high, 1)));
        Value after = op.size(0, 0) == 3
                ? onnx.concat(0, part(state, 0), next, part(state, 2))
                : onnx.concat(0, part(state, 0), next);
        return List.of(after, onnx.reshape(packed(used, type), op.out(1).shape().sizes()));
    }

    private List<Value> threefry(List<Value> key, List<Value> counter) {
        Value both = xor(key.get(0), key.get(1));
        List<Value> keys = List.of(key.get(0), key.get(1), xor(both, Steps.int64(onnx, PARITY)));
        Value a = sum(counter.get(0), key.get(0));
        Value b = sum(counter.get(1), key.get(1));
        for (int round = 1; round <= 5; round++) {
            for (int places : ROTATIONS[(round - 1) % 2]) {
                a = sum(a, b);
                b = xor(rotated(b, places), a);
            }
            a = sum(a, keys.get(round % 3));
            b = integers.word(integers.plus(onnx.add(b, keys.get((round + 1) % 3)), round));
        }
        return List.of(a, b);
    }

    private List<Value> philox(List<Value> key, List<Value> counter) {
        List<Value> c = counter;
        for (int round = 0; round < 10; round++) {
            Value first = integers.word(integers.plus(key.get(0), round * STEPS[0]));
            Value second = integers.word(integers.plus(key.get(1), round * STEPS[1]));
            c = List.of(
                    xor(xor(high(c.get(2), FACTORS[1]), c.get(1)), first),
                    low(c.get(2), FACTORS[1]),
                    xor(xor(high(c.get(0), FACTORS[0]), c.get(3)), second),
                    low(c.get(0), FACTORS[0]));
        }
        return c;
    }

    /** The upper word of the product of two words. */
    private Value high(Value x, long factor) {
        Value lower = integers.times(lowerHalf(x), factor);
        Value carry = integers.shiftedRight(lower, onnx.scalarLike(x, WORD / 2));
        Value upper = onnx.add(integers.times(upperHalf(x), factor), carry);
        return integers.shiftedRight(upper, onnx.scalarLike(x, WORD / 2));
    }

    /** The lower word of the product of two words. */
    private Value low(Value x, long factor) {
        Value upper = onnx.op("Mod", integers.times(upperHalf(x), factor), onnx.scalarLike(x, 1 << WORD / 2));
        return sum(integers.times(upper, 1 << WORD / 2), integers.times(lowerHalf(x), factor));
    }

    private Value upperHalf(Value x) {
        return integers.shiftedRight(x, onnx.scalarLike(x, WORD / 2));
    }

    private Value lowerHalf(Value x) {
        return onnx.op("Mod", x, onnx.scalarLike(x, 1 << WORD / 2));
    }

    private Value rotated(Value x, int places) {
        Value left = integers.word(integers.times(x, 1L << places));
        return onnx.add(left, onnx.div(x, onnx.scalarLike(x, 1L << (WORD - places))));
    }

    private Value sum(Value a, Value b) {
        return integers.word(onnx.add(a, b));
    }

    private Value xor(Value a, Value b) {
        return onnx.op("BitwiseXor", a, b);
    }

    /** A word and what a sum of two words below it is beyond one. */
    private Value carried(Value sum, Value word) {
        return sum(word, onnx.div(sum, Steps.int64(onnx, 1L << WORD)));
    }

    private Value at(Value words, int i) {
        return onnx.gather(words, onnx.ints(i), 0);
    }

    private Value part(Value state, long i) {
        return onnx.slice(state, new long[] {i}, new long[] {i + 1}, new long[] {0}, new long[] {1});
    }

    private Value shifted(Value x, String direction) {
        return onnx.op(
                "BitShift",
                Attributes.of(OnnxOps.DIRECTION, direction),
                x,
                onnx.constant(Tensor.scalar(DataType.UINT64, WORD)));
    }

    /** Two words as one number of 64 bits without sign. */
    private Value joined(Value low, Value high) {
        return onnx.op("BitwiseOr", onnx.cast(low, DataType.UINT64), shifted(onnx.cast(high, DataType.UINT64), "LEFT"));
    }

    /** Words as numbers of a type, those of 64 bits lower word first. */
    private Value packed(Value words, DataType type) {
        return switch (type) {
            case UINT32 -> onnx.cast(words, type);
            case INT32 -> onnx.cast(signed(words), type);
            case INT64 -> {
                List<Value> halves = halves(words);
                yield onnx.add(integers.times(signed(halves.get(1)), 1L << WORD), halves.get(0));
            }
            default -> joined(halves(words).get(0), halves(words).get(1));
        };
    }

    private List<Value> halves(Value words) {
        return onnx.split(onnx.reshape(words, -1, 2), 1, 1, 1);
    }

    private Value signed(Value word) {
        Value isNegative = onnx.op("GreaterOrEqual", word, onnx.scalarLike(word, 1L << (WORD - 1)));
        return onnx.where(isNegative, integers.plus(word, -(1L << WORD)), word);
    }
}
