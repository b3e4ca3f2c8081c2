package dev.tfliteonnx.optimizers.runtime;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxRuntimeKernels;
import dev.tfliteonnx.onnx.OnnxSchema;
import dev.tfliteonnx.onnx.OnnxSchemas;
import dev.tfliteonnx.onnx.OpsetVersions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts casts around nodes whose element type the schema allows but ONNX Runtime's CPU kernels lack, so that the model
 * runs. A wider type holds every value of the narrower one, and casting back wraps as the narrow operation would.
 */
public final class FitKernelTypes implements GraphPass {
    /** Operators of quantized graphs, which have kernels for all types that handlers give them. */
    private static final Set<String> COMPLETE = Set.of(
            "QuantizeLinear", "DequantizeLinear", "Cast", "Transpose", "Reshape", "Identity", "If", "Loop", "Scan");

    /** What may carry a type that has no kernel, best first. */
    private static final Map<DataType, List<DataType>> CARRIERS = Map.of(
            DataType.BOOL, List.of(DataType.UINT8, DataType.INT32, DataType.INT64, DataType.FLOAT32),
            DataType.INT8, List.of(DataType.INT32, DataType.INT64, DataType.FLOAT32),
            DataType.UINT8, List.of(DataType.INT32, DataType.INT64, DataType.FLOAT32),
            DataType.INT16, List.of(DataType.INT32, DataType.INT64, DataType.FLOAT32),
            DataType.UINT16, List.of(DataType.INT32, DataType.INT64, DataType.FLOAT32),
            DataType.INT32, List.of(DataType.INT64, DataType.FLOAT64),
            DataType.UINT32, List.of(DataType.INT64, DataType.FLOAT64),
            DataType.UINT64, List.of(DataType.INT64),
            DataType.FLOAT16, List.of(DataType.FLOAT32),
            DataType.BFLOAT16, List.of(DataType.FLOAT32));

    @Override
    public String name() {
        return "fit-kernel-types";
    }

    @Override
    public String summary() {
        return "Casts around nodes of a type that ONNX Runtime has no CPU kernel for.";
    }

    @Override
    public String drawing() {
        return "x:INT16 → Max → y:INT16\n=> x:INT16 → Cast → Max(INT32) → Cast → y:INT16";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int changed = 0;
        int opset = -1;
        for (Node node : graph.nodes()) {
            if (!node.op().domain().isEmpty() || COMPLETE.contains(node.op().name()) || !hasRareType(node)) {
                continue;
            }
            if (opset < 0) {
                OpsetVersions.Fit fit = OpsetVersions.lowest(graph, OpsetVersions.FLOOR, OnnxSchemas.NEWEST);
                opset = fit instanceof OpsetVersions.Fit.At at ? at.opset() : OnnxSchemas.NEWEST;
            }
            Map<String, DataType> carriers = carriers(node, opset);
            if (!carriers.isEmpty()) {
                wrap(graph, node, opset, carriers);
                changed++;
            }
        }
        if (changed > 0) {
            context.fired(name(), changed);
        }
        return changed > 0;
    }

    private static boolean hasRareType(Node node) {
        for (Value v : node.inputs()) {
            if (v.isPresent() && v.type() != DataType.FLOAT32 && v.type() != DataType.INT64) {
                return true;
            }
        }
        return node.outputs().stream().anyMatch(v -> v.type() != DataType.FLOAT32 && v.type() != DataType.INT64);
    }

    /** For each type variable whose type has no kernel, the type to compute in. */
    private static Map<String, DataType> carriers(Node node, int opset) {
        Map<String, DataType> carriers = new LinkedHashMap<>();
        Optional<OnnxSchema> schema = OnnxSchemas.find("", node.op().name(), opset);
        if (schema.isEmpty()) {
            return carriers;
        }
        for (int i = 0; i < node.inputs().size(); i++) {
            note(carriers, node, variable(schema.get().inputs(), i), node.input(i), opset);
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            note(
                    carriers,
                    node,
                    variable(schema.get().outputs(), i),
                    node.outputs().get(i),
                    opset);
        }
        return carriers;
    }

    private static String variable(OnnxSchema.Operands operands, int i) {
        return operands.at(i).map(OnnxSchema.Operand::type).orElse("");
    }

    private static void note(Map<String, DataType> carriers, Node node, String variable, Value value, int opset) {
        Set<String> types = OnnxRuntimeKernels.types(node.op().name(), opset, variable);
        if (!value.isPresent() || types.isEmpty() || OnnxRuntimeKernels.admits(types, value.type())) {
            return;
        }
        for (DataType carrier : CARRIERS.getOrDefault(value.type(), List.of())) {
            if (OnnxRuntimeKernels.admits(types, carrier)) {
                carriers.putIfAbsent(variable, carrier);
                return;
            }
        }
    }

    private void wrap(Graph graph, Node node, int opset, Map<String, DataType> carriers) {
        OnnxSchema schema = OnnxSchemas.find("", node.op().name(), opset).orElseThrow();
        Edit edit = graph.edit(name());
        Onnx onnx = new Onnx(edit, node.output().name(), node.origin());
        Value[] inputs = new Value[node.inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            Value in = node.input(i);
            DataType carrier = carriers.get(variable(schema.inputs(), i));
            inputs[i] = carrier == null || !in.isPresent() ? in : onnx.cast(in, carrier);
        }
        List<Value> results =
                onnx.ops(node.op().name(), node.attributes(), node.outputs().size(), inputs);
        for (int i = 0; i < results.size(); i++) {
            Value old = node.outputs().get(i);
            edit.replace(old, onnx.cast(results.get(i), old.type()));
        }
        edit.apply();
    }
}
