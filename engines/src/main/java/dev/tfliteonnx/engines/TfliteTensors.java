package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.tensorflowlite.TfLiteAffineQuantization;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/** Between TFLite's tensors in native memory and ours. */
final class TfliteTensors {
    /** Indexed by TfLiteType of common.h less one; its order is not that of the schema. */
    private static final List<DataType> TYPES = List.of(
            DataType.FLOAT32,
            DataType.INT32,
            DataType.UINT8,
            DataType.INT64,
            DataType.STRING,
            DataType.BOOL,
            DataType.INT16,
            DataType.COMPLEX64,
            DataType.INT8,
            DataType.FLOAT16,
            DataType.FLOAT64,
            DataType.COMPLEX128,
            DataType.UINT64,
            DataType.RESOURCE,
            DataType.VARIANT,
            DataType.UINT32,
            DataType.UINT16,
            DataType.INT4,
            DataType.BFLOAT16,
            DataType.INT2);

    private TfliteTensors() {}

    static Optional<DataType> type(TfLiteTensor tensor) {
        int code = tensor.type();
        return code > 0 && code <= TYPES.size() ? Optional.of(TYPES.get(code - 1)) : Optional.empty();
    }

    static String name(TfLiteTensor tensor) {
        BytePointer name = tensor.name();
        return name == null || name.isNull() ? "" : name.getString(StandardCharsets.UTF_8);
    }

    /** The extents that the tensor has at the moment. */
    static int[] dims(TfLiteTensor tensor) {
        return toArray(tensor.dims());
    }

    private static int[] toArray(TfLiteIntArray array) {
        if (array == null || array.isNull()) {
            return new int[0];
        }
        int[] out = new int[array.size()];
        Arrays.setAll(out, array::data);
        return out;
    }

    /** The shape as the file states it: the signature's where it says more than the extents do. */
    static Shape statedShape(TfLiteTensor tensor) {
        int[] dims = dims(tensor);
        int[] signature = toArray(tensor.dims_signature());
        int[] stated = signature.length == dims.length ? signature : dims;
        return Shape.ofDims(Arrays.stream(stated)
                .mapToObj(d -> d < 0 ? Dim.unknown() : Dim.of(d))
                .toList());
    }

    static TensorSpec spec(TfLiteTensor tensor, Shape shape) throws EngineException {
        String name = name(tensor);
        DataType type = type(tensor)
                .orElseThrow(() ->
                        new EngineException("tensor \"" + name + "\" has the unknown type number " + tensor.type()));
        return new TensorSpec(name, type, shape, quant(tensor));
    }

    private static Optional<QuantParams> quant(TfLiteTensor tensor) {
        if (tensor.quantization().type() != tensorflowlite.kTfLiteAffineQuantization
                || tensor.quantization().params() == null) {
            return Optional.empty();
        }
        TfLiteAffineQuantization affine =
                new TfLiteAffineQuantization(tensor.quantization().params());
        int count = affine.scale() == null ? 0 : affine.scale().size();
        if (count == 0 || affine.scale().data(0) == 0) {
            return Optional.empty();
        }
        float[] scales = new float[count];
        long[] zeroPoints = new long[count];
        int known = affine.zero_point() == null ? 0 : affine.zero_point().size();
        for (int i = 0; i < count; i++) {
            scales[i] = affine.scale().data(i);
            zeroPoints[i] = known == 0 ? 0 : affine.zero_point().data(Math.min(i, known - 1));
        }
        return Optional.of(QuantParams.perAxis(scales, zeroPoints, affine.quantized_dimension()));
    }

    /** A copy of the elements; empty if the tensor has no memory, or fewer bytes than its shape needs. */
    static Optional<Tensor> read(TfLiteTensor tensor) {
        DataType type = type(tensor).orElse(DataType.RESOURCE);
        if (type == DataType.RESOURCE || type == DataType.VARIANT) {
            return Optional.empty();
        }
        Shape shape = Shape.of(Arrays.stream(dims(tensor)).asLongStream().toArray());
        int bytes = Math.toIntExact(tensor.bytes());
        BytePointer data = tensor.data().raw();
        boolean hasData = data != null && !data.isNull();
        byte[] copy = new byte[hasData ? bytes : 0];
        if (hasData) {
            data.get(copy);
        }
        if (type == DataType.STRING) {
            return hasData ? Optional.of(Tensor.ofStrings(shape, unpack(copy))) : Optional.empty();
        }
        if (copy.length < type.byteSize(shape.elementCount())) {
            return Optional.empty();
        }
        return Optional.of(Tensor.of(type, shape, Bytes.of(copy, "TFLite " + name(tensor))));
    }

    /** Copies elements into a tensor that has its memory already, or, for strings, gets it now. */
    static void write(Tensor from, TfLiteTensor to) throws EngineException {
        byte[] bytes = from.type() == DataType.STRING ? pack(from.toStrings()) : ByteSink.packed(from);
        if (from.type() == DataType.STRING) {
            if (tensorflowlite.TfLiteTensorRealloc(bytes.length, to) != tensorflowlite.kTfLiteOk) {
                throw TfliteNative.failure("has no memory for " + bytes.length + " bytes of strings");
            }
        } else if (to.bytes() != bytes.length) {
            throw new EngineException(
                    "input \"" + name(to) + "\" takes " + to.bytes() + " bytes, but was given " + bytes.length);
        }
        if (bytes.length == 0) {
            return;
        }
        BytePointer data = to.data().raw();
        if (data == null || data.isNull() || to.allocation_type() == tensorflowlite.kTfLiteMmapRo) {
            throw new EngineException("input \"" + name(to) + "\" has no memory that can be written");
        }
        data.put(bytes);
    }

    /** TFLite's form of strings: their number, where each begins and the last ends, the texts; see string_util.h. */
    private static byte[] pack(List<byte[]> strings) {
        int header = Integer.BYTES * (strings.size() + 2);
        int total = header + strings.stream().mapToInt(s -> s.length).sum();
        ByteBuffer out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(strings.size());
        int at = header;
        for (byte[] string : strings) {
            out.putInt(at);
            at += string.length;
        }
        out.putInt(at);
        strings.forEach(out::put);
        return out.array();
    }

    private static List<byte[]> unpack(byte[] packed) {
        ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        int count = packed.length == 0 ? 0 : in.getInt(0);
        List<byte[]> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = in.getInt(Integer.BYTES * (i + 1));
            int to = in.getInt(Integer.BYTES * (i + 2));
            out.add(Arrays.copyOfRange(packed, from, to));
        }
        return out;
    }
}
