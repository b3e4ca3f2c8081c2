package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor of a TFLite file is to be. Immutable: every method gives a changed copy. Nothing is checked, so that
 * broken files can be made too.
 */
public final class TensorSpec {
    /** Where the bytes of a constant are put. */
    public enum Place {
        /** In the buffer table of the FlatBuffer. */
        INLINE,
        /** Behind the FlatBuffer, in the same file. */
        BEHIND,
        /** In another file; see {@link #external(int)}. */
        OTHER_FILE
    }

    /**
     * The quantization table of a tensor, as it stands in the file.
     *
     * @param scales scales; may be empty
     * @param zeroPoints zero points; may be empty
     * @param axis {@code quantized_dimension}
     * @param min least values seen; may be empty
     * @param max greatest values seen; may be empty
     */
    public record Quantization(Floats scales, Ints zeroPoints, int axis, Floats min, Floats max) {}

    /**
     * The blockwise details of a quantization table.
     *
     * @param scales number of the tensor that holds the scales
     * @param zeroPoints number of the tensor that holds the zero points, or −1
     * @param blockSize elements per block along the last axis
     */
    public record Blockwise(int scales, int zeroPoints, int blockSize) {}

    private String name = "";
    private final DataType type;
    private final int[] shape;
    private int @Nullable [] signature;
    private boolean ranked = true;
    private boolean variable;
    private @Nullable Quantization quantization;
    private @Nullable Blockwise blockwise;
    private @Nullable Tensor data;
    private Place place = Place.INLINE;
    private int externalId;
    private @Nullable Sparsity sparsity;

    private TensorSpec(DataType type, int[] shape) {
        this.type = type;
        this.shape = shape;
    }

    /** A tensor without a name and without data. */
    public static TensorSpec of(DataType type, int... shape) {
        return new TensorSpec(type, shape.clone());
    }

    /** A constant. */
    public static TensorSpec of(Tensor data) {
        int[] shape =
                Arrays.stream(data.shape().sizes()).mapToInt(Math::toIntExact).toArray();
        TensorSpec spec = new TensorSpec(data.type(), shape);
        spec.data = data;
        return spec;
    }

    private TensorSpec copy() {
        TensorSpec c = new TensorSpec(type, shape);
        c.name = name;
        c.signature = signature;
        c.ranked = ranked;
        c.variable = variable;
        c.quantization = quantization;
        c.blockwise = blockwise;
        c.data = data;
        c.place = place;
        c.externalId = externalId;
        c.sparsity = sparsity;
        return c;
    }

    /** With a name. An empty name is not written at all. */
    public TensorSpec named(String newName) {
        TensorSpec c = copy();
        c.name = newName;
        return c;
    }

    /** With one scale and zero point for the whole tensor. */
    public TensorSpec quantized(double scale, long zeroPoint) {
        return quantized(QuantParams.perTensor((float) scale, zeroPoint));
    }

    /** With the affine parameters given; blockwise ones need {@link #blockwise}. */
    public TensorSpec quantized(QuantParams params) {
        if (params.blockSize() != 0) {
            throw new IllegalArgumentException("blockwise scales stand in a tensor of their own");
        }
        return quantized(new Quantization(
                Floats.of(params.scales()), Ints.of(params.zeroPoints()), params.axis(), Floats.of(), Floats.of()));
    }

    /** With a quantization table of which nothing is checked. */
    public TensorSpec quantized(Quantization table) {
        TensorSpec c = copy();
        c.quantization = table;
        return c;
    }

    /** With blockwise quantization whose scales and zero points stand in other tensors. */
    public TensorSpec blockwise(TensorRef scales, TensorRef zeroPoints, int blockSize, int axis) {
        TensorSpec c = quantized(new Quantization(Floats.of(), Ints.of(), axis, Floats.of(), Floats.of()));
        c.blockwise = new Blockwise(scales.index(), zeroPoints.index(), blockSize);
        return c;
    }

    /** With the same quantization as another tensor. */
    public TensorSpec quantizedAs(TensorSpec other) {
        TensorSpec c = copy();
        c.quantization = other.quantization;
        c.blockwise = other.blockwise;
        return c;
    }

    /** With a {@code shape_signature}, in which −1 is an extent that may change. */
    public TensorSpec signature(int... newSignature) {
        TensorSpec c = copy();
        c.signature = newSignature.clone();
        return c;
    }

    /** With {@code has_rank} false. */
    public TensorSpec unranked() {
        TensorSpec c = copy();
        c.ranked = false;
        return c;
    }

    /** With {@code is_variable} true: state that persists between runs. */
    public TensorSpec variable() {
        TensorSpec c = copy();
        c.variable = true;
        return c;
    }

    /** With the bytes of a constant, whose type and shape need not be those of this. */
    public TensorSpec data(Tensor newData) {
        TensorSpec c = copy();
        c.data = newData;
        return c;
    }

    /** With its bytes behind the FlatBuffer in the same file, as in files over 2 GiB. */
    public TensorSpec behind() {
        TensorSpec c = copy();
        c.place = Place.BEHIND;
        return c;
    }

    /** With its bytes in another file: {@code id} is that of {@link TfliteBuilder#externalBuffer}. */
    public TensorSpec external(int id) {
        TensorSpec c = copy();
        c.place = Place.OTHER_FILE;
        c.externalId = id;
        return c;
    }

    /** With the layout of a sparse constant; {@link #data} is then the stored values. */
    public TensorSpec sparse(Sparsity newSparsity) {
        TensorSpec c = copy();
        c.sparsity = newSparsity;
        return c;
    }

    /** The name; may be empty. */
    public String name() {
        return name;
    }

    /** The element type. */
    public DataType type() {
        return type;
    }

    /** The extents as the file's {@code shape} states them. */
    public int[] sizes() {
        return shape.clone();
    }

    /** The shape that the file's {@code shape} states. */
    public Shape shape() {
        return Shape.of(Arrays.stream(shape).asLongStream().toArray());
    }

    /** The extents as the file's {@code shape_signature} states them. */
    public Optional<int[]> signature() {
        return Optional.ofNullable(signature).map(int[]::clone);
    }

    /** Whether {@code has_rank} is true. */
    public boolean isRanked() {
        return ranked;
    }

    /** Whether {@code is_variable} is true. */
    public boolean isVariable() {
        return variable;
    }

    /** The quantization table. */
    public Optional<Quantization> quantization() {
        return Optional.ofNullable(quantization);
    }

    /** The blockwise details of the quantization table. */
    public Optional<Blockwise> blockwise() {
        return Optional.ofNullable(blockwise);
    }

    /** The affine parameters of the quantization table. */
    public Optional<QuantParams> quantParams() {
        return quantization()
                .filter(q -> q.scales().size() > 0)
                .map(q ->
                        QuantParams.perAxis(q.scales().toArray(), q.zeroPoints().toArray(), q.axis()));
    }

    /** The constant's elements. */
    public Optional<Tensor> data() {
        return Optional.ofNullable(data);
    }

    /** Where the constant's bytes are put. */
    public Place place() {
        return place;
    }

    /** The id of the external buffer; 0 if there is none. */
    public int externalId() {
        return externalId;
    }

    /** The layout of a sparse constant. */
    public Optional<Sparsity> sparsity() {
        return Optional.ofNullable(sparsity);
    }

    @Override
    public String toString() {
        return (name.isEmpty() ? "" : name + " ")
                + type
                + Arrays.toString(shape).replace(" ", "");
    }
}
