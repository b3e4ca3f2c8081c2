package dev.tfliteonnx.exporter.ort.config;

import dev.tfliteonnx.ir.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operators whose kernels a build can reduce to some element types, with the inputs and outputs that decide, and the
 * names that the build has for the types.
 *
 * <p>Source: {@code tools/python/util/ort_format_model/operator_type_usage_processors.py} and {@code types.py} of ONNX
 * Runtime.
 */
final class TrackedTypes {
    /** The inputs and outputs that decide. */
    record Places(List<Integer> inputs, List<Integer> outputs) {}

    /** The operator whose kernels are chosen by the types of three inputs together. */
    static final String COMBINED = "OneHot";

    private static final Map<String, Places> PLACES = new HashMap<>();

    static {
        each(
                "Abs ArgMax ArgMin AveragePool BatchNormalization BitShift Ceil Clip Conv CumSum Exp Expand Floor Gemm"
                        + " IsNaN Log LogSoftmax LpNormalization MatMul Max MaxPool Mean Min NonZero Pad QLinearConv"
                        + " QLinearMatMul Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax"
                        + " ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Resize ReverseSequence"
                        + " RoiAlign Round Scatter ScatterElements ScatterND Shrink Sigmoid Sign Sin Softmax Split"
                        + " SplitToSequence Sqrt Sum Tanh TopK Transpose Unique com.microsoft:QLinearAdd"
                        + " com.microsoft:QLinearMul com.microsoft:QLinearConv Add Concat Div Equal Greater Less Mul Neg"
                        + " Sub DequantizeLinear",
                new Places(List.of(0), List.of()));
        each("Cast", new Places(List.of(0), List.of(0)));
        each("Gather GatherElements Pow Slice", new Places(List.of(0, 1), List.of()));
        each("Where", new Places(List.of(1), List.of()));
        each(
                "ConstantOfShape RandomNormal RandomNormalLike RandomUniform RandomUniformLike Multinomial QuantizeLinear"
                        + " DynamicQuantizeLinear",
                new Places(List.of(), List.of(0)));
    }

    private TrackedTypes() {}

    private static void each(String names, Places places) {
        for (String name : names.split(" ")) {
            PLACES.put(name, places);
        }
    }

    /** What decides about an operator, by its name behind its domain and a colon; empty if nothing does. */
    static Optional<Places> of(String op) {
        return Optional.ofNullable(PLACES.get(op));
    }

    /**
     * The name of an element type in the files.
     *
     * @throws IllegalArgumentException if it has none
     */
    static String name(DataType type) {
        return switch (type) {
            case FLOAT32 -> "float";
            case UINT8 -> "uint8_t";
            case INT8 -> "int8_t";
            case UINT16 -> "uint16_t";
            case INT16 -> "int16_t";
            case INT32 -> "int32_t";
            case INT64 -> "int64_t";
            case STRING -> "std::string";
            case BOOL -> "bool";
            case FLOAT16 -> "MLFloat16";
            case FLOAT64 -> "double";
            case UINT32 -> "uint32_t";
            case UINT64 -> "uint64_t";
            case BFLOAT16 -> "BFloat16";
            case FLOAT8_E4M3FN -> "Float8E4M3FN";
            case FLOAT8_E5M2 -> "Float8E5M2";
            case INT2, INT4, UINT2, UINT4, COMPLEX64, COMPLEX128, RESOURCE, VARIANT, UNKNOWN ->
                throw new IllegalArgumentException("a build of ONNX Runtime has no name for " + type);
        };
    }
}
