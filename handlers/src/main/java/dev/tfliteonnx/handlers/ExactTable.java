package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
            "BATCH_TO_SPACE_ND",
            "BROADCAST_TO",
            "CALL",
            "DEPTH_TO_SPACE",
            "DYNAMIC_UPDATE_SLICE",
            "EXPAND_DIMS",
            "GATHER",
            "GATHER_ND",
            "IF",
            "MIRROR_PAD",
            "PACK",
            "PADV2",
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
            "WHILE");

    /** The operator from stored numbers to real ones that computes with them; it stands last in detectors. */
    private static final String DETECTION = "TFLite_Detection_PostProcess";

    private static final Set<DataType> WIDE = Set.of(DataType.INT32, DataType.INT64);

    private static final Map<String, OpHandler> EXACT = exact();

    private ExactTable() {}

    private static Map<String, OpHandler> exact() {
        Map<String, OpHandler> rows = new HashMap<>();
        rows.put("CONV_2D", ExactProducts::conv2d);
        rows.put("DEPTHWISE_CONV_2D", ExactProducts::depthwiseConv2d);
        rows.put("TRANSPOSE_CONV", ExactProducts::transposeConv);
        rows.put("FULLY_CONNECTED", ExactProducts::fullyConnected);
        rows.put("BATCH_MATMUL", ExactProducts::batchMatmul);
        rows.put("ADD", ExactArithmetic.sum("Add"));
        rows.put("SUB", ExactArithmetic.sum("Sub"));
        rows.put("MUL", ExactArithmetic::mul);
        rows.put("MAXIMUM", ExactArithmetic.choice("Max"));
        rows.put("MINIMUM", ExactArithmetic.choice("Min"));
        rows.put("PRELU", ExactArithmetic::prelu);
        rows.put("AVERAGE_POOL_2D", ExactReductions::averagePool2d);
        rows.put("MAX_POOL_2D", ExactReductions::maxPool2d);
        rows.put("MEAN", ExactReductions::mean);
        rows.put("SUM", ExactReductions::sum);
        rows.put("SOFTMAX", ExactSoftmax::lower);
        rows.put("CONCATENATION", ExactMoves::concatenation);
        rows.put("PAD", ExactMoves::pad);
        rows.put("SPACE_TO_BATCH_ND", ExactMoves::spaceToBatchNd);
        rows.put("RESIZE_BILINEAR", ExactMoves::resizeBilinear);
        rows.put("QUANTIZE", ExactTables::quantize);
        rows.put("RELU", ExactTables.relu(0, Float.POSITIVE_INFINITY));
        rows.put("RELU6", ExactTables.relu(0, 6));
        rows.put("RELU_N1_TO_1", ExactTables.relu(-1, 1));
        rows.put("RELU_0_TO_1", ExactTables.relu(0, 1));
        rows.put("LEAKY_RELU", ExactTables::leakyRelu);
        rows.put("HARD_SWISH", ExactTables::hardSwish);
        rows.put("LOGISTIC", ExactTables.real(x -> 1 / (1 + (float) StrictMath.exp(-x))));
        rows.put("TANH", ExactTables.real(x -> (float) StrictMath.tanh(x)));
        return Map.copyOf(rows);
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
        if (name.equals("DEQUANTIZE")) {
            return usual;
        }
        if (name.equals(DETECTION)) {
            op.note(DiagnosticCode.NOT_EXACT, "boxes and scores are computed in float32 from the integers");
            return usual;
        }
        if (MOVERS.contains(name)) {
            return (o, onnx) -> usual.lower(o.asStored(), onnx);
        }
        OpHandler exact = EXACT.get(name);
        if (exact == null) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM,
                    "no integer operators are known that round as its reference kernel does",
                    "convert with --quant qdq");
        }
        boolean quantizes = name.equals("QUANTIZE");
        for (int i = 0; i < (quantizes ? 0 : op.inputs()); i++) {
            // biases, axes and shapes
            boolean isWide = op.has(i) && WIDE.contains(op.source(i).type());
            if (op.has(i) && !isWide && !isByte(op.source(i), op.constant(i).isPresent())) {
                throw wrongType(op, op.source(i));
            }
        }
        if (!isByte(op.out(), false)) {
            throw wrongType(op, op.out());
        }
        return exact;
    }

    private static boolean isByte(Value v, boolean constant) {
        boolean small = constant && (v.type() == DataType.INT4 || v.type() == DataType.INT2);
        return v.quant().isPresent() && (v.type() == DataType.INT8 || v.type() == DataType.UINT8 || small);
    }

    private static Refusal wrongType(TflOp op, Value v) {
        return op.refuse(
                DiagnosticCode.NO_EXACT_FORM,
                "\"" + v.name() + "\" is " + v.type() + "; exact forms are known of quantized int8 and uint8",
                "convert with --quant qdq");
    }
}
