package dev.tfliteonnx;

import dev.tfliteonnx.handlers.OpRow;
import dev.tfliteonnx.handlers.QuantMode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How a model is converted. Immutable; each {@code with…} gives a copy.
 *
 * @param quant what becomes of quantization
 * @param keepTensorNames whether inputs and outputs keep the names of their tensors, rather than those of the signature
 * @param signature the signature to convert; empty for that of the first graph
 * @param inputsAsNchw inputs that are to have channels second instead of last
 * @param outputsAsNchw outputs that are to have channels second instead of last
 * @param skip names of rules and passes that are left out
 * @param extraOps rows for custom operators, or other handlers for builtin ones
 */
public record ConversionOptions(
        QuantMode quant,
        boolean keepTensorNames,
        String signature,
        Set<String> inputsAsNchw,
        Set<String> outputsAsNchw,
        Set<String> skip,
        List<OpRow> extraOps) {
    /** Quantization kept, names of the signature, every pass. */
    public static final ConversionOptions DEFAULT =
            new ConversionOptions(QuantMode.QDQ, false, "", Set.of(), Set.of(), Set.of(), List.of());

    public ConversionOptions {
        inputsAsNchw = Set.copyOf(inputsAsNchw);
        outputsAsNchw = Set.copyOf(outputsAsNchw);
        skip = Set.copyOf(skip);
        extraOps = List.copyOf(extraOps);
    }

    /** With quantization kept or dropped. */
    public ConversionOptions withQuant(QuantMode value) {
        return new ConversionOptions(value, keepTensorNames, signature, inputsAsNchw, outputsAsNchw, skip, extraOps);
    }

    /** With the names of tensors for inputs and outputs, or those of the signature. */
    public ConversionOptions withKeepTensorNames(boolean value) {
        return new ConversionOptions(quant, value, signature, inputsAsNchw, outputsAsNchw, skip, extraOps);
    }

    /** With another signature. */
    public ConversionOptions withSignature(String value) {
        return new ConversionOptions(quant, keepTensorNames, value, inputsAsNchw, outputsAsNchw, skip, extraOps);
    }

    /** With these inputs in {@code [N,C,H,W]}. */
    public ConversionOptions withInputsAsNchw(Set<String> value) {
        return new ConversionOptions(quant, keepTensorNames, signature, value, outputsAsNchw, skip, extraOps);
    }

    /** With these outputs in {@code [N,C,H,W]}. */
    public ConversionOptions withOutputsAsNchw(Set<String> value) {
        return new ConversionOptions(quant, keepTensorNames, signature, inputsAsNchw, value, skip, extraOps);
    }

    /** Without one more rule or pass. */
    public ConversionOptions withSkipped(String name) {
        Set<String> more = new LinkedHashSet<>(skip);
        more.add(name);
        return new ConversionOptions(quant, keepTensorNames, signature, inputsAsNchw, outputsAsNchw, more, extraOps);
    }

    /** With rows for further operators. */
    public ConversionOptions withExtraOps(List<OpRow> value) {
        return new ConversionOptions(quant, keepTensorNames, signature, inputsAsNchw, outputsAsNchw, skip, value);
    }
}
