package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.metadata.AssociatedFileType;
import dev.tfliteonnx.formats.metadata.AudioProperties;
import dev.tfliteonnx.formats.metadata.Content;
import dev.tfliteonnx.formats.metadata.ContentProperties;
import dev.tfliteonnx.formats.metadata.ImageProperties;
import dev.tfliteonnx.formats.metadata.ModelMetadata;
import dev.tfliteonnx.formats.metadata.NormalizationOptions;
import dev.tfliteonnx.formats.metadata.ProcessUnit;
import dev.tfliteonnx.formats.metadata.ProcessUnitOptions;
import dev.tfliteonnx.formats.metadata.ScoreThresholdingOptions;
import dev.tfliteonnx.formats.metadata.Stats;
import dev.tfliteonnx.formats.metadata.SubGraphMetadata;
import dev.tfliteonnx.formats.metadata.TensorMetadata;
import dev.tfliteonnx.formats.tflite.Metadata;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a file says about itself into keys that begin with {@code tflite.}: {@code description}, {@code
 * min_runtime_version}, {@code model.*}, {@code input.<i>.*} and {@code output.<i>.*} of the main graph, {@code files}.
 * What cannot be read is left out with a warning, as a model converts without it.
 *
 * <p>Of an input or output there may be {@code name}, {@code description}, {@code mean} and {@code std} (of {@code (x −
 * mean) / std}), {@code min} and {@code max}, {@code color_space} ({@code rgb} or {@code grayscale}), {@code sample_rate}
 * and {@code channels}, {@code score_threshold}, and {@code labels}, one a line. Several numbers are separated by commas.
 */
final class MetadataReader {
    private static final int MAX_LABELS = 1 << 20;
    private static final int MAX_ALL_LABELS = 1 << 24;
    private static final int MAX_VERSION = 64;
    private static final int MAX_METADATA = 64 << 20;

    private final ModelFile file;
    private final Model model;
    private final Buffers buffers;
    private final Problems problems;
    private final Map<String, String> result = new LinkedHashMap<>();
    private final Map<String, String> labels = new HashMap<>();
    private int labelBytesLeft = MAX_ALL_LABELS;

    MetadataReader(ModelFile file, Model model, Buffers buffers, Problems problems) {
        this.file = file;
        this.model = model;
        this.buffers = buffers;
        this.problems = problems;
    }

    /** All statements, in a fixed order. */
    Map<String, String> read() {
        put("description", Vectors.text(model.descriptionAsByteBuffer()));
        find("min_runtime_version")
                .filter(b -> b.size() <= MAX_VERSION)
                .ifPresent(b ->
                        put("min_runtime_version", text(b).replace("\0", "").strip()));
        Optional<MetadataFiles> files = files();
        find("TFLITE_METADATA").ifPresent(b -> readModel(b, files));
        files.map(MetadataFiles::names).ifPresent(names -> put("files", String.join("\n", names)));
        return result;
    }

    private Optional<Bytes> find(String name) {
        for (int i = 0; i < model.metadataLength(); i++) {
            Metadata metadata = model.metadata(i);
            if (Vectors.text(metadata.nameAsByteBuffer()).equals(name)) {
                try {
                    return buffers.buffer(metadata.buffer(), Where.NOWHERE);
                } catch (ConversionException e) {
                    warn(name + ": " + e.diagnostics().get(0).reason());
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private Optional<MetadataFiles> files() {
        try {
            return Optional.of(MetadataFiles.in(file.bytes()));
        } catch (ZipException e) {
            warn("the files behind the model: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void readModel(Bytes bytes, Optional<MetadataFiles> files) {
        if (bytes.size() > MAX_METADATA) {
            warn("the metadata has " + bytes.size() + " bytes");
            return;
        }
        ByteBuffer buffer = bytes.view(0, (int) bytes.size());
        try {
            Guard.check(buffer, "M001", MetadataLayout.MODEL, file.name());
        } catch (ConversionException e) {
            warn(e.diagnostics().get(0).reason());
            return;
        }
        ModelMetadata metadata = ModelMetadata.getRootAsModelMetadata(buffer);
        put("model.name", Vectors.text(metadata.nameAsByteBuffer()));
        put("model.description", Vectors.text(metadata.descriptionAsByteBuffer()));
        put("model.version", Vectors.text(metadata.versionAsByteBuffer()));
        put("model.author", Vectors.text(metadata.authorAsByteBuffer()));
        put("model.license", Vectors.text(metadata.licenseAsByteBuffer()));
        if (metadata.subgraphMetadataLength() > 0) {
            SubGraphMetadata main = metadata.subgraphMetadata(0);
            for (int i = 0; i < main.inputTensorMetadataLength(); i++) {
                readTensor("input." + i + ".", main.inputTensorMetadata(i), files);
            }
            for (int i = 0; i < main.outputTensorMetadataLength(); i++) {
                readTensor("output." + i + ".", main.outputTensorMetadata(i), files);
            }
        }
    }

    private void readTensor(String prefix, TensorMetadata tensor, Optional<MetadataFiles> files) {
        put(prefix + "name", Vectors.text(tensor.nameAsByteBuffer()));
        put(prefix + "description", Vectors.text(tensor.descriptionAsByteBuffer()));
        Content content = tensor.content();
        if (content != null) {
            readContent(prefix, content);
        }
        for (int i = 0; i < tensor.processUnitsLength(); i++) {
            readProcess(prefix, tensor.processUnits(i));
        }
        Stats stats = tensor.stats();
        if (stats != null) {
            putNumbers(prefix + "min", stats.minAsByteBuffer());
            putNumbers(prefix + "max", stats.maxAsByteBuffer());
        }
        labelFile(tensor).flatMap(name -> files.map(f -> labels(name, f))).ifPresent(t -> put(prefix + "labels", t));
    }

    private void readContent(String prefix, Content content) {
        if (content.contentPropertiesType() == ContentProperties.ImageProperties
                && content.contentProperties(new ImageProperties()) instanceof ImageProperties image) {
            String[] spaces = dev.tfliteonnx.formats.metadata.ColorSpaceType.names;
            int space = image.colorSpace();
            if (space > 0 && space < spaces.length) {
                put(prefix + "color_space", spaces[space].toLowerCase(Locale.ROOT));
            }
        }
        if (content.contentPropertiesType() == ContentProperties.AudioProperties
                && content.contentProperties(new AudioProperties()) instanceof AudioProperties audio) {
            put(prefix + "sample_rate", Long.toString(audio.sampleRate()));
            put(prefix + "channels", Long.toString(audio.channels()));
        }
    }

    private void readProcess(String prefix, ProcessUnit unit) {
        if (unit.optionsType() == ProcessUnitOptions.NormalizationOptions
                && unit.options(new NormalizationOptions()) instanceof NormalizationOptions normalization) {
            putNumbers(prefix + "mean", normalization.meanAsByteBuffer());
            putNumbers(prefix + "std", normalization.stdAsByteBuffer());
        }
        if (unit.optionsType() == ProcessUnitOptions.ScoreThresholdingOptions
                && unit.options(new ScoreThresholdingOptions()) instanceof ScoreThresholdingOptions threshold) {
            put(prefix + "score_threshold", Float.toString(threshold.globalScoreThreshold()));
        }
    }

    /** The file that labels a tensor: the first without a locale, otherwise the first. */
    private static Optional<String> labelFile(TensorMetadata tensor) {
        String found = "";
        for (int i = 0; i < tensor.associatedFilesLength(); i++) {
            var associated = tensor.associatedFiles(i);
            byte type = associated.type();
            if (type == AssociatedFileType.TENSOR_AXIS_LABELS || type == AssociatedFileType.TENSOR_VALUE_LABELS) {
                String name = Vectors.text(associated.nameAsByteBuffer());
                if (Vectors.text(associated.localeAsByteBuffer()).isEmpty()) {
                    return Optional.of(name);
                }
                found = found.isEmpty() ? name : found;
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    /** The lines of a file of labels; empty if it cannot be had. */
    private String labels(String name, MetadataFiles files) {
        return labels.computeIfAbsent(name, n -> {
            try {
                Optional<Bytes> bytes = files.read(n, Math.min(MAX_LABELS, labelBytesLeft));
                if (bytes.isEmpty()) {
                    warn("the file of labels " + Problems.clip(n) + " is missing");
                    return "";
                }
                labelBytesLeft -= (int) bytes.get().size();
                return text(bytes.get()).replace("\r", "").stripTrailing();
            } catch (ZipException e) {
                warn("labels: " + e.getMessage());
                return "";
            }
        });
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }

    private void put(String key, String value) {
        if (!value.isEmpty()) {
            result.putIfAbsent("tflite." + key, value);
        }
    }

    private void putNumbers(String key, @Nullable ByteBuffer vector) {
        StringBuilder text = new StringBuilder();
        for (float number : Vectors.floats(vector)) {
            text.append(text.length() == 0 ? "" : ",").append(number);
        }
        put(key, text.toString());
    }

    private void warn(String reason) {
        problems.add(DiagnosticCode.BAD_METADATA, Where.NOWHERE, reason, "");
    }
}
