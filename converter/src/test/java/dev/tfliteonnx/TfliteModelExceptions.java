package dev.tfliteonnx;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Corpus models that the plain Java executor does not run as TFLite's reference kernels do, with the reason. */
final class TfliteModelExceptions {
    /** Small files that take long. */
    static final Set<String> SLOW = Set.of(
            "google-ai-edge+LiteRT/conv_huge_im2col.tflite",
            "mlcommons+mobile_models/edsr_f32b5_fp32.tflite",
            "mlcommons+mobile_models/edsr_f32b5_full_qint8.tflite");

    private static final Map<String, String> REASONS = Map.of(
            "google+mediapipe/add_quantized.tflite",
            "between its 8-bit operators it names a tensor float and gives no scale: TFLite takes the scale for 0");

    /** Models that need kernels which are not written yet. */
    private static final Set<String> UNWRITTEN = Set.of(
            "breizhn+DTLN/model_quant_1.tflite",
            "google-ai-edge+LiteRT/lstm.tflite",
            "google-ai-edge+LiteRT/lstm_quantized.tflite",
            "google-ai-edge+LiteRT/qwen_fc_blockwise_quantized.tflite",
            "google-coral+edgetpu/ssd_mobilenet_v1_coco_quant_postprocess_head_layers.tflite",
            "mlcommons+tiny/kws_ref_model_float32.tflite",
            "shubham0204+Spam_Classification_Android_Demo/model.tflite",
            "tensorflow+examples/mobilenet_v2_035_96_embedder_with_metadata.tflite",
            "tensorflow+tflite-micro/keyword_scrambled.tflite");

    private TfliteModelExceptions() {}

    /** Whether a model may lack a kernel or a form of one. */
    static boolean mayLack(String name) {
        return UNWRITTEN.contains(name);
    }

    /** Why a model may differ; empty if it may not. */
    static Optional<String> reason(String name) {
        return Optional.ofNullable(REASONS.get(name));
    }
}
