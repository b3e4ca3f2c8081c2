package dev.tfliteonnx.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that flows through a graph: an input, a constant or the output of a node. The graph keeps the list of its
 * uses. {@link #ABSENT} stands for an optional input that is not there.
 */
public final class Value {
    /** The optional input that is not there. */
    public static final Value ABSENT = new Value("", DataType.FLOAT32, Shape.UNKNOWN, null, null, null);

    String name;
    Shape shape;
    private final DataType type;
    private final @Nullable QuantParams quant;
    private final @Nullable Tensor constant;
    private final @Nullable Node producer;
    private final List<Container> containers;
    final List<Use> uses = new ArrayList<>();
    int timesOutput;

    Value(
            String name,
            DataType type,
            Shape shape,
            @Nullable QuantParams quant,
            @Nullable Tensor constant,
            @Nullable Node producer) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.quant = quant;
        this.constant = constant;
        this.producer = producer;
        this.containers = List.of();
    }

    /** An input, or the output of a node. */
    Value(ValueInfo info, @Nullable Node producer) {
        this.name = info.name();
        this.type = info.type();
        this.shape = info.shape();
        this.quant = info.quant().orElse(null);
        this.constant = null;
        this.producer = producer;
        this.containers = info.containers();
    }

    /** The name, unique in the graph and the graphs that its nodes run. */
    public String name() {
        return name;
    }

    /** The element type. */
    public DataType type() {
        return type;
    }

    /** What the tensors of that type and shape stand in, outermost first; empty for a tensor. */
    public List<Container> containers() {
        return containers;
    }

    /** What is known of the shape. */
    public Shape shape() {
        return shape;
    }

    /** How integers stand for real numbers; TFLite only. */
    public Optional<QuantParams> quant() {
        return Optional.ofNullable(quant);
    }

    /** The elements, if they are known. */
    public Optional<Tensor> constant() {
        return Optional.ofNullable(constant);
    }

    /** Whether the elements are known. */
    public boolean isConstant() {
        return constant != null;
    }

    /** The node that computes it; empty for inputs and constants. */
    public Optional<Node> producer() {
        return Optional.ofNullable(producer);
    }

    /** Every place that reads it, in nested graphs too; being a graph's output is not among them. */
    public List<Use> uses() {
        return Collections.unmodifiableList(uses);
    }

    /** Whether it is an output of its graph, or of one nested in it. */
    public boolean isGraphOutput() {
        return timesOutput > 0;
    }

    /** Whether it is there at all. */
    public boolean isPresent() {
        return this != ABSENT;
    }

    /** Whether nothing but one input of one node reads it. */
    public boolean hasOneUse() {
        return uses.size() == 1 && timesOutput == 0;
    }

    /** The type of the numbers that it stands for: float32 for a quantized tensor. */
    public DataType realType() {
        return quant == null ? type : DataType.FLOAT32;
    }

    @Override
    public String toString() {
        return isPresent() ? name + ":" + type + shape : "-";
    }
}
