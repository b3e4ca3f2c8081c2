package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operators on variables and tables, which are followed at conversion. */
final class Resources {
    private static final Key<Strings> KEYS_STRINGS = Key.ofStrings("keys_strings");
    private static final Key<Ints> KEYS_INT64S = Key.ofInts("keys_int64s");
    private static final Key<Strings> VALUES_STRINGS = Key.ofStrings("values_strings");
    private static final Key<Ints> VALUES_INT64S = Key.ofInts("values_int64s");
    private static final Key<String> DEFAULT_STRING = Key.ofString("default_string");
    private static final Key<Long> DEFAULT_INT64 = Key.ofInt("default_int64");

    private Resources() {}

    /** A handle of the variable with this container and name. Source: {@code kernels/var_handle.cc}. */
    static List<Value> varHandle(TflOp op, Onnx onnx) {
        return op.refer(op.lowering().variables().named(op.node()));
    }

    /** What the variable holds. Source: {@code kernels/read_variable.cc}. */
    static List<Value> readVariable(TflOp op, Onnx onnx) {
        return List.of(op.read(op.resource(0, Resource.Variable.class), op.out()));
    }

    /** Gives the variable another value. Source: {@code kernels/assign_variable.cc}. */
    static List<Value> assignVariable(TflOp op, Onnx onnx) {
        op.lowering().variables().assign(op.resource(0, Resource.Variable.class), op.raw(1));
        return List.of();
    }

    /** A handle of the table with this number. Source: {@code kernels/hashtable.cc}. */
    static List<Value> hashtable(TflOp op, Onnx onnx) {
        return op.refer(op.lowering().variables().table(op.node()));
    }

    /** Fills a table with constants, unless it is filled. Source: {@code kernels/hashtable_import.cc}. */
    static List<Value> hashtableImport(TflOp op, Onnx onnx) {
        Tensor keys = op.constant(1).orElseThrow(() -> op.notConstant(1));
        Tensor values = op.constant(2).orElseThrow(() -> op.notConstant(2));
        op.resource(0, Resource.Table.class).fill(keys, values);
        return List.of();
    }

    private static long distinct(Tensor keys) {
        return keys.type() == DataType.STRING
                ? strings(keys).values().stream().distinct().count()
                : Arrays.stream(keys.toLongs()).distinct().count();
    }

    /** How many different keys a table has, as int64 {@code [1]}. Source: {@code kernels/hashtable_size.cc}. */
    static List<Value> hashtableSize(TflOp op, Onnx onnx) {
        long size = op.resource(0, Resource.Table.class)
                .keys()
                .map(Resources::distinct)
                .orElse(0L);
        return List.of(onnx.constant(Tensor.ofIntegers(DataType.INT64, Shape.of(1), size)));
    }

    /**
     * table, keys, default → the values of the keys, the default where a key is not in the table.
     *
     * <p>Source: {@code kernels/hashtable_find.cc}; LabelEncoder-2 of ai.onnx.ml.
     */
    static List<Value> hashtableFind(TflOp op, Onnx onnx) {
        Resource.Table table = op.resource(0, Resource.Table.class);
        Tensor keys = table.keys().orElseThrow(() -> unfilled(op, table));
        Tensor values = table.values().orElseThrow(() -> unfilled(op, table));
        Tensor otherwise = op.constant(2).orElseThrow(() -> op.notConstant(2));
        Attributes attributes = Attributes.NONE;
        if (keys.type() == DataType.STRING) {
            attributes = attributes.with(KEYS_STRINGS, strings(keys));
        } else {
            attributes = attributes.with(KEYS_INT64S, Ints.of(keys.toLongs()));
        }
        if (values.type() == DataType.STRING) {
            attributes = attributes
                    .with(VALUES_STRINGS, strings(values))
                    .with(DEFAULT_STRING, strings(otherwise).values().get(0));
        } else if (values.type().isInteger()) {
            attributes = attributes
                    .with(VALUES_INT64S, Ints.of(values.toLongs()))
                    .with(DEFAULT_INT64, otherwise.toLongs()[0]);
        } else {
            throw op.refuse(DiagnosticCode.UNSUPPORTED_TYPE, "the table holds values of " + values.type(), "");
        }
        Value sought = keys.type() == DataType.STRING ? op.raw(1) : onnx.cast(op.raw(1), DataType.INT64);
        DataType found = values.type() == DataType.STRING ? DataType.STRING : DataType.INT64;
        return List.of(onnx.ml("LabelEncoder", attributes, found, sought));
    }

    private static Strings strings(Tensor tensor) {
        return new Strings(tensor.toStrings().stream()
                .map(b -> new String(b, StandardCharsets.UTF_8))
                .toList());
    }

    private static Refusal unfilled(TflOp op, Resource.Table table) {
        return op.refuse(
                DiagnosticCode.OPERAND_NOT_CONSTANT,
                "nothing fills " + table.name() + " before",
                "export the model with the initialisation of its tables");
    }

    /**
     * Runs a subgraph once before everything else: it is interpreted now, which is possible if it assigns constants.
     *
     * <p>Source: {@code kernels/call_once.cc}.
     */
    static List<Value> callOnce(TflOp op, Onnx onnx) {
        Graph source = op.lowering().model().graphs().get(op.subgraph(op.option(Tfl.INIT_SUBGRAPH_INDEX)));
        Variables variables = op.lowering().variables();
        Map<Value, Resource> handles = new IdentityHashMap<>();
        for (Node node : source.nodes()) {
            if (node.is("VAR_HANDLE")) {
                handles.put(node.output(), variables.named(node));
            } else if (node.is("HASHTABLE")) {
                handles.put(node.output(), variables.table(node));
            } else if (node.is("ASSIGN_VARIABLE") && handles.get(node.input(0)) instanceof Resource.Variable variable) {
                requireUntouched(op, variable);
                variable.setInitial(constant(op, node, 1), node.input(1).quant());
            } else if (node.is("HASHTABLE_IMPORT") && handles.get(node.input(0)) instanceof Resource.Table table) {
                table.fill(constant(op, node, 1), constant(op, node, 2));
            } else {
                throw op.refuse(
                        DiagnosticCode.NOT_HANDLED,
                        "the subgraph that it runs once has " + node.op() + "; only constants can be assigned there",
                        "export the model with constant initial values");
            }
        }
        return List.of();
    }

    private static void requireUntouched(TflOp op, Resource.Variable variable) {
        if (op.lowering().variables().isTouched(variable)) {
            throw op.refuse(
                    DiagnosticCode.UNSUPPORTED_OPTION,
                    "the variable \"" + variable.name() + "\" is in use before it is initialised",
                    "initialise variables first");
        }
    }

    private static Tensor constant(TflOp op, Node node, int i) {
        Optional<Tensor> tensor = node.input(i).constant();
        return tensor.orElseThrow(() -> op.refuse(
                DiagnosticCode.OPERAND_NOT_CONSTANT,
                node.op() + " of the subgraph that it runs once computes its operand " + i,
                "export the model with constant initial values"));
    }
}
