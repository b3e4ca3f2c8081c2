package dev.tfliteonnx.testmodels.cases;

import com.google.flatbuffers.FlexBuffersBuilder;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** Cases of custom operators that TFLite brings along: AudioSpectrogram, Mfcc, NumericVerify, aeq.hadamard_rotation. */
final class AudioCases {
    private AudioCases() {}

    static void addTo(CaseList cases) {
        for (int[] form : new int[][] {{400, 160}, {256, 128}, {64, 64}, {100, 37}, {640, 320}, {2, 1}}) {
            for (int channels : new int[] {1, 2}) {
                for (boolean squared : new boolean[] {true, false}) {
                    String path = "/window" + form[0] + "/stride" + form[1] + "/channels" + channels + "/"
                            + (squared ? "squared" : "root");
                    cases.add(
                            "CUSTOM/AudioSpectrogram" + path,
                            Tolerance.FLOAT,
                            g -> spectrogram(g, form, channels, squared));
                }
            }
        }
        for (int bins : new int[] {257, 129, 513}) {
            for (int[] form :
                    new int[][] {{40, 13, 4000, 20}, {40, 40, 8000, 0}, {20, 12, 7600, 125}, {10, 5, 3000, 300}}) {
                for (int channels : new int[] {1, 2}) {
                    String path = "/bins" + bins + "/bands" + form[0] + "/upTo" + form[2] + "/channels" + channels;
                    cases.add("CUSTOM/Mfcc" + path, Tolerance.FLOAT, g -> mfcc(g, bins, form, channels));
                }
            }
        }
        for (Numeric kind : Numeric.QUANTIZED) {
            for (int[] shape : new int[][] {{6}, {2, 3}, {1, 2, 3, 4}}) {
                cases.add("CUSTOM/NumericVerify/" + kind.path() + "/" + Shapes.path(shape), Tolerance.FLOAT, g -> {
                    TensorRef a = g.input(kind, -1, 1, shape);
                    TensorRef b = g.input(DataType.FLOAT32, shape);
                    byte[] options = flex(Map.of("tolerance", 5.0, "log_if_failed", false));
                    g.add(OpSpec.custom("NumericVerify")
                            .customOptions(options)
                            .inputs(a, b)
                            .outputs(TensorSpec.of(DataType.FLOAT32, shape)));
                });
            }
        }
        for (int size : new int[] {2, 4, 16, 64}) {
            for (int[] outer : new int[][] {{3}, {2, 3}}) {
                for (int blocks : new int[] {1, 3}) {
                    cases.add(
                            "CUSTOM/aeq.hadamard_rotation/" + size + "/" + Shapes.path(outer) + "/blocks" + blocks,
                            Tolerance.FLOAT,
                            g -> {
                                int[] shape = Shapes.inserted(outer, outer.length, size * blocks);
                                byte[] options = flex(Map.of("hadamard_size", size));
                                g.add(OpSpec.custom("aeq.hadamard_rotation")
                                        .customOptions(options)
                                        .inputs(g.input(DataType.FLOAT32, shape))
                                        .outputs(TensorSpec.of(DataType.FLOAT32, shape)));
                            });
                }
            }
        }
    }

    private static void spectrogram(CaseGraph g, int[] form, int channels, boolean squared) {
        int samples = form[0] + 3 * form[1] + form[1] / 2;
        TensorRef x = g.input(DataType.FLOAT32, samples, channels);
        int power = Integer.highestOneBit(2 * form[0] - 1);
        int frames = 1 + (samples - form[0]) / form[1];
        g.add(OpSpec.custom("AudioSpectrogram")
                .customOptions(flex(Map.of("window_size", form[0], "stride", form[1], "magnitude_squared", squared)))
                .inputs(x)
                .outputs(TensorSpec.of(DataType.FLOAT32, channels, frames, 1 + power / 2)));
    }

    private static void mfcc(CaseGraph g, int bins, int[] form, int channels) {
        TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, channels, 4, bins), Values.between(0, 50));
        Map<String, Object> options = new TreeMap<>();
        options.put("filterbank_channel_count", form[0]);
        options.put("dct_coefficient_count", form[1]);
        options.put("upper_frequency_limit", (double) form[2]);
        options.put("lower_frequency_limit", (double) form[3]);
        g.add(OpSpec.custom("Mfcc")
                .customOptions(flex(options))
                .inputs(x, g.ints(16000))
                .outputs(TensorSpec.of(DataType.FLOAT32, channels, 4, form[1])));
    }

    /** A FlexBuffer map. */
    static byte[] flex(Map<String, ?> options) {
        FlexBuffersBuilder b = new FlexBuffersBuilder();
        int start = b.startMap();
        options.forEach((key, value) -> {
            if (value instanceof Integer i) {
                b.putInt(key, i);
            } else if (value instanceof Boolean flag) {
                b.putBoolean(key, flag);
            } else if (value instanceof Double d) {
                b.putFloat(key, d.floatValue());
            } else {
                b.putString(key, value.toString());
            }
        });
        b.endMap(null, start);
        ByteBuffer buffer = b.finish();
        byte[] out = new byte[buffer.remaining()];
        buffer.get(out);
        return out;
    }
}
