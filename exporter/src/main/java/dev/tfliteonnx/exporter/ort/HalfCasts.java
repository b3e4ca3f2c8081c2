package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.OnnxRuntimeKernels;
import dev.tfliteonnx.onnx.OnnxSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes nodes in float32 that have no kernel for float16. From one such node to the next, values stay in float32.
 *
 * <p>Source: {@code core/optimizer/insert_cast_transformer.cc} of onnxruntime.
 */
final class HalfCasts {
    private final Map<Value, Value> singles = new HashMap<>();

    /** Notes that a value of float16 was cast from one of float32, which nodes without a kernel read then. */
    void know(Value half, Value single) {
        singles.put(half, single);
    }

    /** Whether a node casts float32 to float16. */
    static boolean isCast(Node node) {
        return node.op().equals(OpType.onnx("Cast"))
                && node.input(0).type() == DataType.FLOAT32
                && node.output().type() == DataType.FLOAT16;
    }

    /** Whether there would be a kernel if it were not for float16. */
    static boolean help(Node node, OnnxSchema schema) {
        List<Value> values = new ArrayList<>(node.inputs());
        values.addAll(node.outputs());
        return node.subgraphs().isEmpty()
                && values.stream().anyMatch(HalfCasts::isHalf)
                && OnnxRuntimeKernels.runs(node, schema, t -> t == DataType.FLOAT16 ? DataType.FLOAT32 : t);
    }

    private static boolean isHalf(Value value) {
        return value.isPresent() && value.containers().isEmpty() && value.type() == DataType.FLOAT16;
    }

    /** Adds a node between casts; its results have the types of the original. */
    List<Value> add(Node node, List<Value> inputs, Attributes attributes, List<ValueInfo> infos, Graph to) {
        List<Value> in = new ArrayList<>();
        for (Value value : inputs) {
            in.add(isHalf(value) ? singles.computeIfAbsent(value, v -> cast(v, single(v), node, to)) : value);
        }
        List<ValueInfo> out = new ArrayList<>();
        for (int i = 0; i < infos.size(); i++) {
            out.add(isHalf(node.outputs().get(i)) ? single(node.outputs().get(i)) : infos.get(i));
        }
        List<Value> made = new ArrayList<>(to.add(node.op(), in, attributes, out, node.origin()));
        for (int i = 0; i < made.size(); i++) {
            if (isHalf(node.outputs().get(i))) {
                Value single = made.get(i);
                made.set(i, cast(single, infos.get(i), node, to));
                singles.put(made.get(i), single);
            }
        }
        return made;
    }

    private static ValueInfo single(Value value) {
        return ValueInfo.of(value.name() + "/float", DataType.FLOAT32, value.shape());
    }

    private static Value cast(Value value, ValueInfo to, Node node, Graph graph) {
        Attributes attributes = Attributes.of(OnnxOps.TO, (long) to.type().onnxCode());
        return graph.add(OpType.onnx("Cast"), List.of(value), attributes, List.of(to), node.origin())
                .get(0);
    }
}
