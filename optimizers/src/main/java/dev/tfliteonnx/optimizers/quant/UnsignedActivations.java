package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Activations of int8 become uint8, their zero points 128 higher, so that they stand for the same numbers. ONNX Runtime has
 * integer kernels for int8 activations on ARM only; on x86 it makes those uint8 that one node alone reads and computes
 * the others in float32. uint8 is fast on both, and it is what NNAPI wants. Inputs and outputs of the graph stay int8.
 *
 * <pre>
 * ─Q(z:INT8)─DQ(z)─▶      becomes      ─Q(z + 128:UINT8)─DQ(z + 128)─▶
 * </pre>
 */
public final class UnsignedActivations implements GraphPass {
    private static final int SHIFT = 128;

    /** What has an integer kernel in ONNX Runtime, but for what moves elements only. */
    private static final Set<String> COMPUTING = Set.of(
            "Conv",
            "MatMul",
            "Gemm",
            "Add",
            "Mul",
            "AveragePool",
            "GlobalAveragePool",
            "Sigmoid",
            "LeakyRelu",
            "Softmax",
            "Concat",
            "Where");

    /** What moves, clamps or chooses integers of either sign, if they stay of that sign. */
    private static final Set<String> MOVING = Set.of(
            "Clip",
            "DepthToSpace",
            "Expand",
            "Flatten",
            "Gather",
            "GatherElements",
            "GatherND",
            "Max",
            "MaxPool",
            "Min",
            "Pad",
            "ReduceMax",
            "ReduceMin",
            "Relu",
            "Reshape",
            "Resize",
            "Slice",
            "SpaceToDepth",
            "Split",
            "Squeeze",
            "Tile",
            "Transpose",
            "Unsqueeze");

    /** Those whose second operand is weights, which may be of either sign. */
    private static final Set<String> WEIGHTED = Set.of("Conv", "MatMul", "Gemm");

    @Override
    public String name() {
        return "unsigned-activations";
    }

    @Override
    public String summary() {
        return "Activations of int8 become uint8 inside the graph, which ONNX Runtime has integer kernels for everywhere.";
    }

    @Override
    public String drawing() {
        return "x → QuantizeLinear(z:INT8) → DequantizeLinear(z) → y\n"
                + "=> x → QuantizeLinear(z + 128:UINT8) → DequantizeLinear(z + 128) → y";
    }

    @Override
    public Set<String> after() {
        return Set.of("quantization-cleanup");
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        return new Change(graph, graph.edit(name())).apply(context);
    }

    /** One run over a graph. */
    private final class Change {
        private final Graph graph;
        private final Edit edit;
        private final Set<Node> own;
        private int changes;

        Change(Graph graph, Edit edit) {
            this.graph = graph;
            this.edit = edit;
            this.own = new HashSet<>(graph.nodes());
        }

        boolean apply(PassContext context) {
            for (Node node : graph.nodes()) {
                if (node.is("QuantizeLinear") && isSigned(node, node.output())) {
                    quantize(node);
                } else if (node.is("DequantizeLinear") && isConstantActivation(node)) {
                    dequantize(node, turned(node.input(0)));
                    changes++;
                } else if (node.is("DequantizeLinear")
                        && isSigned(node, node.input(0))
                        && !isQuantized(node.input(0))) {
                    enter(node);
                }
            }
            if (changes > 0) {
                edit.apply();
                context.fired(name(), changes);
            }
            return changes > 0;
        }

        private boolean isSigned(Node node, Value q) {
            Value zero = node.input(2);
            return q.type() == DataType.INT8 && !q.isConstant() && (!zero.isPresent() || zero.isConstant());
        }

        /** Whether integers are a constant operand where there are activations otherwise: no weights. */
        private boolean isConstantActivation(Node dequantize) {
            Value q = dequantize.input(0);
            boolean known = dequantize.input(1).isConstant()
                    && (!dequantize.input(2).isPresent() || dequantize.input(2).isConstant());
            return q.isConstant()
                    && q.type() == DataType.INT8
                    && known
                    && dequantize.output().uses().stream()
                            .allMatch(u -> own.contains(u.user())
                                    && COMPUTING.contains(u.user().op().name())
                                    && (u.input() == 0
                                            || !WEIGHTED.contains(u.user().op().name())));
        }

        private Value turned(Value q) {
            return graph.constant(
                    q.name() + "/uint8", q.constant().orElseThrow().signTurned());
        }

        private boolean isQuantized(Value q) {
            return q.producer().filter(n -> n.is("QuantizeLinear")).isPresent();
        }

        private void quantize(Node node) {
            Value q = node.output();
            List<Use> inner = q.uses().stream().filter(u -> isDequantized(u, q)).toList();
            boolean known = q.uses().stream().allMatch(u -> inner.contains(u) || isOnItsWayOut(u));
            boolean edge = q.isGraphOutput() || inner.size() < q.uses().size();
            if (!known || (edge && inner.isEmpty() && !isComputed(node.input(0)))) {
                return;
            }
            Onnx onnx = new Onnx(edit, q.name() + "/uint8", node.origin());
            Value unsigned =
                    onnx.op("QuantizeLinear", node.attributes(), node.input(0), node.input(1), zero(onnx, node, q));
            inner.forEach(u -> dequantize(u.user(), unsigned));
            if (edge) {
                Value back =
                        onnx.op("DequantizeLinear", node.attributes(), unsigned, node.input(1), zero(onnx, node, q));
                edit.replace(
                        q, onnx.op("QuantizeLinear", node.attributes(), back, node.input(1), signedZero(onnx, node)));
            }
            changes++;
        }

        private boolean isDequantized(Use use, Value q) {
            return use.input() == 0
                    && own.contains(use.user())
                    && use.user().is("DequantizeLinear")
                    && isSigned(use.user(), q);
        }

        /** Whether integers are laid out anew for an output of the graph. */
        private boolean isOnItsWayOut(Use use) {
            Node user = use.user();
            return own.contains(user)
                    && (user.is("Transpose") || user.is("Reshape"))
                    && user.output().isGraphOutput()
                    && user.output().uses().isEmpty();
        }

        /** Whether a number is made by an integer kernel, or moved there from what is uint8 already. */
        private boolean isComputed(Value x) {
            return x.producer()
                    .filter(n -> COMPUTING.contains(n.op().name())
                            || (MOVING.contains(n.op().name())
                                    && n.inputs().stream()
                                            .flatMap(v -> v.producer().stream())
                                            .anyMatch(p -> p.is("DequantizeLinear")
                                                    && p.input(0).type() == DataType.UINT8)))
                    .isPresent();
        }

        /** Integers that come from elsewhere, such as an input, pass through real numbers once. */
        private void enter(Node dequantize) {
            Value x = dequantize.output();
            if (x.uses().stream().map(Use::user).noneMatch(n -> own.contains(n) && wantsUnsigned(n))) {
                return;
            }
            Onnx onnx = new Onnx(edit, x.name() + "/uint8", dequantize.origin());
            Value real = onnx.op(
                    "DequantizeLinear",
                    dequantize.attributes(),
                    dequantize.input(0),
                    dequantize.input(1),
                    signedZero(onnx, dequantize));
            Value zero = zero(onnx, dequantize, dequantize.input(0));
            Value q = onnx.op("QuantizeLinear", dequantize.attributes(), real, dequantize.input(1), zero);
            dequantize(dequantize, q);
            changes++;
        }

        private static boolean wantsUnsigned(Node node) {
            return COMPUTING.contains(node.op().name())
                    || (MOVING.contains(node.op().name())
                            && node.outputs().stream()
                                    .flatMap(v -> v.uses().stream())
                                    .map(Use::user)
                                    .anyMatch(n ->
                                            n.is("QuantizeLinear") && n.output().type() == DataType.UINT8));
        }

        private void dequantize(Node node, Value unsigned) {
            Onnx onnx = new Onnx(edit, node.output().name(), node.origin());
            Value zero = zero(onnx, node, node.input(0));
            edit.replace(node.output(), onnx.op("DequantizeLinear", node.attributes(), unsigned, node.input(1), zero));
        }

        private Value signedZero(Onnx onnx, Node node) {
            return node.input(2).isPresent()
                    ? node.input(2)
                    : onnx.constant(
                            "zero_point",
                            Tensor.splat(DataType.INT8, node.input(1).shape(), 0));
        }

        private Value zero(Onnx onnx, Node node, Value q) {
            Value zero = node.input(2);
            Tensor tensor = zero.isPresent()
                    ? zero.constant().orElseThrow()
                    : Tensor.splat(q.type(), node.input(1).shape(), 0);
            long[] shifts = Arrays.stream(tensor.toLongs()).map(z -> z + SHIFT).toArray();
            String name = zero.isPresent() ? zero.name() : "zero_point";
            return onnx.constant(name + "/uint8", Tensor.ofIntegers(DataType.UINT8, tensor.shape(), shifts));
        }
    }
}
