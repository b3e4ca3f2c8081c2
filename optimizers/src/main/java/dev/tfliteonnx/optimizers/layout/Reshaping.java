package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes of shape in either layout. Three kinds can be moved: those that leave batch and channels alone, those of tensors
 * whose elements have the same order in both layouts, and those that flatten an image for a matrix product, whose constant
 * weights then are laid out anew.
 */
final class Reshaping {
    private static final Set<String> ELEMENTWISE =
            Set.of("Relu", "Sigmoid", "Tanh", "Clip", "HardSwish", "LeakyRelu", "Identity");

    private Reshaping() {}

    /** Weights of a matrix product and which of their axes is summed over. */
    private record Weight(Value constant, int axis) {}

    static Optional<Relayout.Plan> plan(Node node, Layout plain, Value known) {
        Value x = node.input(0);
        Value y = node.output();
        if (openExtents(y.shape()) > 1 || y.shape().dims().stream().anyMatch(d -> d.is(0))) {
            return Optional.empty();
        }
        BitSet inputs = new BitSet();
        BitSet outputs = new BitSet();
        List<Weight> weights = new ArrayList<>();
        if (keepsEnds(x.shape(), y.shape(), plain)) {
            inputs.set(0, !x.isConstant() && x.shape().rank() >= 3);
            outputs.set(0, y.shape().rank() >= 3);
        } else if (known == x) {
            boolean free = plain.toOther(x.shape().rank()).keepsOrder(x.shape());
            if (!free && !(flattens(x.shape(), y.shape()) && collect(y, weights, 0))) {
                return Optional.empty();
            }
            inputs.set(0);
        } else if (known == y && plain.toOther(y.shape().rank()).keepsOrder(y.shape())) {
            outputs.set(0);
        } else {
            return Optional.empty();
        }
        return Optional.of(new Relayout.Plan(plain, inputs, outputs, 0, f -> emit(f, weights)));
    }

    private static List<Value> emit(Flip f, List<Weight> weights) {
        Value y = f.node().output();
        long[] target = new long[y.shape().rank()];
        Arrays.setAll(target, i -> y.shape().isFixed(i) ? y.shape().size(i) : -1);
        boolean carried = y.shape().rank() >= 3 && f.carriesResult();
        if (carried) {
            target = f.plain().toOther(target.length).apply(target);
        }
        Shape plainImage = f.node().input(0).shape();
        weights.forEach(w -> f.replaceConstant(
                w.constant, relaid(w.constant.constant().orElseThrow(), w.axis, plainImage, f.moved())));
        return List.of(f.onnx().op("Reshape", f.in(0), f.onnx().ints(target)));
    }

    /** Splits the axis that is summed over into the axes of the image, permutes those and joins them again. */
    private static Tensor relaid(Tensor weights, int axis, Shape image, Permutation moved) {
        int rank = image.rank();
        long[] split = new long[rank];
        int[] order = new int[rank];
        // the image without its batch, with the other axis of the weights before or behind it
        int first = axis == 0 ? 0 : 1;
        for (int i = 1; i < rank; i++) {
            split[first + i - 1] = image.size(i);
            order[first + i - 1] = first + moved.source(i) - 1;
        }
        int other = axis == 0 ? rank - 1 : 0;
        split[other] = weights.shape().size(1 - axis);
        order[other] = other;
        return weights.reshaped(Shape.of(split)).permuted(order).reshaped(weights.shape());
    }

    private static boolean keepsEnds(Shape x, Shape y, Layout plain) {
        if (x.rank() < 2 || y.rank() < 2 || Math.max(x.rank(), y.rank()) < 3) {
            return false;
        }
        int channelsOfX = plain == Layout.CHANNELS_LAST ? x.rank() - 1 : 1;
        int channelsOfY = plain == Layout.CHANNELS_LAST ? y.rank() - 1 : 1;
        long spaceOfX = space(x, channelsOfX);
        return x.isFixed(channelsOfX)
                && x.dim(channelsOfX).equals(y.dim(channelsOfY))
                && spaceOfX > 0
                && spaceOfX == space(y, channelsOfY);
    }

    /** The product of all extents but batch and channels; −1 if it is not known. */
    private static long space(Shape shape, int channels) {
        long product = 1;
        for (int i = 1; i < shape.rank(); i++) {
            if (i != channels) {
                if (!shape.isFixed(i)) {
                    return -1;
                }
                product *= shape.size(i);
            }
        }
        return product;
    }

    private static long openExtents(Shape shape) {
        return shape.dims().stream().filter(d -> !(d instanceof Dim.Fixed)).count();
    }

    private static boolean flattens(Shape x, Shape y) {
        if (!y.hasRank(2) || !RelayoutTable.knownButFirst(x)) {
            return false;
        }
        long product = 1;
        for (int i = 1; i < x.rank(); i++) {
            product *= x.size(i);
        }
        return product > 0 && y.dim(1).is(product);
    }

    /** Finds the weights that a flat image is multiplied by; false if anything else reads it. */
    private static boolean collect(Value flat, List<Weight> into, int depth) {
        if (flat.isGraphOutput() || flat.uses().isEmpty() || depth > 8) {
            return false;
        }
        for (Use use : flat.uses()) {
            Node user = use.user();
            if (use.input() != 0 || !user.op().domain().isEmpty()) {
                return false;
            }
            String op = user.op().name();
            boolean passes = ELEMENTWISE.contains(op)
                    || ((user.is("QuantizeLinear") || user.is("DequantizeLinear"))
                            && Flip.holdsOne(user.input(1).shape()));
            boolean found = passes ? collect(user.output(), into, depth + 1) : multiplies(user, into);
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static boolean multiplies(Node node, List<Weight> into) {
        boolean gemm = node.is("Gemm") && node.attributes().get(OnnxOps.TRANS_A, 0L) == 0;
        if (!gemm && !node.is("MatMul")) {
            return false;
        }
        int axis = node.attributes().get(OnnxOps.TRANS_B, 0L) == 0 ? 0 : 1;
        Value weights = node.input(1);
        Node dequantize = weights.producer().orElse(null);
        if (dequantize != null) {
            boolean along = !Flip.holdsOne(dequantize.input(1).shape())
                    && Math.floorMod(dequantize.attributes().get(OnnxOps.AXIS, 1L), 2L) == axis;
            if (!Flip.isDequantizedConstant(weights) || along || !weights.hasOneUse()) {
                return false;
            }
            weights = dequantize.input(0);
        }
        if (!weights.isConstant() || !weights.hasOneUse() || !weights.shape().hasRank(2)) {
            return false;
        }
        into.add(new Weight(weights, axis));
        return true;
    }
}
