package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/**
 * Random numbers, which go on from run to run. With seeds in the file they are TFLite's; without, TFLite seeds itself
 * anew each time, and here the seeds are 0. Custom operators and those of TensorFlow draw
 * other numbers than theirs, of the same distribution.
 */
final class Randoms {
    private final Philox numbers;

    private Randoms(TfliteCall call) {
        Attributes options = call.node().attributes();
        this.numbers = call.kept(Philox.class)
                .orElseGet(() -> new Philox(options.get(Tfl.SEED, 0L), options.get(Tfl.SEED2, 0L)));
        call.keep(numbers);
    }

    static void rows(TfliteKernels.Rows rows) {
        rows.one("RANDOM_UNIFORM", c -> new Randoms(c).uniform(c.in(0).ints()))
                .one("RANDOM_STANDARD_NORMAL", c -> new Randoms(c)
                        .normal(c.in(0).ints()))
                .one("MULTINOMIAL", c -> new Randoms(c).multinomial(c))
                .custom(
                        "RandomUniform",
                        c -> List.of(new Randoms(c).uniform(c.in(0).ints())))
                .custom(
                        "RandomStandardNormal",
                        c -> List.of(new Randoms(c).normal(c.in(0).ints())))
                .custom("Multinomial", c -> List.of(new Randoms(c).multinomial(c)));
    }

    /** Philox, four numbers of 32 bits at a time. */
    private static final class Philox {
        private int key0;
        private int key1;
        private final int[] counter = new int[4];

        Philox(long seed, long seed2) {
            key0 = (int) seed;
            key1 = (int) (seed >>> 32);
            counter[2] = (int) seed2;
            counter[3] = (int) (seed2 >>> 32);
        }

        int[] next() {
            int[] block = RandomBits.philox(counter, key0, key1);
            skip(1);
            return block;
        }

        /** Leaves out blocks. */
        void skip(long blocks) {
            long low = (counter[0] & 0xFFFFFFFFL) + (blocks & 0xFFFFFFFFL);
            long high = (counter[1] & 0xFFFFFFFFL) + (blocks >>> 32) + (low >>> 32);
            counter[0] = (int) low;
            counter[1] = (int) high;
            for (int i = 2; i < 4 && high >>> 32 != 0; i++) {
                high = (counter[i] & 0xFFFFFFFFL) + 1;
                counter[i] = (int) high;
            }
        }

        Philox copy() {
            Philox copy = new Philox(0, 0);
            copy.key0 = key0;
            copy.key1 = key1;
            System.arraycopy(counter, 0, copy.counter, 0, 4);
            return copy;
        }
    }

    private static float unit(int bits) {
        return Float.intBitsToFloat(127 << 23 | bits & 0x7FFFFF) - 1;
    }

    private static double unit(int high, int low) {
        long bits = 1023L << 52 | (high & 0xFFFFFL) << 32 | low & 0xFFFFFFFFL;
        return Double.longBitsToDouble(bits) - 1;
    }

    /** RANDOM_UNIFORM: [0, 1). Source: {@code kernels/random_ops.cc}, {@code tsl/lib/random/random_distributions_utils.h}. */
    private Array uniform(int[] dims) {
        Array out = Array.zeros(DataType.FLOAT32, dims);
        float[] y = out.floats();
        for (int i = 0; i < y.length; i += 4) {
            int[] block = numbers.next();
            for (int k = i; k < Math.min(y.length, i + 4); k++) {
                y[k] = unit(block[k - i]);
            }
        }
        return out;
    }

    /** RANDOM_STANDARD_NORMAL, by the polar form of two uniform numbers each. Source: as {@link #uniform}. */
    private Array normal(int[] dims) {
        Array out = Array.zeros(DataType.FLOAT32, dims);
        float[] y = out.floats();
        for (int i = 0; i < y.length; i += 4) {
            int[] block = numbers.next();
            for (int k = i; k < Math.min(y.length, i + 4); k++) {
                int pair = (k - i) / 2 * 2;
                float radius = (float) Math.sqrt(-2 * (float) Math.log(Math.max(1e-7f, unit(block[pair]))));
                float angle = (float) (2 * Math.PI * unit(block[pair + 1]));
                y[k] = (float) ((k - i) % 2 == 0 ? Math.sin(angle) : Math.cos(angle)) * radius;
            }
        }
        return out;
    }

    /** MULTINOMIAL: classes drawn by their logits, [batch, samples]. Source: {@code kernels/random_ops.cc}. */
    private Array multinomial(TfliteCall call) {
        float[] logits = call.in(0).floats();
        int batch = call.in(0).dim(0);
        int classes = call.in(0).dim(1);
        int samples = Math.toIntExact(call.in(1).integer());
        Philox drawn = numbers.copy();
        numbers.skip((long) batch * ((samples + 3) / 4 * 4) * 2 * 256);
        long[] out = new long[batch * samples];
        int[] block = new int[0];
        double[] sums = new double[0];
        for (int i = 0; i < out.length; i++) {
            if (i % samples == 0) {
                int row = i / samples * classes;
                sums = sums(Arrays.copyOfRange(logits, row, row + classes));
            }
            block = i % 2 == 0 ? drawn.next() : block;
            double sought = unit(block[i % 2 * 2], block[i % 2 * 2 + 1]) * sums[classes - 1];
            while (sums[(int) out[i]] <= sought) {
                out[i]++;
            }
        }
        return Array.ofLongs(call.outType(), new int[] {batch, samples}, out);
    }

    /** What the odds of all classes up to each come to. */
    private static double[] sums(float[] logits) {
        double most = -Float.MAX_VALUE;
        for (float logit : logits) {
            most = Float.isFinite(logit) ? Math.max(most, logit) : most;
        }
        double[] sums = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += Float.isFinite(logits[i]) ? Math.exp(logits[i] - most) : 0;
            sums[i] = sum;
        }
        return sums;
    }
}
