package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How jobs and answers are spelt between a process and its child; both run the same build, so nothing has a version. */
final class Wire {
    private Wire() {}

    @FunctionalInterface
    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    @FunctionalInterface
    interface Writer<T> {
        void write(T value, DataOutputStream out) throws IOException;
    }

    static <T> void writeList(List<T> values, Writer<T> each, DataOutputStream out) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            each.write(value, out);
        }
    }

    static <T> List<T> readList(Reader<T> each, DataInputStream in) throws IOException {
        int count = in.readInt();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(each.read(in));
        }
        return values;
    }

    private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    static void writeText(String text, DataOutputStream out) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
    }

    static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.UTF_8);
    }

    static void writeTensor(Tensor tensor, DataOutputStream out) throws IOException {
        writeText(tensor.type().name(), out);
        writeShape(tensor.shape(), out);
        if (tensor.type() == DataType.STRING) {
            writeList(tensor.toStrings(), Wire::writeBytes, out);
        } else {
            writeBytes(ByteSink.packed(tensor), out);
        }
    }

    static Tensor readTensor(DataInputStream in) throws IOException {
        DataType type = DataType.valueOf(readText(in));
        Shape shape = readShape(in);
        return type == DataType.STRING
                ? Tensor.ofStrings(shape, readList(Wire::readBytes, in))
                : Tensor.of(type, shape, Bytes.of(readBytes(in), "child process"));
    }

    static void writeTensors(List<Tensor> tensors, DataOutputStream out) throws IOException {
        writeList(tensors, Wire::writeTensor, out);
    }

    static List<Tensor> readTensors(DataInputStream in) throws IOException {
        return readList(Wire::readTensor, in);
    }

    private static void writeShape(Shape shape, DataOutputStream out) throws IOException {
        writeList(shape.dims(), Wire::writeDim, out);
    }

    private static Shape readShape(DataInputStream in) throws IOException {
        return Shape.ofDims(readList(Wire::readDim, in));
    }

    private static void writeDim(Dim dim, DataOutputStream out) throws IOException {
        out.writeLong(dim instanceof Dim.Fixed fixed ? fixed.size() : -1);
        if (!(dim instanceof Dim.Fixed)) {
            writeText(dim instanceof Dim.Named named ? named.name() : "", out);
        }
    }

    private static Dim readDim(DataInputStream in) throws IOException {
        long size = in.readLong();
        if (size >= 0) {
            return Dim.of(size);
        }
        String name = readText(in);
        return name.isEmpty() ? Dim.unknown() : new Dim.Named(name);
    }

    static void writeSpec(TensorSpec spec, DataOutputStream out) throws IOException {
        writeText(spec.name(), out);
        writeText(spec.type().name(), out);
        writeShape(spec.shape(), out);
        out.writeBoolean(spec.quant().isPresent());
        if (spec.quant().isPresent()) {
            QuantParams quant = spec.quant().get();
            out.writeInt(quant.count());
            for (int i = 0; i < quant.count(); i++) {
                out.writeFloat(quant.scale(i));
                out.writeLong(quant.zeroPoint(i));
            }
            out.writeInt(quant.axis());
        }
    }

    static TensorSpec readSpec(DataInputStream in) throws IOException {
        String name = readText(in);
        DataType type = DataType.valueOf(readText(in));
        Shape shape = readShape(in);
        return new TensorSpec(name, type, shape, in.readBoolean() ? Optional.of(readQuant(in)) : Optional.empty());
    }

    private static QuantParams readQuant(DataInputStream in) throws IOException {
        float[] scales = new float[in.readInt()];
        long[] zeroPoints = new long[scales.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = in.readFloat();
            zeroPoints[i] = in.readLong();
        }
        return QuantParams.perAxis(scales, zeroPoints, in.readInt());
    }

    static void writeNamed(NamedTensor tensor, DataOutputStream out) throws IOException {
        out.writeInt(tensor.index());
        writeSpec(tensor.spec(), out);
        writeTensor(tensor.tensor(), out);
    }

    static NamedTensor readNamed(DataInputStream in) throws IOException {
        return new NamedTensor(in.readInt(), readSpec(in), readTensor(in));
    }

    static void writeOptions(EngineOptions options, DataOutputStream out) throws IOException {
        out.writeBoolean(options instanceof TfliteOptions);
        if (options instanceof TfliteOptions tflite) {
            writeText(tflite.kernels().name(), out);
            out.writeInt(tflite.threads());
            out.writeBoolean(tflite.preserveAllTensors());
            writeText(tflite.signature(), out);
        } else if (options instanceof OnnxRuntimeOptions onnx) {
            out.writeInt(onnx.threads());
            writeText(onnx.level().name(), out);
            writeList(List.copyOf(onnx.config().entrySet()), Wire::writeEntry, out);
            writeText(onnx.saveOptimized(), out);
            writeList(onnx.libraries(), Wire::writeText, out);
        }
    }

    private static void writeEntry(Map.Entry<String, String> entry, DataOutputStream out) throws IOException {
        writeText(entry.getKey(), out);
        writeText(entry.getValue(), out);
    }

    static EngineOptions readOptions(DataInputStream in) throws IOException {
        if (in.readBoolean()) {
            return new TfliteOptions(Kernels.valueOf(readText(in)), in.readInt(), in.readBoolean(), readText(in));
        }
        int threads = in.readInt();
        OnnxRuntimeOptions.Level level = OnnxRuntimeOptions.Level.valueOf(readText(in));
        Map<String, String> config = new TreeMap<>();
        int entries = in.readInt();
        for (int i = 0; i < entries; i++) {
            config.put(readText(in), readText(in));
        }
        OnnxRuntimeOptions options = new OnnxRuntimeOptions(threads, level, config, readText(in));
        int libraries = in.readInt();
        for (int i = 0; i < libraries; i++) {
            options = options.withLibrary(Path.of(readText(in)));
        }
        return options;
    }
}
