package dev.tfliteonnx.exporter.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.formats.tflite.BlockwiseQuantization;
import dev.tfliteonnx.formats.tflite.QuantizationDetails;
import dev.tfliteonnx.formats.tflite.QuantizationParameters;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.TensorTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The tensors of one subgraph, numbered in the order in which they are met. */
final class TensorTable {
    private static final long OPEN = -1;

    /** A tensor to be written. */
    private record Entry(
            String name,
            DataType type,
            Shape shape,
            Optional<QuantParams> quant,
            Optional<Tensor> data,
            boolean variable) {}

    private final FlatBufferBuilder fb;
    private final ToIntFunction<Tensor> buffers;
    private final Map<Value, Integer> numbers = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    /** Constants are put where {@code buffers} says. */
    TensorTable(FlatBufferBuilder fb, ToIntFunction<Tensor> buffers) {
        this.fb = fb;
        this.buffers = buffers;
    }

    /** Numbers a value if it is new. */
    void add(Value value, boolean isVariable) {
        if (!numbers.containsKey(value)) {
            numbers.put(value, entries.size());
            entries.add(
                    new Entry(value.name(), value.type(), value.shape(), value.quant(), value.constant(), isVariable));
        }
    }

    /** Adds a tensor of which only the quantization counts, and gives its number. */
    int addScale(float scale, long zeroPoint) {
        Optional<QuantParams> quant =
                scale == 0 ? Optional.empty() : Optional.of(QuantParams.perTensor(scale, zeroPoint));
        entries.add(new Entry(
                "intermediate" + entries.size(), DataType.INT16, Shape.SCALAR, quant, Optional.empty(), false));
        return entries.size() - 1;
    }

    /** Writes the numbers of values, −1 for those left out. */
    int indices(List<Value> values) {
        return Vectors.ints(
                fb,
                values.stream()
                        .mapToInt(v -> v.isPresent() ? numbers.getOrDefault(v, -1) : -1)
                        .toArray());
    }

    /** Writes all tensors. */
    int[] offsets() {
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            offsets.add(tensor(entries.get(i)));
        }
        return offsets.stream().mapToInt(Integer::intValue).toArray();
    }

    private int tensor(Entry entry) {
        int buffer = entry.data.map(buffers::applyAsInt).orElse(0);
        int name = fb.createString(entry.name);
        boolean isRanked = entry.shape.isRanked();
        int shape = Vectors.ints(fb, isRanked ? sizes(entry.shape, 1) : new int[0]);
        int signature = isRanked && !entry.shape.isStatic() ? Vectors.ints(fb, sizes(entry.shape, (int) OPEN)) : 0;
        int quant = entry.quant.map(this::quantization).orElse(0);
        dev.tfliteonnx.formats.tflite.Tensor.startTensor(fb);
        dev.tfliteonnx.formats.tflite.Tensor.addShape(fb, shape);
        dev.tfliteonnx.formats.tflite.Tensor.addType(fb, (byte) TensorTypes.code(entry.type));
        dev.tfliteonnx.formats.tflite.Tensor.addBuffer(fb, buffer);
        dev.tfliteonnx.formats.tflite.Tensor.addName(fb, name);
        dev.tfliteonnx.formats.tflite.Tensor.addQuantization(fb, quant);
        dev.tfliteonnx.formats.tflite.Tensor.addIsVariable(fb, entry.variable);
        dev.tfliteonnx.formats.tflite.Tensor.addShapeSignature(fb, signature);
        dev.tfliteonnx.formats.tflite.Tensor.addHasRank(fb, isRanked);
        return dev.tfliteonnx.formats.tflite.Tensor.endTensor(fb);
    }

    private static int[] sizes(Shape shape, int open) {
        return shape.dims().stream()
                .mapToInt(d -> d instanceof Dim.Fixed f ? Math.toIntExact(f.size()) : open)
                .toArray();
    }

    private int quantization(QuantParams quant) {
        if (quant.blockSize() > 0) {
            return blockwise(quant);
        }
        int scales = Vectors.floats(fb, quant.scales());
        int zeroPoints = Vectors.longs(fb, quant.zeroPoints());
        QuantizationParameters.startQuantizationParameters(fb);
        QuantizationParameters.addScale(fb, scales);
        QuantizationParameters.addZeroPoint(fb, zeroPoints);
        QuantizationParameters.addQuantizedDimension(fb, quant.axis());
        return QuantizationParameters.endQuantizationParameters(fb);
    }

    /** Scales of blocks stand in a tensor of their own, in half precision. */
    private int blockwise(QuantParams quant) {
        if (!quant.isSymmetric()) {
            throw new IllegalArgumentException("blocks with zero points other than 0");
        }
        Tensor scales = Tensor.ofFloats(Shape.of(quant.count()), quant.scales()).cast(DataType.FLOAT16);
        entries.add(new Entry(
                "scales" + entries.size(),
                scales.type(),
                scales.shape(),
                Optional.empty(),
                Optional.of(scales),
                false));
        int number = entries.size() - 1;
        BlockwiseQuantization.startBlockwiseQuantization(fb);
        BlockwiseQuantization.addScales(fb, number);
        BlockwiseQuantization.addZeroPoints(fb, -1);
        BlockwiseQuantization.addBlockSize(fb, quant.blockSize());
        int details = BlockwiseQuantization.endBlockwiseQuantization(fb);
        QuantizationParameters.startQuantizationParameters(fb);
        QuantizationParameters.addDetailsType(fb, QuantizationDetails.BlockwiseQuantization);
        QuantizationParameters.addDetails(fb, details);
        QuantizationParameters.addQuantizedDimension(fb, quant.axis());
        return QuantizationParameters.endQuantizationParameters(fb);
    }
}
