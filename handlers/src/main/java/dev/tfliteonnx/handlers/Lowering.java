package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Sink;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stage 2: expresses a TFLite graph in ONNX, operator by operator in file order, into a new graph. A handler that
 * refuses is noted, its outputs become placeholders and the sweep goes on, so that all refusals are told together.
 */
public final class Lowering {
    /**
     * What came of it.
     *
     * @param graph the ONNX graph; not to be used if a diagnostic is an error
     * @param states tensors that persist from one run to the next, as pairs of input and output
     * @param diagnostics refusals and notes
     */
    public record Result(Graph graph, List<State> states, List<Diagnostic> diagnostics) {}

    /**
     * A tensor that persists from one run to the next.
     *
     * @param input the graph input that takes its value before the run
     * @param output the graph output that gives its value after the run
     * @param initial its value before the first run
     */
    public record State(Value input, Value output, Tensor initial) {}

    private final Model model;
    private final HandlerTable table;
    private final LoweringOptions options;
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final Map<Value, Value> mapped = new IdentityHashMap<>();
    private final Map<Value, State> states = new IdentityHashMap<>();
    private final List<Value> stateOrder = new ArrayList<>();
    private final Set<Value> defined = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Graph target;
    private boolean shapesAreFixed;

    private Lowering(Model model, int graph, HandlerTable table, LoweringOptions options) {
        this.model = model;
        this.table = table;
        this.options = options;
        this.target = new Graph(Dialect.ONNX, model.graphs().get(graph).name());
    }

    /**
     * Expresses one graph of a model in ONNX.
     *
     * @param model the model in the TFLite vocabulary
     * @param graph the number of the graph
     */
    public static Result lower(Model model, int graph, HandlerTable table, LoweringOptions options) {
        return new Lowering(model, graph, table, options).run(model.graphs().get(graph));
    }

    private Result run(Graph source) {
        shapesAreFixed = source.inputs().stream().allMatch(v -> v.shape().isStatic());
        for (Value in : source.inputs()) {
            DataType type = options.quant() == QuantMode.FLOAT ? in.realType() : in.type();
            mapped.put(in, target.input(ValueInfo.of(in.name(), type, named(in))));
        }
        sweep(source, target);
        List<Value> outputs = new ArrayList<>();
        source.outputs().forEach(o -> outputs.add(output(o, outputs)));
        List<State> persistent = new ArrayList<>();
        for (Value variable : stateOrder) {
            State state = states.get(variable);
            Value last = mapped.get(variable);
            if (state != null && last != null && last != state.input()) {
                Value out = identity(last, variable.name() + "_out");
                outputs.add(out);
                persistent.add(new State(state.input(), out, state.initial()));
            }
        }
        target.setOutputs(outputs);
        return new Result(target, persistent, diagnostics);
    }

    /** The shape of an input with names for what is open; the first axis of batched data is the batch. */
    private static Shape named(Value in) {
        Shape shape = in.shape();
        for (int i = 0; shape.isRanked() && i < shape.rank(); i++) {
            if (shape.dim(i) instanceof Dim.Unknown) {
                shape = shape.with(i, new Dim.Named(i == 0 && shape.rank() > 1 ? "batch" : in.name() + "_dim" + i));
            }
        }
        return shape;
    }

    private void sweep(Graph source, Sink sink) {
        for (Node node : source.nodes()) {
            String base =
                    node.outputs().isEmpty() ? node.op().name() : node.output().name();
            Onnx onnx = new Onnx(sink, base, node.origin());
            TflOp op = new TflOp(node, this, onnx);
            try {
                OpRow row = table.find(node.op());
                List<Value> results = row.handler()
                        .orElseThrow(() -> op.refuse(row.refusal(), row.note(), row.remedy()))
                        .lower(op, onnx);
                for (int i = 0; i < node.outputs().size(); i++) {
                    define(node.outputs().get(i), results.get(i), onnx);
                }
            } catch (Refusal refusal) {
                diagnostics.add(refusal.diagnostic());
                node.outputs().forEach(o -> mapped.put(o, placeholder(o)));
            } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
                throw new IllegalStateException("handler of " + node + " failed", e);
            }
        }
    }

    private Value placeholder(Value out) {
        DataType type = options.quant() == QuantMode.FLOAT ? out.realType() : out.type();
        return new Graph(Dialect.ONNX, "").input(ValueInfo.of(out.name(), type, out.shape()));
    }

    /** Records what a handler returned for an output, stored as TFLite stores it. */
    private void define(Value out, Value result, Onnx onnx) {
        Value value = result;
        if (out.quant().isPresent() && options.quant() == QuantMode.QDQ && value.type() == DataType.FLOAT32) {
            value = Quantization.quantize(onnx, value, out.type(), out.quant().get());
        } else if (value.type() != out.type() && out.quant().isEmpty()) {
            value = onnx.cast(value, out.type());
        }
        boolean born = value.producer().isPresent() && defined.add(value);
        if (born) {
            onnx.graph().rename(value, out.name());
            if (shapesAreFixed && out.shape().isStatic() && value.shape().agreesWith(out.shape())) {
                onnx.graph().refine(value, out.shape());
            }
        }
        mapped.put(out, value);
    }

    private Value output(Value source, List<Value> already) {
        Value value = stored(source);
        if (value.producer().isPresent() && !already.contains(value)) {
            return value;
        }
        return identity(value, source.name());
    }

    private Value identity(Value value, String name) {
        Value copy = new Onnx(target, name, Origin.NONE).op("Identity", value);
        target.rename(copy, name);
        return copy;
    }

    /** A value as it is stored: integers where TFLite has them, unless the model computes in float. */
    Value stored(Value source) {
        Value value = mapped.get(source);
        if (value != null) {
            return value;
        }
        if (!source.isPresent()) {
            return Value.ABSENT;
        }
        Tensor tensor = source.constant().orElseThrow(() -> new IllegalStateException(source + " is not defined yet"));
        boolean real = options.quant() == QuantMode.FLOAT && source.quant().isPresent();
        Tensor stored = real ? tensor.dequantized(source.quant().get()) : tensor;
        Value constant =
                target.constant(source.name(), stored.type() == DataType.INT2 ? stored.cast(DataType.INT8) : stored);
        mapped.put(source, constant);
        return constant;
    }

    /** A value as real numbers. */
    Value real(Value source, Onnx onnx) {
        Value stored = stored(source);
        return isQuantized(source)
                ? Quantization.dequantize(onnx, stored, source.quant().get())
                : stored;
    }

    /** A value as real numbers, axes permuted. */
    Value real(Value source, Onnx onnx, int... perm) {
        boolean movable = source.quant().map(q -> q.blockSize() == 0).orElse(true);
        if (source.constant().isEmpty() || !movable) {
            return onnx.transpose(real(source, onnx), perm);
        }
        Value stored = stored(source);
        Value moved =
                onnx.constant(source.name(), stored.constant().orElseThrow().permuted(perm));
        return isQuantized(source)
                ? Quantization.dequantize(onnx, moved, source.quant().get().permuted(perm))
                : moved;
    }

    /** The stored integers read with other parameters. */
    Value relabelled(Value source, QuantParams params, Onnx onnx) {
        if (options.quant() == QuantMode.QDQ) {
            return Quantization.dequantize(onnx, stored(source), params);
        }
        QuantParams own = source.quant().orElseThrow();
        double factor = (double) params.scale() / own.scale();
        double shift = (double) params.scale() * (own.zeroPoint() - params.zeroPoint());
        Value scaled = onnx.mul(stored(source), onnx.scalar(DataType.FLOAT32, factor));
        return onnx.add(scaled, onnx.scalar(DataType.FLOAT32, shift));
    }

    private boolean isQuantized(Value source) {
        return options.quant() == QuantMode.QDQ && source.quant().isPresent();
    }

    /** Declares a tensor that persists from one run to the next. */
    Value state(Value variable, Tensor initial) {
        boolean real = options.quant() == QuantMode.FLOAT && variable.quant().isPresent();
        Tensor first = real ? initial.dequantized(variable.quant().get()) : initial;
        Value in = target.input(ValueInfo.of(variable.name() + "_in", first.type(), first.shape()));
        states.put(variable, new State(in, in, first));
        stateOrder.add(variable);
        return in;
    }

    /** Replaces the current value of a tensor that persists. */
    void assign(Value variable, Value next) {
        mapped.put(variable, next);
    }

    /** The nodes of another subgraph, in this place; its inputs are {@code arguments}. */
    List<Value> inline(int subgraph, List<Value> arguments) {
        Graph body = model.graphs().get(subgraph);
        for (int i = 0; i < body.inputs().size(); i++) {
            mapped.put(body.inputs().get(i), arguments.get(i));
        }
        sweep(body, target);
        return body.outputs().stream().map(this::stored).toList();
    }

    /** How many graphs the model has. */
    int graphs() {
        return model.graphs().size();
    }

    /** Whether every input has a fixed shape. */
    boolean fixedShapes() {
        return shapesAreFixed;
    }

    /** Records a note. */
    void report(Diagnostic diagnostic) {
        diagnostics.add(diagnostic);
    }

    /** How the graph is expressed. */
    LoweringOptions options() {
        return options;
    }
}
