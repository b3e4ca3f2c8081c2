package dev.tfliteonnx.tfl;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;

/** Typed keys for the options of TFLite operators, spelt as the schema spells them. */
public final class Tfl {
    private Tfl() {}

    /** The bytes of a custom operator's options. */
    public static final Key<Bytes> CUSTOM_OPTIONS = Key.ofBytes("custom_options");

    /** Tensors that only carry quantization, by number in the subgraph: those of integer LSTMs. */
    public static final Key<Ints> INTERMEDIATES = Key.ofInts("intermediates");

    /** The scale of each of the {@link #INTERMEDIATES}; 0 if it is not quantized. */
    public static final Key<Floats> INTERMEDIATE_SCALES = Key.ofFloats("intermediate_scales");

    /** The zero point of each of the {@link #INTERMEDIATES}. */
    public static final Key<Ints> INTERMEDIATE_ZERO_POINTS = Key.ofInts("intermediate_zero_points");

    /**
     * How many channels a file records for the input of a convolution whose signature leaves them open: what tells the
     * number of groups.
     */
    public static final Key<Long> RECORDED_CHANNELS = Key.ofInt("recorded_channels");

    /** The version of the operator's kernel. */
    public static final Key<Long> VERSION_OF_OP = Key.ofInt("op_version");

    public static final Key<Boolean> ADJ_X = Key.ofBool("adj_x");
    public static final Key<Boolean> ADJ_Y = Key.ofBool("adj_y");
    public static final Key<RngAlgorithm> ALGORITHM = Key.ofEnum("algorithm", RngAlgorithm.class);
    public static final Key<Boolean> ALIGN_CORNERS = Key.ofBool("align_corners");
    public static final Key<Float> ALPHA = Key.ofFloat("alpha");
    public static final Key<Long> API_VERSION = Key.ofInt("api_version");
    public static final Key<Boolean> APPROXIMATE = Key.ofBool("approximate");
    public static final Key<Boolean> ASYMMETRIC_QUANTIZE_INPUTS = Key.ofBool("asymmetric_quantize_inputs");
    public static final Key<Long> AXIS = Key.ofInt("axis");
    public static final Key<String> BACKEND_CONFIG = Key.ofString("backend_config");
    public static final Key<Ints> BASE_DILATIONS = Key.ofInts("base_dilations");
    public static final Key<Long> BATCH_DIM = Key.ofInt("batch_dim");
    public static final Key<Long> BATCH_DIMS = Key.ofInt("batch_dims");
    public static final Key<Long> BATCH_GROUP_COUNT = Key.ofInt("batch_group_count");
    public static final Key<Long> BEGIN_MASK = Key.ofInt("begin_mask");
    public static final Key<Float> BETA = Key.ofFloat("beta");
    public static final Key<Float> BIAS = Key.ofFloat("bias");
    public static final Key<Long> BLOCK_SIZE = Key.ofInt("block_size");
    public static final Key<Long> BODY_SUBGRAPH_INDEX = Key.ofInt("body_subgraph_index");
    public static final Key<Floats> BOUNDARIES = Key.ofFloats("boundaries");
    public static final Key<Ints> BRANCH_SUBGRAPH_INDICES = Key.ofInts("branch_subgraph_indices");
    public static final Key<Ints> BROADCAST_DIMENSIONS = Key.ofInts("broadcast_dimensions");
    public static final Key<Ints> CALLED_COMPUTATIONS = Key.ofInts("called_computations");
    public static final Key<String> CALL_TARGET_NAME = Key.ofString("call_target_name");
    public static final Key<Float> CELL_CLIP = Key.ofFloat("cell_clip");
    public static final Key<Ints> COLLAPSED_SLICE_DIMS = Key.ofInts("collapsed_slice_dims");
    public static final Key<CombinerType> COMBINER = Key.ofEnum("combiner", CombinerType.class);
    public static final Key<Long> COMPARATOR_SUBGRAPH_INDEX = Key.ofInt("comparator_subgraph_index");
    public static final Key<ComparisonType> COMPARE_TYPE = Key.ofEnum("compare_type", ComparisonType.class);
    public static final Key<ComparisonDirection> COMPARISON_DIRECTION =
            Key.ofEnum("comparison_direction", ComparisonDirection.class);
    public static final Key<Bytes> COMPOSITE_ATTRIBUTES = Key.ofBytes("composite_attributes");
    public static final Key<CustomOptionsFormat> COMPOSITE_ATTRIBUTES_FORMAT =
            Key.ofEnum("composite_attributes_format", CustomOptionsFormat.class);
    public static final Key<Long> COND_SUBGRAPH_INDEX = Key.ofInt("cond_subgraph_index");
    public static final Key<String> CONTAINER = Key.ofString("container");
    public static final Key<Bytes> CUSTOM_ATTRIBUTES = Key.ofBytes("custom_attributes");
    public static final Key<Long> DECOMPOSITION_SUBGRAPH_INDEX = Key.ofInt("decomposition_subgraph_index");
    public static final Key<Long> DEPTH_MULTIPLIER = Key.ofInt("depth_multiplier");
    public static final Key<Boolean> DIAGONAL_RECURRENT_TENSORS = Key.ofBool("diagonal_recurrent_tensors");
    public static final Key<Long> DILATION_D_FACTOR = Key.ofInt("dilation_d_factor");
    public static final Key<Long> DILATION_H_FACTOR = Key.ofInt("dilation_h_factor");
    public static final Key<Long> DILATION_W_FACTOR = Key.ofInt("dilation_w_factor");
    public static final Key<Long> DIMENSION = Key.ofInt("dimension");
    public static final Key<Ints> DIMENSIONS = Key.ofInts("dimensions");
    public static final Key<Ints> EDGE_PADDING_HIGH = Key.ofInts("edge_padding_high");
    public static final Key<Ints> EDGE_PADDING_LOW = Key.ofInts("edge_padding_low");
    public static final Key<Long> ELLIPSIS_MASK = Key.ofInt("ellipsis_mask");
    public static final Key<Long> ELSE_SUBGRAPH_INDEX = Key.ofInt("else_subgraph_index");
    public static final Key<Ints> EMBEDDING_DIM_PER_CHANNEL = Key.ofInts("embedding_dim_per_channel");
    public static final Key<Long> END_MASK = Key.ofInt("end_mask");
    public static final Key<Boolean> EXCLUSIVE = Key.ofBool("exclusive");
    public static final Key<Long> FEATURE_GROUP_COUNT = Key.ofInt("feature_group_count");
    public static final Key<Long> FILTER_HEIGHT = Key.ofInt("filter_height");
    public static final Key<Long> FILTER_WIDTH = Key.ofInt("filter_width");
    public static final Key<Activation> FUSED_ACTIVATION_FUNCTION =
            Key.ofEnum("fused_activation_function", Activation.class);
    public static final Key<Boolean> HALF_PIXEL_CENTERS = Key.ofBool("half_pixel_centers");
    public static final Key<Boolean> HAS_SIDE_EFFECT = Key.ofBool("has_side_effect");
    public static final Key<DataType> IDX_OUT_TYPE = Key.ofEnum("idx_out_type", DataType.class);
    public static final Key<Boolean> INCLUDE_ALL_NGRAMS = Key.ofBool("include_all_ngrams");
    public static final Key<Long> INDEX_VECTOR_DIM = Key.ofInt("index_vector_dim");
    public static final Key<Boolean> INDICES_ARE_SORTED = Key.ofBool("indices_are_sorted");
    public static final Key<Long> INIT_SUBGRAPH_INDEX = Key.ofInt("init_subgraph_index");
    public static final Key<Long> INPUT_BATCH_DIMENSION = Key.ofInt("input_batch_dimension");
    public static final Key<Long> INPUT_FEATURE_DIMENSION = Key.ofInt("input_feature_dimension");
    public static final Key<Ints> INPUT_SPATIAL_DIMENSIONS = Key.ofInts("input_spatial_dimensions");
    public static final Key<Ints> INSERTED_WINDOW_DIMS = Key.ofInts("inserted_window_dims");
    public static final Key<Ints> INTERIOR_PADDING = Key.ofInts("interior_padding");
    public static final Key<DataType> IN_DATA_TYPE = Key.ofEnum("in_data_type", DataType.class);
    public static final Key<Long> IOTA_DIMENSION = Key.ofInt("iota_dimension");
    public static final Key<Boolean> IS_STABLE = Key.ofBool("is_stable");
    public static final Key<Boolean> KEEP_DIMS = Key.ofBool("keep_dims");
    public static final Key<Boolean> KEEP_NUM_DIMS = Key.ofBool("keep_num_dims");
    public static final Key<Long> KERNEL_INPUT_FEATURE_DIMENSION = Key.ofInt("kernel_input_feature_dimension");
    public static final Key<Long> KERNEL_OUTPUT_FEATURE_DIMENSION = Key.ofInt("kernel_output_feature_dimension");
    public static final Key<Ints> KERNEL_SPATIAL_DIMENSIONS = Key.ofInts("kernel_spatial_dimensions");
    public static final Key<LstmKernelType> KERNEL_TYPE = Key.ofEnum("kernel_type", LstmKernelType.class);
    public static final Key<DataType> KEY_DTYPE = Key.ofEnum("key_dtype", DataType.class);
    public static final Key<Ints> LHS_BATCHING_DIMENSIONS = Key.ofInts("lhs_batching_dimensions");
    public static final Key<Ints> LHS_CONTRACTING_DIMENSIONS = Key.ofInts("lhs_contracting_dimensions");
    public static final Key<Ints> LHS_DILATION = Key.ofInts("lhs_dilation");
    public static final Key<Ints> LIMIT_INDICES = Key.ofInts("limit_indices");
    public static final Key<Float> MAX = Key.ofFloat("max");
    public static final Key<Long> MAX_SKIP_SIZE = Key.ofInt("max_skip_size");
    public static final Key<Boolean> MERGE_OUTPUTS = Key.ofBool("merge_outputs");
    public static final Key<Float> MIN = Key.ofFloat("min");
    public static final Key<MirrorPadMode> MODE = Key.ofEnum("mode", MirrorPadMode.class);
    public static final Key<String> NAME = Key.ofString("name");
    public static final Key<Boolean> NARROW_RANGE = Key.ofBool("narrow_range");
    public static final Key<Long> NEW_AXIS_MASK = Key.ofInt("new_axis_mask");
    public static final Key<Long> NEW_HEIGHT = Key.ofInt("new_height");
    public static final Key<Ints> NEW_SHAPE = Key.ofInts("new_shape");
    public static final Key<Long> NEW_WIDTH = Key.ofInt("new_width");
    public static final Key<Long> NGRAM_SIZE = Key.ofInt("ngram_size");
    public static final Key<Long> NUM = Key.ofInt("num");
    public static final Key<Long> NUM_BITS = Key.ofInt("num_bits");
    public static final Key<Long> NUM_CHANNELS = Key.ofInt("num_channels");
    public static final Key<Ints> NUM_COLUMNS_PER_CHANNEL = Key.ofInts("num_columns_per_channel");
    public static final Key<Long> NUM_SPLITS = Key.ofInt("num_splits");
    public static final Key<Boolean> OFFSET = Key.ofBool("offset");
    public static final Key<Ints> OFFSET_DIMS = Key.ofInts("offset_dims");
    public static final Key<Long> OUTPUT_BATCH_DIMENSION = Key.ofInt("output_batch_dimension");
    public static final Key<Long> OUTPUT_FEATURE_DIMENSION = Key.ofInt("output_feature_dimension");
    public static final Key<Ints> OUTPUT_SPATIAL_DIMENSIONS = Key.ofInts("output_spatial_dimensions");
    public static final Key<DataType> OUTPUT_TYPE = Key.ofEnum("output_type", DataType.class);
    public static final Key<DataType> OUT_DATA_TYPE = Key.ofEnum("out_data_type", DataType.class);
    public static final Key<DataType> OUT_TYPE = Key.ofEnum("out_type", DataType.class);
    public static final Key<Padding> PADDING = Key.ofEnum("padding", Padding.class);
    public static final Key<Ints> PADDING_PAIRS = Key.ofInts("padding");
    public static final Key<Ints> PERMUTATION = Key.ofInts("permutation");
    public static final Key<Boolean> POT_SCALE_INT16 = Key.ofBool("pot_scale_int16");
    public static final Key<Ints> PRECISION_CONFIG = Key.ofInts("precision_config");
    public static final Key<Float> PROJ_CLIP = Key.ofFloat("proj_clip");
    public static final Key<DataType> QUANTIZED_BIAS_TYPE = Key.ofEnum("quantized_bias_type", DataType.class);
    public static final Key<Long> RADIUS = Key.ofInt("radius");
    public static final Key<Long> RANK = Key.ofInt("rank");
    public static final Key<ReduceWindowFunction> REDUCE_FUNCTION =
            Key.ofEnum("reduce_function", ReduceWindowFunction.class);
    public static final Key<Boolean> REVERSE = Key.ofBool("reverse");
    public static final Key<Ints> RHS_BATCHING_DIMENSIONS = Key.ofInts("rhs_batching_dimensions");
    public static final Key<Ints> RHS_CONTRACTING_DIMENSIONS = Key.ofInts("rhs_contracting_dimensions");
    public static final Key<Ints> RHS_DILATION = Key.ofInts("rhs_dilation");
    public static final Key<Ints> SCATTER_DIMS_TO_OPERAND_DIMS = Key.ofInts("scatter_dims_to_operand_dims");
    public static final Key<Long> SEED = Key.ofInt("seed");
    public static final Key<Long> SEED2 = Key.ofInt("seed2");
    public static final Key<Long> SEQ_DIM = Key.ofInt("seq_dim");
    public static final Key<String> SHARED_NAME = Key.ofString("shared_name");
    public static final Key<Long> SHRINK_AXIS_MASK = Key.ofInt("shrink_axis_mask");
    public static final Key<Ints> SLICE_SIZES = Key.ofInts("slice_sizes");
    public static final Key<Ints> SQUEEZE_DIMS = Key.ofInts("squeeze_dims");
    public static final Key<Ints> START_INDEX_MAP = Key.ofInts("start_index_map");
    public static final Key<Ints> START_INDICES = Key.ofInts("start_indices");
    public static final Key<Ints> STRIDES = Key.ofInts("strides");
    public static final Key<Long> STRIDE_D = Key.ofInt("stride_d");
    public static final Key<Long> STRIDE_H = Key.ofInt("stride_h");
    public static final Key<Long> STRIDE_W = Key.ofInt("stride_w");
    public static final Key<Long> SUBGRAPH = Key.ofInt("subgraph");
    public static final Key<Long> TABLE_ID = Key.ofInt("table_id");
    public static final Key<Long> THEN_SUBGRAPH_INDEX = Key.ofInt("then_subgraph_index");
    public static final Key<Boolean> TIME_MAJOR = Key.ofBool("time_major");
    public static final Key<LshProjectionType> TYPE = Key.ofEnum("type", LshProjectionType.class);
    public static final Key<Boolean> UNIQUE_INDICES = Key.ofBool("unique_indices");
    public static final Key<Long> UPDATE_COMPUTATION_SUBGRAPH_INDEX = Key.ofInt("update_computation_subgraph_index");
    public static final Key<Ints> UPDATE_WINDOW_DIMS = Key.ofInts("update_window_dims");
    public static final Key<Boolean> VALIDATE_INDICES = Key.ofBool("validate_indices");
    public static final Key<Long> VALUES_COUNT = Key.ofInt("values_count");
    public static final Key<DataType> VALUE_DTYPE = Key.ofEnum("value_dtype", DataType.class);
    public static final Key<Long> VERSION = Key.ofInt("version");
    public static final Key<WeightsFormat> WEIGHTS_FORMAT = Key.ofEnum("weights_format", WeightsFormat.class);
    public static final Key<Ints> WINDOW_DILATIONS = Key.ofInts("window_dilations");
    public static final Key<Ints> WINDOW_DIMENSIONS = Key.ofInts("window_dimensions");
    public static final Key<Ints> WINDOW_REVERSAL = Key.ofInts("window_reversal");
    public static final Key<Ints> WINDOW_STRIDES = Key.ofInts("window_strides");
}
