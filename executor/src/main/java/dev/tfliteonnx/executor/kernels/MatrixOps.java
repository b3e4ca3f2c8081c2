package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;

/** Products of matrices. Source: MatMul-13, Gemm-13, MatMulInteger-10, QLinearMatMul-21, Det-11. */
final class MatrixOps {
    private static final Key<Float> ALPHA = Key.ofFloat("alpha");
    private static final Key<Float> BETA = Key.ofFloat("beta");
    private static final Key<Long> TRANS_A = Key.ofInt("transA");
    private static final Key<Long> TRANS_B = Key.ofInt("transB");

    private MatrixOps() {}

    /** MatMul: [..., m, k] × [..., k, n] → [..., m, n]; a vector is a row on the left, a column on the right. */
    static Array matMul(Call call) {
        return matMul(call.in(0), call.in(1));
    }

    static Array matMul(Array a, Array b) {
        Array x = a.rank() == 1 ? a.reshaped(1, a.dim(0)) : a;
        Array y = b.rank() == 1 ? b.reshaped(b.dim(0), 1) : b;
        int m = x.dim(-2);
        int k = x.dim(-1);
        int n = y.dim(-1);
        if (y.dim(-2) != k) {
            throw new IllegalArgumentException("cannot multiply " + a + " by " + b);
        }
        int[] left = Dims.slice(x.dims(), 0, x.rank() - 2);
        int[] right = Dims.slice(y.dims(), 0, y.rank() - 2);
        int[] batch = Dims.broadcast(left, right);
        int[] full = Dims.concat(batch, m, n);
        Object out;
        if (Dims.count(right) == 1) {
            out = Products.multiply(Products.factor(x), Products.factor(y), Dims.count(left) * m, k, n);
            full = Dims.count(left) == Dims.count(batch) ? full : Dims.concat(left, m, n);
        } else {
            out = batched(Moves.stretched(x, Dims.concat(batch, m, k)), Moves.stretched(y, Dims.concat(batch, k, n)));
        }
        if (a.rank() == 1) {
            full = Dims.without(full, full.length - 2);
        }
        if (b.rank() == 1) {
            full = Dims.without(full, full.length - 1);
        }
        return Products.result(a, full, out);
    }

    private static Object batched(Array x, Array y) {
        int m = x.dim(-2);
        int k = x.dim(-1);
        int n = y.dim(-1);
        Object left = Products.factor(x);
        Object right = Products.factor(y);
        int batches = Dims.count(x.dims(), 0, x.rank() - 2);
        Object out = Products.like(left, batches * m * n);
        for (int i = 0; i < batches; i++) {
            Object part = Products.multiply(
                    Products.slice(left, i * m * k, m * k), Products.slice(right, i * k * n, k * n), m, k, n);
            System.arraycopy(part, 0, out, i * m * n, m * n);
        }
        return out;
    }

    /** Gemm: alpha·A'·B' + beta·C, [m, k] × [k, n] → [m, n], each transposed before if asked. */
    static Array gemm(Call call) {
        Array a = call.flag(TRANS_A) ? Moves.transposed(call.in(0), 1, 0) : call.in(0);
        boolean byDots =
                call.flag(TRANS_B) && a.data() instanceof float[] && call.in(1).data() instanceof float[];
        float alpha = call.option(ALPHA, 1f);
        float beta = call.option(BETA, 1f);
        Array product = byDots
                ? timesTransposed(a, call.in(1))
                : matMul(a, call.flag(TRANS_B) ? Moves.transposed(call.in(1), 1, 0) : call.in(1));
        if (alpha != 1) {
            product = Elementwise.map(product, x -> alpha * x);
        }
        if (!call.has(2)) {
            return product;
        }
        return Elementwise.map(product, call.in(2), (x, c) -> x + (float) (beta * c), (x, c) -> x + (long) (beta * c));
    }

    /** The product of [m, k] and the transposed of [n, k], which is never laid out: the transposed of that of both swapped. */
    private static Array timesTransposed(Array a, Array b) {
        int m = a.dim(0);
        int k = a.dim(1);
        int n = b.dim(0);
        if (b.dim(1) != k) {
            throw new IllegalArgumentException("cannot multiply " + a + " by the transposed of " + b);
        }
        float[] columns = Moves.transposed(a, 1, 0).floats();
        float[] out = new float[m * n];
        new PanelProduct(
                        new PanelProduct.Factors(b.floats(), 0, n, k, new float[0]),
                        (row, column, into) -> System.arraycopy(columns, row * m + column, into, 0, into.length),
                        (row, column, sums) -> {
                            for (int i = 0; i < sums.length; i++) {
                                out[(column + i) * n + row] = sums[i];
                            }
                        })
                .run(m);
        return Array.ofFloats(a.type(), new int[] {m, n}, out);
    }

    /** MatMulInteger: (A − a₀) × (B − b₀) as int32, where a₀ may differ by row and b₀ by column. */
    static Array matMulInteger(Call call) {
        Array a = centred(
                call.in(0), call.optional(2).map(z -> column(z, call.in(0))).orElse(Array.scalar(0)));
        Array b = centred(call.in(1), call.optional(3).orElse(Array.scalar(0)));
        return Casting.cast(matMul(a, b), DataType.INT32);
    }

    /** QLinearMatMul: MatMulInteger, times a·b/y scales, rounded half to even, plus y's zero point, saturated. */
    static Array qLinearMatMul(Call call) {
        Array a = call.in(0);
        Array b = call.in(3);
        Array product = matMul(centred(a, column(call.in(2), a)), centred(b, call.in(5)));
        Array real = Casting.cast(product, DataType.FLOAT32);
        Array scale = Elementwise.map(column(call.in(1), a), call.in(4), (s, t) -> s * t, (s, t) -> s * t);
        Array ratio = Elementwise.map(scale, column(call.in(6), a), (s, t) -> s / t, (s, t) -> s / t);
        Array scaled = Elementwise.map(Casting.cast(real, DataType.FLOAT32), ratio, (x, s) -> x * s, (x, s) -> x * s);
        Array zero = Casting.cast(column(call.in(7), a), DataType.FLOAT32);
        Array rounded = Elementwise.map(scaled, zero, (x, z) -> Math.rint(x) + z, (x, z) -> x + z);
        return Casting.cast(rounded, call.in(7).type());
    }

    /** Parameters of the rows of a matrix stand in a column. */
    private static Array column(Array z, Array matrix) {
        return z.rank() == 1 && z.size() > 1 && matrix.rank() > 1 ? z.reshaped(z.size(), 1) : z;
    }

    private static Array centred(Array a, Array zero) {
        return Elementwise.whole(a, zero, DataType.INT64, (x, z) -> x - z);
    }

    /** Det: [..., n, n] → [...], by elimination with pivots. */
    static Array det(Call call) {
        Array x = call.in(0);
        int n = x.dim(-1);
        double[] a = x.doubles().clone();
        double[] out = new double[n == 0 ? 0 : x.size() / (n * n)];
        for (int i = 0; i < out.length; i++) {
            out[i] = det(a, i * n * n, n);
        }
        return Array.ofDoubles(x.type(), Dims.slice(x.dims(), 0, x.rank() - 2), out);
    }

    private static double det(double[] a, int at, int n) {
        double det = 1;
        for (int c = 0; c < n; c++) {
            int pivot = c;
            for (int r = c + 1; r < n; r++) {
                pivot = Math.abs(a[at + r * n + c]) > Math.abs(a[at + pivot * n + c]) ? r : pivot;
            }
            double p = a[at + pivot * n + c];
            if (p == 0) {
                return 0;
            }
            for (int j = 0; j < n && pivot != c; j++) {
                double t = a[at + c * n + j];
                a[at + c * n + j] = a[at + pivot * n + j];
                a[at + pivot * n + j] = t;
            }
            det *= pivot == c ? p : -p;
            for (int r = c + 1; r < n; r++) {
                double f = a[at + r * n + c] / p;
                for (int j = c; j < n; j++) {
                    a[at + r * n + j] -= f * a[at + c * n + j];
                }
            }
        }
        return det;
    }
}
