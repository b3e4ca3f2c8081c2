package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is done about operators on quantized tensors in {@link QuantMode#INTEGER}: integer operators whose results equal
 * those of TFLite's reference kernels bit for bit. What is not in the table has no such form and is refused.
 *
 * <p>Source: the kernels of {@code BuiltinRefOpResolver}, built with double rounding, which is how TFLite is released.
 */
final class ExactTable {
    /** Operators that move stored numbers or compare them, so that their handlers do for integers, too. */
    private static final Set<String> MOVERS = Set.of(
            "ARG_MAX",
            "ARG_MIN",
            "ASSIGN_VARIABLE",
            "BATCH_TO_SPACE_ND",
            "BROADCAST_TO",
            "CALL",
            "CALL_ONCE",
            "DEPTH_TO_SPACE",
            "DYNAMIC_UPDATE_SLICE",
            "EXPAND_DIMS",
            "FILL",
            "GATHER",
            "GATHER_ND",
            "IF",
            "MIRROR_PAD",
            "PACK",
            "PADV2",
            "RANK",
            "READ_VARIABLE",
            "REDUCE_MAX",
            "REDUCE_MIN",
            "RESHAPE",
            "RESIZE_NEAREST_NEIGHBOR",
            "REVERSE_SEQUENCE",
            "REVERSE_V2",
            "SELECT",
            "SELECT_V2",
            "SHAPE",
            "SLICE",
            "SPACE_TO_DEPTH",
            "SPLIT",
            "SPLIT_V",
            "SQUEEZE",
            "STRIDED_SLICE",
            "TILE",
            "TOPK_V2",
            "TRANSPOSE",
            "UNPACK",
            "VARIABLE_TENSOR",
            "WHILE");

    /** Operators from stored numbers to real ones, whose handlers compute in the order of the kernel. */
    private static final Set<String> REAL = Set.of("DEQUANTIZE", "EMBEDDING_LOOKUP", "TFLite_Detection_PostProcess");

    /** Operators whose handlers are exact where they take and give 16 bits. */
    private static final Set<String> SHORT = Set.of("LOGISTIC", "SOFTMAX", "TANH");

    private static final Set<DataType> WIDE = Set.of(DataType.INT32, DataType.INT64);
    private static final Set<DataType> BYTES = Set.of(DataType.INT8, DataType.UINT8);
    private static final Set<DataType> BYTES_AND_SHORTS = Set.of(DataType.INT8, DataType.UINT8, DataType.INT16);
    private static final Set<DataType> QUANTIZED =
            Set.of(DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32);
    private static final Map<String, Row> EXACT = exact();

    /**
     * The exact form of an operator.
     *
     * @param types the quantized types of operands that it is exact for; any if empty
     * @param results those of its result, which is of the type of the first operand if these are the same
     */
    private record Row(Set<DataType> types, Set<DataType> results, OpHandler handler) {
        boolean changesType() {
            return !types.equals(results);
        }
    }

    private ExactTable() {}

    private static Map<String, Row> exact() {
        Map<String, Row> rows = new HashMap<>();
        both(rows, "CONV_2D", ExactProducts::conv2d);
        both(rows, "DEPTHWISE_CONV_2D", ExactProducts::depthwiseConv2d);
        both(rows, "TRANSPOSE_CONV", ExactProducts::transposeConv);
        both(rows, "FULLY_CONNECTED", ExactProducts::fullyConnected);
        both(rows, "BATCH_MATMUL", ExactProducts::batchMatmul);
        both(rows, "ADD", ExactArithmetic.sum("Add"));
        both(rows, "SUB", ExactArithmetic.sum("Sub"));
        both(rows, "MUL", ExactArithmetic::mul);
        bytes(rows, "DIV", ExactArithmetic::div);
        bytes(rows, "SQUARED_DIFFERENCE", ExactArithmetic::squaredDifference);
        both(rows, "MAXIMUM", ExactArithmetic.choice("Max"));
        both(rows, "MINIMUM", ExactArithmetic.choice("Min"));
        bytes(rows, "PRELU", ExactArithmetic::prelu);
        both(rows, "EQUAL", ExactArithmetic.comparison("Equal"));
        both(rows, "NOT_EQUAL", ExactArithmetic.comparison("Equal", "Not"));
        both(rows, "GREATER", ExactArithmetic.comparison("Greater"));
        both(rows, "GREATER_EQUAL", ExactArithmetic.comparison("GreaterOrEqual"));
        both(rows, "LESS", ExactArithmetic.comparison("Less"));
        both(rows, "LESS_EQUAL", ExactArithmetic.comparison("LessOrEqual"));
        both(rows, "AVERAGE_POOL_2D", ExactReductions::averagePool2d);
        both(rows, "MAX_POOL_2D", ExactReductions::maxPool2d);
        both(rows, "MEAN", ExactReductions::mean);
        both(rows, "SUM", ExactReductions::sum);
        both(rows, "REDUCE_PROD", ExactReductions::product);
        rows.put("SOFTMAX", new Row(BYTES, BYTES_AND_SHORTS, ExactSoftmax::lower));
        bytes(rows, "L2_NORMALIZATION", ExactNorms::l2);
        both(rows, "SVDF", ExactRecurrence::svdf);
        both(rows, "CONCATENATION", ExactMoves::concatenation);
        both(rows, "PAD", ExactMoves::pad);
        both(rows, "SPACE_TO_BATCH_ND", ExactMoves::spaceToBatchNd);
        both(rows, "RESIZE_BILINEAR", ExactMoves::resizeBilinear);
        rows.put("QUANTIZE", new Row(Set.of(), QUANTIZED, ExactTables::quantize));
        both(rows, "RELU", ExactTables.relu(0, Float.POSITIVE_INFINITY));
        both(rows, "RELU6", ExactTables.relu(0, 6));
        both(rows, "RELU_N1_TO_1", ExactTables.relu(-1, 1));
        both(rows, "RELU_0_TO_1", ExactTables.relu(0, 1));
        both(rows, "LEAKY_RELU", ExactTables::leakyRelu);
        both(rows, "ABS", ExactTables::abs);
        bytes(rows, "HARD_SWISH", ExactTables::hardSwish);
        bytes(rows, "LOGISTIC", ExactTables.real(RealFunctions::logistic));
        bytes(rows, "TANH", ExactTables.real(RealFunctions::tanh));
        bytes(rows, "ELU", ExactTables.real(RealFunctions::elu));
        bytes(rows, "GELU", ExactTables.real(RealFunctions::gelu));
        both(rows, "EXP", ExactTables.real(RealFunctions::exp));
        both(rows, "LOG", ExactTables.real(RealFunctions::log));
        OpHandler rsqrt = ExactTables.real(RealFunctions::rsqrt);
        both(rows, "RSQRT", ShortTables.orElse(rsqrt, ExactTables::rsqrt));
        return Map.copyOf(rows);
    }

    private static void bytes(Map<String, Row> rows, String op, OpHandler handler) {
        rows.put(op, new Row(BYTES, BYTES, handler));
    }

    private static void both(Map<String, Row> rows, String op, OpHandler handler) {
        rows.put(op, new Row(BYTES_AND_SHORTS, BYTES_AND_SHORTS, handler));
    }

    /** Whether an operator takes or gives quantized tensors. */
    static boolean concerns(Node node) {
        return Stream.concat(node.inputs().stream().filter(Value::isPresent), node.outputs().stream())
                .anyMatch(v -> v.quant().isPresent());
    }

    /**
     * How an operator that {@link #concerns} is expressed; refused if it has no exact form.
     *
     * @param usual how it is expressed where the form need not be exact
     */
    static OpHandler handler(TflOp op, OpHandler usual) {
        String name = op.name();
        if (REAL.contains(name)) {
            return usual;
        }
        if (MOVERS.contains(name)) {
            return (o, onnx) -> usual.lower(o.asStored(), onnx);
        }
        if (SHORT.contains(name) && ShortTables.isStoredIn16Bits(op, 0)) {
            return usual;
        }
        Row row = EXACT.get(name);
        if (row == null) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM,
                    "no integer operators are known that round as its reference kernel does",
                    "convert with --quant qdq");
        }
        requireTypes(op, row);
        return row.handler();
    }

    /** Refuses an operator that mixes types, or takes or gives others than those that its form is exact for. */
    private static void requireTypes(TflOp op, Row row) {
        for (int i = 0; i < op.inputs() && !row.types().isEmpty(); i++) {
            // biases, axes and shapes
            boolean isWide = op.has(i) && WIDE.contains(op.source(i).type());
            if (op.has(i) && !isWide && !isStored(op.source(i), row.types())) {
                throw wrongType(op, op.source(i), row.types());
            }
        }
        if (op.out().type() == DataType.BOOL) {
            return;
        }
        boolean mixes = op.source(0).quant().isPresent()
                && op.source(0).type() != op.out().type();
        if (!isStored(op.out(), row.results()) || (mixes && !row.changesType())) {
            throw wrongType(op, op.out(), row.results());
        }
    }

    private static boolean isStored(Value v, Set<DataType> types) {
        boolean small = v.isConstant() && (v.type() == DataType.INT4 || v.type() == DataType.INT2);
        return v.quant().isPresent() && (types.contains(v.type()) || small);
    }

    private static Refusal wrongType(TflOp op, Value v, Set<DataType> types) {
        return op.refuse(
                DiagnosticCode.NO_EXACT_FORM,
                "\"" + v.name() + "\" is " + v.type() + "; its form is exact for quantized "
                        + types.stream().sorted().map(DataType::toString).collect(Collectors.joining(", "))
                        + " that go in and out",
                "convert with --quant qdq");
    }
}
