package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.tfl.FlexOptions;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The attributes of a TensorFlow operator that a model runs as it is. Its custom options are a FlexBuffer of the
 * operator's name and its NodeDef, whose attributes become options of the same names: numbers, truth values, texts and
 * lists of them. Types, shapes and tensors are passed over: those of the model's own tensors say the same.
 *
 * <p>Source: {@code tensorflow/lite/delegates/flex/kernel.cc}; {@code node_def.proto} and {@code attr_value.proto} of
 * TensorFlow.
 */
final class NodeDefReader {
    /** What the custom codes of these operators begin with. */
    static final String PREFIX = "Flex";

    private static final int ATTR = 5;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int LIST = 1;
    private static final int S = 2;
    private static final int I = 3;
    private static final int F = 4;
    private static final int B = 5;

    private NodeDefReader() {}

    /**
     * The options with the attributes of the NodeDef that they hold.
     *
     * @throws ConversionException if there is none or it is broken
     */
    static Attributes read(Attributes options, String operator) throws ConversionException {
        Attributes found = options;
        ProtoMessage node = ProtoMessage.of(nodeDef(options, operator), operator);
        while (node.next()) {
            if (node.field() == ATTR) {
                found = withEntry(found, node.message());
            }
        }
        return found;
    }

    private static Bytes nodeDef(Attributes options, String operator) throws ConversionException {
        Bytes bytes = options.get(Tfl.CUSTOM_OPTIONS);
        try {
            FlexOptions root = FlexOptions.of(bytes);
            List<FlexOptions> elements = root.elements();
            if (elements.size() == 2) {
                return elements.get(1).asBytes();
            }
        } catch (FlexOptions.Malformed e) {
            throw ProtoMessage.of(bytes, operator).broken(operator + ": " + e.getMessage());
        }
        throw ProtoMessage.of(bytes, operator).broken(operator + " has no NodeDef");
    }

    private static Attributes withEntry(Attributes found, ProtoMessage entry) throws ConversionException {
        String name = "";
        Attributes with = found;
        while (entry.next()) {
            if (entry.field() == KEY) {
                name = entry.text();
            } else if (entry.field() == VALUE && !name.isEmpty()) {
                with = withValue(found, name, entry.message());
            }
        }
        return with;
    }

    private static Attributes withValue(Attributes found, String name, ProtoMessage value) throws ConversionException {
        Attributes with = found;
        while (value.next()) {
            with = switch (value.field()) {
                case S ->
                    value.textIfAny(value.bytes("attribute"))
                            .map(text -> found.with(Key.ofString(name), text))
                            .orElse(found);
                case I -> found.with(Key.ofInt(name), value.integer());
                case F -> found.with(Key.ofFloat(name), value.real());
                case B -> found.with(Key.ofBool(name), value.integer() != 0);
                case LIST -> withList(found, name, value.message());
                default -> with;
            };
        }
        return with;
    }

    private static Attributes withList(Attributes found, String name, ProtoMessage list) throws ConversionException {
        LongStream.Builder wholes = LongStream.builder();
        List<String> texts = new ArrayList<>();
        List<Bytes> reals = new ArrayList<>();
        boolean hasWholes = false;
        while (list.next()) {
            switch (list.field()) {
                case S -> list.textIfAny(list.bytes("attribute")).ifPresent(texts::add);
                case I -> {
                    hasWholes = true;
                    list.integers(wholes);
                }
                case F -> reals.add(list.fixed(Float.BYTES));
                default -> {
                    // types, shapes and truth values of no operator that is known here
                }
            }
        }
        if (!texts.isEmpty()) {
            return found.with(Key.ofStrings(name), new Strings(texts));
        }
        if (!reals.isEmpty()) {
            return found.with(Key.ofFloats(name), floats(reals));
        }
        return hasWholes ? found.with(Key.ofInts(name), Ints.of(wholes.build().toArray())) : found;
    }

    private static Floats floats(List<Bytes> runs) {
        List<Float> all = new ArrayList<>();
        for (Bytes run : runs) {
            for (long at = 0; at < run.size(); at += Float.BYTES) {
                all.add(run.view(at, Float.BYTES).getFloat());
            }
        }
        float[] array = new float[all.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = all.get(i);
        }
        return Floats.of(array);
    }
}
