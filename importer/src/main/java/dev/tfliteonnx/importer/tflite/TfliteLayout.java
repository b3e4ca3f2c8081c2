package dev.tfliteonnx.importer.tflite;

import static dev.tfliteonnx.importer.tflite.Layout.blob;
import static dev.tfliteonnx.importer.tflite.Layout.scalar;
import static dev.tfliteonnx.importer.tflite.Layout.string;
import static dev.tfliteonnx.importer.tflite.Layout.table;
import static dev.tfliteonnx.importer.tflite.Layout.tables;
import static dev.tfliteonnx.importer.tflite.Layout.union;
import static dev.tfliteonnx.importer.tflite.Layout.vector;

import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.BuiltinOps;
import dev.tfliteonnx.tfl.OptionField;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables of a TFLite file, as {@code tflite.fbs} numbers their fields. */
final class TfliteLayout {
    private static final Layout OPERATOR_CODE = Layout.of(
            "OperatorCode",
            scalar(0, "deprecated_builtin_code", 1),
            string(1, "custom_code"),
            scalar(2, "version", 4),
            scalar(3, "builtin_code", 4));

    private static final Map<Integer, Layout> INDEX_VECTORS = Map.of(
            1, Layout.of("Int32Vector", vector(0, "values", 4)),
            2, Layout.of("Uint16Vector", vector(0, "values", 2)),
            3, Layout.of("Uint8Vector", vector(0, "values", 1)));

    private static final Layout DIMENSION = Layout.of(
            "DimensionMetadata",
            scalar(0, "format", 1),
            scalar(1, "dense_size", 4),
            scalar(2, "array_segments_type", 1),
            union(3, "array_segments", INDEX_VECTORS),
            scalar(4, "array_indices_type", 1),
            union(5, "array_indices", INDEX_VECTORS));

    private static final Layout SPARSITY = Layout.of(
            "SparsityParameters",
            vector(0, "traversal_order", 4),
            vector(1, "block_map", 4),
            tables(2, "dim_metadata", DIMENSION));

    private static final Map<Integer, Layout> QUANT_DETAILS = Map.of(
            2,
            Layout.of(
                    "BlockwiseQuantization",
                    scalar(0, "scales", 4),
                    scalar(1, "zero_points", 4),
                    scalar(2, "block_size", 4)),
            3,
            Layout.of(
                    "MultiAxisQuantization",
                    scalar(0, "scales", 4),
                    scalar(1, "zero_points", 4),
                    scalar(2, "block_size", 4),
                    vector(3, "quantized_dimensions", 4)));

    private static final Layout QUANTIZATION = Layout.of(
            "QuantizationParameters",
            vector(2, "scale", 4),
            vector(3, "zero_point", 8),
            scalar(4, "details_type", 1),
            union(5, "details", QUANT_DETAILS),
            scalar(6, "quantized_dimension", 4));

    private static final Layout TENSOR = Layout.of(
            "Tensor",
            vector(0, "shape", 4),
            scalar(1, "type", 1),
            scalar(2, "buffer", 4),
            string(3, "name"),
            table(4, "quantization", QUANTIZATION),
            scalar(5, "is_variable", 1),
            table(6, "sparsity", SPARSITY),
            vector(7, "shape_signature", 4),
            scalar(8, "has_rank", 1),
            scalar(10, "external_buffer", 4));

    private static final Layout OPERATOR = Layout.of(
            "Operator",
            scalar(0, "opcode_index", 4),
            vector(1, "inputs", 4),
            vector(2, "outputs", 4),
            scalar(3, "builtin_options_type", 1),
            union(4, "builtin_options", options(BuiltinOp.Union.OPTIONS)),
            blob(5, "custom_options"),
            vector(8, "intermediates", 4),
            scalar(9, "large_custom_options_offset", 8),
            scalar(10, "large_custom_options_size", 8),
            scalar(11, "builtin_options_2_type", 1),
            union(12, "builtin_options_2", options(BuiltinOp.Union.OPTIONS_2)));

    private static final Layout SUBGRAPH = Layout.of(
            "SubGraph",
            tables(0, "tensors", TENSOR),
            vector(1, "inputs", 4),
            vector(2, "outputs", 4),
            tables(3, "operators", OPERATOR),
            string(4, "name"));

    private static final Layout BUFFER =
            Layout.of("Buffer", blob(0, "data"), scalar(1, "offset", 8), scalar(2, "size", 8));

    private static final Layout METADATA = Layout.of("Metadata", string(0, "name"), scalar(1, "buffer", 4));

    private static final Layout TENSOR_MAP = Layout.of("TensorMap", string(0, "name"), scalar(1, "tensor_index", 4));

    private static final Layout SIGNATURE = Layout.of(
            "SignatureDef",
            tables(0, "inputs", TENSOR_MAP),
            tables(1, "outputs", TENSOR_MAP),
            string(2, "signature_key"),
            scalar(4, "subgraph_index", 4));

    private static final Layout EXTERNAL_BUFFER = Layout.of(
            "ExternalBuffer",
            scalar(0, "id", 4),
            scalar(1, "group", 4),
            scalar(2, "offset", 8),
            scalar(3, "length", 8),
            string(4, "packing"));

    /** The root table. */
    static final Layout MODEL = Layout.of(
            "Model",
            scalar(0, "version", 4),
            tables(1, "operator_codes", OPERATOR_CODE),
            tables(2, "subgraphs", SUBGRAPH),
            string(3, "description"),
            tables(4, "buffers", BUFFER),
            tables(6, "metadata", METADATA),
            tables(7, "signature_defs", SIGNATURE),
            tables(8, "external_buffer_groups", Layout.of("ExternalBufferGroup", string(0, "name"))),
            tables(9, "external_buffers", EXTERNAL_BUFFER));

    private TfliteLayout() {}

    private static Map<Integer, Layout> options(BuiltinOp.Union union) {
        Map<Integer, Layout> layouts = new HashMap<>();
        for (BuiltinOp op : BuiltinOps.ALL) {
            if (op.union() == union) {
                List<Layout.Field> fields =
                        op.fields().stream().map(TfliteLayout::option).toList();
                layouts.put(op.optionsType(), new Layout("options of " + op.name(), fields));
            }
        }
        return Map.copyOf(layouts);
    }

    private static Layout.Field option(OptionField field) {
        String name = field.key().name();
        return switch (field.kind()) {
            case BOOL, ENUM_BYTE, TYPE -> scalar(field.id(), name, 1);
            case INT, UINT, FLOAT, ENUM_INT -> scalar(field.id(), name, 4);
            case LONG -> scalar(field.id(), name, 8);
            case STRING -> string(field.id(), name);
            case BYTES -> blob(field.id(), name);
            case BOOLS -> vector(field.id(), name, 1);
            case INTS, UINTS, FLOATS -> vector(field.id(), name, 4);
            case LONGS -> vector(field.id(), name, 8);
        };
    }
}
