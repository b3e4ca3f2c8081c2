package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.importer.Extents;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.importer.SideFiles;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.SparseElements;
import dev.tfliteonnx.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code TensorProto} and {@code SparseTensorProto}. Elements that stand as they are in the file, or in a file beside
 * it, are sliced and not copied.
 *
 * <p>Source: {@code onnx/onnx.proto}, and {@code docs/ExternalData.md} of ONNX.
 */
final class TensorMessages {
    private static final int EXTERNAL = 1;

    private final Optional<Path> folder;
    private final Map<String, Bytes> files = new HashMap<>();

    TensorMessages(Optional<Path> folder) {
        this.folder = folder;
    }

    /**
     * A tensor with its name.
     *
     * @param name empty if it has none
     * @param tensor the elements
     */
    record Named(String name, Tensor tensor) {}

    /** A tensor. */
    Named tensor(ProtoMessage in) throws ConversionException {
        Parts parts = new Parts();
        while (in.next()) {
            parts.read(in);
        }
        return new Named(parts.name, parts.external ? external(in, parts) : inline(in, parts));
    }

    private static Tensor inline(ProtoMessage in, Parts parts) throws ConversionException {
        Shape shape = shape(in, parts);
        if (parts.type == DataType.STRING) {
            if (parts.strings.size() != shape.elementCount()) {
                throw in.invalid("tensor " + parts.name + " has " + parts.strings.size() + " strings for " + shape);
            }
            return Tensor.ofStrings(shape, parts.strings);
        }
        Bytes bytes = parts.raw == null ? parts.elements() : parts.raw;
        requireSize(in, parts, shape, bytes.size());
        return Tensor.of(parts.type, shape, bytes);
    }

    private static void requireSize(ProtoMessage in, Parts parts, Shape shape, long size) throws ConversionException {
        if (size != parts.type.byteSize(shape.elementCount())) {
            throw in.invalid("tensor " + parts.name + " has " + size + " bytes of elements for " + parts.type + shape);
        }
    }

    private static Shape shape(ProtoMessage in, Parts parts) throws ConversionException {
        long[] dims = parts.dims.build().toArray();
        return Extents.of(dims, parts.type)
                .orElseThrow(() -> in.invalid("tensor " + parts.name + " has " + dims.length + " axes and elements of "
                        + parts.type + ", and is too large or has a negative extent"));
    }

    private Tensor external(ProtoMessage in, Parts parts) throws ConversionException {
        Where where = Where.tensor(parts.name);
        String location = parts.pairs.getOrDefault("location", "");
        Shape shape = shape(in, parts);
        if (parts.type == DataType.STRING) {
            throw in.invalid("the strings of tensor " + parts.name + " stand in another file");
        }
        Bytes file = files.get(location);
        if (file == null) {
            file = SideFiles.map(folder, location, where);
            files.put(location, file);
        }
        long wanted = parts.type.byteSize(shape.elementCount());
        long offset = number(in, parts, "offset", 0);
        long length = number(in, parts, "length", wanted);
        if (length != wanted) {
            throw in.invalid("tensor " + parts.name + " has " + length + " bytes in " + location + ", but " + parts.type
                    + shape + " needs " + wanted);
        }
        if (offset > file.size() || length > file.size() - offset) {
            throw new ConversionException(
                    DiagnosticCode.BROKEN_FILE,
                    where,
                    length + " bytes from byte " + offset + " on are not in " + location + ", which has " + file.size(),
                    "fetch the file again from its source");
        }
        return Tensor.of(parts.type, shape, file.slice(offset, length, location));
    }

    private static long number(ProtoMessage in, Parts parts, String key, long otherwise) throws ConversionException {
        String text = parts.pairs.get(key);
        if (text == null) {
            return otherwise;
        }
        if (text.length() > 18 || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw in.invalid("the " + key + " of tensor " + parts.name + " is \"" + text + "\"");
        }
        return Long.parseLong(text);
    }

    /** A tensor of which only some elements are given, with the name of these elements. */
    Map.Entry<String, SparseElements> sparse(ProtoMessage in) throws ConversionException {
        Named values = null;
        Named indices = null;
        LongStream.Builder dims = LongStream.builder();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> values = tensor(in.message());
                case 2 -> indices = tensor(in.message());
                case 3 -> in.integers(dims);
                default -> {}
            }
        }
        long[] sizes = dims.build().toArray();
        if (values == null || indices == null || LongStream.of(sizes).anyMatch(d -> d < 0)) {
            throw in.invalid("a sparse tensor lacks values or indices, or has negative extents");
        }
        return Map.entry(values.name, new SparseElements(values.tensor, indices.tensor, Shape.of(sizes)));
    }

    /** The fields of a tensor as they come. */
    private static final class Parts {
        private String name = "";
        private DataType type = DataType.UNKNOWN;
        private boolean external;
        private @Nullable Bytes raw;
        private final LongStream.Builder dims = LongStream.builder();
        private final LongStream.Builder numbers = LongStream.builder();
        private final List<Bytes> runs = new ArrayList<>();
        private final List<byte[]> strings = new ArrayList<>();
        private final Map<String, String> pairs = new HashMap<>();

        void read(ProtoMessage in) throws ConversionException {
            switch (in.field()) {
                case 1 -> in.integers(dims);
                case 2 -> type = TypeMessages.element(in);
                case 4 -> runs.add(in.fixed(4));
                case 5, 7, 11 -> in.integers(numbers);
                case 6 -> strings.add(string(in));
                case 8 -> name = in.text();
                case 9 -> raw = in.bytes("elements");
                case 10 -> runs.add(in.fixed(8));
                case 13 -> in.message().putPair(pairs);
                case 14 -> external = in.int32() == EXTERNAL;
                default -> {}
            }
        }

        private static byte[] string(ProtoMessage in) throws ConversionException {
            Bytes bytes = in.bytes("string");
            if (bytes.size() > Integer.MAX_VALUE / 2) {
                throw in.unsupported(DiagnosticCode.LIMIT_EXCEEDED, "a string has " + bytes.size() + " bytes");
            }
            return bytes.toArray();
        }

        /** Elements that stand in the fields of numbers; one run is taken as it is. */
        Bytes elements() {
            if (runs.size() == 1) {
                return runs.get(0);
            }
            if (!runs.isEmpty()) {
                ByteArrayOutputStream joined = new ByteArrayOutputStream();
                runs.forEach(run -> joined.writeBytes(run.toArray()));
                return Bytes.of(joined.toByteArray(), "elements");
            }
            long[] values = numbers.build().toArray();
            int width = Math.max(1, type.bits() / 8);
            ByteBuffer out = ByteBuffer.allocate(values.length * width).order(ByteOrder.LITTLE_ENDIAN);
            for (long value : values) {
                switch (width) {
                    case 1 -> out.put((byte) value);
                    case 2 -> out.putShort((short) value);
                    case 4 -> out.putInt((int) value);
                    default -> out.putLong(value);
                }
            }
            return Bytes.of(out.array(), "elements");
        }
    }
}
