package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The operators that work in either layout, and what has to change in them.
 *
 * <p>Source: the ONNX operator schemas of opset 13 to 24, for which of their operands and options speak of axes.
 */
final class RelayoutTable {
    private static final Map<String, Relayout> ROWS = new HashMap<>();
    private static final long MANY_CHANNELS = 8;

    static {
        rows(RelayoutTable::elementwise, "Abs Neg Exp Log Sqrt Reciprocal Floor Ceil Round Sign Erf Not IsNaN IsInf");
        rows(RelayoutTable::elementwise, "Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Tanh Sigmoid Relu");
        rows(RelayoutTable::elementwise, "LeakyRelu PRelu Elu Selu Celu HardSwish HardSigmoid Softplus Softsign Gelu");
        rows(RelayoutTable::elementwise, "Mish Swish ThresholdedRelu Identity Cast BitwiseNot");
        rows(RelayoutTable::elementwise, "Add Sub Mul Div Pow Mod Min Max Sum Mean And Or Xor Where BitShift");
        rows(RelayoutTable::elementwise, "Equal Greater Less GreaterOrEqual LessOrEqual");
        rows(RelayoutTable::elementwise, "BitwiseAnd BitwiseOr BitwiseXor");
        rows(onFirst(n -> true, f -> {}), "Clip");
        rows(onFirst(n -> true, f -> f.moveAxis(OnnxOps.AXIS, -1)), "Softmax LogSoftmax Hardmax LpNormalization TopK");
        rows(onFirst(n -> true, f -> f.moveAxis(OnnxOps.AXIS, 0)), "Split");
        rows(onFirst(RelayoutTable::isUnblocked, RelayoutTable::quantized), "QuantizeLinear DequantizeLinear");
        rows(onFirst(n -> isConstant(n, 3) || isConstant(n, 1), f -> axes(f, 3, 1)), "Slice");
        rows(onFirst(n -> n.input(1).isConstant(), f -> axes(f, 1, 1)), "CumSum");
        rows(
                onFirst(n -> isConstant(n, 1) && (!n.input(3).isPresent() || isConstant(n, 3)), RelayoutTable::pad),
                "Pad");
        rows(onFirst(n -> isConstant(n, 1), f -> f.moveVector(1)), "Tile");
        rows(RelayoutTable::resized, "Resize");
        rows(RelayoutTable::joined, "Concat");
        rows(RelayoutTable::elementwise, "com.microsoft:QLinearAdd com.microsoft:QLinearMul");
        rows(onFirst(n -> true, f -> {}), "com.microsoft:QLinearSigmoid com.microsoft:QLinearLeakyRelu");
        rows(onFirst(n -> true, f -> f.moveAxis(OnnxOps.AXIS, -1)), "com.microsoft:QLinearSoftmax");
        rows(RelayoutTable::joined, "com.microsoft:QLinearConcat");
        rows(RelayoutTable::expanded, "Expand");
        rows(RelayoutTable::indexed, "Gather");
        rows(RelayoutTable::shapeOf, "Shape");
        rows(RelayoutTable::reduced, "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2");
        rows(RelayoutTable::reduced, "ReduceLogSum ReduceLogSumExp ReduceSumSquare ArgMax ArgMin");
        rows(Reshaping::plan, "Reshape Squeeze Unsqueeze Flatten");
    }

    private RelayoutTable() {}

    private static void rows(Relayout relayout, String names) {
        for (String name : names.split(" ")) {
            ROWS.put(name, relayout);
        }
    }

    /** How a node can work in the other layout; empty if it is bound to the one it has. */
    static Optional<Relayout.Plan> plan(Node node, Layout plain, Value known) {
        Relayout row = ROWS.get(node.op().toString());
        boolean ranked =
                node.inputs().stream().allMatch(v -> !v.isPresent() || v.shape().isRanked())
                        && node.outputs().stream().allMatch(v -> v.shape().isRanked());
        return row == null || !ranked ? Optional.empty() : row.plan(node, plain, known);
    }

    /** Operands are broadcast against each other; all have the same layout. */
    private static Optional<Relayout.Plan> elementwise(Node node, Layout plain, Value known) {
        int rank = node.output().shape().rank();
        BitSet inputs = new BitSet();
        long cost = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            Value in = node.input(i);
            if (!in.isPresent() || in.isConstant()) {
                continue;
            }
            if (in.shape().rank() == rank) {
                inputs.set(i);
            } else if (!Flip.holdsOne(in.shape()) && !Flip.isDequantizedConstant(in)) {
                cost += Weights.bytes(in);
            }
        }
        return Optional.of(new Relayout.Plan(plain, inputs, all(node), cost, f -> {
            for (int i = 0; i < f.node().inputs().size(); i++) {
                f.align(i);
            }
            return f.done();
        }));
    }

    /** The first operand has the layout of the results; the others say something about axes, or nothing. */
    private static Relayout onFirst(Predicate<Node> possible, Consumer<Flip> change) {
        return (node, plain, known) -> {
            int rank = node.input(0).shape().rank();
            boolean fits = possible.test(node)
                    && node.outputs().stream().allMatch(o -> o.shape().rank() == rank);
            return fits
                    ? Optional.of(new Relayout.Plan(plain, computed(node, 1), all(node), 0, f -> {
                        f.align(0);
                        change.accept(f);
                        return f.done();
                    }))
                    : Optional.empty();
        };
    }

    private static Optional<Relayout.Plan> joined(Node node, Layout plain, Value known) {
        return Optional.of(new Relayout.Plan(plain, computed(node, node.inputs().size()), all(node), 0, f -> {
            for (int i = 0; i < f.node().inputs().size(); i++) {
                f.align(i);
            }
            f.moveAxis(OnnxOps.AXIS, 0);
            return f.done();
        }));
    }

    private static void quantized(Flip f) {
        if (f.node().input(1).shape().hasRank(1)) {
            f.moveAxis(OnnxOps.AXIS, 1);
        }
    }

    private static boolean isUnblocked(Node node) {
        return node.attributes().get(OnnxOps.BLOCK_SIZE, 0L) == 0;
    }

    private static void axes(Flip f, int input, int like) {
        long[] axes =
                f.node().input(input).isPresent() ? longs(f.node(), input) : counted(longs(f.node(), like).length);
        long[] moved = Arrays.stream(axes).map(f.moved()::placeOf).toArray();
        if (f.node().input(input).isPresent()) {
            f.setVector(input, moved);
        } else {
            f.append(input, moved);
        }
    }

    private static void pad(Flip f) {
        Node node = f.node();
        if (node.input(3).isPresent()) {
            f.setVector(3, Arrays.stream(longs(node, 3)).map(f.moved()::placeOf).toArray());
            return;
        }
        long[] pads = longs(node, 1);
        int rank = pads.length / 2;
        long[] moved = Arrays.copyOf(f.moved().apply(Arrays.copyOf(pads, rank)), 2 * rank);
        System.arraycopy(f.moved().apply(Arrays.copyOfRange(pads, rank, 2 * rank)), 0, moved, rank, rank);
        f.setVector(1, moved);
    }

    private static Optional<Relayout.Plan> expanded(Node node, Layout plain, Value known) {
        int rank = node.output().shape().rank();
        boolean fits = isConstant(node, 1) && longs(node, 1).length == rank;
        Value x = node.input(0);
        boolean carried = !x.isConstant() && x.shape().rank() == rank;
        if (!fits || !(carried || x.isConstant() || Flip.holdsOne(x.shape()))) {
            return Optional.empty();
        }
        BitSet inputs = new BitSet();
        inputs.set(0, carried);
        return Optional.of(new Relayout.Plan(plain, inputs, all(node), 0, f -> {
            f.align(0);
            f.moveVector(1);
            return f.done();
        }));
    }

    /**
     * Only from channels second to last, where the linear kernel of ONNX Runtime treats all channels of a pixel at once;
     * that of the nearest pixel is faster with channels second, as both are for few channels.
     */
    private static Optional<Relayout.Plan> resized(Node node, Layout plain, Value known) {
        Shape x = node.input(0).shape();
        int extents = node.input(3).isPresent() ? 3 : 2;
        boolean fits = plain == Layout.CHANNELS_SECOND
                && x.hasRank(4)
                && x.isFixed(1)
                && x.size(1) >= MANY_CHANNELS
                && node.attributes().get(OnnxOps.MODE, "nearest").equals("linear")
                && node.attributes().find(Key.ofInts("axes")).isEmpty()
                && !node.input(1).isPresent()
                && isConstant(node, extents);
        return fits ? onFirst(n -> true, f -> f.moveVector(extents)).plan(node, plain, known) : Optional.empty();
    }

    private static Optional<Relayout.Plan> indexed(Node node, Layout plain, Value known) {
        int indexRank = node.input(1).shape().rank();
        int rank = node.input(0).shape().rank();
        long axis = node.attributes().get(OnnxOps.AXIS, 0L);
        if (indexRank > 1) {
            return Optional.empty();
        }
        Set<Integer> gone = indexRank == 1 ? Set.of() : Set.of((int) (axis < 0 ? axis + rank : axis));
        return dropping(node, plain, gone, f -> f.moveAxis(OnnxOps.AXIS, 0));
    }

    private static Optional<Relayout.Plan> reduced(Node node, Layout plain, Value known) {
        int rank = node.input(0).shape().rank();
        boolean arg = node.op().name().startsWith("Arg");
        if (node.input(1).isPresent() ? !isConstant(node, 1) : !arg) {
            return Optional.empty();
        }
        long[] axes = arg ? new long[] {node.attributes().get(OnnxOps.AXIS, 0L)} : longs(node, 1);
        if (axes.length == 0) {
            return Optional.empty();
        }
        Set<Integer> gone = new HashSet<>();
        if (node.attributes().get(OnnxOps.KEEPDIMS, 1L) == 0) {
            Arrays.stream(axes).forEach(a -> gone.add((int) (a < 0 ? a + rank : a)));
        }
        return dropping(node, plain, gone, f -> {
            if (arg) {
                f.moveAxis(OnnxOps.AXIS, 0);
            } else {
                f.setVector(
                        1, Arrays.stream(axes).map(f.moved()::placeOf).sorted().toArray());
            }
        });
    }

    /** Axes go away; those that stay must stand in the same order in both layouts, or again in one of them. */
    private static Optional<Relayout.Plan> dropping(Node node, Layout plain, Set<Integer> gone, Consumer<Flip> change) {
        Permutation moved = plain.toOther(node.input(0).shape().rank());
        int[] stay =
                Arrays.stream(moved.toArray()).filter(a -> !gone.contains(a)).toArray();
        int[] sorted = Arrays.stream(stay).sorted().toArray();
        boolean same = Arrays.equals(stay, sorted);
        int[] order =
                Arrays.stream(stay).map(a -> Arrays.binarySearch(sorted, a)).toArray();
        boolean again = stay.length >= 3 && Permutation.of(order).equals(plain.toOther(stay.length));
        if (!same && !again) {
            return Optional.empty();
        }
        return Optional.of(new Relayout.Plan(plain, computed(node, 1), same ? new BitSet() : all(node), 0, f -> {
            f.align(0);
            change.accept(f);
            return f.done();
        }));
    }

    private static Optional<Relayout.Plan> shapeOf(Node node, Layout plain, Value known) {
        if (!node.attributes().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Relayout.Plan(plain, computed(node, 1), new BitSet(), 0, f -> {
            long[] places =
                    Arrays.stream(f.moved().inverse().toArray()).asLongStream().toArray();
            return List.of(f.onnx().gather(f.onnx().shapeOf(f.in(0)), f.onnx().ints(places), 0));
        }));
    }

    private static BitSet all(Node node) {
        BitSet all = new BitSet();
        all.set(0, node.outputs().size());
        return all;
    }

    private static BitSet computed(Node node, int first) {
        BitSet computed = new BitSet();
        for (int i = 0; i < first; i++) {
            computed.set(i, !node.input(i).isConstant());
        }
        return computed;
    }

    static boolean isConstant(Node node, int input) {
        return node.input(input)
                .constant()
                .filter(t -> t.elementCount() <= Tensor.SMALL)
                .isPresent();
    }

    static long[] longs(Node node, int input) {
        return node.input(input).constant().orElseThrow().toLongs();
    }

    private static long[] counted(int n) {
        long[] out = new long[n];
        Arrays.setAll(out, i -> i);
        return out;
    }

    /** Whether all extents but the first are known. */
    static boolean knownButFirst(Shape shape) {
        return java.util.stream.IntStream.range(1, shape.rank()).allMatch(shape::isFixed);
    }
}
