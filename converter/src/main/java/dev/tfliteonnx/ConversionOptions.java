package dev.tfliteonnx;

import dev.tfliteonnx.handlers.OpRow;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import dev.tfliteonnx.optimizers.quant.WeightType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a model is converted. Immutable; each {@code with…} gives a copy.
 *
 * @param quant what becomes of quantization
 * @param io the type of inputs and outputs that stand for real numbers
 * @param weights the type of weights of 8 bits beside activations of 8 bits
 * @param halfWeights whether weights that float16 holds exactly stay so, rather than become float32
 * @param opset operators that came with this opset, or before it, are there to be used; 0 for no later one than the model
 *     needs. Which opset is written is for {@link dev.tfliteonnx.exporter.WriteOptions#withOpset} to say
 * @param target the runtime that the model is made for, which what it cannot take is told of
 * @param keepTensorNames whether inputs and outputs keep the names of their tensors, rather than those of the signature
 * @param signature the signature to convert; empty for that of the first graph
 * @param shapes other shapes for inputs, by their names in the result
 * @param batch how many examples a run takes, fixed or named; empty for as many as the file says
 * @param stateDefaults whether inputs that take what persists from run to run may be left out, and then hold what they
 *     hold before the first run
 * @param inputsAsNchw inputs that are to have channels second instead of last
 * @param outputsAsNchw outputs that are to have channels second instead of last
 * @param skip names of rules and passes that are left out
 * @param trace what is to be told of passes
 * @param extraOps rows for custom operators, or other handlers for builtin ones
 * @param keepCustomOps whether custom operators that have no row stay, as operators of a domain of their own
 */
public record ConversionOptions(
        QuantMode quant,
        EdgeType io,
        WeightType weights,
        boolean halfWeights,
        int opset,
        Target target,
        boolean keepTensorNames,
        String signature,
        Map<String, Shape> shapes,
        Optional<Dim> batch,
        boolean stateDefaults,
        Set<String> inputsAsNchw,
        Set<String> outputsAsNchw,
        Set<String> skip,
        Trace trace,
        List<OpRow> extraOps,
        boolean keepCustomOps) {
    /** Quantization kept, names of the signature, shapes of the file, every pass. */
    public static final ConversionOptions DEFAULT = new Draft().done();

    public ConversionOptions {
        shapes = Collections.unmodifiableMap(new LinkedHashMap<>(shapes));
        inputsAsNchw = Set.copyOf(inputsAsNchw);
        outputsAsNchw = Set.copyOf(outputsAsNchw);
        skip = Set.copyOf(skip);
        extraOps = List.copyOf(extraOps);
    }

    /** With quantization kept or dropped. */
    public ConversionOptions withQuant(QuantMode value) {
        return with(d -> d.quant = value);
    }

    /** With another type of inputs and outputs. */
    public ConversionOptions withIo(EdgeType value) {
        return with(d -> d.io = value);
    }

    /** With weights of another type. */
    public ConversionOptions withWeights(WeightType value) {
        return with(d -> d.weights = value);
    }

    /** With weights of float16 kept, or made float32. */
    public ConversionOptions withHalfWeights(boolean value) {
        return with(d -> d.halfWeights = value);
    }

    /** With the operators of an opset; 0 for no later one than the model needs. */
    public ConversionOptions withOpset(int value) {
        return with(d -> d.opset = value);
    }

    /** With the values that are best for a runtime, which may be changed after. */
    public ConversionOptions withTarget(Target value) {
        Set<String> unwanted = new LinkedHashSet<>(skip);
        unwanted.addAll(value.unwanted());
        return with(d -> {
            d.target = value;
            d.quant = value.quant();
            d.weights = value.weights();
            d.skip = unwanted;
        });
    }

    /** With the names of tensors for inputs and outputs, or those of the signature. */
    public ConversionOptions withKeepTensorNames(boolean value) {
        return with(d -> d.keepTensorNames = value);
    }

    /** With another signature. */
    public ConversionOptions withSignature(String value) {
        return with(d -> d.signature = value);
    }

    /** With these shapes of inputs in the place of those of the file. */
    public ConversionOptions withShapes(Map<String, Shape> value) {
        return with(d -> d.shapes = value);
    }

    /** With that many examples in a run: a fixed number, or a name for what is chosen then. */
    public ConversionOptions withBatch(Dim value) {
        return with(d -> d.batch = Optional.of(value));
    }

    /** With inputs of states that may be left out, or must be fed. */
    public ConversionOptions withStateDefaults(boolean value) {
        return with(d -> d.stateDefaults = value);
    }

    /** With these inputs in {@code [N,C,H,W]}. */
    public ConversionOptions withInputsAsNchw(Set<String> value) {
        return with(d -> d.inputsAsNchw = value);
    }

    /** With these outputs in {@code [N,C,H,W]}. */
    public ConversionOptions withOutputsAsNchw(Set<String> value) {
        return with(d -> d.outputsAsNchw = value);
    }

    /** Without one more rule or pass. */
    public ConversionOptions withSkipped(String name) {
        Set<String> more = new LinkedHashSet<>(skip);
        more.add(name);
        return with(d -> d.skip = more);
    }

    /** With something to be told of passes. */
    public ConversionOptions withTrace(Trace value) {
        return with(d -> d.trace = value);
    }

    /** With rows for further operators. */
    public ConversionOptions withExtraOps(List<OpRow> value) {
        return with(d -> d.extraOps = value);
    }

    /** With custom operators that have no row kept, or refused. */
    public ConversionOptions withKeepCustomOps(boolean value) {
        return with(d -> d.keepCustomOps = value);
    }

    private ConversionOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** The components before they are fixed. */
    private static final class Draft {
        private QuantMode quant = QuantMode.QDQ;
        private EdgeType io = EdgeType.KEEP;
        private WeightType weights = WeightType.INT8;
        private boolean halfWeights;
        private int opset;
        private Target target = Target.ANY;
        private boolean keepTensorNames;
        private String signature = "";
        private Map<String, Shape> shapes = Map.of();
        private Optional<Dim> batch = Optional.empty();
        private boolean stateDefaults;
        private Set<String> inputsAsNchw = Set.of();
        private Set<String> outputsAsNchw = Set.of();
        private Set<String> skip = Set.of();
        private Trace trace = Trace.NONE;
        private List<OpRow> extraOps = List.of();
        private boolean keepCustomOps;

        Draft() {}

        Draft(ConversionOptions from) {
            quant = from.quant;
            io = from.io;
            weights = from.weights;
            halfWeights = from.halfWeights;
            opset = from.opset;
            target = from.target;
            keepTensorNames = from.keepTensorNames;
            signature = from.signature;
            shapes = from.shapes;
            batch = from.batch;
            stateDefaults = from.stateDefaults;
            inputsAsNchw = from.inputsAsNchw;
            outputsAsNchw = from.outputsAsNchw;
            skip = from.skip;
            trace = from.trace;
            extraOps = from.extraOps;
            keepCustomOps = from.keepCustomOps;
        }

        ConversionOptions done() {
            return new ConversionOptions(
                    quant,
                    io,
                    weights,
                    halfWeights,
                    opset,
                    target,
                    keepTensorNames,
                    signature,
                    shapes,
                    batch,
                    stateDefaults,
                    inputsAsNchw,
                    outputsAsNchw,
                    skip,
                    trace,
                    extraOps,
                    keepCustomOps);
        }
    }
}
