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
                    int samples = form[0] + 3 * form[1] + form[1] / 2;
                    spectrogram(cases, new Frames(form[0], form[1], samples, channels), squared);
                }
            }
        }
        cases.draw("CUSTOM/AudioSpectrogram", d -> {
            int window = d.in(2, d.coin() ? 20 : 300);
            spectrogram(cases, new Frames(window, d.in(1, 200), window + d.in(0, 400), d.in(1, 3)), d.coin());
        });
        for (int bins : new int[] {257, 129, 513}) {
            for (int[] form :
                    new int[][] {{40, 13, 4000, 20}, {40, 40, 8000, 0}, {20, 12, 7600, 125}, {10, 5, 3000, 300}}) {
                for (int channels : new int[] {1, 2}) {
                    mfcc(cases, new Bands(bins, form[0], form[1], form[2], form[3]), 16000, 4, channels);
                }
            }
        }
        cases.draw("CUSTOM/Mfcc", d -> {
            int rate = d.of(8000, 16000, 22050, 44100, 48000);
            int bands = d.in(1, 40);
            int low = d.in(0, 500);
            Bands some = new Bands(d.in(9, 300), bands, d.in(1, bands), d.in(low + 100, rate / 2), low);
            mfcc(cases, some, rate, d.in(1, 4), d.in(1, 3));
        });
        for (Numeric kind : Numeric.QUANTIZED) {
            for (int[] shape : new int[][] {{6}, {2, 3}, {1, 2, 3, 4}}) {
                verify(cases, kind, 1, shape);
            }
        }
        cases.drawOpen(
                "CUSTOM/NumericVerify", d -> verify(cases, d.of(Numeric.QUANTIZED), d.real(0.1, 9), d.shape(0, 6)));
        for (int size : new int[] {2, 4, 16, 64}) {
            for (int[] outer : new int[][] {{3}, {2, 3}}) {
                for (int blocks : new int[] {1, 3}) {
                    rotation(cases, size, outer, blocks);
                }
            }
        }
        // the kernel takes two axes or three, and reads others wrong
        cases.draw("CUSTOM/aeq.hadamard_rotation", d -> rotation(cases, 1 << d.in(1, 7), d.shape(1, 2), d.in(1, 4)));
    }

    /** How samples are cut into frames. */
    private record Frames(int window, int stride, int samples, int channels) {
        int count() {
            return 1 + (samples - window) / stride;
        }

        int bins() {
            return 1 + Integer.highestOneBit(2 * window - 1) / 2;
        }

        @Override
        public String toString() {
            return "window" + window + "/stride" + stride + "/samples" + samples + "/channels" + channels;
        }
    }

    private static void spectrogram(CaseList cases, Frames f, boolean squared) {
        String name = "CUSTOM/AudioSpectrogram/" + f + (squared ? "/squared" : "/root");
        cases.add(name, Tolerance.FLOAT, g -> {
            Map<String, Object> options =
                    Map.of("window_size", f.window(), "stride", f.stride(), "magnitude_squared", squared);
            g.add(OpSpec.custom("AudioSpectrogram")
                    .customOptions(flex(options))
                    .inputs(g.input(DataType.FLOAT32, f.samples(), f.channels()))
                    .outputs(TensorSpec.of(DataType.FLOAT32, f.channels(), f.count(), f.bins())));
        });
    }

    /** What a spectrum of bins is summed up to, and the coefficients of that. */
    private record Bands(int bins, int count, int coefficients, int upTo, int from) {
        @Override
        public String toString() {
            return "bins" + bins + "/bands" + count + "/from" + from + "to" + upTo + "/coefficients" + coefficients;
        }

        byte[] options() {
            Map<String, Object> options = new TreeMap<>();
            options.put("filterbank_channel_count", count);
            options.put("dct_coefficient_count", coefficients);
            options.put("upper_frequency_limit", (double) upTo);
            options.put("lower_frequency_limit", (double) from);
            return flex(options);
        }
    }

    private static void mfcc(CaseList cases, Bands bands, int rate, int frames, int channels) {
        String name = "CUSTOM/Mfcc/" + bands + "/rate" + rate + "/" + channels + "x" + frames;
        cases.add(name, Tolerance.FLOAT, g -> {
            TensorRef x =
                    g.input(TensorSpec.of(DataType.FLOAT32, channels, frames, bands.bins()), Values.between(0, 50));
            g.add(OpSpec.custom("Mfcc")
                    .customOptions(bands.options())
                    .inputs(x, g.ints(rate))
                    .outputs(TensorSpec.of(DataType.FLOAT32, channels, frames, bands.coefficients())));
        });
    }

    private static void verify(CaseList cases, Numeric kind, double high, int... shape) {
        String range = high == 1 ? "" : "/upTo" + high;
        cases.add("CUSTOM/NumericVerify/" + kind.path() + "/" + Shapes.path(shape) + range, Tolerance.FLOAT, g -> {
            TensorRef a = g.input(kind, -1, high, shape);
            TensorRef b = g.input(DataType.FLOAT32, shape);
            byte[] options = flex(Map.of("tolerance", 5.0, "log_if_failed", false));
            g.add(OpSpec.custom("NumericVerify")
                    .customOptions(options)
                    .inputs(a, b)
                    .outputs(TensorSpec.of(DataType.FLOAT32, shape)));
        });
    }

    private static void rotation(CaseList cases, int size, int[] outer, int blocks) {
        String path = size + "/" + Shapes.path(outer) + "/blocks" + blocks;
        cases.add("CUSTOM/aeq.hadamard_rotation/" + path, Tolerance.FLOAT, g -> {
            int[] shape = Shapes.inserted(outer, outer.length, size * blocks);
            g.add(OpSpec.custom("aeq.hadamard_rotation")
                    .customOptions(flex(Map.of("hadamard_size", size)))
                    .inputs(g.input(DataType.FLOAT32, shape))
                    .outputs(TensorSpec.of(DataType.FLOAT32, shape)));
        });
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
