package dev.tfliteonnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Quantized nodes of corpus models that ONNX Runtime has no integer kernel for, with the reason. */
final class FusionExceptions {
    /** Functions of one number or two that stay real between DequantizeLinear and QuantizeLinear. */
    private static final List<String> WITHOUT_KERNEL = List.of(
            "Div: ONNX Runtime has no integer kernel for Div",
            "Log: ONNX Runtime has no integer kernel for Log",
            "Loop: ONNX Runtime has no integer kernel for Loop",
            "Reciprocal: ONNX Runtime has no integer kernel for Reciprocal",
            "Resize: its mode is linear",
            "Sqrt: ONNX Runtime has no integer kernel for Sqrt",
            "Sub: ONNX Runtime has no integer kernel for Sub",
            "TopK: ONNX Runtime has no integer kernel for TopK");

    /** What TFLite itself computes on real numbers. */
    private static final List<String> POST_PROCESSING = List.of(
            "ReduceMax: its result goes to Unsqueeze unquantized",
            "Slice: its result goes to Add unquantized",
            "Slice: its result goes to Cast unquantized",
            "Slice: its result goes to Mul unquantized");

    /** What is rounded to 16 bits, or kept real, inside of one TFLite operator. */
    private static final List<String> RECURRENT = List.of(
            "Add: operand 0 (…) is not dequantized from integers",
            "Gemm: operand 0 (…) is not dequantized from integers",
            "Gemm: operand 2 (…) is not dequantized from integers",
            "Mul: operand 0 (…) is not dequantized from integers",
            "Softmax: it takes uint8 and gives int16");

    private static final Map<String, List<String>> MORE = Map.of(
            "google-coral+edgetpu/ssd_mobilenet_v1_coco_quant_postprocess_head_layers.tflite",
            POST_PROCESSING,
            "tensorflow+tflite-support/coco_ssd_mobilenet_v1_1.0_quant_2018_06_29.tflite",
            POST_PROCESSING,
            "google-ai-edge+LiteRT/lstm_quantized.tflite",
            RECURRENT,
            "google-ai-edge+LiteRT/lstm_quantized2.tflite",
            RECURRENT,
            "google-coral+test_data/keras_lstm_mnist_ptq.tflite",
            RECURRENT,
            "tensorflow+tflite-micro/keyword_scrambled.tflite",
            RECURRENT,
            "tensorflow+tflite-micro/micro_speech_lstm.tflite",
            RECURRENT,
            "tensorflow+tflite-micro/trained_lstm_int8.tflite",
            RECURRENT,
            "google+mediapipe/add_quantized.tflite",
            // only its input is quantized: the sums are real in TFLite, too
            List.of("Add: its result goes to Add unquantized", "Add: operand 0 (…) is not dequantized from integers"));

    private FusionExceptions() {}

    /** The exceptions of a model, as its report words them. */
    static List<String> of(String model) {
        List<String> all = new ArrayList<>(WITHOUT_KERNEL);
        all.addAll(MORE.getOrDefault(model, List.of()));
        return all;
    }
}
