package dev.tfliteonnx.rewriters.shape;

import static dev.tfliteonnx.rewriters.shape.BatchStep.fromStart;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Of every operator that treats the examples of a batch apart: where its results have them. What is not in this
 * table runs once for each example, if it can.
 *
 * <p>Source: the {@code Prepare} functions of the kernels, {@code tensorflow/lite/kernels}.
 */
final class BatchRules {
    private static final Map<String, BatchRule> RULES = new HashMap<>();

    static {
        put(
                s -> s.only(0),
                "ABS",
                "CAST",
                "CEIL",
                "COMPLEX_ABS",
                "COS",
                "DEQUANTIZE",
                "ELU",
                "EXP",
                "FAKE_QUANT",
                "FLOOR",
                "GELU",
                "HARD_SWISH",
                "IMAG",
                "LEAKY_RELU",
                "LOG",
                "LOGICAL_NOT",
                "LOGISTIC",
                "NEG",
                "QUANTIZE",
                "REAL",
                "RELU",
                "RELU6",
                "RELU_0_TO_1",
                "RELU_N1_TO_1",
                "ROUND",
                "RSQRT",
                "SIGN",
                "SIN",
                "SQRT",
                "SQUARE",
                "STABLEHLO_ABS",
                "STABLEHLO_CBRT",
                "STABLEHLO_CONVERT",
                "STABLEHLO_COSINE",
                "STABLEHLO_EXPONENTIAL",
                "STABLEHLO_FLOOR",
                "STABLEHLO_LOG",
                "STABLEHLO_LOGISTIC",
                "STABLEHLO_NEGATE",
                "STABLEHLO_RSQRT",
                "STABLEHLO_TANH",
                "TANH",
                "ZEROS_LIKE");
        put(
                BatchRules::broadcast,
                "ADD",
                "ADD_N",
                "ATAN2",
                "DIV",
                "EQUAL",
                "FLOOR_DIV",
                "FLOOR_MOD",
                "GREATER",
                "GREATER_EQUAL",
                "LESS",
                "LESS_EQUAL",
                "LOGICAL_AND",
                "LOGICAL_OR",
                "MAXIMUM",
                "MINIMUM",
                "MUL",
                "NOT_EQUAL",
                "POW",
                "PRELU",
                "SELECT_V2",
                "SQUARED_DIFFERENCE",
                "STABLEHLO_ADD",
                "STABLEHLO_AND",
                "STABLEHLO_COMPARE",
                "STABLEHLO_DIVIDE",
                "STABLEHLO_MAXIMUM",
                "STABLEHLO_MINIMUM",
                "STABLEHLO_MULTIPLY",
                "STABLEHLO_OR",
                "STABLEHLO_POWER",
                "STABLEHLO_REMAINDER",
                "STABLEHLO_SELECT",
                "STABLEHLO_SUBTRACT",
                "SUB");
        put(s -> leading(s, 0), "AVERAGE_POOL_2D", "CONV_2D", "CONV_3D", "DEPTHWISE_CONV_2D", "DEPTH_TO_SPACE");
        put(s -> leading(s, 0), "L2_POOL_2D", "LOCAL_RESPONSE_NORMALIZATION", "MAX_POOL_2D", "SPACE_TO_DEPTH");
        put(s -> leading(s, 0), "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "Convolution2DTransposeBias");
        put(BatchRules::transposedConvolution, "TRANSPOSE_CONV", "CONV_3D_TRANSPOSE");
        put(s -> sparing(s, 0, s.rank(0) - 2, s.rank(0) - 1), "RFFT2D");
        put(BatchRules::notLast, "SOFTMAX", "LOG_SOFTMAX", "L2_NORMALIZATION", "TOPK_V2");
        put(BatchRules::reduce, "MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "REDUCE_ANY", "REDUCE_ALL");
        put(s -> removing(s, fromStart(s.longs(1)[0], s.rank(0))), "ARG_MAX", "ARG_MIN");
        put(s -> sparing(s, 0, fromStart(s.longs(1)[0], s.rank(0))), "CUMSUM");
        put(s -> sparing(s, 0, axes(s, 1)), "REVERSE_V2");
        put(s -> sparing(s, 1, fromStart(s.longs(0)[0], s.rank(1))), "SPLIT");
        put(s -> sparing(s, 0, fromStart(s.longs(2)[0], s.rank(0))), "SPLIT_V");
        put(s -> removing(s, fromStart(s.option(Tfl.AXIS), s.rank(0))), "UNPACK");
        put(BatchRules::concatenation, "CONCATENATION");
        put(BatchRules::pack, "PACK");
        put(s -> inserting(s.only(0), fromStart(s.longs(1)[0], s.rank(0) + 1)), "EXPAND_DIMS");
        put(s -> inserting(s.only(0), fromStart(s.option(Tfl.AXIS), s.rank(0) + 1)), "ONE_HOT");
        put(s -> s.only(0), "EMBEDDING_LOOKUP");
        put(BatchGathers::gather, "GATHER");
        put(BatchRules::transpose, "TRANSPOSE");
        put(BatchRules::pad, "PAD", "PADV2", "MIRROR_PAD");
        put(BatchRules::tile, "TILE");
        put(BatchRules::matrixProduct, "BATCH_MATMUL");
        put(BatchShapeRules::fullyConnected, "FULLY_CONNECTED");
        put(BatchShapeRules::reshape, "RESHAPE");
        put(BatchShapeRules::squeeze, "SQUEEZE");
        put(BatchShapeRules::slice, "SLICE");
        put(BatchShapeRules::stridedSlice, "STRIDED_SLICE");
        put(BatchShapeRules::spaceToBatch, "SPACE_TO_BATCH_ND");
        put(BatchShapeRules::batchToSpace, "BATCH_TO_SPACE_ND");
        put(BatchShapeRules::broadcastTo, "BROADCAST_TO");
        put(BatchGathers::gatherNd, "GATHER_ND");
        put(s -> leading(s, 0), "MaxPoolingWithArgmax2D");
        put(BatchRules::together, "MaxUnpooling2D");
        RULES.put("VARIABLE_TENSOR", BatchStates::variableTensor);
        RULES.put("READ_VARIABLE", BatchStates::read);
        RULES.put("ASSIGN_VARIABLE", BatchStates::assign);
        RULES.put("CALL_ONCE", BatchStates::once);
        RULES.put("UNIDIRECTIONAL_SEQUENCE_LSTM", BatchStates.recurrent(18, 19));
        RULES.put("UNIDIRECTIONAL_SEQUENCE_RNN", BatchStates.recurrent(4));
        RULES.put("BIDIRECTIONAL_SEQUENCE_LSTM", BatchStates.recurrent(35, 36, 37, 38));
        RULES.put("BIDIRECTIONAL_SEQUENCE_RNN", BatchStates.recurrent(4, 8));
        RULES.put(
                "LSTM", s -> BatchStates.recurrent(s.node().inputs().size() > 5 ? new int[] {18, 19} : new int[] {1, 4})
                        .apply(s));
        RULES.put("RNN", BatchStates.recurrent(4));
        RULES.put("SVDF", BatchStates.recurrent(4));
        RULES.put("CALL", BatchCalls.call(Tfl.SUBGRAPH));
        RULES.put("STABLEHLO_COMPOSITE", BatchCalls.call(Tfl.DECOMPOSITION_SUBGRAPH_INDEX));
        RULES.put("IF", BatchCalls::either);
        RULES.put("STABLEHLO_CASE", BatchCalls::choice);
        RULES.put("WHILE", BatchCalls::loop);
        RULES.put("STABLEHLO_WHILE", BatchCalls::loop);
    }

    private BatchRules() {}

    private static void put(BatchRule.OfOne rule, String... ops) {
        Stream.of(ops).forEach(op -> RULES.put(op, BatchRule.same(rule)));
    }

    /** The rule of an operator; empty if there is none. Custom codes and builtin names never meet. */
    static Optional<BatchRule> find(OpType op) {
        return FlexRules.find(op).or(() -> Optional.ofNullable(RULES.get(op.name())));
    }

    /**
     * Axes are aligned at the last one. Examples that stand on different axes get one of their own, in front; what has an
     * entry for each part of an example has it for each example.
     */
    static BatchAxis broadcast(BatchStep s) {
        long[] to = s.resultSizes();
        List<BatchAxis> found = aligned(s, to.length);
        BatchAxis axis = found.size() == 1 && isWhole(s, found.get(0), to) ? found.get(0) : new BatchAxis(0, 1, to[0]);
        align(s, axis, to.length);
        return axis;
    }

    /** Puts the examples of all operands on an axis, counted along those of the result. */
    private static void align(BatchStep s, BatchAxis axis, int rank) {
        for (int i = 0; i < s.node().inputs().size(); i++) {
            int shift = rank - s.rank(i);
            int own = axis.axis() - shift;
            Optional<BatchAxis> held = s.axis(i);
            if (held.isPresent() && !held.get().on(held.get().axis() + shift).equals(axis)) {
                s.spread(i, axis, rank);
            } else if (held.isEmpty() && own >= 0 && s.sizes(i)[own] != 1) {
                s.repeat(i, axis.on(own));
            }
        }
    }

    /** Whether an axis of the result has the examples alone: none of them is repeated along it. */
    private static boolean isWhole(BatchStep s, BatchAxis axis, long[] to) {
        return to[axis.axis()] == axis.outer() * s.before() * axis.inner();
    }

    /** Where operands have examples, counted along the axes of the result. */
    private static List<BatchAxis> aligned(BatchStep s, int rank) {
        return IntStream.range(0, s.node().inputs().size())
                .mapToObj(i -> s.axis(i).map(a -> a.on(a.axis() + rank - s.rank(i))))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /** Kernels that take examples one after the other from the first axis. */
    private static BatchAxis leading(BatchStep s, int input) {
        BatchAxis axis = s.only(input);
        if (axis.axis() != 0) {
            throw new Prevented("examples are on axis " + axis.axis());
        }
        return axis;
    }

    private static BatchAxis transposedConvolution(BatchStep s) {
        BatchAxis axis = leading(s, 2);
        long[] shape = s.longs(0);
        if (s.after() instanceof Dim.Fixed fixed) {
            shape[0] = axis.outer() * fixed.size() * axis.inner();
            s.setOperand(0, shape);
        }
        return axis;
    }

    private static BatchAxis notLast(BatchStep s) {
        return sparing(s, 0, s.rank(0) - 1);
    }

    /** The axis stays, or is moved out of the way; the operator works along others. */
    static BatchAxis sparing(BatchStep s, int input, int... along) {
        BatchAxis axis = s.only(input);
        if (Arrays.stream(along).noneMatch(a -> a == axis.axis())) {
            return axis;
        }
        return s.moved(input, along).orElseThrow(() -> new Prevented("it works along the axis of the examples"));
    }

    private static int[] axes(BatchStep s, int input) {
        return Arrays.stream(s.longs(input))
                .mapToInt(a -> fromStart(a, s.rank(0)))
                .distinct()
                .toArray();
    }

    private static BatchAxis reduce(BatchStep s) {
        return s.option(Tfl.KEEP_DIMS) ? sparing(s, 0, axes(s, 1)) : removing(s, axes(s, 1));
    }

    /** The operator works along axes that its result lacks. */
    private static BatchAxis removing(BatchStep s, int... gone) {
        BatchAxis axis = sparing(s, 0, gone);
        int before = (int) Arrays.stream(gone).filter(a -> a < axis.axis()).count();
        return axis.on(axis.axis() - before);
    }

    private static BatchAxis inserting(BatchAxis axis, int at) {
        return axis.on(axis.axis() < at ? axis.axis() : axis.axis() + 1);
    }

    /** The axis of all operands, which must have it in the same place; those that have none are repeated. */
    private static BatchAxis common(BatchStep s) {
        List<BatchAxis> found = IntStream.range(0, s.node().inputs().size())
                .mapToObj(s::axis)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        if (found.size() != 1) {
            throw new Prevented("its operands have examples on different axes");
        }
        for (int i = 0; i < s.node().inputs().size(); i++) {
            if (s.axis(i).isEmpty()) {
                s.repeat(i, found.get(0));
            }
        }
        return found.get(0);
    }

    private static BatchAxis concatenation(BatchStep s) {
        BatchAxis axis = common(s);
        if (fromStart(s.option(Tfl.AXIS), s.rank(0)) == axis.axis()) {
            throw new Prevented("it works along the axis of the examples");
        }
        return axis;
    }

    private static BatchAxis pack(BatchStep s) {
        return inserting(common(s), fromStart(s.option(Tfl.AXIS), s.rank(0) + 1));
    }

    private static BatchAxis transpose(BatchStep s) {
        BatchAxis axis = s.only(0);
        long[] order = s.longs(1);
        for (int i = 0; i < order.length; i++) {
            if (fromStart(order[i], order.length) == axis.axis()) {
                return axis.on(i);
            }
        }
        throw new Prevented("its permutation lacks the axis of the examples");
    }

    private static BatchAxis pad(BatchStep s) {
        BatchAxis axis = s.only(0);
        long[] pads = s.longs(1);
        if (pads[2 * axis.axis()] != 0 || pads[2 * axis.axis() + 1] != 0) {
            throw new Prevented("it pads the axis of the examples");
        }
        return axis;
    }

    private static BatchAxis tile(BatchStep s) {
        BatchAxis axis = s.only(0);
        if (s.longs(1)[axis.axis()] != 1) {
            throw new Prevented("it repeats the examples");
        }
        return axis;
    }

    /** Examples on leading axes, or as the rows of the left operand. */
    private static BatchAxis matrixProduct(BatchStep s) {
        long[] to = s.resultSizes();
        int rank = to.length;
        int rows = s.rank(0) - (s.option(Tfl.ADJ_X) ? 1 : 2);
        if (s.axis(1).isEmpty() && s.axis(0).filter(a -> a.axis() == rows).isPresent()) {
            return s.only(0).on(rank - 2);
        }
        List<BatchAxis> found = aligned(s, rank);
        boolean isLeading = found.size() == 1 && found.get(0).axis() < rank - 2 && isWhole(s, found.get(0), to);
        if (!isLeading && (rank == 2 || to[0] != 1)) {
            throw new Prevented("it sums over the examples, has them as columns or on different axes");
        }
        BatchAxis axis = isLeading ? found.get(0) : BatchAxis.of(0);
        align(s, axis, rank);
        return axis;
    }

    /** Examples of all operands on one axis; two operands that both have them, or one. */
    private static BatchAxis together(BatchStep s) {
        BatchAxis axis = common(s);
        if (axis.axis() != 0) {
            throw new Prevented("examples are on axis " + axis.axis());
        }
        return axis;
    }
}
