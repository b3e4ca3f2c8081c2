package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.Operator;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads one subgraph. Operators stand in a file in the order that they run; each becomes a node, also one whose results
 * nobody reads.
 *
 * <p>A variable tensor keeps its elements from one run to the next and starts as zeros. Where something reads one, a node
 * {@value TfliteReader#VARIABLE_TENSOR} without inputs stands at the start of the graph and gives what it holds when a run
 * begins.
 */
final class GraphReader {
    private final SubGraph subgraph;
    private final TensorReader tensors;
    private final OperatorReader operators;
    private final Problems problems;
    private final Graph graph;
    private final @Nullable Value[] values;
    private final BitSet unreadable = new BitSet();

    GraphReader(SubGraph subgraph, TensorReader tensors, OperatorReader operators, Problems problems) {
        this.subgraph = subgraph;
        this.tensors = tensors;
        this.operators = operators;
        this.problems = problems;
        this.graph = new Graph(Dialect.TFLITE, Vectors.text(subgraph.nameAsByteBuffer()));
        this.values = new Value[tensors.count()];
    }

    /** The graph, which is of no use if there were problems. */
    Graph read() {
        int[] outputs = Vectors.ints(subgraph.outputsAsByteBuffer());
        readInputs();
        readVariables(outputs);
        Operator operator = new Operator();
        for (int i = 0; i < subgraph.operatorsLength(); i++) {
            readOperator(subgraph.operators(operator, i), i);
        }
        List<Value> out = new ArrayList<>();
        for (int index : outputs) {
            read(index)
                    .ifPresentOrElse(
                            out::add,
                            () -> problems.invalid(tensors.where(index), "an output of the model is computed nowhere"));
        }
        graph.setOutputs(out);
        return graph;
    }

    /** The value of a tensor after the graph was read; empty if the graph has none for it. */
    Optional<Value> value(long index) {
        return tensors.exists(index) ? Optional.ofNullable(values[(int) index]) : Optional.empty();
    }

    /** A tensor that is listed twice is one input. */
    private void readInputs() {
        for (int index : Vectors.ints(subgraph.inputsAsByteBuffer())) {
            if (!tensors.exists(index)) {
                problems.invalid(tensors.where(index), "an input of the model does not exist");
            } else if (values[index] == null) {
                values[index] = graph.input(tensors.info(index));
            }
        }
    }

    private void readVariables(int[] outputs) {
        BitSet read = new BitSet();
        BitSet written = new BitSet();
        for (int i = 0; i < subgraph.operatorsLength(); i++) {
            Operator operator = subgraph.operators(i);
            markAll(Vectors.ints(operator.inputsAsByteBuffer()), read);
            markAll(Vectors.ints(operator.outputsAsByteBuffer()), written);
        }
        markAll(outputs, read);
        read.andNot(written);
        for (int index = read.nextSetBit(0); index >= 0; index = read.nextSetBit(index + 1)) {
            if (values[index] == null && tensors.isVariable(index)) {
                if (tensors.hasData(index)) {
                    problems.invalid(tensors.where(index), "a variable has data in the file");
                }
                values[index] = variable(tensors.info(index));
            }
        }
    }

    private void markAll(int[] indices, BitSet set) {
        for (int index : indices) {
            if (tensors.exists(index)) {
                set.set(index);
            }
        }
    }

    private Value variable(ValueInfo info) {
        Origin origin = new Origin(OptionalInt.empty(), info.name(), List.of());
        return graph.add(OpType.tflite(TfliteReader.VARIABLE_TENSOR), List.of(), Attributes.NONE, List.of(info), origin)
                .get(0);
    }

    private void readOperator(Operator operator, int number) {
        int[] outputs = Vectors.ints(operator.outputsAsByteBuffer());
        String first = outputs.length == 0 ? "" : tensors.nameOrNumber(outputs[0]);
        Optional<OperatorCodes.Code> code = operators.code(operator, number, first);
        Where where = Where.operator(code.map(OperatorCodes.Code::name).orElse("unknown operator"), number, first);
        List<Value> in = new ArrayList<>();
        for (int index : Vectors.ints(operator.inputsAsByteBuffer())) {
            in.add(index == -1 ? Value.ABSENT : readOrReport(index, where));
        }
        List<Integer> defined = new ArrayList<>();
        List<ValueInfo> infos = new ArrayList<>();
        BitSet seen = new BitSet();
        for (int index : outputs) {
            if (mayDefine(index, where)) {
                if (seen.get(index)) {
                    problems.invalid(where, "writes the tensor \"" + Problems.clip(tensors.name(index)) + "\" twice");
                    continue;
                }
                seen.set(index);
                defined.add(index);
                infos.add(tensors.info(index));
            }
        }
        Attributes attributes =
                code.map(c -> operators.attributes(operator, c, where, tensors)).orElse(Attributes.NONE);
        OpType type = code.flatMap(OperatorCodes.Code::type).orElse(OpType.tflite("UNKNOWN"));
        List<Value> made = graph.add(type, in, attributes, infos, Origin.of(number, first));
        for (int i = 0; i < made.size(); i++) {
            values[defined.get(i)] = made.get(i);
        }
    }

    private boolean mayDefine(int index, Where where) {
        Optional<Value> known = value(index);
        String reason = "";
        if (!tensors.exists(index)) {
            reason = "its output is tensor " + index + " of " + tensors.count();
        } else if (known.isPresent()) {
            boolean isComputed = known.get().producer().isPresent();
            reason = "writes the tensor \"" + Problems.clip(known.get().name()) + "\", which "
                    + (isComputed ? "another operator writes too" : "is an input or a constant");
        } else if (tensors.hasData(index)) {
            reason = "writes the constant \"" + Problems.clip(tensors.name(index)) + "\"";
        }
        if (!reason.isEmpty()) {
            problems.invalid(where, reason);
        }
        return reason.isEmpty();
    }

    private Value readOrReport(int index, Where where) {
        return read(index).orElseGet(() -> {
            if (tensors.exists(index) && unreadable.get(index)) {
                return Value.ABSENT;
            }
            String what = tensors.exists(index)
                    ? "the tensor \"" + Problems.clip(tensors.name(index)) + "\" before anything writes it"
                    : "tensor " + index + " of " + tensors.count();
            problems.invalid(where, "reads " + what);
            return Value.ABSENT;
        });
    }

    /** The value of a tensor; constants come to be when they are first read. */
    private Optional<Value> read(int index) {
        if (!tensors.exists(index)) {
            return Optional.empty();
        }
        Value known = values[index];
        if (known != null) {
            return Optional.of(known);
        }
        if (unreadable.get(index)) {
            return Optional.empty();
        }
        long before = problems.count();
        Optional<Tensor> constant = tensors.constant(index).or(() -> tensors.emptyConstant(index));
        if (constant.isEmpty()) {
            unreadable.set(index, problems.count() > before);
            return Optional.empty();
        }
        Tensor elements = constant.get();
        Value made = graph.constant(
                tensors.name(index), elements, tensors.quantOf(index, elements).orElse(null));
        values[index] = made;
        return Optional.of(made);
    }
}
