package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;

/** Typed keys for the attributes of ONNX operators, spelt as their schemas spell them. */
public final class OnnxOps {
    private OnnxOps() {}

    /** The domain of the operators that ONNX Runtime has besides. */
    public static final String MICROSOFT = "com.microsoft";

    public static final Key<String> ACTIVATION = Key.ofString("activation");
    public static final Key<Floats> ACTIVATION_PARAMS = Key.ofFloats("activation_params");
    public static final Key<Strings> ACTIVATIONS = Key.ofStrings("activations");
    public static final Key<Floats> ACTIVATION_ALPHA = Key.ofFloats("activation_alpha");
    public static final Key<Floats> ACTIVATION_BETA = Key.ofFloats("activation_beta");
    public static final Key<Long> ALIGN_CORNERS = Key.ofInt("align_corners");
    public static final Key<Long> ALLOWZERO = Key.ofInt("allowzero");
    public static final Key<Float> ALPHA = Key.ofFloat("alpha");
    public static final Key<String> APPROXIMATE = Key.ofString("approximate");
    public static final Key<String> AUTO_PAD = Key.ofString("auto_pad");
    public static final Key<Long> AXIS = Key.ofInt("axis");
    public static final Key<Long> BATCH_AXIS = Key.ofInt("batch_axis");
    public static final Key<Long> BATCH_DIMS = Key.ofInt("batch_dims");
    public static final Key<Float> BETA = Key.ofFloat("beta");
    public static final Key<Float> BIAS = Key.ofFloat("bias");
    public static final Key<Long> BLOCKSIZE = Key.ofInt("blocksize");
    public static final Key<Long> BLOCK_SIZE = Key.ofInt("block_size");
    public static final Key<Graph> BODY = Key.ofGraph("body");
    public static final Key<Long> CEIL_MODE = Key.ofInt("ceil_mode");
    public static final Key<Long> CENTER_POINT_BOX = Key.ofInt("center_point_box");
    public static final Key<Long> CHANNELS_LAST = Key.ofInt("channels_last");
    public static final Key<String> COORDINATE_TRANSFORMATION_MODE = Key.ofString("coordinate_transformation_mode");
    public static final Key<Long> COUNT_INCLUDE_PAD = Key.ofInt("count_include_pad");
    public static final Key<Ints> DILATIONS = Key.ofInts("dilations");
    public static final Key<String> DIRECTION = Key.ofString("direction");
    public static final Key<Long> DTYPE = Key.ofInt("dtype");
    public static final Key<Graph> ELSE_BRANCH = Key.ofGraph("else_branch");
    public static final Key<Float> EPSILON = Key.ofFloat("epsilon");
    public static final Key<String> EQUATION = Key.ofString("equation");
    public static final Key<Long> EXCLUSIVE = Key.ofInt("exclusive");
    public static final Key<Long> FMOD = Key.ofInt("fmod");
    public static final Key<Long> GROUP = Key.ofInt("group");
    public static final Key<Long> HIDDEN_SIZE = Key.ofInt("hidden_size");
    public static final Key<Long> INVERSE = Key.ofInt("inverse");
    public static final Key<Long> IS_CAUSAL = Key.ofInt("is_causal");
    public static final Key<Long> KEEPDIMS = Key.ofInt("keepdims");
    public static final Key<Ints> KERNEL_SHAPE = Key.ofInts("kernel_shape");
    public static final Key<Long> KV_NUM_HEADS = Key.ofInt("kv_num_heads");
    public static final Key<Long> LARGEST = Key.ofInt("largest");
    public static final Key<Long> LINEAR_BEFORE_RESET = Key.ofInt("linear_before_reset");
    public static final Key<String> MODE = Key.ofString("mode");
    public static final Key<String> NEAREST_MODE = Key.ofString("nearest_mode");
    public static final Key<Long> NOOP_WITH_EMPTY_AXES = Key.ofInt("noop_with_empty_axes");
    public static final Key<Long> NUM_GROUPS = Key.ofInt("num_groups");
    public static final Key<Long> NUM_HEADS = Key.ofInt("num_heads");
    public static final Key<Long> NUM_OUTPUTS = Key.ofInt("num_outputs");
    public static final Key<Long> ONESIDED = Key.ofInt("onesided");
    public static final Key<Long> OPSET = Key.ofInt("opset");
    public static final Key<Ints> OUTPUT_PADDING = Key.ofInts("output_padding");
    public static final Key<String> PADDING_MODE = Key.ofString("padding_mode");
    public static final Key<Ints> PADS = Key.ofInts("pads");
    public static final Key<Ints> PERM = Key.ofInts("perm");
    public static final Key<Long> Q_NUM_HEADS = Key.ofInt("q_num_heads");
    public static final Key<String> REDUCTION = Key.ofString("reduction");
    public static final Key<Long> REVERSE = Key.ofInt("reverse");
    public static final Key<Float> SCALE = Key.ofFloat("scale");
    public static final Key<Long> SELECT_LAST_INDEX = Key.ofInt("select_last_index");
    public static final Key<Long> SIZE = Key.ofInt("size");
    public static final Key<Float> SOFTCAP = Key.ofFloat("softcap");
    public static final Key<Long> SORTED = Key.ofInt("sorted");
    public static final Key<Ints> STRIDES = Key.ofInts("strides");
    public static final Key<Graph> THEN_BRANCH = Key.ofGraph("then_branch");
    public static final Key<Long> TIME_AXIS = Key.ofInt("time_axis");
    public static final Key<Long> TO = Key.ofInt("to");
    public static final Key<Long> TRANS_A = Key.ofInt("transA");
    public static final Key<Long> TRANS_B = Key.ofInt("transB");
    public static final Key<Long> UPPER = Key.ofInt("upper");
    public static final Key<Tensor> VALUE = Key.ofTensor("value");
}
