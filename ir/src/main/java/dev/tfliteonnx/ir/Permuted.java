package dev.tfliteonnx.ir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Another storage with its axes in another order.
 *
 * <p>Axes that stay neighbours are walked as one, and axes of extent 1 not at all. Of those that are left, one has its
 * elements side by side in the storage beneath. Where that is not the last, whole slabs, that is all that lies below one
 * index of it, are read many at a time: elements that stand side by side are read together and dealt out to the slabs.
 */
final class Permuted extends Storage {
    /** So many elements at most are dealt out at a time. */
    private static final int TOGETHER = 1 << 18;

    final Storage inner;
    final long[] innerSizes;
    final int[] perm;
    private final long[] sizes;
    private final long[] strides;
    /** The axis whose elements stand side by side. */
    private final int dense;

    /** How many elements lie below one index of that axis. */
    private final long slab;

    Permuted(Storage inner, long[] innerSizes, int[] perm) {
        super(inner.type);
        this.inner = inner;
        this.innerSizes = innerSizes;
        this.perm = perm;
        long[] innerStrides = strides(innerSizes);
        long[] size = new long[perm.length + 1];
        long[] stride = new long[perm.length + 1];
        int kept = 0;
        for (int p : perm) {
            long extent = innerSizes[p];
            if (kept > 0 && stride[kept - 1] == extent * innerStrides[p]) {
                size[kept - 1] *= extent;
                stride[kept - 1] = innerStrides[p];
            } else if (extent != 1) {
                size[kept] = extent;
                stride[kept++] = innerStrides[p];
            }
        }
        size[kept] = 1;
        stride[kept] = 1;
        this.sizes = Arrays.copyOf(size, Math.max(1, kept));
        this.strides = Arrays.copyOf(stride, Math.max(1, kept));
        int axis = sizes.length - 1;
        long below = 1;
        while (axis > 0 && strides[axis] != 1) {
            below *= sizes[axis--];
        }
        this.dense = axis;
        this.slab = below;
    }

    @Override
    long unit() {
        return slab;
    }

    @Override
    void read(long first, int n, ByteBuffer out) {
        long at = first;
        for (int left = n; left > 0; ) {
            long into = at % slab;
            int slabs = (int) Math.min(Math.min(left, TOGETHER) / slab, sizes[dense] - at / slab % sizes[dense]);
            int done;
            if (into == 0 && slab > 1 && slabs > 1) {
                done = slabs * (int) slab;
                deal(at, slabs, out);
            } else {
                done = slab == 1 ? left : (int) Math.min(left, slab - into);
                walk(at, done, out);
            }
            at += done;
            left -= done;
        }
    }

    /** Reads elements one run of the last axis after the other. */
    private void walk(long first, int n, ByteBuffer out) {
        int last = sizes.length - 1;
        long[] index = index(first, last);
        long at = place(index, last);
        int done = 0;
        while (done < n) {
            int run = (int) Math.min(n - done, sizes[last] - index[last]);
            if (strides[last] == 1) {
                inner.read(at, run, out);
            } else {
                inner.readStrided(at, strides[last], run, out);
            }
            done += run;
            index[last] += run;
            at = advance(index, last, at + run * strides[last]);
        }
    }

    /** Reads whole slabs that follow each other. */
    private void deal(long first, int slabs, ByteBuffer out) {
        int last = sizes.length - 1;
        long[] index = index(first, last);
        long at = place(index, last);
        ByteBuffer row = ByteBuffer.allocate(slabs * type.wideBytes()).order(ByteOrder.LITTLE_ENDIAN);
        Slabs to = Slabs.of(type.wideBytes(), slabs, (int) slab);
        for (int i = 0; i < slab; i++) {
            inner.read(at, slabs, row.clear());
            to.deal(row.flip(), i);
            index[last]++;
            at = advance(index, last, at + strides[last]);
        }
        to.writeTo(out);
    }

    private long[] index(long element, int last) {
        long[] index = new long[sizes.length];
        long rest = element;
        for (int i = last; i >= 0; i--) {
            index[i] = rest % sizes[i];
            rest /= sizes[i];
        }
        return index;
    }

    private long place(long[] index, int last) {
        long at = 0;
        for (int i = 0; i <= last; i++) {
            at += index[i] * strides[i];
        }
        return at;
    }

    /** Carries an index at the end of its axis over to the axis before. */
    private long advance(long[] index, int last, long place) {
        long at = place;
        for (int i = last; i > 0 && index[i] == sizes[i]; i--) {
            at += strides[i - 1] - sizes[i] * strides[i];
            index[i] = 0;
            index[i - 1]++;
        }
        return at;
    }

    @Override
    boolean isSame(Storage other) {
        return other instanceof Permuted p
                && Arrays.equals(p.perm, perm)
                && Arrays.equals(p.innerSizes, innerSizes)
                && p.inner.isSame(inner);
    }

    @Override
    String describe() {
        return inner.describe() + ", permuted" + Arrays.toString(perm).replace(" ", "");
    }
}
