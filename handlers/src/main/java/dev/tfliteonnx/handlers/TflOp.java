package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.OperatorPlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A TFLite operator as a handler sees it: its options, and its operands as ONNX values. */
public final class TflOp {
    private final Node node;
    private final Lowering lowering;
    private final Onnx onnx;
    private final boolean stored;
    private final Map<Integer, Value> reals = new HashMap<>();

    TflOp(Node node, Lowering lowering, Onnx onnx) {
        this(node, lowering, onnx, false);
    }

    private TflOp(Node node, Lowering lowering, Onnx onnx, boolean stored) {
        this.node = node;
        this.lowering = lowering;
        this.onnx = onnx;
        this.stored = stored;
    }

    /** The operator on what is stored: none of its operands is dequantized. */
    TflOp asStored() {
        return new TflOp(node, lowering, onnx, true);
    }

    /** The operator's name. */
    public String name() {
        return node.op().name();
    }

    /** The operator as it stands in the TFLite graph. */
    public Node node() {
        return node;
    }

    /** How many operands there are, those left out included. */
    public int inputs() {
        return node.inputs().size();
    }

    /** Whether an optional operand is there. */
    public boolean has(int i) {
        return node.input(i).isPresent();
    }

    /** An operand as the TFLite graph has it: its stored type, shape and quantization. */
    public Value source(int i) {
        return node.input(i);
    }

    /** An output as the TFLite graph has it. */
    public Value out(int i) {
        return node.outputs().get(i);
    }

    /** The first output as the TFLite graph has it. */
    public Value out() {
        return out(0);
    }

    /** An operand as real numbers: dequantized if it is stored quantized. */
    public Value in(int i) {
        return stored ? raw(i) : reals.computeIfAbsent(i, k -> lowering.real(source(i), onnx));
    }

    /**
     * An operand as real numbers with its axes in another order; a constant is laid out anew, before it is dequantized.
     */
    public Value in(int i, int... perm) {
        return stored ? lowering.moved(source(i), onnx, perm) : lowering.real(source(i), onnx, perm);
    }

    /**
     * An operand as real numbers, read as if it were stored with other parameters: for kernels that work on the stored
     * integers and never rescale.
     */
    public Value inAs(int i, Optional<QuantParams> params) {
        Optional<QuantParams> own = source(i).quant();
        return stored || own.equals(params) || own.isEmpty() || params.isEmpty()
                ? in(i)
                : lowering.relabelled(source(i), params.get(), onnx);
    }

    /** An operand as it is stored. In a model that computes in float it is real numbers all the same. */
    public Value raw(int i) {
        return lowering.stored(source(i));
    }

    /** All operands as real numbers. */
    public Value[] allIn() {
        Value[] all = new Value[inputs()];
        for (int i = 0; i < all.length; i++) {
            all[i] = in(i);
        }
        return all;
    }

    /** The quantization of an operand, unless the model computes in float. */
    public Optional<QuantParams> quant(int i) {
        return stored || computesInFloat() ? Optional.empty() : source(i).quant();
    }

    /** Whether quantization is dropped. */
    public boolean computesInFloat() {
        return lowering.options().quant() == QuantMode.FLOAT;
    }

    /** The elements of an operand, if it is a constant. */
    public Optional<Tensor> constant(int i) {
        return lowering.elements(source(i));
    }

    /** The whole numbers of an operand; refused if they are not constant. */
    public long[] longs(int i) {
        return constant(i).map(Tensor::toLongs).orElseThrow(() -> notConstant(i));
    }

    /** An operand of indices or extents as int64, constant or not. */
    public Value int64(int i) {
        return constant(i)
                .filter(t -> t.elementCount() <= Tensor.SMALL)
                .map(t -> onnx.constant(Tensor.ofIntegers(DataType.INT64, t.shape(), t.toLongs())))
                .orElseGet(() -> onnx.cast(raw(i), DataType.INT64));
    }

    /** An option. */
    public <T> T option(Key<T> key) {
        return node.attributes().get(key);
    }

    /** The rank of an operand; refused if it is not known. */
    public int rank(int i) {
        return shape(i).rank();
    }

    /** The shape of an operand, of known rank; refused if not even the rank is known. */
    public Shape shape(int i) {
        Shape shape = lowering.stored(source(i)).shape();
        if (!shape.isRanked()) {
            throw refuse(
                    DiagnosticCode.UNKNOWN_SHAPE,
                    "the rank of operand " + i + " (\"" + source(i).name() + "\") is not known",
                    "export the model with shapes of known rank");
        }
        return shape;
    }

    /** The extent of an axis of an operand; refused if it is not known. */
    public long size(int i, int axis) {
        Shape shape = shape(i);
        if (!shape.isFixed(axis)) {
            throw refuse(
                    DiagnosticCode.UNKNOWN_SHAPE,
                    "the extent of axis " + axis + " of operand " + i + " (\""
                            + source(i).name() + "\", " + shape + ") is not known",
                    "give the model inputs fixed shapes");
        }
        return shape.size(axis);
    }

    /** An axis given by a constant operand, counted from the start. */
    public int axis(int i, int rank) {
        long axis = longs(i)[0];
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** A note that is printed with the conversion. */
    public void note(DiagnosticCode code, String text) {
        lowering.report(new Diagnostic(code, where(), text, ""));
    }

    /** Declares that the operator's output persists from one run to the next; its first value is zero. */
    public Value declareState() {
        return read(lowering.variables().tensor(out()), out());
    }

    /** What a variable holds now; refused if its shape must be known and is not. */
    Value read(Resource.Variable variable, Value like) {
        return lowering.variables()
                .read(variable, like)
                .orElseThrow(() -> refuse(
                        DiagnosticCode.UNKNOWN_SHAPE,
                        "the shape of the variable \"" + variable.name() + "\" is not known",
                        "initialise the variable, or export the model with fixed shapes"));
    }

    /**
     * Replaces the current value of an operand that persists from one run to the next.
     *
     * @param next real numbers, or what is stored
     */
    public void assign(int i, Value next) {
        Optional<QuantParams> params = quant(i);
        boolean stores = params.isPresent() && next.type() == DataType.FLOAT32;
        Value value = stores ? Quantization.quantize(onnx, next, source(i).type(), params.get()) : next;
        lowering.frame().put(source(i), value);
        if (lowering.variables().isTensor(source(i))) {
            lowering.variables().assign(lowering.variables().tensor(source(i)), value);
        }
    }

    /**
     * What an operator with a memory of its own kept from the run before.
     *
     * @param output the result that the memory is named after
     * @param initial what it holds before the first run
     */
    public Value state(int output, Tensor initial) {
        Resource.Variable memory = lowering.variables().tensor(out(output));
        if (memory.initial().isEmpty()) {
            memory.setInitial(initial, Optional.empty());
        }
        return read(memory, out(output));
    }

    /** What an operator with a memory of its own keeps for the next run. */
    public void setState(int output, Value next) {
        lowering.variables().assign(lowering.variables().tensor(out(output)), next);
    }

    /** Puts the nodes of another subgraph in the place of this operator. */
    public List<Value> inline(long subgraph, List<Value> arguments) {
        Frame callee = lowering.enter(subgraph(subgraph), onnx.graph());
        List<Value> inputs = Calls.inputs(this, callee, arguments.size());
        for (int i = 0; i < inputs.size(); i++) {
            Calls.pass(callee, inputs.get(i), arguments.get(i));
        }
        return Calls.run(this, callee).values();
    }

    /** What an operand of type resource refers to; refused if it is not known or is of another kind. */
    <R extends Resource> R resource(int i, Class<R> kind) {
        return lowering.frame()
                .resource(source(i))
                .filter(kind::isInstance)
                .map(kind::cast)
                .orElseThrow(() -> refuse(
                        DiagnosticCode.INVALID_MODEL, "operand " + i + " is no handle of the kind it needs", ""));
    }

    /** Says what the output of type resource refers to. */
    List<Value> refer(Resource resource) {
        lowering.frame().put(out(), resource);
        return List.of(Value.ABSENT);
    }

    /** The number of a subgraph; refused if there is none. */
    int subgraph(long index) {
        if (index < 0 || index >= lowering.model().graphs().size()) {
            throw refuse(DiagnosticCode.INVALID_MODEL, "it refers to subgraph " + index + ", which does not exist", "");
        }
        return (int) index;
    }

    /** The graph and all that is known while it is expressed. */
    Lowering lowering() {
        return lowering;
    }

    /** Whether every input of the model has a fixed shape, so that the shapes of the file can be trusted. */
    public boolean fixedShapes() {
        return lowering.frame().fixedShapes();
    }

    /** A refusal, to be thrown. */
    public Refusal refuse(DiagnosticCode code, String reason, String remedy) {
        return new Refusal(new Diagnostic(code, where(), reason, remedy));
    }

    /** The refusal of an operand that ONNX wants to be constant, to be thrown. */
    public Refusal notConstant(int i) {
        return refuse(
                DiagnosticCode.OPERAND_NOT_CONSTANT,
                "operand " + i + " (\"" + source(i).name() + "\") is computed when the model runs",
                "export the model with a constant in its place");
    }

    private Where where() {
        return OperatorPlace.of(node);
    }
}
