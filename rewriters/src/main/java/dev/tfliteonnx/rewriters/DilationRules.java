package dev.tfliteonnx.rewriters;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A dilated convolution that was written as one over many small images: every d-th pixel becomes an image of its own, and
 * the results are put together again.
 *
 * <p>Source: TensorFlow's {@code lite/kernels/space_to_batch_nd.cc}, {@code batch_to_space_nd.cc}.
 */
final class DilationRules {
    private DilationRules() {}

    static Rule spaceToBatch() {
        Pattern apart = op("SPACE_TO_BATCH_ND")
                .in(any("x"), constant("block"), constant("pads"))
                .as("apart")
                .oneUse();
        Pattern convolved = op("CONV_2D", "DEPTHWISE_CONV_2D")
                .in(apart, any("w"), any("b").optional())
                .as("conv")
                .oneUse()
                .where("moves by 1 and pads nothing", v -> isPlain(v.producer().orElseThrow()));
        return new Rule(
                "space-to-batch-to-dilation",
                "A convolution of every so many pixels becomes a dilated one.",
                "x → SPACE_TO_BATCH_ND(2) → CONV_2D → BATCH_TO_SPACE_ND(2) → y\n=> x → PAD → CONV_2D(dilation 2) → y",
                op("BATCH_TO_SPACE_ND")
                        .in(convolved, constant("block2"), constant("crops"))
                        .given("both blocks are the same, of two axes", DilationRules::areBlocks)
                        .given("crops no more than was padded", m -> margins(m).length == 4)
                        .given(
                                "height and width are known",
                                m -> isImage(m.get("x").shape()))
                        .given("the steps between are quantized alike", DilationRules::areAlike),
                DilationRules::dilated);
    }

    private static boolean isPlain(Node conv) {
        Attributes options = conv.attributes();
        return options.get(Tfl.PADDING, Padding.SAME) == Padding.VALID
                && options.get(Tfl.STRIDE_H, 1L) == 1
                && options.get(Tfl.STRIDE_W, 1L) == 1
                && options.get(Tfl.DILATION_H_FACTOR, 1L) == 1
                && options.get(Tfl.DILATION_W_FACTOR, 1L) == 1;
    }

    private static long[] longs(Match m, String name) {
        Tensor tensor = m.get(name).constant().orElseThrow();
        return tensor.elementCount() <= 4 && tensor.type().isInteger() ? tensor.toLongs() : new long[0];
    }

    private static boolean areBlocks(Match m) {
        long[] block = longs(m, "block");
        return block.length == 2 && Arrays.equals(block, longs(m, "block2"));
    }

    /** What is padded above, below, left and right and not cut off again; empty if more is cut off. */
    private static long[] margins(Match m) {
        long[] pads = longs(m, "pads");
        long[] crops = longs(m, "crops");
        if (pads.length != 4 || crops.length != 4) {
            return new long[0];
        }
        long[] left = new long[4];
        Arrays.setAll(left, i -> pads[i] - crops[i]);
        return Arrays.stream(left).allMatch(p -> p >= 0) ? left : new long[0];
    }

    private static boolean isImage(Shape x) {
        return x.hasRank(4) && x.isFixed(1) && x.isFixed(2);
    }

    private static boolean areAlike(Match m) {
        return m.get("x").quant().equals(m.get("apart").quant())
                && m.get("conv").quant().equals(m.output().quant())
                && m.get("conv").type() == m.output().type();
    }

    private static Value dilated(Match m) {
        Node conv = m.node("conv");
        long[] block = longs(m, "block");
        Attributes options =
                conv.attributes().with(Tfl.DILATION_H_FACTOR, block[0]).with(Tfl.DILATION_W_FACTOR, block[1]);
        List<Value> inputs = new ArrayList<>(conv.inputs());
        inputs.set(0, padded(m, margins(m)));
        Value y = m.output();
        ValueInfo info = new ValueInfo(y.name(), y.type(), y.shape(), y.quant());
        return m.edit()
                .add(conv.op(), inputs, options, List.of(info), conv.origin())
                .get(0);
    }

    private static Value padded(Match m, long[] by) {
        Value x = m.get("x");
        if (Arrays.stream(by).allMatch(p -> p == 0)) {
            return x;
        }
        Shape shape = x.shape()
                .with(1, Dim.of(x.shape().size(1) + by[0] + by[1]))
                .with(2, Dim.of(x.shape().size(2) + by[2] + by[3]));
        Tensor pads = Tensor.ofIntegers(DataType.INT32, Shape.of(4, 2), 0, 0, by[0], by[1], by[2], by[3], 0, 0);
        ValueInfo info = new ValueInfo(x.name() + "/padded", x.type(), shape, x.quant());
        List<Value> inputs = List.of(x, m.edit().constant(x.name() + "/pads", pads));
        return m.edit()
                .add(
                        OpType.tflite("PAD"),
                        inputs,
                        Attributes.NONE,
                        List.of(info),
                        m.root().origin())
                .get(0);
    }
}
