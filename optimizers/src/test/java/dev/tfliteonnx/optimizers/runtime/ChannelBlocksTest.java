package dev.tfliteonnx.optimizers.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

/** Images of a quantized graph that get further channels. */
class ChannelBlocksTest {
    private static final double SCALE = 0.05;
    private static final long ZERO = 3;

    private final Sketch s = new Sketch();
    private final RuleCheck check = new RuleCheck(new ChannelBlocks());

    private Value real(Value q) {
        return s.dequantize(q, SCALE, ZERO);
    }

    private Value rounded(Value x) {
        return s.quantize(x, SCALE, ZERO);
    }

    private Value image(long channels, long extent) {
        return s.input("x", DataType.INT8, Shape.of(1, channels, extent, extent));
    }

    private Value conv(Value q, long channels, long window, long group) {
        Value weights = s.dequantizeAlong(0, s.bytes(channels, q.shape().size(1) / group, window, window));
        Value integers =
                s.onnx.constant("b", Tensor.ofIntegers(DataType.INT32, Shape.of(channels), new long[(int) channels]));
        Value bias = s.dequantizeAlong(0, integers);
        long pad = window / 2;
        Attributes attributes = Attributes.of(OnnxOps.GROUP, group).with(OnnxOps.PADS, Ints.of(pad, pad, pad, pad));
        return rounded(s.onnx.op("Conv", attributes, real(q), weights, bias));
    }

    private boolean hasChannels(long channels) {
        return s.graph.nodes().stream()
                .anyMatch(n -> n.is("QuantizeLinear") && n.output().shape().size(1) == channels);
    }

    @Test
    void depthwiseConvolutionsGetWholeBlocks() {
        Value thin = conv(image(8, 32), 24, 1, 1);
        s.outputs(conv(conv(thin, 24, 3, 24), 16, 1, 1));
        check.fires("channel-blocks", s);
        assertTrue(hasChannels(32));
        assertEquals(0, s.count("Slice"));
    }

    @Test
    void padOfChannelsIsForNothing() {
        Value thin = conv(image(8, 32), 24, 1, 1);
        Value deep = conv(conv(thin, 24, 3, 24), 28, 1, 1);
        Value padded = s.onnx.pad(thin, new long[] {0, 0, 0, 0, 0, 4, 0, 0}, s.onnx.scalar(DataType.INT8, ZERO));
        Value sum = rounded(s.onnx.add(real(padded), real(deep)));
        s.outputs(conv(sum, 16, 1, 1));
        check.fires("channel-blocks", s);
        assertEquals(0, s.count("Pad"));
    }

    @Test
    void padOfOtherNumbersStays() {
        Value thin = conv(image(8, 32), 24, 1, 1);
        Value deep = conv(conv(thin, 24, 5, 24), 28, 1, 1);
        Value padded = s.onnx.pad(thin, new long[] {0, 0, 0, 0, 0, 4, 0, 0}, s.onnx.scalar(DataType.INT8, ZERO + 1));
        Value sum = rounded(s.onnx.add(real(padded), real(deep)));
        s.outputs(conv(sum, 16, 1, 1));
        check.fires("channel-blocks", s);
        assertEquals(1, s.count("Pad"));
    }

    @Test
    void fewOutputsAreSliced() {
        s.outputs(conv(image(16, 24), 3, 5, 1));
        check.fires("channel-blocks", s);
        assertTrue(hasChannels(16));
        assertEquals(1, s.count("Slice"));
    }

    @Test
    void clampsAndMaximaFollow() {
        Value thin = conv(image(8, 32), 24, 1, 1);
        Value clamped = s.onnx.op("Clip", thin, s.onnx.scalar(DataType.INT8, ZERO), s.onnx.scalar(DataType.INT8, 100));
        Value most = s.onnx.op("Max", clamped, conv(image(8, 32), 24, 1, 1));
        s.outputs(conv(conv(most, 24, 3, 24), 16, 1, 1));
        check.fires("channel-blocks", s);
        assertEquals(0, s.count("Slice"));
    }

    @Test
    void wholeBlocksStay() {
        s.outputs(conv(conv(image(8, 32), 32, 1, 1), 32, 3, 32));
        check.misses("channel-blocks", "", s);
    }

    @Test
    void smallImagesStay() {
        s.outputs(conv(conv(image(8, 2), 24, 1, 1), 24, 3, 24));
        check.misses("channel-blocks", "faster by enough — false", s);
    }

    @Test
    void unsignedWeightsStay() {
        Value weights = s.onnx.constant(
                "w", s.bytes(3, 16, 5, 5).constant().orElseThrow().signTurned());
        Value zero = s.onnx.scalar(DataType.UINT8, 128);
        Value w = s.onnx.op("DequantizeLinear", weights, s.onnx.scalar(DataType.FLOAT32, SCALE), zero);
        s.outputs(rounded(s.onnx.op("Conv", real(image(16, 24)), w)));
        check.misses("channel-blocks", "faster by enough — false", s);
    }
}
