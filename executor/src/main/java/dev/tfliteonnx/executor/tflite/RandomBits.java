package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.tfl.RngAlgorithm;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Generators in counter mode. Source: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, 2011. */
final class RandomBits {
    private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};

    private RandomBits() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.many("STABLEHLO_RNG_BIT_GENERATOR", RandomBits::generate);
    }

    /** Philox 4x32 in 10 rounds. */
    static int[] philox(int[] counter, int key, int secondKey) {
        int[] block = counter;
        int first = key;
        int second = secondKey;
        for (int round = 0; round < 10; round++) {
            long a = 0xD2511F53L * (block[0] & 0xFFFFFFFFL);
            long b = 0xCD9E8D57L * (block[2] & 0xFFFFFFFFL);
            block = new int[] {
                (int) (b >>> 32) ^ block[1] ^ first, (int) b, (int) (a >>> 32) ^ block[3] ^ second, (int) a
            };
            first += 0x9E3779B9;
            second += 0xBB67AE85;
        }
        return block;
    }

    /** Threefry 2x32 in 20 rounds. */
    private static int[] threefry(int[] counter, int key, int secondKey) {
        int[] keys = {key, secondKey, key ^ secondKey ^ 0x1BD11BDA};
        int a = counter[0] + keys[0];
        int b = counter[1] + keys[1];
        for (int round = 0; round < 5; round++) {
            for (int places : ROTATIONS[round % 2]) {
                a += b;
                b = Integer.rotateLeft(b, places) ^ a;
            }
            a += keys[(round + 1) % 3];
            b += keys[(round + 2) % 3] + round + 1;
        }
        return new int[] {a, b};
    }

    /**
     * STABLEHLO_RNG_BIT_GENERATOR: a state of two or three 64-bit numbers, the key and then the counter, to the state that
     * follows and random bits. Source: {@code kernels/rng_bit_generator.cc}, {@code kernels/rng_util.cc}.
     */
    static List<Array> generate(TfliteCall call) {
        int[] state = words(call.in(0).longs());
        boolean isThreefry = call.option(Tfl.ALGORITHM) == RngAlgorithm.THREEFRY;
        int[] rest = state.length == 6 ? new int[] {state[4], state[5]} : new int[] {state[0], state[1]};
        int[] counter = isThreefry ? new int[] {state[2], state[3]} : new int[] {state[2], state[3], rest[0], rest[1]};
        int[] dims = Dims.of(call.out(1).shape().sizes());
        int perElement = call.out(1).type().bits() / 32;
        int[] bits = new int[Dims.count(dims) * perElement];
        for (int at = 0; at < bits.length; at += counter.length) {
            int[] block = isThreefry ? threefry(counter, state[0], state[1]) : philox(counter, state[0], state[1]);
            System.arraycopy(block, 0, bits, at, Math.min(block.length, bits.length - at));
            if (++counter[0] == 0) {
                counter[1]++;
            }
        }
        state[2] = counter[0];
        state[3] = counter[1];
        long[] out = perElement == 2 ? numbers(bits) : new Array(call.out(1).type(), dims, bits).longs();
        return List.of(
                new Array(call.in(0).type(), call.in(0).dims(), numbers(state)),
                Array.ofLongs(call.out(1).type(), dims, out));
    }

    /** The halves of 64-bit numbers, the lower ones first. */
    private static int[] words(long[] numbers) {
        int[] words = new int[2 * numbers.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = (int) (numbers[i / 2] >>> (32 * (i % 2)));
        }
        return words;
    }

    private static long[] numbers(int[] words) {
        long[] numbers = new long[words.length / 2];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (long) words[2 * i + 1] << 32 | words[2 * i] & 0xFFFFFFFFL;
        }
        return numbers;
    }
}
