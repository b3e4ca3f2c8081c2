package dev.tfliteonnx.handlers;

import static dev.tfliteonnx.handlers.Elementwise.binary;
import static dev.tfliteonnx.handlers.Elementwise.comparison;
import static dev.tfliteonnx.handlers.Elementwise.unary;
import static dev.tfliteonnx.handlers.FusedActivations.fused;
import static dev.tfliteonnx.handlers.OpRow.none;
import static dev.tfliteonnx.handlers.OpRow.row;
import static dev.tfliteonnx.handlers.Types.ANY;
import static dev.tfliteonnx.handlers.Types.BOOLS;
import static dev.tfliteonnx.handlers.Types.FLOATS;
import static dev.tfliteonnx.handlers.Types.FLOATS_AND_DOUBLE;
import static dev.tfliteonnx.handlers.Types.INDICES;
import static dev.tfliteonnx.handlers.Types.NUMBERS;
import static dev.tfliteonnx.handlers.Types.POWERS;
import static dev.tfliteonnx.handlers.Types.QUANTIZABLE;
import static dev.tfliteonnx.handlers.Types.QUANTIZABLE_AND_INT32;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.OpType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is done about every TFLite operator: one row each, in the order of their numbers, then the custom operators. */
public final class HandlerTable {
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
            row("EMBEDDING_LOOKUP", ANY, Embeddings::embeddingLookup, "Gather, DequantizeLinear"),
            row("FLOOR", FLOATS, unary("Floor"), "Floor"),
            row("FULLY_CONNECTED", QUANTIZABLE, MatrixProducts::fullyConnected, "Gemm on rows"),
            row("HASHTABLE_LOOKUP", ANY, Embeddings::hashtableLookup, "Equal, ArgMax, Gather, Where"),
            row(
                    "L2_NORMALIZATION",
                    QUANTIZABLE,
                    Normalizations::l2Normalization,
                    "ReduceSum of squares, Sqrt, Max, Div"),
            row("L2_POOL_2D", FLOATS, fused(Pooling::l2Pool2d), "Mul, AveragePool, Sqrt"),
            row("LOCAL_RESPONSE_NORMALIZATION", FLOATS, Normalizations::localResponseNormalization, "LRN"),
            row("LOGISTIC", QUANTIZABLE, ShortTables.logistic(unary("Sigmoid")), "Sigmoid; Gather of 16-bit integers"),
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
            row("RESIZE_BILINEAR", QUANTIZABLE, Resizing::bilinear, "Resize in mode linear; integer math for 16 bits"),
            row("RNN", FLOATS, Rnns::rnn, "RNN of one step"),
            row("SOFTMAX", QUANTIZABLE, Activations::softmax, "Mul by beta, Softmax; integer math for 16 bits"),
            row("SPACE_TO_DEPTH", ANY, Shaping::spaceToDepth, "SpaceToDepth"),
            row("SVDF", QUANTIZABLE, Rnns::svdf, "MatMul, Concat, Mul, ReduceSum"),
            row("TANH", QUANTIZABLE, ShortTables.tanh(unary("Tanh")), "Tanh; Gather of 16-bit integers"),
            none("CONCAT_EMBEDDINGS", "no TFLite runtime has a kernel for it", "export the model anew"),
            none(
                    "SKIP_GRAM",
                    "it builds strings of which ONNX has no form",
                    "compute the skip-grams outside of the model"),
            row("CALL", ANY, Calls::call, "the subgraph in its place"),
            row(
                    "EMBEDDING_LOOKUP_SPARSE",
                    FLOATS,
                    Embeddings::embeddingLookupSparse,
                    "Gather, ScatterElements that adds"),
            row("PAD", ANY, Padders::pad, "Pad"),
            row("UNIDIRECTIONAL_SEQUENCE_RNN", FLOATS, Rnns::unidirectionalSequenceRnn, "RNN, or a Loop of its steps"),
            row("GATHER", ANY, Slicing::gather, "Gather, or GatherND with batch_dims"),
            row("BATCH_TO_SPACE_ND", ANY, Batches::batchToSpaceNd, "Reshape, Transpose, Reshape, Slice"),
            row("SPACE_TO_BATCH_ND", ANY, Batches::spaceToBatchNd, "Pad, Reshape, Transpose, Reshape"),
            row("TRANSPOSE", ANY, Shaping::transpose, "Transpose"),
            row("MEAN", NUMBERS, Reductions::mean, "ReduceMean, or GlobalAveragePool over height and width"),
            row("SUB", NUMBERS, fused(binary("Sub")), "Sub"),
            row("DIV", NUMBERS, fused(binary("Div")), "Div; integers truncate toward zero"),
            row("SQUEEZE", ANY, Shaping::squeeze, "Squeeze"),
            row(
                    "UNIDIRECTIONAL_SEQUENCE_LSTM",
                    QUANTIZABLE,
                    Lstms::unidirectionalSequenceLstm,
                    "LSTM, or a Loop of its steps"),
            row("STRIDED_SLICE", ANY, StridedSlices::stridedSlice, "Slice, Squeeze, Unsqueeze"),
            row("BIDIRECTIONAL_SEQUENCE_RNN", FLOATS, Rnns::bidirectionalSequenceRnn, "RNN in both directions"),
            row(
                    "EXP",
                    QUANTIZABLE,
                    ShortTables.real(RealFunctions::exp, unary("Exp")),
                    "Exp; Gather of 16-bit integers"),
            row("TOPK_V2", ANY, Sorting::topK, "TopK"),
            row("SPLIT", ANY, Shaping::split, "Split"),
            row("LOG_SOFTMAX", QUANTIZABLE, Activations::logSoftmax, "LogSoftmax"),
            none(
                    "DELEGATE",
                    "the model was saved after a delegate had taken parts of it",
                    "use the file from before delegation"),
            row("BIDIRECTIONAL_SEQUENCE_LSTM", FLOATS, Lstms::bidirectionalSequenceLstm, "LSTM in both directions"),
            row("CAST", ANY, Elementwise::cast, "Cast"),
            row("PRELU", QUANTIZABLE, Activations::prelu, "PRelu"),
            row("MAXIMUM", NUMBERS, Elementwise.extreme("Max"), "Max"),
            row("ARG_MAX", INDICES, Reductions.arg("ArgMax"), "ArgMax"),
            row("MINIMUM", NUMBERS, Elementwise.extreme("Min"), "Min"),
            row("LESS", BOOLS, comparison("Less"), "Less"),
            row("NEG", NUMBERS, unary("Neg"), "Neg"),
            row("PADV2", ANY, Padders::padV2, "Pad"),
            row("GREATER", BOOLS, comparison("Greater"), "Greater"),
            row("GREATER_EQUAL", BOOLS, comparison("GreaterOrEqual"), "GreaterOrEqual"),
            row("LESS_EQUAL", BOOLS, comparison("LessOrEqual"), "LessOrEqual"),
            row("SELECT", ANY, Selecting::select, "Where; a vector of conditions chooses rows"),
            row("SLICE", ANY, Slicing::slice, "Slice"),
            row("SIN", FLOATS, unary("Sin"), "Sin"),
            row("TRANSPOSE_CONV", QUANTIZABLE, fused(Convolutions::transposeConv), "ConvTranspose with explicit pads"),
            row("SPARSE_TO_DENSE", ANY, Scattering::sparseToDense, "Expand, ScatterND or ScatterElements"),
            row("TILE", ANY, Shaping::tile, "Tile"),
            row("EXPAND_DIMS", ANY, Shaping::expandDims, "Unsqueeze"),
            row("EQUAL", BOOLS, comparison("Equal"), "Equal"),
            row("NOT_EQUAL", BOOLS, comparison("Equal", "Not"), "Not(Equal)"),
            row(
                    "LOG",
                    QUANTIZABLE,
                    ShortTables.real(RealFunctions::log, unary("Log")),
                    "Log; Gather of 16-bit integers"),
            row("SUM", NUMBERS, Reductions.reduce("ReduceSum"), "ReduceSum"),
            row("SQRT", QUANTIZABLE, unary("Sqrt"), "Sqrt"),
            row(
                    "RSQRT",
                    QUANTIZABLE,
                    ShortTables.real(RealFunctions::rsqrt, Elementwise::rsqrt),
                    "Sqrt, Reciprocal; Gather of 16-bit integers"),
            row("SHAPE", INDICES, Shaping::shape, "Shape, or a constant"),
            row("POW", POWERS, binary("Pow"), "Pow"),
            row("ARG_MIN", INDICES, Reductions.arg("ArgMin"), "ArgMin"),
            row("FAKE_QUANT", FLOATS, RealMath::fakeQuant, "Clip, Floor of the steps"),
            row("REDUCE_PROD", NUMBERS, Reductions::prod, "ReduceProd; Mul by Mul of quantized integers"),
            row("REDUCE_MAX", NUMBERS, Reductions.reduce("ReduceMax"), "ReduceMax"),
            row("PACK", ANY, Shaping::pack, "Unsqueeze, Concat"),
            row("LOGICAL_OR", BOOLS, binary("Or"), "Or"),
            row("ONE_HOT", ANY, Selecting::oneHot, "Equal, Where"),
            row("LOGICAL_AND", BOOLS, binary("And"), "And"),
            row("LOGICAL_NOT", BOOLS, unary("Not"), "Not"),
            row("UNPACK", ANY, Shaping::unpack, "Split, Squeeze"),
            row("REDUCE_MIN", NUMBERS, Reductions.reduce("ReduceMin"), "ReduceMin"),
            row(
                    "FLOOR_DIV",
                    NUMBERS,
                    IntegerMath::floorDiv,
                    "Floor of Div in double precision; of integers Mod, Sub, Div"),
            row("REDUCE_ANY", BOOLS, Reductions.logical("ReduceMax"), "ReduceMax of integers"),
            row("SQUARE", NUMBERS, Elementwise::square, "Mul"),
            row("ZEROS_LIKE", NUMBERS, Generators::zerosLike, "ConstantOfShape, or a constant"),
            row("FILL", ANY, Shaping::fill, "Expand"),
            row("FLOOR_MOD", NUMBERS, IntegerMath::floorMod, "Mod"),
            row("RANGE", NUMBERS, Generators::range, "Range, or a constant"),
            row("RESIZE_NEAREST_NEIGHBOR", QUANTIZABLE, Resizing::nearest, "Resize in mode nearest, or two Gathers"),
            row("LEAKY_RELU", QUANTIZABLE, Activations::leakyRelu, "LeakyRelu"),
            row("SQUARED_DIFFERENCE", NUMBERS, Elementwise::squaredDifference, "Sub, Mul"),
            row("MIRROR_PAD", ANY, Padders::mirrorPad, "Pad in mode reflect, or a Gather per axis"),
            row("ABS", NUMBERS, unary("Abs"), "Abs"),
            row("SPLIT_V", ANY, Shaping::splitV, "Split"),
            row("UNIQUE", NUMBERS, Sorting::unique, "Unique in order of occurrence"),
            row("CEIL", FLOATS, unary("Ceil"), "Ceil"),
            row("REVERSE_V2", ANY, Reversals::reverse, "Slice in steps of -1"),
            row("ADD_N", NUMBERS, RealMath::addN, "Sum, or Adds"),
            row("GATHER_ND", ANY, Slicing::gatherNd, "GatherND"),
            row("COS", FLOATS, unary("Cos"), "Cos"),
            row("WHERE", ANY, Sorting::where, "NonZero, Transpose"),
            row("RANK", INDICES, Shaping::rank, "a constant"),
            row("ELU", QUANTIZABLE, unary("Elu"), "Elu"),
            row("REVERSE_SEQUENCE", ANY, Reversals::reverseSequence, "ReverseSequence"),
            row("MATRIX_DIAG", ANY, Selecting::matrixDiag, "Equal of row and column, Where"),
            row("QUANTIZE", ANY, Elementwise::identity, "QuantizeLinear"),
            row("MATRIX_SET_DIAG", ANY, Selecting::matrixSetDiag, "Equal of row and column, Where"),
            row("ROUND", FLOATS, unary("Round"), "Round; both round ties to even"),
            row("HARD_SWISH", QUANTIZABLE, unary("HardSwish"), "HardSwish"),
            row("IF", ANY, Branches::either, "If; variables that a branch assigns are further results"),
            row(
                    "WHILE",
                    ANY,
                    Loops::loop,
                    "Loop, or an LSTM, GRU or RNN if its equations are; what the body does not change is read where it is"),
            row("NON_MAX_SUPPRESSION_V4", INDICES, Suppression::v4, "NonMaxSuppression"),
            row("NON_MAX_SUPPRESSION_V5", INDICES, Suppression::v5, "NonMaxSuppression; soft suppression is a Loop"),
            row("SCATTER_ND", ANY, Scattering::scatterNd, "ScatterElements that adds"),
            row("SELECT_V2", ANY, Elementwise::selectV2, "Where"),
            row("DENSIFY", ANY, Generators::densify, "a constant without gaps"),
            row("SEGMENT_SUM", NUMBERS, Scattering::segmentSum, "ScatterElements that adds"),
            row("BATCH_MATMUL", QUANTIZABLE_AND_INT32, MatrixProducts::batchMatmul, "MatMul"),
            none(
                    "PLACEHOLDER_FOR_GREATER_OP_CODES",
                    "it is no operator but a mark in the file",
                    "fetch the file again"),
            row("CUMSUM", NUMBERS, Sorting::cumsum, "CumSum"),
            row("CALL_ONCE", ANY, Resources::callOnce, "initial values of variables and tables; constants only"),
            row("BROADCAST_TO", ANY, Shaping::broadcastTo, "Expand"),
            row(
                    "RFFT2D",
                    ANY,
                    Spectra::rfft2d,
                    "MatMul with cosines and sines; complex numbers are pairs along one more axis"),
            row("CONV_3D", FLOATS, fused(Volumes::conv3d), "Conv"),
            row("IMAG", ANY, ComplexNumbers::imag, "Gather of the second of each pair"),
            row("REAL", ANY, ComplexNumbers::real, "Gather of the first of each pair"),
            row("COMPLEX_ABS", ANY, ComplexNumbers::abs, "ReduceSum of squares, Sqrt"),
            row("HASHTABLE", ANY, Resources::hashtable, "no node; tables are followed at conversion"),
            row("HASHTABLE_FIND", ANY, Resources::hashtableFind, "LabelEncoder of ai.onnx.ml"),
            row("HASHTABLE_IMPORT", ANY, Resources::hashtableImport, "no node; constants only"),
            row("HASHTABLE_SIZE", ANY, Resources::hashtableSize, "a constant"),
            row("REDUCE_ALL", BOOLS, Reductions.logical("ReduceMin"), "ReduceMin of integers"),
            row("CONV_3D_TRANSPOSE", FLOATS, fused(Volumes::conv3dTranspose), "ConvTranspose with explicit pads"),
            row("VAR_HANDLE", ANY, Resources::varHandle, "no node; variables are followed at conversion"),
            row("READ_VARIABLE", ANY, Resources::readVariable, "what was assigned last, or a graph input"),
            row("ASSIGN_VARIABLE", ANY, Resources::assignVariable, "no node; the last value is a graph output"),
            row("BROADCAST_ARGS", INDICES, Selecting::broadcastArgs, "Equal, Where"),
            row("RANDOM_STANDARD_NORMAL", FLOATS, RandomNumbers.like("RandomNormal"), "RandomNormal: other numbers"),
            row("BUCKETIZE", INDICES, Sorting::bucketize, "Less, ReduceSum"),
            row("RANDOM_UNIFORM", FLOATS, RandomNumbers.like("RandomUniform"), "RandomUniform: other numbers"),
            row("MULTINOMIAL", INDICES, RandomNumbers::multinomial, "Multinomial: other numbers"),
            row("GELU", QUANTIZABLE, Activations::gelu, "Gelu"),
            row("DYNAMIC_UPDATE_SLICE", ANY, Slicing::dynamicUpdateSlice, "Pad of the update and of a mask, Where"),
            row("RELU_0_TO_1", QUANTIZABLE, Activations.clip(0, 1), "Clip"),
            row("UNSORTED_SEGMENT_PROD", NUMBERS, Scattering.unsortedSegment("mul"), "ScatterElements that multiplies"),
            row(
                    "UNSORTED_SEGMENT_MAX",
                    NUMBERS,
                    Scattering.unsortedSegment("max"),
                    "ScatterElements that keeps the greatest"),
            row("UNSORTED_SEGMENT_SUM", NUMBERS, Scattering.unsortedSegment("add"), "ScatterElements that adds"),
            row("ATAN2", FLOATS_AND_DOUBLE, RealMath::atan2, "Atan of the quotient, by quadrant"),
            row(
                    "UNSORTED_SEGMENT_MIN",
                    NUMBERS,
                    Scattering.unsortedSegment("min"),
                    "ScatterElements that keeps the least"),
            row("SIGN", NUMBERS, unary("Sign"), "Sign"),
            row("BITCAST", ANY, IntegerMath::bitcast, "Cast, or BitShift; floats only if constant"),
            row("BITWISE_XOR", ANY, IntegerMath::bitwiseXor, "BitwiseXor"),
            row("RIGHT_SHIFT", ANY, IntegerMath::rightShift, "Mod, Sub, Div by a power of two"),
            row("STABLEHLO_LOGISTIC", QUANTIZABLE, unary("Sigmoid"), "Sigmoid"),
            row("STABLEHLO_ADD", ANY, HloMath.binary("Add", "Or"), "Add, or Or of truth values"),
            row("STABLEHLO_DIVIDE", NUMBERS, binary("Div"), "Div"),
            row("STABLEHLO_MULTIPLY", ANY, HloMath.binary("Mul", "And"), "Mul, or And of truth values"),
            row("STABLEHLO_MAXIMUM", ANY, HloMath.binary("Max", "Or"), "Max, or Or of truth values"),
            row("STABLEHLO_RESHAPE", ANY, HloShapes::reshape, "Reshape"),
            row("STABLEHLO_CLAMP", NUMBERS, HloMath::clamp, "Max, Min"),
            row("STABLEHLO_CONCATENATE", ANY, HloShapes::concatenate, "Concat"),
            row("STABLEHLO_BROADCAST_IN_DIM", ANY, HloShapes::broadcastInDim, "Transpose, Reshape, Expand"),
            row("STABLEHLO_CONVOLUTION", FLOATS, HloProducts::convolution, "Conv between transposes"),
            row("STABLEHLO_SLICE", ANY, HloShapes::slice, "Slice"),
            none(
                    "STABLEHLO_CUSTOM_CALL",
                    "it calls code that is not in the file",
                    "export the model without custom calls"),
            row("STABLEHLO_REDUCE", ANY, HloReductions::reduce, "a reduction, if the body is one operator"),
            row("STABLEHLO_ABS", NUMBERS, unary("Abs"), "Abs"),
            row("STABLEHLO_AND", ANY, HloMath.binary("BitwiseAnd", "And"), "And, or BitwiseAnd"),
            row("STABLEHLO_COSINE", FLOATS, unary("Cos"), "Cos"),
            row("STABLEHLO_EXPONENTIAL", QUANTIZABLE, unary("Exp"), "Exp"),
            row("STABLEHLO_FLOOR", FLOATS, unary("Floor"), "Floor"),
            row("STABLEHLO_LOG", QUANTIZABLE, unary("Log"), "Log"),
            row("STABLEHLO_MINIMUM", ANY, HloMath.binary("Min", "And"), "Min, or And of truth values"),
            row("STABLEHLO_NEGATE", NUMBERS, unary("Neg"), "Neg"),
            row("STABLEHLO_OR", ANY, HloMath.binary("BitwiseOr", "Or"), "Or, or BitwiseOr"),
            row("STABLEHLO_POWER", NUMBERS, binary("Pow"), "Pow"),
            row("STABLEHLO_REMAINDER", NUMBERS, HloMath::remainder, "Mod, or Div, Mul, Sub of integers"),
            row("STABLEHLO_RSQRT", QUANTIZABLE, Elementwise::rsqrt, "Sqrt, Reciprocal"),
            row("STABLEHLO_SELECT", ANY, Elementwise::selectV2, "Where"),
            row("STABLEHLO_SUBTRACT", NUMBERS, binary("Sub"), "Sub"),
            row("STABLEHLO_TANH", QUANTIZABLE, unary("Tanh"), "Tanh"),
            row("STABLEHLO_SCATTER", ANY, HloIndexing::scatter, "ScatterElements, if the body is one operator"),
            row("STABLEHLO_COMPARE", BOOLS, HloMath::compare, "a comparison"),
            row("STABLEHLO_CONVERT", ANY, Elementwise::cast, "Cast"),
            row("STABLEHLO_DYNAMIC_SLICE", ANY, HloShapes::dynamicSlice, "Slice"),
            row("STABLEHLO_DYNAMIC_UPDATE_SLICE", ANY, HloShapes::dynamicUpdateSlice, "ScatterND"),
            row("STABLEHLO_PAD", ANY, HloShapes::pad, "Pad; a Reshape and a Slice for values between elements"),
            row("STABLEHLO_IOTA", ANY, HloShapes::iota, "a constant"),
            row("STABLEHLO_DOT_GENERAL", NUMBERS, HloProducts::dotGeneral, "MatMul between transposes and reshapes"),
            row(
                    "STABLEHLO_REDUCE_WINDOW",
                    ANY,
                    HloReductions::reduceWindow,
                    "Gather and a reduction per axis, if the body is one operator"),
            row("STABLEHLO_SORT", ANY, HloShapes::sort, "TopK and GatherElements, if the comparator is one comparison"),
            row("STABLEHLO_WHILE", ANY, Loops::loop, "Loop"),
            row("STABLEHLO_GATHER", ANY, HloIndexing::gather, "GatherND"),
            row("STABLEHLO_TRANSPOSE", ANY, HloShapes::transpose, "Transpose"),
            row("DILATE", ANY, SlidingReductions::dilate, "Reshape, Pad, Reshape, Slice"),
            row("STABLEHLO_RNG_BIT_GENERATOR", ANY, RandomBits::lower, "Mod, Mul, BitwiseXor: the same bits"),
            row("REDUCE_WINDOW", ANY, SlidingReductions::reduceWindow, "Gather and a reduction per axis"),
            row("STABLEHLO_COMPOSITE", ANY, Calls::composite, "the decomposition in its place"),
            row("STABLEHLO_SHIFT_LEFT", ANY, HloMath::shiftLeft, "BitShift"),
            row("STABLEHLO_CBRT", FLOATS, HloMath::cbrt, "Pow of the magnitude"),
            row("STABLEHLO_CASE", ANY, Branches::choice, "If in If"));

    private final Map<OpType, OpRow> rows = new HashMap<>();
    private final boolean keepsUnknown;

    private HandlerTable(List<OpRow> extra, boolean keepsUnknown) {
        this.keepsUnknown = keepsUnknown;
        BUILTIN.forEach(r -> rows.put(r.op(), r));
        CustomTable.ROWS.forEach(r -> rows.put(r.op(), r));
        FlexTable.ROWS.forEach(r -> rows.put(r.op(), r));
        extra.forEach(r -> rows.put(r.op(), r));
    }

    /** Made when first asked for. */
    private static final class Standard {
        static final HandlerTable TABLE = new HandlerTable(List.of(), false);
    }

    /** The table as it stands here. */
    public static HandlerTable standard() {
        return Standard.TABLE;
    }

    /** The table with further rows, which replace those for the same operators. */
    public static HandlerTable with(List<OpRow> extra) {
        return extra.isEmpty() ? Standard.TABLE : new HandlerTable(extra, false);
    }

    /**
     * The table with further rows in which a custom operator without a row is kept instead of refused, unless it stands
     * for a compiled model.
     */
    public static HandlerTable keepingUnknown(List<OpRow> extra) {
        return new HandlerTable(extra, true);
    }

    /** All rows as they stand here, the builtin ones by their numbers. */
    public static List<OpRow> all() {
        List<OpRow> all = new ArrayList<>(BUILTIN);
        all.addAll(CustomTable.ROWS);
        all.addAll(FlexTable.ROWS);
        return Collections.unmodifiableList(all);
    }

    /** The row of an operator; one that refuses it if it is not in the table. */
    public OpRow find(OpType op) {
        OpRow row = rows.get(op);
        if (row != null) {
            return row;
        }
        OpRow refusal = UnknownCustomOps.row(op);
        return keepsUnknown && refusal.refusal() != DiagnosticCode.COMPILED_MODEL ? KeptCustomOps.row(op) : refusal;
    }
}
