package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.Operator;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.Tfl;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads what an operator is and its options. Where the table of options is missing, the schema's defaults hold; a table
 * of another operator's options is refused where there are options to be read, and so is a number that an enumeration does not have.
 */
final class OperatorReader {
    /** The operators of which only the channels of operand 0 tell how many groups there are. */
    private static final Set<String> GROUPED = Set.of("CONV_2D", "CONV_3D");

    private final OperatorCodes codes;
    private final Buffers buffers;
    private final Bytes file;
    private final Problems problems;
    private final Map<BuiltinOp, Attributes> defaults = new HashMap<>();
    private final Map<OperatorCodes.Code, Attributes> plain = new HashMap<>();
    private final OptionsTable table = new OptionsTable();

    OperatorReader(OperatorCodes codes, Buffers buffers, Bytes file, Problems problems) {
        this.codes = codes;
        this.buffers = buffers;
        this.file = file;
        this.problems = problems;
    }

    /** What the operator is; empty, with a problem noted, if that is not known. */
    Optional<OperatorCodes.Code> code(Operator operator, int number, String node) {
        return codes.get(operator.opcodeIndex(), number, node);
    }

    /** All options of an operator. */
    Attributes attributes(Operator operator, OperatorCodes.Code code, Where where, TensorReader tensors) {
        if (isPlain(operator, code)) {
            return plain.computeIfAbsent(code, c -> c.builtin()
                    .map(this::defaultsOf)
                    .orElse(Attributes.NONE)
                    .with(Tfl.VERSION_OF_OP, c.version()));
        }
        Attributes attributes = code.isCustom()
                ? custom(operator, code, where)
                : code.builtin().map(b -> builtin(operator, b, where)).orElse(Attributes.NONE);
        int[] intermediates = Vectors.ints(operator.intermediatesAsByteBuffer());
        if (intermediates.length > 0) {
            attributes = withIntermediates(attributes, intermediates, tensors);
        }
        if (GROUPED.contains(code.name()) && operator.inputsLength() > 0) {
            OptionalLong channels = tensors.recordedChannels(operator.inputs(0));
            attributes =
                    channels.isPresent() ? attributes.with(Tfl.RECORDED_CHANNELS, channels.getAsLong()) : attributes;
        }
        return attributes.with(Tfl.VERSION_OF_OP, code.version());
    }

    /** Whether an operator has the same attributes as others of its kind, which can share them. */
    private static boolean isPlain(Operator operator, OperatorCodes.Code code) {
        return !code.isCustom()
                && operator.intermediatesLength() == 0
                && (code.builtin().map(b -> b.fields().isEmpty()).orElse(true)
                        || (operator.builtinOptionsType() == 0 && operator.builtinOptions2Type() == 0));
    }

    private Attributes custom(Operator operator, OperatorCodes.Code code, Where where) {
        Optional<Bytes> options = buffers.inline(operator.customOptionsAsByteBuffer(), "custom options");
        try {
            if (options.isEmpty()) {
                options = buffers.behind(
                        operator.largeCustomOptionsOffset(),
                        operator.largeCustomOptionsSize(),
                        "custom options",
                        where);
            }
        } catch (ConversionException e) {
            problems.addAll(e);
        }
        Attributes raw =
                Attributes.of(Tfl.CUSTOM_OPTIONS, options.orElseGet(() -> Bytes.of(new byte[0], "no custom options")));
        String name = code.name();
        if (!name.startsWith(NodeDefReader.PREFIX)) {
            return raw;
        }
        try {
            return NodeDefReader.read(raw, name);
        } catch (ConversionException e) {
            // many need none of it; a handler that does says what is missing
            return raw;
        }
    }

    private Attributes builtin(Operator operator, BuiltinOp op, Where where) {
        int type =
                switch (op.union()) {
                    case NONE -> 0;
                    case OPTIONS -> operator.builtinOptionsType() & 0xff;
                    case OPTIONS_2 -> operator.builtinOptions2Type() & 0xff;
                };
        if (type != 0 && type != op.optionsType()) {
            problems.invalid(where, "its options are of kind " + type + " instead of " + op.optionsType());
            return defaultsOf(op);
        }
        boolean isThere = type != 0
                && (op.union() == BuiltinOp.Union.OPTIONS
                                ? operator.builtinOptions(table)
                                : operator.builtinOptions2(table))
                        != null;
        try {
            return isThere ? table.read(op, file) : defaultsOf(op);
        } catch (OptionsTable.UnknownNumberException e) {
            problems.invalid(where, String.valueOf(e.getMessage()));
            return defaultsOf(op);
        }
    }

    private Attributes defaultsOf(BuiltinOp op) {
        return defaults.computeIfAbsent(op, BuiltinOp::defaults);
    }

    private static Attributes withIntermediates(Attributes attributes, int[] indices, TensorReader tensors) {
        float[] scales = new float[indices.length];
        long[] zeroPoints = new long[indices.length];
        for (int i = 0; i < indices.length; i++) {
            Optional<QuantParams> quant = tensors.quant(indices[i]).filter(QuantParams::isPerTensor);
            scales[i] = quant.map(QuantParams::scale).orElse(0f);
            zeroPoints[i] = quant.map(QuantParams::zeroPoint).orElse(0L);
        }
        return attributes
                .with(Tfl.INTERMEDIATES, Ints.ofInts(indices))
                .with(Tfl.INTERMEDIATE_SCALES, Floats.of(scales))
                .with(Tfl.INTERMEDIATE_ZERO_POINTS, Ints.of(zeroPoints));
    }
}
