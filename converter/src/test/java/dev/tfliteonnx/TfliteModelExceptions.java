package dev.tfliteonnx;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Corpus models that the plain Java executor does not run as TFLite's reference kernels do, with the reason. */
final class TfliteModelExceptions {
    /** Files that take long, though some are small; they run only on demand. */
    static final Set<String> SLOW = Set.of(
            "google-ai-edge+LiteRT/conv_huge_im2col.tflite",
            "mlcommons+mobile_models/edsr_f32b5_fp32.tflite",
            "mlcommons+mobile_models/edsr_f32b5_full_qint8.tflite",
            "syaringan357+Android-MobileFaceNet-MTCNN-FaceAntiSpoofing/pnet.tflite",
            "terryky+tflite_gles_app/style_transfer_quantized_dynamic.tflite");

    private static final Map<String, String> REASONS = Map.of(
            "google+mediapipe/add_quantized.tflite",
            "between its 8-bit operators it names a tensor float and gives no scale: TFLite takes the scale for 0",
            "google-ai-edge+LiteRT/qwen_fc_blockwise_quantized.tflite",
            "the reference kernel gives zeros for weights of one scale for each block; its optimized one is followed");

    private TfliteModelExceptions() {}

    /** Why a model may differ; empty if it may not. */
    static Optional<String> reason(String name) {
        return Optional.ofNullable(REASONS.get(name));
    }
}
