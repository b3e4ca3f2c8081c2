package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells shapes that follow from the shapes of the inputs from those that follow from what is fed in. A tensor's elements
 * are settled if they depend on shapes and constants alone; a result's shape is settled if the shapes of its operands
 * are, and the elements of those operands that its operator reads as extents.
 *
 * <p>Source: which operands the {@code Prepare} functions of the kernels, {@code tensorflow/lite/kernels}, read.
 */
final class DataShapes {
    /** Operators that find out when they run how many elements there are. */
    private static final Set<String> COUNTING =
            Set.of("WHERE", "UNIQUE", "HASHTABLE_LOOKUP", "SEGMENT_SUM", "SPARSE_TO_DENSE", "EMBEDDING_LOOKUP_SPARSE");

    /** Operators whose results differ from run to run. */
    static final Set<String> CHANGING = Set.of(
            "CALL_ONCE",
            "HASHTABLE",
            "HASHTABLE_FIND",
            "HASHTABLE_IMPORT",
            "HASHTABLE_SIZE",
            "MULTINOMIAL",
            "RANDOM_STANDARD_NORMAL",
            "RANDOM_UNIFORM",
            "READ_VARIABLE",
            "STABLEHLO_RNG_BIT_GENERATOR",
            "VARIABLE_TENSOR",
            "VAR_HANDLE",
            "ASSIGN_VARIABLE");

    /** The operands that operators read as extents, axes or places. */
    private static final Map<String, int[]> READ = Map.ofEntries(
            Map.entry("RESHAPE", new int[] {1}),
            Map.entry("FILL", new int[] {0}),
            Map.entry("RANGE", new int[] {0, 1, 2}),
            Map.entry("TILE", new int[] {1}),
            Map.entry("BROADCAST_TO", new int[] {1}),
            Map.entry("SLICE", new int[] {1, 2}),
            Map.entry("STRIDED_SLICE", new int[] {1, 2, 3}),
            Map.entry("PAD", new int[] {1}),
            Map.entry("PADV2", new int[] {1}),
            Map.entry("MIRROR_PAD", new int[] {1}),
            Map.entry("EXPAND_DIMS", new int[] {1}),
            Map.entry("TRANSPOSE", new int[] {1}),
            Map.entry("TRANSPOSE_CONV", new int[] {0}),
            Map.entry("CONV_3D_TRANSPOSE", new int[] {0}),
            Map.entry("RESIZE_BILINEAR", new int[] {1}),
            Map.entry("RESIZE_NEAREST_NEIGHBOR", new int[] {1}),
            Map.entry("SPACE_TO_BATCH_ND", new int[] {1, 2}),
            Map.entry("BATCH_TO_SPACE_ND", new int[] {1, 2}),
            Map.entry("SPLIT", new int[] {0}),
            Map.entry("SPLIT_V", new int[] {1, 2}),
            Map.entry("ONE_HOT", new int[] {1}),
            Map.entry("TOPK_V2", new int[] {1}),
            Map.entry("ARG_MAX", new int[] {1}),
            Map.entry("ARG_MIN", new int[] {1}),
            Map.entry("MEAN", new int[] {1}),
            Map.entry("SUM", new int[] {1}),
            Map.entry("REDUCE_MAX", new int[] {1}),
            Map.entry("REDUCE_MIN", new int[] {1}),
            Map.entry("REDUCE_PROD", new int[] {1}),
            Map.entry("REDUCE_ANY", new int[] {1}),
            Map.entry("REDUCE_ALL", new int[] {1}),
            Map.entry("SCATTER_ND", new int[] {2}),
            Map.entry("RFFT2D", new int[] {1}),
            Map.entry("RANDOM_UNIFORM", new int[] {0}),
            Map.entry("RANDOM_STANDARD_NORMAL", new int[] {0}),
            Map.entry("MULTINOMIAL", new int[] {1}),
            Map.entry("NON_MAX_SUPPRESSION_V4", new int[] {2}),
            Map.entry("NON_MAX_SUPPRESSION_V5", new int[] {2}),
            Map.entry("BROADCAST_ARGS", new int[] {0, 1}));

    private final Set<Value> shapes = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Value> elements = Collections.newSetFromMap(new IdentityHashMap<>());

    private DataShapes() {}

    /** Looks through a graph, of fixed input shapes. */
    static DataShapes of(Graph graph) {
        DataShapes settled = new DataShapes();
        settled.shapes.addAll(graph.inputs());
        graph.nodes().forEach(settled::follow);
        settled.shapes.removeAll(graph.inputs());
        return settled;
    }

    /** Whether the shape of a computed value does not depend on what is fed in. */
    boolean hasShape(Value value) {
        return shapes.contains(value);
    }

    /** Whether the elements of a computed value do not depend on what is fed in. */
    boolean hasElements(Value value) {
        return elements.contains(value);
    }

    private void follow(Node node) {
        boolean shaped = node.inputs().stream().allMatch(v -> isSettled(shapes, v));
        boolean known = node.inputs().stream().allMatch(v -> isSettled(elements, v));
        String op = node.op().name();
        boolean builtin = node.op().domain().isEmpty() || OneByOne.isKnownCustom(node.op());
        int[] read = READ.getOrDefault(op, new int[0]);
        boolean settled = shaped
                && builtin
                && !Callees.has(node)
                && (known
                        || (!COUNTING.contains(op)
                                && Arrays.stream(read).allMatch(i -> isSettled(elements, node.input(i)))));
        if (settled) {
            shapes.addAll(node.outputs());
        }
        boolean asksShape = op.equals("SHAPE") || op.equals("RANK");
        if (builtin && !CHANGING.contains(op) && !Callees.has(node) && (known || (asksShape && shaped))) {
            elements.addAll(node.outputs());
        }
    }

    private static boolean isSettled(Set<Value> settled, Value value) {
        return !value.isPresent() || value.isConstant() || settled.contains(value);
    }
}
