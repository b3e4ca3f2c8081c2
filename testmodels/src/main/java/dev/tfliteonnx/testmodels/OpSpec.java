package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.BuiltinOps;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an operator of a TFLite file is to be. Immutable: every method gives a changed copy. */
public final class OpSpec {
    private final BuiltinOp op;
    private final String customCode;
    private int version = 1;
    private @Nullable Attributes options;
    private Bytes customOptions = Bytes.of(new byte[0], "none");
    private boolean customOptionsBehind;
    private List<TensorRef> inputs = List.of();
    private List<TensorSpec> outputs = List.of();
    private List<Boolean> mutating = List.of();
    private List<TensorRef> intermediates = List.of();

    private OpSpec(BuiltinOp op, String customCode) {
        this.op = op;
        this.customCode = customCode;
    }

    /**
     * A builtin operator, without an options table.
     *
     * @param name its name in the schema, such as {@code CONV_2D}
     */
    public static OpSpec of(String name) {
        BuiltinOp op = BuiltinOps.of(name).orElseThrow(() -> new IllegalArgumentException("no operator " + name));
        return new OpSpec(op, "");
    }

    /** A builtin operator with its options; those not given have the schema's default. */
    public static OpSpec of(String name, Attributes options) {
        return of(name).options(options);
    }

    /** A custom operator. */
    public static OpSpec custom(String code) {
        return new OpSpec(BuiltinOps.of("CUSTOM").orElseThrow(), code);
    }

    private OpSpec copy() {
        OpSpec c = new OpSpec(op, customCode);
        c.version = version;
        c.options = options;
        c.customOptions = customOptions;
        c.customOptionsBehind = customOptionsBehind;
        c.inputs = inputs;
        c.outputs = outputs;
        c.mutating = mutating;
        c.intermediates = intermediates;
        return c;
    }

    /** With an options table. */
    public OpSpec options(Attributes newOptions) {
        OpSpec c = copy();
        c.options = newOptions;
        return c;
    }

    /** With a kernel version. */
    public OpSpec version(int newVersion) {
        OpSpec c = copy();
        c.version = newVersion;
        return c;
    }

    /** With the bytes of a custom operator's options. */
    public OpSpec customOptions(byte[] bytes) {
        OpSpec c = copy();
        c.customOptions = Bytes.of(bytes.clone(), "custom options");
        return c;
    }

    /** With the custom options behind the FlatBuffer in the same file. */
    public OpSpec customOptionsBehind() {
        OpSpec c = copy();
        c.customOptionsBehind = true;
        return c;
    }

    /** With these inputs; {@link TensorRef#ABSENT} stands for one that is left out. */
    public OpSpec inputs(TensorRef... newInputs) {
        OpSpec c = copy();
        c.inputs = List.of(newInputs);
        return c;
    }

    /** With outputs that are made when the operator is added. */
    public OpSpec outputs(TensorSpec... newOutputs) {
        OpSpec c = copy();
        c.outputs = List.of(newOutputs);
        return c;
    }

    /** With {@code mutating_variable_inputs}. */
    public OpSpec mutating(List<Boolean> newMutating) {
        OpSpec c = copy();
        c.mutating = List.copyOf(newMutating);
        return c;
    }

    /** With {@code intermediates}, the tensors of which only the quantization matters. */
    public OpSpec intermediates(TensorRef... newIntermediates) {
        OpSpec c = copy();
        c.intermediates = List.of(newIntermediates);
        return c;
    }

    /** The builtin operator; {@code CUSTOM} for a custom one. */
    public BuiltinOp op() {
        return op;
    }

    /** The code of a custom operator; empty for a builtin one. */
    public String customCode() {
        return customCode;
    }

    /** The kernel version. */
    public int version() {
        return version;
    }

    /** The options; empty if no table is written. */
    public Optional<Attributes> options() {
        return Optional.ofNullable(options);
    }

    /** The custom options; may be empty. */
    public Bytes customOptions() {
        return customOptions;
    }

    /** Whether the custom options stand behind the FlatBuffer. */
    public boolean areCustomOptionsBehind() {
        return customOptionsBehind;
    }

    /** The inputs. */
    public List<TensorRef> inputs() {
        return inputs;
    }

    /** The outputs. */
    public List<TensorSpec> outputs() {
        return outputs;
    }

    /** {@code mutating_variable_inputs}; may be empty. */
    public List<Boolean> mutating() {
        return mutating;
    }

    /** {@code intermediates}; may be empty. */
    public List<TensorRef> intermediates() {
        return intermediates;
    }
}
