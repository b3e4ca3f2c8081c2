package dev.tfliteonnx.checker.files;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/** Reads what a model is to be fed from files of several kinds. */
public final class TensorFiles {
    private static final int MAX_ELEMENTS_BYTES = 1 << 30;

    private TensorFiles() {}

    /**
     * How pictures become real numbers, as the model's metadata tell it or as the user does.
     *
     * @param mean what is taken from each level 0 to 255, per channel or once
     * @param std what it is then divided by, per channel or once
     */
    public record Normalization(List<Float> mean, List<Float> std) {
        /** Levels 0 to 255 become −1 to 1. */
        public static final Normalization DEFAULT = new Normalization(List.of(127.5f), List.of(127.5f));

        public Normalization {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
            if (mean.isEmpty() || std.isEmpty() || std.contains(0f)) {
                throw new IllegalArgumentException("mean " + mean + ", std " + std);
            }
        }
    }

    /**
     * Reads a file for one input: {@code .npy}; {@code .npz}, where the array has the input's name or is the only one; a
     * picture; a {@code .wav}; any other file holds the elements, little-endian.
     *
     * @throws ConversionException if it cannot be read or does not fit the input
     */
    public static Tensor read(Path file, TensorSpec spec, Normalization normalization) throws ConversionException {
        try {
            String name = file.toString().toLowerCase(Locale.ROOT);
            String kind = name.substring(name.lastIndexOf('.') + 1);
            return switch (kind) {
                case "npy" -> fitted(Npy.read(content(file)), spec);
                case "npz" -> fitted(pick(readNpz(content(file)), spec), spec);
                case "png", "jpg", "jpeg", "bmp", "gif" ->
                    Images.read(file, spec.type(), spec.shape().closed(), normalization.mean(), normalization.std());
                case "wav" -> fitted(sound(file), spec);
                default -> raw(content(file), spec);
            };
        } catch (IOException | UnsupportedAudioFileException | IllegalArgumentException | ArithmeticException e) {
            throw new ConversionException(
                    DiagnosticCode.INPUT_FAILED,
                    Where.file(String.valueOf(file.getFileName())),
                    "for the input " + spec + ": " + e.getMessage(),
                    "give an .npy array, a picture, a .wav or the raw elements of that type and shape");
        }
    }

    /** The arrays of an {@code .npz} archive by name. */
    public static Map<String, Tensor> readNpz(byte[] archive) throws IOException {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".npy")) {
                    byte[] content = zip.readNBytes(MAX_ELEMENTS_BYTES);
                    String name = entry.getName();
                    arrays.put(name.substring(0, name.length() - ".npy".length()), Npy.read(content));
                }
            }
        }
        return arrays;
    }

    private static byte[] content(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    private static Tensor pick(Map<String, Tensor> arrays, TensorSpec spec) throws IOException {
        Tensor named = arrays.get(spec.name());
        if (named != null) {
            return named;
        }
        if (arrays.size() == 1) {
            return arrays.values().iterator().next();
        }
        throw new IOException("no array is called \"" + spec.name() + "\"; there are " + arrays.keySet());
    }

    /** The tensor in the shape of the input: extents of 1 may be missing or too many; real numbers change width. */
    private static Tensor fitted(Tensor tensor, TensorSpec spec) throws IOException {
        boolean reals = tensor.type().isFloat() && spec.type().isFloat();
        Tensor typed = reals && tensor.type() != spec.type() ? tensor.cast(spec.type()) : tensor;
        if (typed.type() != spec.type()) {
            throw new IOException("the file holds " + tensor.type());
        }
        if (spec.shape().agreesWith(typed.shape())) {
            return typed;
        }
        boolean regular = spec.shape().isStatic() && spec.shape().elementCount() == typed.elementCount();
        if (!regular) {
            throw new IOException("the file holds the shape " + tensor.shape());
        }
        return typed.reshaped(spec.shape());
    }

    private static Tensor raw(byte[] content, TensorSpec spec) throws IOException {
        Shape shape = spec.shape().closed();
        long size = shape.elementCount() * spec.type().wideBytes();
        if (spec.type() == DataType.STRING || size != content.length) {
            throw new IOException("raw elements would take " + size + " bytes, and the file has " + content.length);
        }
        return Tensor.of(spec.type(), shape, Bytes.of(content, "raw"));
    }

    /** The first channel of a sound of 16 bits as real numbers from −1 to 1. */
    private static Tensor sound(Path file) throws IOException, UnsupportedAudioFileException {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(file.toFile())) {
            if (in.getFormat().getSampleSizeInBits() != 16 || in.getFormat().isBigEndian()) {
                throw new IOException("sounds are read in 16 bits, not as " + in.getFormat());
            }
            byte[] bytes = in.readAllBytes();
            int frame = in.getFormat().getFrameSize();
            List<Float> samples = new ArrayList<>(bytes.length / frame);
            for (int at = 0; at + 1 < bytes.length; at += frame) {
                samples.add((short) ((bytes[at] & 0xff) | bytes[at + 1] << 8) / 32768f);
            }
            float[] values = new float[samples.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = samples.get(i);
            }
            return Tensor.ofFloats(Shape.of(values.length), values);
        }
    }
}
