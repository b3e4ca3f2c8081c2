package dev.tfliteonnx.rewriters;

import static dev.tfliteonnx.rewriters.FlexNode.options;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** TensorFlow operators on images: convolutions, pools, resizing, normalization. Channels must stand last. */
final class FlexImages {
    static final Map<String, FlexForm> FORMS = Map.ofEntries(
            Map.entry("BiasAdd", n -> n.hasChannelsLast() ? n.as("ADD", options("ADD"), n.all()) : Optional.empty()),
            Map.entry("Conv2D", FlexImages::conv2d),
            Map.entry("DepthwiseConv2dNative", FlexImages::depthwise),
            Map.entry("Conv3D", FlexImages::conv3d),
            Map.entry("MaxPool", n -> pool(n, "MAX_POOL_2D")),
            Map.entry("AvgPool", n -> pool(n, "AVERAGE_POOL_2D")),
            Map.entry("ResizeBilinear", n -> resize(n, "RESIZE_BILINEAR")),
            Map.entry("ResizeNearestNeighbor", n -> resize(n, "RESIZE_NEAREST_NEIGHBOR")),
            Map.entry("SpaceToDepth", n -> blocks(n, "SPACE_TO_DEPTH")),
            Map.entry("DepthToSpace", n -> blocks(n, "DEPTH_TO_SPACE")),
            Map.entry("FusedBatchNorm", FlexImages::batchNorm),
            Map.entry("FusedBatchNormV2", FlexImages::batchNorm),
            Map.entry("FusedBatchNormV3", FlexImages::batchNorm));

    private static final Ints ONES = Ints.of(1, 1, 1, 1, 1);

    private FlexImages() {}

    private static Optional<Padding> padding(FlexNode n) {
        return switch (n.text("padding")) {
            case "SAME" -> Optional.of(Padding.SAME);
            case "VALID" -> Optional.of(Padding.VALID);
            default -> Optional.empty();
        };
    }

    /** Options of a window over an image; empty if channels stand first, or padding is spelt out. */
    private static Optional<Attributes> window(FlexNode n, String builtin) {
        Ints strides = n.numbers("strides", ONES);
        return padding(n).filter(p -> n.hasChannelsLast()).map(p -> options(builtin)
                .with(Tfl.PADDING, p)
                .with(Tfl.STRIDE_H, strides.get(1))
                .with(Tfl.STRIDE_W, strides.get(2)));
    }

    private static Attributes dilated(FlexNode n, Attributes options) {
        Ints dilations = n.numbers("dilations", ONES);
        return options.with(Tfl.DILATION_H_FACTOR, dilations.get(1)).with(Tfl.DILATION_W_FACTOR, dilations.get(2));
    }

    /** A filter {@code [h,w,in,out]}, which the builtin operator has as {@code [out,h,w,in]}. */
    private static Optional<List<Value>> conv2d(FlexNode n) {
        Optional<Tensor> filter = n.in(1).constant();
        return window(n, "CONV_2D").filter(o -> filter.isPresent()).flatMap(o -> {
            Tensor f = filter.get();
            Value weights = n.constant(f.permuted(3, 0, 1, 2));
            return n.as(
                    "CONV_2D",
                    dilated(n, o),
                    n.in(0),
                    weights,
                    n.zeros(f.shape().size(3)));
        });
    }

    /** A filter {@code [h,w,in,m]}, which the builtin operator has as {@code [1,h,w,in·m]}. */
    private static Optional<List<Value>> depthwise(FlexNode n) {
        Optional<Tensor> filter = n.in(1).constant();
        return window(n, "DEPTHWISE_CONV_2D").filter(o -> filter.isPresent()).flatMap(o -> {
            Shape f = filter.get().shape();
            long out = f.size(2) * f.size(3);
            Value weights = n.constant(filter.get().reshaped(Shape.of(1, f.size(0), f.size(1), out)));
            Attributes options = dilated(n, o).with(Tfl.DEPTH_MULTIPLIER, f.size(3));
            return n.as("DEPTHWISE_CONV_2D", options, n.in(0), weights, n.zeros(out));
        });
    }

    private static Optional<List<Value>> conv3d(FlexNode n) {
        Shape filter = n.in(1).shape();
        Ints strides = n.numbers("strides", ONES);
        Ints dilations = n.numbers("dilations", ONES);
        return padding(n)
                .filter(p -> n.hasChannelsLast() && filter.isStatic())
                .flatMap(p -> n.as(
                        "CONV_3D",
                        options("CONV_3D")
                                .with(Tfl.PADDING, p)
                                .with(Tfl.STRIDE_D, strides.get(1))
                                .with(Tfl.STRIDE_H, strides.get(2))
                                .with(Tfl.STRIDE_W, strides.get(3))
                                .with(Tfl.DILATION_D_FACTOR, dilations.get(1))
                                .with(Tfl.DILATION_H_FACTOR, dilations.get(2))
                                .with(Tfl.DILATION_W_FACTOR, dilations.get(3)),
                        n.in(0),
                        n.in(1),
                        n.zeros(filter.size(4))));
    }

    private static Optional<List<Value>> pool(FlexNode n, String builtin) {
        Ints size = n.numbers("ksize", ONES);
        boolean inPlane = size.get(0) == 1 && size.get(3) == 1;
        return window(n, builtin)
                .filter(o -> inPlane)
                .flatMap(o -> n.as(
                        builtin, o.with(Tfl.FILTER_HEIGHT, size.get(1)).with(Tfl.FILTER_WIDTH, size.get(2)), n.all()));
    }

    private static Optional<List<Value>> resize(FlexNode n, String builtin) {
        if (n.in(0).type() != n.node().output().type()) {
            return Optional.empty();
        }
        Attributes options = options(builtin)
                .with(Tfl.ALIGN_CORNERS, n.flag("align_corners"))
                .with(Tfl.HALF_PIXEL_CENTERS, n.flag("half_pixel_centers"));
        return n.as(builtin, options, n.all());
    }

    private static Optional<List<Value>> blocks(FlexNode n, String builtin) {
        return n.hasChannelsLast()
                ? n.as(builtin, options(builtin).with(Tfl.BLOCK_SIZE, n.number("block_size", 0)), n.all())
                : Optional.empty();
    }

    /** {@code (x − mean) / √(variance + ε) · scale + offset}, for a model that is no longer trained. */
    private static Optional<List<Value>> batchNorm(FlexNode n) {
        boolean trains = n.node().attributes().get(Key.ofBool("is_training"), true);
        boolean more = n.node().outputs().stream()
                .skip(1)
                .anyMatch(v -> v.isPresent() && (!v.uses().isEmpty() || v.isGraphOutput()));
        if (trains || more || !n.hasChannelsLast()) {
            return Optional.empty();
        }
        Shape channels = n.in(1).shape();
        Shape image = n.in(0).shape();
        Value epsilon = n.constant(Tensor.splat(DataType.FLOAT32, Shape.of(1), n.real("epsilon", 1e-4f)));
        Value deviation = n.step("RSQRT", channels, n.step("ADD", channels, n.in(4), epsilon));
        Value factor = n.step("MUL", channels, deviation, n.in(1));
        Value scaled = n.step("MUL", image, n.step("SUB", image, n.in(0), n.in(3)), factor);
        return Optional.of(List.of(n.step("ADD", image, scaled, n.in(2))));
    }
}
