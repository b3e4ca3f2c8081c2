package dev.tfliteonnx.handlers;

import static dev.tfliteonnx.handlers.Elementwise.binary;
import static dev.tfliteonnx.handlers.Elementwise.unary;
import static dev.tfliteonnx.handlers.FusedActivations.fused;
import static dev.tfliteonnx.handlers.OpRow.custom;
import static dev.tfliteonnx.handlers.OpRow.later;
import static dev.tfliteonnx.handlers.OpRow.none;
import static dev.tfliteonnx.handlers.OpRow.row;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.OpType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is done about every TFLite operator: one row each, in the order of their numbers, then the custom operators. */
public final class HandlerTable {
    private static final Set<DataType> ANY = Set.of();
    private static final Set<DataType> FLOATS = set(DataType.FLOAT32, DataType.FLOAT16);
    private static final Set<DataType> BOOLS = set(DataType.BOOL);
    private static final Set<DataType> INDICES = set(DataType.INT32, DataType.INT64);
    private static final Set<DataType> QUANTIZABLE =
            set(DataType.FLOAT32, DataType.FLOAT16, DataType.INT8, DataType.UINT8, DataType.INT16);
    private static final Set<DataType> QUANTIZABLE_AND_INT32 = with(QUANTIZABLE, DataType.INT32);
    private static final Set<DataType> NUMBERS = with(QUANTIZABLE, DataType.INT32, DataType.INT64, DataType.UINT32);

    private static final String PLANNED = "this version has no handler for it";
    private static final String EXPORT_WITHOUT = "export the model without it, or cut the model before it";

    private static final List<OpRow> BUILTIN = List.of(
            row("ADD", NUMBERS, fused(binary("Add")), "Add"),
            row(
                    "AVERAGE_POOL_2D",
                    QUANTIZABLE,
                    fused(Pooling::averagePool2d),
                    "AveragePool without padding in the count, or GlobalAveragePool"),
            row("CONCATENATION", ANY, fused(Shaping::concatenation), "Concat"),
            row("CONV_2D", QUANTIZABLE, fused(Convolutions::conv2d), "Conv"),
            row(
                    "DEPTHWISE_CONV_2D",
                    QUANTIZABLE,
                    fused(Convolutions::depthwiseConv2d),
                    "Conv with a group for each channel"),
            row("DEPTH_TO_SPACE", ANY, Shaping::depthToSpace, "DepthToSpace"),
            row("DEQUANTIZE", FLOATS, Elementwise::identity, "DequantizeLinear, or Cast of float16"),
            later("EMBEDDING_LOOKUP", PLANNED, EXPORT_WITHOUT),
            row("FLOOR", FLOATS, unary("Floor"), "Floor"),
            row("FULLY_CONNECTED", QUANTIZABLE, fused(MatrixProducts::fullyConnected), "Gemm on rows"),
            later("HASHTABLE_LOOKUP", PLANNED, EXPORT_WITHOUT),
            later("L2_NORMALIZATION", PLANNED, EXPORT_WITHOUT),
            row("L2_POOL_2D", FLOATS, fused(Pooling::l2Pool2d), "Mul, AveragePool, Sqrt"),
            later("LOCAL_RESPONSE_NORMALIZATION", PLANNED, EXPORT_WITHOUT),
            row("LOGISTIC", QUANTIZABLE, unary("Sigmoid"), "Sigmoid"),
            none(
                    "LSH_PROJECTION",
                    "hashing with FarmHash has no ONNX form",
                    "compute the projection outside of the model"),
            row("LSTM", QUANTIZABLE, Lstms::lstm, "LSTM of one step, or its gates"),
            row("MAX_POOL_2D", QUANTIZABLE, fused(Pooling::maxPool2d), "MaxPool"),
            row("MUL", NUMBERS, fused(binary("Mul")), "Mul"),
            row("RELU", QUANTIZABLE, Activations::relu, "Relu"),
            row("RELU_N1_TO_1", QUANTIZABLE, Activations.clip(-1, 1), "Clip"),
            row("RELU6", QUANTIZABLE, Activations.clip(0, 6), "Clip"),
            row("RESHAPE", ANY, Shaping::reshape, "Reshape"),
            row("RESIZE_BILINEAR", QUANTIZABLE, Resizing::bilinear, "Resize in mode linear"),
            row("RNN", FLOATS, Rnns::rnn, "RNN of one step"),
            row("SOFTMAX", QUANTIZABLE, Activations::softmax, "Mul by beta, Softmax"),
            row("SPACE_TO_DEPTH", ANY, Shaping::spaceToDepth, "SpaceToDepth"),
            row("SVDF", QUANTIZABLE, Rnns::svdf, "MatMul, Concat, Mul, ReduceSum"),
            row("TANH", QUANTIZABLE, unary("Tanh"), "Tanh"),
            none("CONCAT_EMBEDDINGS", "no TFLite runtime has a kernel for it", "export the model anew"),
            none(
                    "SKIP_GRAM",
                    "it builds strings of which ONNX has no form",
                    "compute the skip-grams outside of the model"),
            row("CALL", ANY, Shaping::call, "the subgraph in its place"),
            later("EMBEDDING_LOOKUP_SPARSE", PLANNED, EXPORT_WITHOUT),
            row("PAD", ANY, Padders::pad, "Pad"),
            row("UNIDIRECTIONAL_SEQUENCE_RNN", FLOATS, Rnns::unidirectionalSequenceRnn, "RNN, or a Loop of its steps"),
            row("GATHER", ANY, Slicing::gather, "Gather, or GatherND with batch_dims"),
            later("BATCH_TO_SPACE_ND", PLANNED, EXPORT_WITHOUT),
            later("SPACE_TO_BATCH_ND", PLANNED, EXPORT_WITHOUT),
            row("TRANSPOSE", ANY, Shaping::transpose, "Transpose"),
            row("MEAN", NUMBERS, Reductions::mean, "ReduceMean, or GlobalAveragePool over height and width"),
            row("SUB", NUMBERS, fused(binary("Sub")), "Sub"),
            row("DIV", NUMBERS, fused(binary("Div")), "Div; integers truncate toward zero"),
            row("SQUEEZE", ANY, Shaping::squeeze, "Squeeze"),
            row("UNIDIRECTIONAL_SEQUENCE_LSTM", QUANTIZABLE, Lstms::unidirectionalSequenceLstm, "LSTM, or a Loop of its steps"),
            row("STRIDED_SLICE", ANY, StridedSlices::stridedSlice, "Slice, Squeeze, Unsqueeze"),
            row("BIDIRECTIONAL_SEQUENCE_RNN", FLOATS, Rnns::bidirectionalSequenceRnn, "RNN in both directions"),
            row("EXP", QUANTIZABLE, unary("Exp"), "Exp"),
            later("TOPK_V2", PLANNED, EXPORT_WITHOUT),
            row("SPLIT", ANY, Shaping::split, "Split"),
            row("LOG_SOFTMAX", QUANTIZABLE, Activations::logSoftmax, "LogSoftmax"),
            none(
                    "DELEGATE",
                    "the model was saved after a delegate had taken parts of it",
                    "use the file from before delegation"),
            row("BIDIRECTIONAL_SEQUENCE_LSTM", FLOATS, Lstms::bidirectionalSequenceLstm, "LSTM in both directions"),
            row("CAST", ANY, Elementwise::cast, "Cast"),
            row("PRELU", QUANTIZABLE, Activations::prelu, "PRelu"),
            row("MAXIMUM", NUMBERS, binary("Max"), "Max"),
            row("ARG_MAX", INDICES, Reductions.arg("ArgMax"), "ArgMax"),
            row("MINIMUM", NUMBERS, binary("Min"), "Min"),
            row("LESS", BOOLS, binary("Less"), "Less"),
            row("NEG", NUMBERS, unary("Neg"), "Neg"),
            row("PADV2", ANY, Padders::padV2, "Pad"),
            row("GREATER", BOOLS, binary("Greater"), "Greater"),
            row("GREATER_EQUAL", BOOLS, binary("GreaterOrEqual"), "GreaterOrEqual"),
            row("LESS_EQUAL", BOOLS, binary("LessOrEqual"), "LessOrEqual"),
            later("SELECT", PLANNED, EXPORT_WITHOUT),
            row("SLICE", ANY, Slicing::slice, "Slice"),
            row("SIN", FLOATS, unary("Sin"), "Sin"),
            row("TRANSPOSE_CONV", QUANTIZABLE, fused(Convolutions::transposeConv), "ConvTranspose with explicit pads"),
            later("SPARSE_TO_DENSE", PLANNED, EXPORT_WITHOUT),
            row("TILE", ANY, Shaping::tile, "Tile"),
            row("EXPAND_DIMS", ANY, Shaping::expandDims, "Unsqueeze"),
            row("EQUAL", BOOLS, binary("Equal"), "Equal"),
            row("NOT_EQUAL", BOOLS, Elementwise::notEqual, "Not(Equal)"),
            row("LOG", QUANTIZABLE, unary("Log"), "Log"),
            row("SUM", NUMBERS, Reductions.reduce("ReduceSum"), "ReduceSum"),
            row("SQRT", QUANTIZABLE, unary("Sqrt"), "Sqrt"),
            row("RSQRT", QUANTIZABLE, Elementwise::rsqrt, "Sqrt, Reciprocal"),
            row("SHAPE", INDICES, Shaping::shape, "Shape, or a constant"),
            later("POW", PLANNED, EXPORT_WITHOUT),
            row("ARG_MIN", INDICES, Reductions.arg("ArgMin"), "ArgMin"),
            later("FAKE_QUANT", PLANNED, EXPORT_WITHOUT),
            row("REDUCE_PROD", NUMBERS, Reductions.reduce("ReduceProd"), "ReduceProd"),
            row("REDUCE_MAX", NUMBERS, Reductions.reduce("ReduceMax"), "ReduceMax"),
            row("PACK", ANY, Shaping::pack, "Unsqueeze, Concat"),
            row("LOGICAL_OR", BOOLS, binary("Or"), "Or"),
            later("ONE_HOT", PLANNED, EXPORT_WITHOUT),
            row("LOGICAL_AND", BOOLS, binary("And"), "And"),
            row("LOGICAL_NOT", BOOLS, unary("Not"), "Not"),
            row("UNPACK", ANY, Shaping::unpack, "Split, Squeeze"),
            row("REDUCE_MIN", NUMBERS, Reductions.reduce("ReduceMin"), "ReduceMin"),
            later("FLOOR_DIV", PLANNED, EXPORT_WITHOUT),
            row("REDUCE_ANY", BOOLS, Reductions.logical("ReduceMax"), "ReduceMax of integers"),
            row("SQUARE", NUMBERS, Elementwise::square, "Mul"),
            later("ZEROS_LIKE", PLANNED, EXPORT_WITHOUT),
            row("FILL", ANY, Shaping::fill, "Expand"),
            later("FLOOR_MOD", PLANNED, EXPORT_WITHOUT),
            later("RANGE", PLANNED, EXPORT_WITHOUT),
            row("RESIZE_NEAREST_NEIGHBOR", QUANTIZABLE, Resizing::nearest, "Resize in mode nearest, or two Gathers"),
            row("LEAKY_RELU", QUANTIZABLE, Activations::leakyRelu, "LeakyRelu"),
            row("SQUARED_DIFFERENCE", NUMBERS, Elementwise::squaredDifference, "Sub, Mul"),
            row("MIRROR_PAD", ANY, Padders::mirrorPad, "Pad in mode reflect, or a Gather per axis"),
            row("ABS", NUMBERS, unary("Abs"), "Abs"),
            row("SPLIT_V", ANY, Shaping::splitV, "Split"),
            later("UNIQUE", PLANNED, EXPORT_WITHOUT),
            row("CEIL", FLOATS, unary("Ceil"), "Ceil"),
            later("REVERSE_V2", PLANNED, EXPORT_WITHOUT),
            later("ADD_N", PLANNED, EXPORT_WITHOUT),
            row("GATHER_ND", ANY, Slicing::gatherNd, "GatherND"),
            row("COS", FLOATS, unary("Cos"), "Cos"),
            later("WHERE", PLANNED, EXPORT_WITHOUT),
            row("RANK", INDICES, Shaping::rank, "a constant"),
            row("ELU", QUANTIZABLE, unary("Elu"), "Elu"),
            later("REVERSE_SEQUENCE", PLANNED, EXPORT_WITHOUT),
            later("MATRIX_DIAG", PLANNED, EXPORT_WITHOUT),
            row("QUANTIZE", ANY, Elementwise::identity, "QuantizeLinear"),
            later("MATRIX_SET_DIAG", PLANNED, EXPORT_WITHOUT),
            row("ROUND", FLOATS, unary("Round"), "Round; both round ties to even"),
            row("HARD_SWISH", QUANTIZABLE, unary("HardSwish"), "HardSwish"),
            later("IF", PLANNED, EXPORT_WITHOUT),
            later("WHILE", PLANNED, EXPORT_WITHOUT),
            later("NON_MAX_SUPPRESSION_V4", PLANNED, EXPORT_WITHOUT),
            later("NON_MAX_SUPPRESSION_V5", PLANNED, EXPORT_WITHOUT),
            later("SCATTER_ND", PLANNED, EXPORT_WITHOUT),
            row("SELECT_V2", ANY, Elementwise::selectV2, "Where"),
            later("DENSIFY", "its operand is no constant", "export the model with constant sparse weights"),
            later("SEGMENT_SUM", PLANNED, EXPORT_WITHOUT),
            row("BATCH_MATMUL", QUANTIZABLE_AND_INT32, MatrixProducts::batchMatmul, "MatMul"),
            none(
                    "PLACEHOLDER_FOR_GREATER_OP_CODES",
                    "it is no operator but a mark in the file",
                    "fetch the file again"),
            later("CUMSUM", PLANNED, EXPORT_WITHOUT),
            later("CALL_ONCE", PLANNED, EXPORT_WITHOUT),
            row("BROADCAST_TO", ANY, Shaping::broadcastTo, "Expand"),
            later("RFFT2D", PLANNED, EXPORT_WITHOUT),
            later("CONV_3D", PLANNED, EXPORT_WITHOUT),
            later("IMAG", PLANNED, EXPORT_WITHOUT),
            later("REAL", PLANNED, EXPORT_WITHOUT),
            later("COMPLEX_ABS", PLANNED, EXPORT_WITHOUT),
            later("HASHTABLE", PLANNED, EXPORT_WITHOUT),
            later("HASHTABLE_FIND", PLANNED, EXPORT_WITHOUT),
            later("HASHTABLE_IMPORT", PLANNED, EXPORT_WITHOUT),
            later("HASHTABLE_SIZE", PLANNED, EXPORT_WITHOUT),
            row("REDUCE_ALL", BOOLS, Reductions.logical("ReduceMin"), "ReduceMin of integers"),
            later("CONV_3D_TRANSPOSE", PLANNED, EXPORT_WITHOUT),
            later("VAR_HANDLE", PLANNED, EXPORT_WITHOUT),
            later("READ_VARIABLE", PLANNED, EXPORT_WITHOUT),
            later("ASSIGN_VARIABLE", PLANNED, EXPORT_WITHOUT),
            later("BROADCAST_ARGS", PLANNED, EXPORT_WITHOUT),
            later("RANDOM_STANDARD_NORMAL", PLANNED, EXPORT_WITHOUT),
            later("BUCKETIZE", PLANNED, EXPORT_WITHOUT),
            later("RANDOM_UNIFORM", PLANNED, EXPORT_WITHOUT),
            later("MULTINOMIAL", PLANNED, EXPORT_WITHOUT),
            row("GELU", QUANTIZABLE, Activations::gelu, "Gelu"),
            row("DYNAMIC_UPDATE_SLICE", ANY, Slicing::dynamicUpdateSlice, "Pad of the update and of a mask, Where"),
            row("RELU_0_TO_1", QUANTIZABLE, Activations.clip(0, 1), "Clip"),
            later("UNSORTED_SEGMENT_PROD", PLANNED, EXPORT_WITHOUT),
            later("UNSORTED_SEGMENT_MAX", PLANNED, EXPORT_WITHOUT),
            later("UNSORTED_SEGMENT_SUM", PLANNED, EXPORT_WITHOUT),
            later("ATAN2", PLANNED, EXPORT_WITHOUT),
            later("UNSORTED_SEGMENT_MIN", PLANNED, EXPORT_WITHOUT),
            row("SIGN", NUMBERS, unary("Sign"), "Sign"),
            later("BITCAST", PLANNED, EXPORT_WITHOUT),
            later("BITWISE_XOR", PLANNED, EXPORT_WITHOUT),
            later("RIGHT_SHIFT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_LOGISTIC", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_ADD", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_DIVIDE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_MULTIPLY", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_MAXIMUM", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_RESHAPE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_CLAMP", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_CONCATENATE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_BROADCAST_IN_DIM", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_CONVOLUTION", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_SLICE", PLANNED, EXPORT_WITHOUT),
            none(
                    "STABLEHLO_CUSTOM_CALL",
                    "it calls code that is not in the file",
                    "export the model without custom calls"),
            later("STABLEHLO_REDUCE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_ABS", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_AND", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_COSINE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_EXPONENTIAL", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_FLOOR", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_LOG", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_MINIMUM", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_NEGATE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_OR", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_POWER", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_REMAINDER", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_RSQRT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_SELECT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_SUBTRACT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_TANH", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_SCATTER", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_COMPARE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_CONVERT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_DYNAMIC_SLICE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_DYNAMIC_UPDATE_SLICE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_PAD", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_IOTA", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_DOT_GENERAL", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_REDUCE_WINDOW", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_SORT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_WHILE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_GATHER", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_TRANSPOSE", PLANNED, EXPORT_WITHOUT),
            later("DILATE", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_RNG_BIT_GENERATOR", PLANNED, EXPORT_WITHOUT),
            later("REDUCE_WINDOW", PLANNED, EXPORT_WITHOUT),
            row("STABLEHLO_COMPOSITE", ANY, Shaping::composite, "the decomposition in its place"),
            later("STABLEHLO_SHIFT_LEFT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_CBRT", PLANNED, EXPORT_WITHOUT),
            later("STABLEHLO_CASE", PLANNED, EXPORT_WITHOUT));

    private static final List<OpRow> CUSTOM = List.of(
            row("VARIABLE_TENSOR", ANY, (op, onnx) -> List.of(op.declareState()), "a graph input and a graph output"),
            custom("Convolution2DTransposeBias", FLOATS, Convolutions::convolution2dTransposeBias, "ConvTranspose"),
            custom("TFLite_Detection_PostProcess", FLOATS, DetectionPostProcess::lower, "NonMaxSuppression, TopK"));

    private final Map<OpType, OpRow> rows = new HashMap<>();

    private HandlerTable(List<OpRow> extra) {
        BUILTIN.forEach(r -> rows.put(r.op(), r));
        CUSTOM.forEach(r -> rows.put(r.op(), r));
        extra.forEach(r -> rows.put(r.op(), r));
    }

    /** The table as it stands here. */
    public static HandlerTable standard() {
        return new HandlerTable(List.of());
    }

    /** The table with further rows, which replace those for the same operators. */
    public static HandlerTable with(List<OpRow> extra) {
        return new HandlerTable(extra);
    }

    /** All rows as they stand here, the builtin ones by their numbers. */
    public static List<OpRow> all() {
        List<OpRow> all = new ArrayList<>(BUILTIN);
        all.addAll(CUSTOM);
        return Collections.unmodifiableList(all);
    }

    /** The row of an operator; one that refuses it if it is not in the table. */
    public OpRow find(OpType op) {
        OpRow row = rows.get(op);
        return row != null ? row : UnknownCustomOps.row(op);
    }

    private static Set<DataType> set(DataType first, DataType... rest) {
        return Collections.unmodifiableSet(EnumSet.of(first, rest));
    }

    private static Set<DataType> with(Set<DataType> types, DataType... more) {
        EnumSet<DataType> all = EnumSet.copyOf(types);
        Collections.addAll(all, more);
        return Collections.unmodifiableSet(all);
    }
}
