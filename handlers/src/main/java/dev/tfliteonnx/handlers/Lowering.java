package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Severity;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
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
import java.util.Optional;
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
     * @param initial its value before the first run; that of one example if it is as long as the batch
     */
    public record State(Value input, Value output, Tensor initial) {}

    /** How many operators are expressed at most, subgraphs counted each time they are. */
    private static final int MOST_OPERATORS = 1 << 20;

    private final Model model;
    private final HandlerTable table;
    private final LoweringOptions options;
    private final List<Diagnostic> diagnostics = new ArrayList<>();
    private final Map<Value, Value> constants = new IdentityHashMap<>();
    private final Set<Value> defined = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Graph target;
    private final Variables variables;
    private final List<State> states = new ArrayList<>();
    private Frame frame;
    private int depth;
    private int operators;

    private Lowering(Model model, int graph, HandlerTable table, LoweringOptions options) {
        this.model = model;
        this.table = table;
        this.options = options;
        this.target = new Graph(Dialect.ONNX, model.graphs().get(graph).name());
        this.variables = new Variables(model, target, options);
        this.frame = new Frame(model.graphs().get(graph), target);
    }

    /**
     * Expresses one graph of a model in ONNX.
     *
     * @param model the model in the TFLite vocabulary
     * @param graph the number of the graph
     */
    public static Result lower(Model model, int graph, HandlerTable table, LoweringOptions options) {
        return new Lowering(model, graph, table, options).run();
    }

    private Result run() {
        Graph source = frame.source();
        boolean oneBatch =
                source.inputs().stream().filter(Lowering::isOpenBatch).count() == 1;
        for (Value in : source.inputs()) {
            Shape named = named(in, oneBatch && isOpenBatch(in));
            frame.put(in, target.input(ValueInfo.of(in.name(), typeOf(in), Complex.shape(in, named))));
            if (!in.shape().isStatic()) {
                frame.openShapes();
            }
        }
        sweep();
        if (!refused()) {
            close(source);
        }
        return new Result(target, states, diagnostics);
    }

    private void close(Graph source) {
        List<Value> outputs = new ArrayList<>();
        source.outputs().forEach(o -> outputs.add(output(o, outputs)));
        for (Variables.Slot slot : variables.close()) {
            Value out = identity(slot.last(), slot.variable().name() + "_out");
            outputs.add(out);
            states.add(new State(slot.input(), out, slot.initial()));
        }
        target.setOutputs(outputs);
    }

    private boolean refused() {
        return diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    }

    /** Whether the first axis of an input looks like a batch of a size that is not known. */
    private static boolean isOpenBatch(Value in) {
        Shape shape = in.shape();
        return shape.isRanked() && shape.rank() > 1 && shape.dim(0) instanceof Dim.Unknown;
    }

    /**
     * The shape of an input with names for what is open. One name says that extents are equal, which a file never does
     * of two inputs: one may have a single example that is broadcast.
     */
    private static Shape named(Value in, boolean isBatch) {
        Shape shape = in.shape();
        for (int i = 0; shape.isRanked() && i < shape.rank(); i++) {
            if (shape.dim(i) instanceof Dim.Unknown) {
                shape = shape.with(i, new Dim.Named(i == 0 && isBatch ? "batch" : in.name() + "_dim" + i));
            }
        }
        return shape;
    }

    private void sweep() {
        for (Node node : frame.source().nodes()) {
            String base =
                    node.outputs().isEmpty() ? node.op().name() : node.output().name();
            Onnx onnx = new Onnx(frame.sink(), base, node.origin());
            TflOp op = new TflOp(node, this, onnx);
            try {
                if (operators++ > MOST_OPERATORS) {
                    throw op.refuse(DiagnosticCode.LIMIT_EXCEEDED, "subgraphs are run from too many places", "");
                }
                List<Value> results = handler(op).lower(op, onnx);
                for (int i = 0; i < node.outputs().size(); i++) {
                    define(node.outputs().get(i), results.get(i), onnx);
                }
            } catch (Refusal refusal) {
                diagnostics.add(refusal.diagnostic());
                node.outputs().forEach(o -> frame.put(o, placeholder(o)));
            } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
                if (!refused()) {
                    throw new IllegalStateException("handler of " + node + " failed", e);
                }
                // it may have met a placeholder
                node.outputs().forEach(o -> frame.put(o, placeholder(o)));
            }
        }
    }

    private OpHandler handler(TflOp op) {
        OpRow row = table.find(op.node().op());
        OpHandler handler = row.handler().orElseThrow(() -> op.refuse(row.refusal(), row.note(), row.remedy()));
        if (options.quant() == QuantMode.INTEGER && ExactTable.concerns(op.node())) {
            return ExactTable.handler(op, handler);
        }
        return Complex.touches(op.node()) ? ComplexNumbers.handler(op, handler) : handler;
    }

    private Value placeholder(Value out) {
        return new Graph(Dialect.ONNX, "")
                .input(ValueInfo.of(out.name(), typeOf(out), Complex.shape(out, out.shape())));
    }

    /** Records what a handler returned for an output, stored as TFLite stores it. */
    private void define(Value out, Value result, Onnx onnx) {
        if (out.type() == DataType.RESOURCE) {
            return;
        }
        Value value = result;
        if (out.quant().isPresent() && options.quant() != QuantMode.FLOAT && value.type() == DataType.FLOAT32) {
            value = Quantization.quantize(onnx, value, out.type(), out.quant().get());
        } else if (value.type() != typeOf(out) && out.quant().isEmpty()) {
            value = onnx.cast(value, typeOf(out));
        }
        boolean born = value.producer().isPresent() && defined.add(value);
        if (born) {
            onnx.graph().rename(value, out.name());
            Shape shape = Complex.shape(out, out.shape());
            boolean decidedLater =
                    out.producer().filter(n -> !Subgraphs.of(n).isEmpty()).isPresent();
            if (frame.fixedShapes()
                    && !decidedLater
                    && shape.isStatic()
                    && value.shape().agreesWith(shape)) {
                onnx.graph().refine(value, shape);
            }
        }
        frame.put(out, value);
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

    /** The type that a tensor has once it is expressed. */
    DataType typeOf(Value source) {
        return Complex.part(options.quant() == QuantMode.FLOAT ? source.realType() : source.type());
    }

    /** A value as it is stored: integers where TFLite has them, unless the model computes in float. */
    Value stored(Value source) {
        return source.isPresent() ? frame.find(source).orElseGet(() -> constant(source)) : Value.ABSENT;
    }

    private Value constant(Value source) {
        Tensor tensor = source.constant().orElseThrow(() -> new IllegalStateException(source + " is not defined yet"));
        return constants.computeIfAbsent(source, c -> {
            boolean real = options.quant() == QuantMode.FLOAT && source.quant().isPresent();
            Tensor stored =
                    Complex.parts(real ? tensor.dequantized(source.quant().get()) : tensor);
            return target.constant(source.name(), stored.type() == DataType.INT2 ? stored.cast(DataType.INT8) : stored);
        });
    }

    /** The elements of a value as it is stored, if they are known: those of a constant, or one passed to a subgraph. */
    Optional<Tensor> elements(Value source) {
        boolean same = source.quant().isEmpty() || options.quant() != QuantMode.FLOAT;
        return source.constant().or(() -> same ? frame.find(source).flatMap(Value::constant) : Optional.empty());
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
        Value stored = stored(source);
        if (stored.constant().isEmpty() || !movable) {
            return onnx.transpose(real(source, onnx), perm);
        }
        Value moved = moved(source, onnx, perm);
        return isQuantized(source)
                ? Quantization.dequantize(onnx, moved, source.quant().get().permuted(perm))
                : moved;
    }

    /** A value as it is stored, axes permuted; a constant is laid out anew. */
    Value moved(Value source, Onnx onnx, int... perm) {
        Value stored = stored(source);
        return stored.constant()
                .map(c -> onnx.constant(source.name(), c.permuted(perm)))
                .orElseGet(() -> onnx.transpose(stored, perm));
    }

    /** The stored integers read with other parameters. */
    Value relabelled(Value source, QuantParams params, Onnx onnx) {
        if (options.quant() != QuantMode.FLOAT) {
            return Quantization.dequantize(onnx, stored(source), params);
        }
        QuantParams own = source.quant().orElseThrow();
        double factor = (double) params.scale() / own.scale();
        double shift = (double) params.scale() * (own.zeroPoint() - params.zeroPoint());
        Value scaled = onnx.mul(stored(source), onnx.scalar(DataType.FLOAT32, factor));
        return onnx.add(scaled, onnx.scalar(DataType.FLOAT32, shift));
    }

    private boolean isQuantized(Value source) {
        return options.quant() != QuantMode.FLOAT && source.quant().isPresent();
    }

    /** Starts on a subgraph, whose nodes go to {@code sink}; its inputs are to be set before it is expressed. */
    Frame enter(int subgraph, Sink sink) {
        return new Frame(model.graphs().get(subgraph), sink);
    }

    /** Expresses a subgraph. */
    void express(Frame callee) {
        if (depth >= Subgraphs.DEEPEST) {
            throw new IllegalGraphException(callee.source() + " is nested too deeply");
        }
        Frame caller = frame;
        frame = callee;
        depth++;
        try {
            sweep();
        } finally {
            depth--;
            frame = caller;
        }
    }

    /** What a tensor of a subgraph that was expressed has become. */
    Value result(Frame callee, Value source) {
        return source.isPresent() ? callee.find(source).orElseGet(() -> constant(source)) : Value.ABSENT;
    }

    /** What persists from one run to the next. */
    Variables variables() {
        return variables;
    }

    /** The subgraph that is being expressed. */
    Frame frame() {
        return frame;
    }

    /** The model. */
    Model model() {
        return model;
    }

    /** How many problems and notes there are. */
    int noted() {
        return diagnostics.size();
    }

    /** Forgets what was noted since there were {@code count}, as it is going to be noted again. */
    void forget(int count) {
        diagnostics.subList(count, diagnostics.size()).clear();
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
