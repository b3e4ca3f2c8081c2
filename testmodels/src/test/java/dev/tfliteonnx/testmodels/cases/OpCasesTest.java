package dev.tfliteonnx.testmodels.cases;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TestModel;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.BuiltinOps;
import dev.tfliteonnx.tfl.OptionField;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class OpCasesTest {
    /** The operators of most models in the field, all of which must have cases. */
    private static final List<String> COMMON = List.of(
            "ADD",
            "AVERAGE_POOL_2D",
            "CONCATENATION",
            "CONV_2D",
            "DEPTHWISE_CONV_2D",
            "DEQUANTIZE",
            "FULLY_CONNECTED",
            "LOGISTIC",
            "MAX_POOL_2D",
            "MUL",
            "RELU",
            "RELU6",
            "RESHAPE",
            "RESIZE_BILINEAR",
            "SOFTMAX",
            "TANH",
            "CUSTOM/TFLite_Detection_PostProcess",
            "PAD",
            "GATHER",
            "TRANSPOSE",
            "MEAN",
            "SUB",
            "DIV",
            "SQUEEZE",
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            "STRIDED_SLICE",
            "SPLIT",
            "CAST",
            "PRELU",
            "ARG_MAX",
            "SLICE",
            "TRANSPOSE_CONV",
            "EXPAND_DIMS",
            "SUM",
            "SHAPE",
            "REDUCE_MAX",
            "PACK",
            "UNPACK",
            "REDUCE_MIN",
            "RESIZE_NEAREST_NEIGHBOR",
            "LEAKY_RELU",
            "SQUARED_DIFFERENCE",
            "SPLIT_V",
            "QUANTIZE",
            "HARD_SWISH",
            "SELECT_V2",
            "BATCH_MATMUL",
            "GELU",
            "DYNAMIC_UPDATE_SLICE",
            "STABLEHLO_COMPOSITE");

    /** Values of options that no kernel takes or reads, or that another operator's cases try in the same kernel. */
    private static final Set<String> NOT_TRIED = Set.of(
            "CONCATENATION.fused_activation_function", // the kernel refuses all but NONE
            "UNIDIRECTIONAL_SEQUENCE_LSTM.diagonal_recurrent_tensors",
            "UNIDIRECTIONAL_SEQUENCE_LSTM.fused_activation_function=RELU_N1_TO_1",
            "UNIDIRECTIONAL_SEQUENCE_LSTM.fused_activation_function=SIGN_BIT",
            "BIDIRECTIONAL_SEQUENCE_LSTM.fused_activation_function=RELU", // as the unidirectional one, which tries it
            "BIDIRECTIONAL_SEQUENCE_LSTM.fused_activation_function=RELU6",
            "BIDIRECTIONAL_SEQUENCE_LSTM.fused_activation_function=NONE",
            "BIDIRECTIONAL_SEQUENCE_LSTM.fused_activation_function=RELU_N1_TO_1",
            "BIDIRECTIONAL_SEQUENCE_LSTM.fused_activation_function=SIGN_BIT",
            "BIDIRECTIONAL_SEQUENCE_RNN.fused_activation_function=RELU_N1_TO_1",
            "BIDIRECTIONAL_SEQUENCE_RNN.fused_activation_function=RELU6",
            "BIDIRECTIONAL_SEQUENCE_RNN.fused_activation_function=SIGN_BIT",
            "UNIDIRECTIONAL_SEQUENCE_RNN.fused_activation_function=SIGN_BIT",
            "RNN.fused_activation_function=SIGN_BIT",
            "LSTM.fused_activation_function", // the basic kernel refuses all but TANH
            "LSTM.asymmetric_quantize_inputs=true",
            "SVDF.fused_activation_function=RELU_N1_TO_1", // the kernel refuses all but NONE and RELU
            "SVDF.fused_activation_function=RELU6",
            "SVDF.fused_activation_function=TANH",
            "SVDF.fused_activation_function=SIGN_BIT",
            "SVDF.asymmetric_quantize_inputs=true",
            "L2_NORMALIZATION.fused_activation_function", // the kernel refuses all but NONE
            "L2_POOL_2D.fused_activation_function=TANH",
            "L2_POOL_2D.fused_activation_function=SIGN_BIT",
            "CONV_3D.fused_activation_function=TANH",
            "CONV_3D.fused_activation_function=SIGN_BIT",
            "CONV_3D_TRANSPOSE.fused_activation_function=TANH",
            "CONV_3D_TRANSPOSE.fused_activation_function=SIGN_BIT",
            "REDUCE_WINDOW.reduce_function=UNSUPPORTED",
            "FAKE_QUANT.narrow_range=true", // TFLite refuses it when the model runs
            // hints that no kernel reads
            "SPARSE_TO_DENSE.validate_indices",
            "STABLEHLO_SCATTER.indices_are_sorted",
            "STABLEHLO_SCATTER.unique_indices",
            "STABLEHLO_GATHER.indices_are_sorted",
            "STABLEHLO_SORT.is_stable",
            "STABLEHLO_COMPARE.compare_type",
            "FULLY_CONNECTED.fused_activation_function=TANH",
            "FULLY_CONNECTED.fused_activation_function=SIGN_BIT",
            "TRANSPOSE_CONV.fused_activation_function=SIGN_BIT",
            "AVERAGE_POOL_2D.fused_activation_function=TANH",
            "AVERAGE_POOL_2D.fused_activation_function=SIGN_BIT",
            "MAX_POOL_2D.fused_activation_function=TANH",
            "MAX_POOL_2D.fused_activation_function=SIGN_BIT");

    private static Map<String, Set<String>> tags() {
        Map<String, Set<String>> tags = new HashMap<>();
        for (OpCase c : OpCases.all()) {
            tags.computeIfAbsent(c.op(), op -> new TreeSet<>()).addAll(c.model().tags());
        }
        return tags;
    }

    @Test
    void everyCommonOperatorHasCases() {
        Map<String, Integer> counts = new HashMap<>();
        OpCases.all().forEach(c -> counts.merge(c.op(), 1, Integer::sum));
        for (String op : COMMON) {
            int least = op.equals("STABLEHLO_COMPOSITE") ? 9 : 20;
            assertTrue(counts.getOrDefault(op, 0) >= least, () -> op + " has " + counts.get(op) + " cases");
        }
    }

    @Test
    void everyValueOfEveryOptionIsTried() {
        Map<String, Set<String>> tags = tags();
        Set<String> missing = new TreeSet<>();
        for (BuiltinOp builtin : BuiltinOps.ALL) {
            String op = builtin.name();
            if (!tags.containsKey(op)) {
                continue; // CoverageTest names the handled operators without cases
            }
            for (OptionField field : builtin.fields()) {
                for (Object value : values(field)) {
                    String option = op + "." + field.key().name();
                    if (!NOT_TRIED.contains(option)
                            && !NOT_TRIED.contains(option + "=" + value)
                            && !tags.getOrDefault(op, Set.of()).contains(option + "=" + value)) {
                        missing.add(option + "=" + value);
                    }
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    private static List<Object> values(OptionField field) {
        return switch (field.kind()) {
            case BOOL -> List.of(true, false);
            case ENUM_BYTE, ENUM_INT -> List.of((Object[]) field.key().type().getEnumConstants());
            default -> List.of();
        };
    }

    @Test
    void modelsAreTheSameEachTimeAndStateTheirInputsAndOutputs() {
        Set<String> names = new HashSet<>();
        for (OpCase c : OpCases.all()) {
            assertTrue(names.add(c.name()), c::name);
            TestModel first = c.model();
            byte[] bytes = first.array();
            assertArrayEquals(bytes, c.model().array(), c::name);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            assertTrue(Model.ModelBufferHasIdentifier(buffer), c::name);
            SubGraph graph = Model.getRootAsModel(buffer).subgraphs(0);
            assertEquals(first.inputs().size(), graph.inputsLength(), c::name);
            assertEquals(first.outputs().size(), graph.outputsLength(), c::name);
            assertTrue(graph.inputsLength() > 0 && graph.outputsLength() > 0, c::name);
        }
    }

    @Test
    void inputsFitTheirTensorsAndFollowTheSeed() {
        for (OpCase c : OpCases.all()) {
            TestModel model = c.model();
            List<Tensor> drawn = model.draw(SeededValues.fixed(1));
            List<Tensor> again = model.draw(SeededValues.fixed(1));
            for (int i = 0; i < drawn.size(); i++) {
                Tensor tensor = drawn.get(i);
                assertEquals(model.inputs().get(i).spec().type(), tensor.type(), c::name);
                assertEquals(model.inputs().get(i).spec().shape(), tensor.shape(), c::name);
                if (tensor.type() == DataType.STRING) {
                    assertArrayEquals(texts(tensor), texts(again.get(i)), c::name);
                } else {
                    assertEquals(tensor.load(), again.get(i).load(), c::name);
                }
            }
        }
    }

    private static byte[][] texts(Tensor tensor) {
        return tensor.toStrings().toArray(byte[][]::new);
    }

    @Test
    void excusesAreFew() {
        List<OpCase> all = OpCases.all();
        long excused = all.stream()
                .filter(c -> c.excuse(Engine.TFLITE_REFERENCE).isPresent()
                        && c.excuse(Engine.TFLITE_DEFAULT).isPresent())
                .count();
        assertFalse(excused > all.size() / 100, () -> excused + " cases run nowhere");
    }
}
