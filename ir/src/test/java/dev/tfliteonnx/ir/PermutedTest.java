package dev.tfliteonnx.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Permuted tensors hold what the definition says, however they are read. */
final class PermutedTest {
    private static final List<DataType> TYPES = List.of(
            DataType.INT8,
            DataType.UINT8,
            DataType.INT4,
            DataType.FLOAT16,
            DataType.INT16,
            DataType.FLOAT32,
            DataType.INT64);

    private static Tensor random(DataType type, Shape shape, Random random) {
        byte[] bytes = new byte[(int) type.byteSize(shape.elementCount())];
        random.nextBytes(bytes);
        return Tensor.of(type, shape, Bytes.of(bytes, "random"));
    }

    /** The wide form of a permutation, one element after the other. */
    private static byte[] expected(Tensor tensor, int... perm) {
        long[] sizes = tensor.shape().sizes();
        long[] strides = Storage.strides(sizes);
        int width = tensor.type().wideBytes();
        int count = (int) tensor.elementCount();
        byte[] all = bytes(tensor, 0, count);
        byte[] out = new byte[all.length];
        for (int i = 0; i < count; i++) {
            long rest = i;
            long from = 0;
            for (int axis = perm.length - 1; axis >= 0; axis--) {
                from += rest % sizes[perm[axis]] * strides[perm[axis]];
                rest /= sizes[perm[axis]];
            }
            System.arraycopy(all, (int) from * width, out, i * width, width);
        }
        return out;
    }

    private static byte[] bytes(Tensor tensor, long first, int n) {
        ByteBuffer out = ByteBuffer.allocate(n * tensor.type().wideBytes()).order(ByteOrder.LITTLE_ENDIAN);
        tensor.read(first, n, out);
        assertEquals(0, out.remaining());
        return out.array();
    }

    private static int[] permutation(int rank, Random random) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(i);
        }
        Collections.shuffle(axes, random);
        return axes.stream().mapToInt(Integer::intValue).toArray();
    }

    @RepeatedTest(60)
    void everyPartIsInItsPlace(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        long[] sizes = new long[2 + random.nextInt(4)];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = 1L + random.nextInt(12);
        }
        DataType type = TYPES.get(random.nextInt(TYPES.size()));
        Tensor tensor = random(type, Shape.of(sizes), random);
        if (type == DataType.INT8 && random.nextBoolean()) {
            tensor = tensor.signTurned();
        }
        int[] perm = permutation(sizes.length, random);
        Tensor permuted = tensor.permuted(perm);
        byte[] expected = expected(tensor, perm);
        int count = (int) tensor.elementCount();
        assertArrayEquals(expected, bytes(permuted, 0, count));
        int width = type.wideBytes();
        for (int i = 0; i < 8; i++) {
            int from = random.nextInt(count);
            int n = random.nextInt(count - from + 1);
            assertArrayEquals(
                    java.util.Arrays.copyOfRange(expected, from * width, (from + n) * width),
                    bytes(permuted, from, n),
                    permuted + " from " + from + " on, " + n);
        }
    }

    @RepeatedTest(4)
    void whatIsWrittenInSeveralGoesIsWhole(RepetitionInfo repetition) throws IOException {
        DataType type = List.of(DataType.INT8, DataType.FLOAT16, DataType.FLOAT32, DataType.INT64)
                .get(repetition.getCurrentRepetition() - 1);
        Tensor tensor = random(type, Shape.of(700, 3, 3, 201), new Random(1));
        for (int[] perm : new int[][] {{0, 3, 1, 2}, {3, 0, 1, 2}, {3, 1, 2, 0}, {1, 2, 0, 3}}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            tensor.permuted(perm).writeTo(Channels.newChannel(out));
            assertArrayEquals(expected(tensor, perm), out.toByteArray());
        }
    }

    @Test
    void halvesAreWidenedOneByOneOrTogether() {
        byte[] all = new byte[1 << 17];
        for (int i = 0; i < 1 << 16; i++) {
            all[2 * i] = (byte) i;
            all[2 * i + 1] = (byte) (i >> 8);
        }
        Tensor halves = Tensor.of(DataType.FLOAT16, Shape.of(1 << 16), Bytes.of(all, "all"));
        ByteBuffer floats = halves.cast(DataType.FLOAT32).load();
        ByteBuffer in = halves.load();
        for (int i = 0; i < 1 << 16; i++) {
            float expected = (float) Elements.real(in, DataType.FLOAT16);
            assertEquals(Float.floatToRawIntBits(expected), floats.getInt(4 * i), "half " + i);
        }
    }
}
