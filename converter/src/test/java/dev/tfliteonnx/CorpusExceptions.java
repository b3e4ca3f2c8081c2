package dev.tfliteonnx;

import java.util.Map;

/** Corpus models whose numbers need not match, with the reason. */
final class CorpusExceptions {
    static final Map<String, String> ALL = Map.of(
            "PINTO0309+TensorflowLite-UNet/semanticsegmentation_frozen_person_quantized_08.tflite",
            "TFLite rounds the activations of 19 layers to 8 bits as it runs; the conversion keeps them float",
            "breizhn+DTLN/model_quant_1.tflite",
            "TFLite rounds activations to 8 bits as it runs; the conversion keeps them float");

    /** The same for models whose quantization is dropped. */
    static final Map<String, String> DEQUANTIZED = Map.of(
            "google-ai-edge+LiteRT/matmul_quant.tflite",
            "noise overflows its inner tensors, which only the quantized form clamps",
            "google-ai-edge+LiteRT/unidirectional_sequence_lstm_quantized.tflite",
            "an LSTM of random weights amplifies the rounding that float does not do",
            "tensorflow+tflite-micro/keyword_scrambled.tflite",
            "scrambled weights drive its 16-bit states into saturation, which float does not have",
            "google-coral+edgetpu/ssd_mobilenet_v1_coco_quant_postprocess_head_layers.tflite",
            "it ranks detections in noise, of which many have the same quantized score",
            "tensorflow+tflite-support/coco_ssd_mobilenet_v1_1.0_quant_2018_06_29.tflite",
            "it ranks detections; those of nearly the same score change places, as they do among TFLite's own kernels");

    private CorpusExceptions() {}
}
