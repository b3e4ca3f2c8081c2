package dev.tfliteonnx.checker.files;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Arrays in NumPy's {@code .npy} format, versions 1 to 3.
 *
 * <p>Source: the module {@code numpy.lib.format} and NEP 1.
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z]\\d+)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\sL]*)\\)");

    private static final Map<DataType, String> NAMES = Map.ofEntries(
            Map.entry(DataType.FLOAT16, "f2"),
            Map.entry(DataType.FLOAT32, "f4"),
            Map.entry(DataType.FLOAT64, "f8"),
            Map.entry(DataType.INT8, "i1"),
            Map.entry(DataType.INT16, "i2"),
            Map.entry(DataType.INT32, "i4"),
            Map.entry(DataType.INT64, "i8"),
            Map.entry(DataType.UINT8, "u1"),
            Map.entry(DataType.UINT16, "u2"),
            Map.entry(DataType.UINT32, "u4"),
            Map.entry(DataType.UINT64, "u8"),
            Map.entry(DataType.BOOL, "b1"),
            Map.entry(DataType.COMPLEX64, "c8"),
            Map.entry(DataType.COMPLEX128, "c16"));
    private static final Map<String, DataType> TYPES =
            NAMES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    private Npy() {}

    /**
     * Reads an array; of column order, it is put into row order.
     *
     * @throws IOException if the bytes are no array, are too few, or its type has no counterpart, as texts and objects
     *     have none
     */
    public static Tensor read(byte[] file) throws IOException {
        int data = dataOffset(file);
        String header = new String(file, 0, data, StandardCharsets.ISO_8859_1);
        Matcher descr = find(DESCR, header, "type");
        DataType type = Optional.ofNullable(TYPES.get(descr.group(2)))
                .orElseThrow(() -> new IOException("there are no tensors of type " + descr.group(2)));
        List<Dim> dims = dims(find(SHAPE, header, "shape").group(1));
        boolean columns = find(FORTRAN, header, "order").group(1).equals("True");
        if (columns) {
            Collections.reverse(dims);
        }
        Shape shape = Shape.ofDims(dims);
        long size = Math.multiplyExact(shape.elementCount(), (long) type.wideBytes());
        if (size > file.length - data) {
            throw new IOException(
                    type.name() + shape + " takes " + size + " bytes, of which there are " + (file.length - data));
        }
        byte[] elements = java.util.Arrays.copyOfRange(file, data, data + (int) size);
        if (descr.group(1).equals(">")) {
            int parts = type == DataType.COMPLEX64 || type == DataType.COMPLEX128 ? 2 : 1;
            reverse(elements, type.wideBytes() / parts);
        }
        Tensor tensor = Tensor.of(type, shape, Bytes.of(elements, "npy"));
        return columns && dims.size() > 1 ? tensor.permuted(backwards(dims.size())) : tensor;
    }

    private static int dataOffset(byte[] file) throws IOException {
        if (file.length < 10 || !java.util.Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("this is not an .npy file");
        }
        boolean first = file[6] == 1;
        long length = (file[8] & 0xff) | (file[9] & 0xff) << 8;
        if (!first && file.length >= 12) {
            length |= (long) (file[10] & 0xff) << 16 | (long) (file[11] & 0xff) << 24;
        }
        long data = length + (first ? 10 : 12);
        if (data > file.length) {
            throw new IOException("the header is longer than the file");
        }
        return (int) data;
    }

    private static Matcher find(Pattern pattern, String header, String what) throws IOException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new IOException("the header tells no " + what + " of numbers");
        }
        return matcher;
    }

    private static List<Dim> dims(String text) throws IOException {
        List<Dim> dims = new ArrayList<>();
        for (String part : text.replace("L", "").split(",", -1)) {
            if (!part.isBlank()) {
                try {
                    dims.add(Dim.of(Integer.parseInt(part.strip())));
                } catch (NumberFormatException e) {
                    throw new IOException("an extent of " + part.strip() + " is too large", e);
                }
            }
        }
        return dims;
    }

    private static int[] backwards(int rank) {
        int[] perm = new int[rank];
        for (int i = 0; i < rank; i++) {
            perm[i] = rank - 1 - i;
        }
        return perm;
    }

    private static void reverse(byte[] elements, int width) {
        for (int at = 0; at + width <= elements.length; at += width) {
            for (int i = 0; i < width / 2; i++) {
                byte swapped = elements[at + i];
                elements[at + i] = elements[at + width - 1 - i];
                elements[at + width - 1 - i] = swapped;
            }
        }
    }

    /**
     * The array as a file of version 1.
     *
     * @throws IllegalArgumentException if the type has no counterpart in NumPy
     */
    public static byte[] write(Tensor tensor) throws IOException {
        String name = NAMES.get(tensor.type());
        if (name == null) {
            throw new IllegalArgumentException("NumPy has no arrays of " + tensor.type());
        }
        String dims = tensor.shape().dims().stream().map(d -> d + ",").collect(Collectors.joining(" "));
        String order = tensor.type().wideBytes() == 1 ? "|" : "<";
        String header = "{'descr': '" + order + name + "', 'fortran_order': False, 'shape': ("
                + (tensor.shape().rank() > 1 ? dims.substring(0, dims.length() - 1) : dims) + "), }";
        int filled = MAGIC.length + 4 + header.length() + 1;
        String padded = header + " ".repeat(Math.floorMod(-filled, ALIGNMENT)) + "\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(MAGIC);
        out.write(new byte[] {1, 0, (byte) padded.length(), (byte) (padded.length() >> 8)});
        out.write(padded.getBytes(StandardCharsets.ISO_8859_1));
        tensor.writeTo(Channels.newChannel(out));
        return out.toByteArray();
    }
}
