package dev.tfliteonnx.importer.tflite;

import static dev.tfliteonnx.importer.tflite.Layout.scalar;
import static dev.tfliteonnx.importer.tflite.Layout.string;
import static dev.tfliteonnx.importer.tflite.Layout.table;
import static dev.tfliteonnx.importer.tflite.Layout.tables;
import static dev.tfliteonnx.importer.tflite.Layout.union;
import static dev.tfliteonnx.importer.tflite.Layout.vector;

import java.util.Map;

/** The tables of a {@code TFLITE_METADATA} buffer, as {@code tflite_metadata.fbs} numbers their fields. */
final class MetadataLayout {
    private static final Layout FILE =
            Layout.of("AssociatedFile", string(0, "name"), scalar(2, "type", 1), string(3, "locale"));

    private static final Layout IMAGE = Layout.of("ImageProperties", scalar(0, "color_space", 1));

    private static final Layout AUDIO =
            Layout.of("AudioProperties", scalar(0, "sample_rate", 4), scalar(1, "channels", 4));

    private static final Layout CONTENT = Layout.of(
            "Content",
            scalar(0, "content_properties_type", 1),
            union(1, "content_properties", Map.of(2, IMAGE, 4, AUDIO)));

    private static final Layout NORMALIZATION =
            Layout.of("NormalizationOptions", vector(0, "mean", 4), vector(1, "std", 4));

    private static final Layout THRESHOLD =
            Layout.of("ScoreThresholdingOptions", scalar(0, "global_score_threshold", 4));

    private static final Layout PROCESS_UNIT = Layout.of(
            "ProcessUnit", scalar(0, "options_type", 1), union(1, "options", Map.of(1, NORMALIZATION, 3, THRESHOLD)));

    private static final Layout STATS = Layout.of("Stats", vector(0, "max", 4), vector(1, "min", 4));

    private static final Layout TENSOR = Layout.of(
            "TensorMetadata",
            string(0, "name"),
            string(1, "description"),
            table(3, "content", CONTENT),
            tables(4, "process_units", PROCESS_UNIT),
            table(5, "stats", STATS),
            tables(6, "associated_files", FILE));

    private static final Layout SUBGRAPH = Layout.of(
            "SubGraphMetadata",
            tables(2, "input_tensor_metadata", TENSOR),
            tables(3, "output_tensor_metadata", TENSOR));

    /** The root table. */
    static final Layout MODEL = Layout.of(
            "ModelMetadata",
            string(0, "name"),
            string(1, "description"),
            string(2, "version"),
            tables(3, "subgraph_metadata", SUBGRAPH),
            string(4, "author"),
            string(5, "license"));

    private MetadataLayout() {}
}
