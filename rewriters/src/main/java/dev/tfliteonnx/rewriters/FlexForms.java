package dev.tfliteonnx.rewriters;

import static dev.tfliteonnx.rewriters.FlexNode.options;

import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.MirrorPadMode;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which builtin operator stands for which TensorFlow operator, by the name of the latter. Where builtin operators lack
 * something, a data format or a type, the TensorFlow operator stays.
 *
 * <p>Source: TensorFlow's operator definitions ({@code tensorflow/core/ops}) and the patterns by which its converter
 * legalizes them ({@code tensorflow/compiler/mlir/lite/transforms/legalize_patterns.td}).
 */
final class FlexForms {
    private static final Map<String, FlexForm> FORMS = new HashMap<>();

    static {
        same(
                "ABS",
                "CEIL",
                "COS",
                "ELU",
                "EQUAL",
                "EXPAND_DIMS",
                "FILL",
                "FLOOR",
                "FLOOR_DIV",
                "FLOOR_MOD",
                "GATHER_ND");
        same("GREATER_EQUAL", "LESS_EQUAL", "LOGICAL_AND", "LOGICAL_NOT", "LOGICAL_OR", "NOT_EQUAL", "PAD", "POW");
        same("RANGE", "RANK", "RELU6", "RESHAPE", "REVERSE_V2", "ROUND", "RSQRT", "SCATTER_ND", "SELECT", "SELECT_V2");
        same("SIN", "SLICE", "SPLIT_V", "SQUARE", "SQUARED_DIFFERENCE", "TILE", "TRANSPOSE", "TOPK_V2", "WHERE");
        same("ZEROS_LIKE", "LOG_SOFTMAX", "BROADCAST_TO");
        as("PadV2", "PADV2");
        as("Atan2", "ATAN2");
        as("AddN", "ADD_N");
        as("SpaceToBatchND", "SPACE_TO_BATCH_ND");
        as("BatchToSpaceND", "BATCH_TO_SPACE_ND");
        FORMS.put("Softmax", n -> n.as("SOFTMAX", options("SOFTMAX").with(Tfl.BETA, 1f), n.all()));
        FORMS.put(
                "LeakyRelu",
                n -> n.as("LEAKY_RELU", options("LEAKY_RELU").with(Tfl.ALPHA, n.real("alpha", 0.2f)), n.all()));
        product("MatMul", "transpose_a", "transpose_b");
        product("BatchMatMul", "adj_x", "adj_y");
        product("BatchMatMulV2", "adj_x", "adj_y");
        product("BatchMatMulV3", "adj_x", "adj_y");
        reduction("Mean", "MEAN");
        reduction("Sum", "SUM");
        reduction("Max", "REDUCE_MAX");
        reduction("Min", "REDUCE_MIN");
        reduction("Prod", "REDUCE_PROD");
        reduction("Any", "REDUCE_ANY");
        reduction("All", "REDUCE_ALL");
        FORMS.put("ArgMax", n -> extreme(n, "ARG_MAX"));
        FORMS.put("ArgMin", n -> extreme(n, "ARG_MIN"));
        FORMS.put(
                "Cast",
                n -> n.as(
                        "CAST",
                        options("CAST")
                                .with(Tfl.IN_DATA_TYPE, n.in(0).type())
                                .with(Tfl.OUT_DATA_TYPE, n.node().output().type()),
                        n.all()));
        FORMS.put(
                "Shape",
                n -> n.as(
                        "SHAPE",
                        options("SHAPE").with(Tfl.OUT_TYPE, n.node().output().type()),
                        n.all()));
        FORMS.put("ConcatV2", FlexForms::concat);
        FORMS.put(
                "Pack",
                n -> n.as(
                        "PACK",
                        options("PACK").with(Tfl.AXIS, n.number("axis", 0)).with(Tfl.VALUES_COUNT, (long)
                                n.all().length),
                        n.all()));
        FORMS.put(
                "Unpack",
                n -> n.as(
                        "UNPACK",
                        options("UNPACK").with(Tfl.AXIS, n.number("axis", 0)).with(Tfl.NUM, (long)
                                n.node().outputs().size()),
                        n.all()));
        FORMS.put(
                "Squeeze",
                n -> n.as(
                        "SQUEEZE",
                        options("SQUEEZE").with(Tfl.SQUEEZE_DIMS, n.numbers("squeeze_dims", Ints.of())),
                        n.all()));
        FORMS.put(
                "Split",
                n -> n.as(
                        "SPLIT",
                        options("SPLIT")
                                .with(Tfl.NUM_SPLITS, (long) n.node().outputs().size()),
                        n.all()));
        FORMS.put("StridedSlice", FlexForms::stridedSlice);
        FORMS.put("GatherV2", n -> gather(n, n.constant(2)));
        FORMS.put("Gather", n -> gather(n, Optional.of(0L)));
        FORMS.put("OneHot", n -> n.as("ONE_HOT", options("ONE_HOT").with(Tfl.AXIS, n.number("axis", -1)), n.all()));
        FORMS.put(
                "Cumsum",
                n -> n.as(
                        "CUMSUM",
                        options("CUMSUM")
                                .with(Tfl.EXCLUSIVE, n.flag("exclusive"))
                                .with(Tfl.REVERSE, n.flag("reverse")),
                        n.all()));
        FORMS.put(
                "MirrorPad",
                n -> n.as(
                        "MIRROR_PAD",
                        options("MIRROR_PAD")
                                .with(
                                        Tfl.MODE,
                                        n.text("mode").equals("REFLECT")
                                                ? MirrorPadMode.REFLECT
                                                : MirrorPadMode.SYMMETRIC),
                        n.all()));
        FORMS.putAll(FlexImages.FORMS);
    }

    private FlexForms() {}

    /** The form of an operator; one that makes nothing if it has none. */
    static FlexForm find(String name) {
        return FORMS.getOrDefault(name, n -> Optional.empty());
    }

    /** Operators of the same meaning whose names differ in spelling alone. */
    private static void same(String... builtins) {
        for (String builtin : builtins) {
            StringBuilder name = new StringBuilder();
            for (String word : builtin.split("_", -1)) {
                name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
            }
            as(name.toString().replace("TopkV2", "TopKV2"), builtin);
        }
    }

    private static void as(String name, String builtin) {
        FORMS.put(name, n -> n.as(builtin, options(builtin), n.all()));
    }

    private static void product(String name, String adjointX, String adjointY) {
        FORMS.put(
                name,
                n -> n.as(
                        "BATCH_MATMUL",
                        options("BATCH_MATMUL")
                                .with(Tfl.ADJ_X, n.flag(adjointX))
                                .with(Tfl.ADJ_Y, n.flag(adjointY)),
                        n.all()));
    }

    private static void reduction(String name, String builtin) {
        FORMS.put(name, n -> n.as(builtin, options(builtin).with(Tfl.KEEP_DIMS, n.flag("keep_dims")), n.all()));
    }

    private static Optional<List<Value>> extreme(FlexNode n, String builtin) {
        return n.as(
                builtin,
                options(builtin).with(Tfl.OUTPUT_TYPE, n.node().output().type()),
                n.all());
    }

    private static Optional<List<Value>> concat(FlexNode n) {
        int last = n.all().length - 1;
        return n.constant(last)
                .flatMap(axis -> n.as(
                        "CONCATENATION", options("CONCATENATION").with(Tfl.AXIS, axis), Arrays.copyOf(n.all(), last)));
    }

    private static Optional<List<Value>> gather(FlexNode n, Optional<Long> axis) {
        return axis.flatMap(a -> n.as(
                "GATHER",
                options("GATHER").with(Tfl.AXIS, a).with(Tfl.BATCH_DIMS, n.number("batch_dims", 0)),
                n.in(0),
                n.in(1)));
    }

    private static Optional<List<Value>> stridedSlice(FlexNode n) {
        return n.as(
                "STRIDED_SLICE",
                options("STRIDED_SLICE")
                        .with(Tfl.BEGIN_MASK, n.number("begin_mask", 0))
                        .with(Tfl.END_MASK, n.number("end_mask", 0))
                        .with(Tfl.ELLIPSIS_MASK, n.number("ellipsis_mask", 0))
                        .with(Tfl.NEW_AXIS_MASK, n.number("new_axis_mask", 0))
                        .with(Tfl.SHRINK_AXIS_MASK, n.number("shrink_axis_mask", 0)),
                n.all());
    }
}
