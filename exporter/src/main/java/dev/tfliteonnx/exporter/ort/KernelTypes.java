package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.formats.ort.OrtSlots.ArgTypeAndIndex;
import dev.tfliteonnx.formats.ort.OrtSlots.KernelTypeStrArgsEntry;
import dev.tfliteonnx.formats.ort.OrtSlots.KernelTypeStrResolver;
import dev.tfliteonnx.formats.ort.OrtSlots.OpIdKernelTypeStrArgsEntry;
import dev.tfliteonnx.onnx.OnnxSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * For each operator of a model, which operands tell the types that its kernel is chosen by. A build of ONNX Runtime
 * without schemas finds kernels by this table alone. An operand is listed under its type variable, or under its own name
 * if the schema fixes its type.
 *
 * <p>Source: {@code onnxruntime/core/framework/kernel_type_str_resolver.cc}.
 */
final class KernelTypes {
    private final Map<String, OnnxSchema> schemas = new TreeMap<>();

    /** Notes that the model has a node of that schema, or may come to have one; gives the name that it is listed by. */
    String add(OnnxSchema schema) {
        String id = schema.op().domain() + ":" + schema.op().name() + ":" + schema.sinceVersion();
        schemas.put(id, schema);
        return id;
    }

    FlatTable table() {
        List<FlatTable> entries = new ArrayList<>();
        schemas.forEach((id, schema) -> entries.add(new FlatTable()
                .put(OpIdKernelTypeStrArgsEntry.OP_ID, id)
                .putTables(OpIdKernelTypeStrArgsEntry.KERNEL_TYPE_STR_ARGS, operands(schema))));
        return new FlatTable().putTables(KernelTypeStrResolver.OP_KERNEL_TYPE_STR_ARGS, entries);
    }

    private static List<FlatTable> operands(OnnxSchema schema) {
        Map<String, List<FlatTable>> byType = new TreeMap<>();
        collect(schema.inputs(), 0, byType);
        collect(schema.outputs(), ArgTypeAndIndex.TYPE_OUTPUT, byType);
        List<FlatTable> entries = new ArrayList<>();
        byType.forEach((type, operands) -> entries.add(new FlatTable()
                .put(KernelTypeStrArgsEntry.KERNEL_TYPE_STR, type)
                .putTables(KernelTypeStrArgsEntry.ARGS, operands)));
        return entries;
    }

    private static void collect(OnnxSchema.Operands operands, int kind, Map<String, List<FlatTable>> byType) {
        for (int i = 0; i < operands.list().size(); i++) {
            OnnxSchema.Operand operand = operands.list().get(i);
            boolean fixed = operand.allowed().equals(Set.of(operand.type()));
            byType.computeIfAbsent(fixed ? operand.name() : operand.type(), t -> new ArrayList<>())
                    .add(new FlatTable().putByte(ArgTypeAndIndex.ARG_TYPE, kind).putInt(ArgTypeAndIndex.INDEX, i));
        }
    }
}
