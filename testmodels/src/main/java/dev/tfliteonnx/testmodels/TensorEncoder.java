package dev.tfliteonnx.testmodels;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.exporter.tflite.Vectors;
import dev.tfliteonnx.formats.tflite.BlockwiseQuantization;
import dev.tfliteonnx.formats.tflite.DimensionMetadata;
import dev.tfliteonnx.formats.tflite.DimensionType;
import dev.tfliteonnx.formats.tflite.Int32Vector;
import dev.tfliteonnx.formats.tflite.QuantizationDetails;
import dev.tfliteonnx.formats.tflite.QuantizationParameters;
import dev.tfliteonnx.formats.tflite.SparsityParameters;
import dev.tfliteonnx.formats.tflite.Tensor;
import dev.tfliteonnx.formats.tflite.Uint16Vector;
import dev.tfliteonnx.formats.tflite.Uint8Vector;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.tfl.TensorTypes;

/** Writes tensors with their quantization and sparsity. */
final class TensorEncoder {
    private final FlatBufferBuilder fb;

    TensorEncoder(FlatBufferBuilder fb) {
        this.fb = fb;
    }

    int encode(TensorSpec spec, int buffer) {
        int name = spec.name().isEmpty() ? 0 : fb.createString(spec.name());
        int shape = Vectors.ints(fb, spec.sizes());
        int signature = spec.signature().map(v -> Vectors.ints(fb, v)).orElse(0);
        int quantization = spec.quantization().isPresent() ? quantization(spec) : 0;
        int sparsity = spec.sparsity().map(this::sparsity).orElse(0);
        fb.startTable(11);
        Tensor.addShape(fb, shape);
        Tensor.addType(fb, (byte) TensorTypes.code(spec.type()));
        Tensor.addBuffer(fb, buffer);
        Tensor.addName(fb, name);
        Tensor.addQuantization(fb, quantization);
        Tensor.addIsVariable(fb, spec.isVariable());
        Tensor.addSparsity(fb, sparsity);
        Tensor.addShapeSignature(fb, signature);
        Tensor.addHasRank(fb, spec.isRanked());
        Tensor.addExternalBuffer(fb, spec.externalId());
        return fb.endTable();
    }

    private int quantization(TensorSpec spec) {
        TensorSpec.Quantization q = spec.quantization().orElseThrow();
        int min = q.min().size() == 0 ? 0 : Vectors.floats(fb, q.min().toArray());
        int max = q.max().size() == 0 ? 0 : Vectors.floats(fb, q.max().toArray());
        int scale = q.scales().size() == 0 ? 0 : Vectors.floats(fb, q.scales().toArray());
        int zeroPoint = q.zeroPoints().size() == 0
                ? 0
                : Vectors.longs(fb, q.zeroPoints().toArray());
        int details = spec.blockwise().map(this::blockwise).orElse(0);
        fb.startTable(7);
        QuantizationParameters.addMin(fb, min);
        QuantizationParameters.addMax(fb, max);
        QuantizationParameters.addScale(fb, scale);
        QuantizationParameters.addZeroPoint(fb, zeroPoint);
        if (details != 0) {
            QuantizationParameters.addDetailsType(fb, QuantizationDetails.BlockwiseQuantization);
            QuantizationParameters.addDetails(fb, details);
        }
        QuantizationParameters.addQuantizedDimension(fb, q.axis());
        return fb.endTable();
    }

    private int blockwise(TensorSpec.Blockwise details) {
        fb.startTable(3);
        BlockwiseQuantization.addScales(fb, details.scales());
        BlockwiseQuantization.addZeroPoints(fb, details.zeroPoints());
        BlockwiseQuantization.addBlockSize(fb, details.blockSize());
        return fb.endTable();
    }

    private int sparsity(Sparsity sparsity) {
        int[] levels = sparsity.levels().stream().mapToInt(this::level).toArray();
        int dims = fb.createVectorOfTables(levels);
        int order = Vectors.ints(fb, sparsity.traversalOrder().toIntArray());
        int map = sparsity.blockMap().size() == 0
                ? 0
                : Vectors.ints(fb, sparsity.blockMap().toIntArray());
        fb.startTable(3);
        SparsityParameters.addTraversalOrder(fb, order);
        SparsityParameters.addBlockMap(fb, map);
        SparsityParameters.addDimMetadata(fb, dims);
        return fb.endTable();
    }

    private int level(Sparsity.Level level) {
        if (level instanceof Sparsity.Compressed c) {
            int segments = indices(c.segments(), c.width());
            int indices = indices(c.indices(), c.width());
            byte union = (byte) (c.width().ordinal() + 1);
            fb.startTable(6);
            DimensionMetadata.addFormat(fb, DimensionType.SPARSE_CSR);
            DimensionMetadata.addArraySegmentsType(fb, union);
            DimensionMetadata.addArraySegments(fb, segments);
            DimensionMetadata.addArrayIndicesType(fb, union);
            DimensionMetadata.addArrayIndices(fb, indices);
            return fb.endTable();
        }
        fb.startTable(6);
        DimensionMetadata.addDenseSize(fb, ((Sparsity.Dense) level).size());
        return fb.endTable();
    }

    private int indices(Ints values, Sparsity.Width width) {
        int n = values.size();
        switch (width) {
            case INT32 -> {
                return Int32Vector.createInt32Vector(fb, Vectors.ints(fb, values.toIntArray()));
            }
            case UINT16 -> {
                fb.startVector(2, n, 4);
                for (int i = n - 1; i >= 0; i--) {
                    fb.addShort((short) values.get(i));
                }
                return Uint16Vector.createUint16Vector(fb, fb.endVector());
            }
            case UINT8 -> {
                fb.startVector(1, n, 4);
                for (int i = n - 1; i >= 0; i--) {
                    fb.addByte((byte) values.get(i));
                }
                return Uint8Vector.createUint8Vector(fb, fb.endVector());
            }
        }
        throw new IllegalStateException("no width " + width);
    }
}
