package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.TypedShape;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A product of matrices takes over transpositions of its operands, and constant factors before and behind it.
 *
 * <p>Source: {@code matmul_transpose_fusion.cc}, {@code matmul_scale_fusion.cc}; what ONNX Runtime 1.30 was measured to
 * make of transpositions that bring an outer axis in.
 */
public final class FusedProducts implements GraphPass {
    private static final Key<Long> TRANS_BATCH_A = Key.ofInt("transBatchA");
    private static final Key<Long> TRANS_BATCH_B = Key.ofInt("transBatchB");

    /** An operand before its transposition, and what of it the product is to do. */
    private record Operand(Value value, boolean transposed, boolean batch) {
        Operand with(Value other) {
            return new Operand(other, transposed, batch);
        }
    }

    /** A value times a constant factor. */
    private record Scaled(Value value, float factor, Value result) {
        /** What a Mul or Div by one constant number does; empty for other nodes. */
        static Optional<Scaled> of(Node node) {
            boolean divides = node.is("Div");
            for (int i = divides ? 1 : 0; i < 2 && (divides || node.is("Mul")); i++) {
                Optional<Double> number = Content.single(node.input(i));
                Value value = node.input(1 - i);
                boolean stretches = !value.shape().isRanked()
                        || value.shape().rank() == 0
                        || node.input(i).shape().rank() > value.shape().rank();
                if (number.isPresent() && !stretches) {
                    float factor = number.get().floatValue();
                    return Optional.of(new Scaled(value, divides ? 1 / factor : factor, node.output()));
                }
            }
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return "fused-matmul";
    }

    @Override
    public String summary() {
        return "A MatMul takes over transpositions of its operands and constant factors as one FusedMatMul.";
    }

    @Override
    public String drawing() {
        return "x → MatMul(Transpose(z)) → Mul(c) → y\n=> x → com.microsoft:FusedMatMul(z) → y";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int fused = 0;
        for (Node node : graph.nodes()) {
            if (node.isAttached() && node.is("MatMul") && node.output().type() == DataType.FLOAT32) {
                fused += fuse(node, graph) ? 1 : 0;
            }
        }
        if (fused > 0) {
            context.fired(name(), fused);
        }
        return fused > 0;
    }

    private boolean fuse(Node node, Graph graph) {
        float alpha = 1;
        List<Operand> operands = new ArrayList<>();
        for (Value in : node.inputs()) {
            Operand operand = operand(in);
            Optional<Scaled> scaled = operand.value.producer().flatMap(Scaled::of);
            alpha *= scaled.map(Scaled::factor).orElse(1f);
            operands.add(scaled.map(s -> operand.with(s.value)).orElse(operand));
        }
        Value y = node.output();
        Optional<Scaled> behind = Optional.of(y)
                .filter(Value::hasOneUse)
                .flatMap(v -> Scaled.of(v.uses().get(0).user()))
                .filter(s -> s.value == y);
        alpha *= behind.map(Scaled::factor).orElse(1f);
        boolean same = operands.get(0).value == node.input(0) && operands.get(1).value == node.input(1);
        if (same && behind.isEmpty()) {
            return false;
        }
        replace(node, behind.map(Scaled::result).orElse(y), operands, alpha, graph);
        return true;
    }

    private void replace(Node node, Value y, List<Operand> operands, float alpha, Graph graph) {
        Edit edit = graph.edit(name());
        Operand a = operands.get(0);
        Operand b = operands.get(1);
        Attributes attributes = Attributes.of(OnnxOps.ALPHA, alpha)
                .with(OnnxOps.TRANS_A, a.transposed ? 1L : 0L)
                .with(OnnxOps.TRANS_B, b.transposed ? 1L : 0L)
                .with(TRANS_BATCH_A, a.batch ? 1L : 0L)
                .with(TRANS_BATCH_B, b.batch ? 1L : 0L);
        Value fused = new Onnx(edit, y.name(), node.origin())
                .contrib("FusedMatMul", attributes, new TypedShape(y.type(), y.shape()), List.of(a.value, b.value));
        edit.replace(y, fused).apply();
    }

    private static Operand operand(Value value) {
        Optional<Node> transpose =
                value.producer().filter(n -> n.is("Transpose") && value.shape().isRanked() && !value.isGraphOutput());
        int rank = value.shape().isRanked() ? value.shape().rank() : 0;
        if (transpose.isEmpty() || rank < 2) {
            return new Operand(value, false, false);
        }
        long[] perm = transpose
                .get()
                .attributes()
                .find(OnnxOps.PERM)
                .map(p -> p.toArray())
                .orElse(new long[0]);
        for (boolean transposed : new boolean[] {true, false}) {
            for (boolean batch : new boolean[] {false, true}) {
                if ((!batch || rank > 2) && Arrays.equals(perm, permutation(rank, transposed, batch))) {
                    return new Operand(transpose.get().input(0), transposed, batch);
                }
            }
        }
        return new Operand(value, false, false);
    }

    /** What FusedMatMul does to an operand: brings the outer axes but one inwards, then exchanges the last two. */
    private static long[] permutation(int rank, boolean transposed, boolean batch) {
        long[] perm = new long[rank];
        for (int i = 0; i < rank; i++) {
            perm[i] = batch && i < rank - 1 ? i + 1 : i;
        }
        if (batch) {
            perm[rank - 2] = 0;
        }
        if (transposed) {
            long last = perm[rank - 1];
            perm[rank - 1] = perm[rank - 2];
            perm[rank - 2] = last;
        }
        return perm;
    }
}
