package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.formats.tflite.Tensor;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a {@code .tflite} file into graphs of TFLite operators. Weights stay where they are: constants are slices of the
 * mapped file. The bytes must not change while the model is in use.
 *
 * <p>Whatever the bytes are, there is a model or a {@link ConversionException} that tells everything that is wrong.
 *
 * <p>Operators become nodes with the options of the schema as attributes, absent ones with their defaults, and beside them
 * {@link dev.tfliteonnx.tfl.Tfl#VERSION_OF_OP}. Custom operators carry {@link dev.tfliteonnx.tfl.Tfl#CUSTOM_OPTIONS}, which
 * may be empty. Options that number subgraphs stay numbers into {@link dev.tfliteonnx.ir.Model#graphs()} and are not
 * checked here.
 *
 * <p>Source: {@code tflite/core/interpreter_builder.cc} and {@code tflite/converter/schema/schema.fbs} of LiteRT.
 */
public final class TfliteReader {
    /**
     * The builtin-like operator of the nodes that stand for variable tensors: no inputs, one output, no options. The
     * output is what the variable holds at the start of a run: zeros at first, then what the last run left. Operators that
     * read it as state also change it.
     */
    public static final String VARIABLE_TENSOR = "VARIABLE_TENSOR";

    private static final int SCHEMA_VERSION = 3;
    private static final int MAX_SUBGRAPHS = 1_000;
    private static final int MAX_OPERATORS = 200_000;

    private final ModelFile file;
    private final Model model;
    private final Problems problems;
    private final Buffers buffers;
    private final List<GraphReader> readers = new ArrayList<>();

    private TfliteReader(ModelFile file, Model model, Optional<Path> folder) {
        this.file = file;
        this.model = model;
        this.problems = new Problems(file.name());
        this.buffers = new Buffers(file, model, folder);
    }

    /**
     * Reads a file. Weights in files beside it are looked for in its folder and below.
     *
     * @throws ConversionException if the file cannot be read, is no model or is broken
     */
    public static Import read(Path path) throws ConversionException {
        ModelFile file = ModelFile.map(path);
        return read(file, Optional.ofNullable(path.toAbsolutePath().getParent()));
    }

    /**
     * Reads bytes, of which the first gigabyte must hold all but the weights.
     *
     * @param fileName what messages call it
     * @param folder where weights in other files may lie; without it they are missing
     * @throws ConversionException if the bytes are no model or a broken one
     */
    public static Import read(Bytes bytes, String fileName, Optional<Path> folder) throws ConversionException {
        return read(ModelFile.of(bytes, fileName), folder);
    }

    private static Import read(ModelFile file, Optional<Path> folder) throws ConversionException {
        Foreign.refuse(file);
        Guard.check(file.head(), "TFL3", TfliteLayout.MODEL, file.name());
        return new TfliteReader(file, Model.getRootAsModel(file.head().duplicate()), folder).read();
    }

    private Import read() throws ConversionException {
        checkSize();
        OperatorCodes codes = new OperatorCodes(model, problems);
        OperatorReader operators = new OperatorReader(codes, buffers, file.bytes(), problems);
        StringTensors strings = new StringTensors();
        boolean ranksAreTold = ranksAreTold();
        List<Graph> graphs = new ArrayList<>();
        for (int i = 0; i < model.subgraphsLength(); i++) {
            problems.enter(model.subgraphsLength() > 1 ? " (in subgraph " + i + ")" : "");
            SubGraph subgraph = model.subgraphs(i);
            TensorReader tensors = new TensorReader(subgraph, buffers, strings, ranksAreTold, problems);
            GraphReader reader = new GraphReader(subgraph, tensors, operators, problems);
            readers.add(reader);
            graphs.add(reader.read());
        }
        problems.enter("");
        problems.throwIfAny();
        List<Signature> signatures = new SignatureReader(graphs, readers, problems).read(model);
        problems.throwIfAny();
        Map<String, String> metadata = new MetadataReader(file, model, buffers, problems).read();
        String description = Vectors.text(model.descriptionAsByteBuffer());
        return new Import(new dev.tfliteonnx.ir.Model(graphs, signatures, description, metadata), problems.warnings());
    }

    private void checkSize() throws ConversionException {
        if (model.version() != SCHEMA_VERSION) {
            throw refuse(
                    DiagnosticCode.UNSUPPORTED_VERSION,
                    "the file has schema version " + model.version() + ", not " + SCHEMA_VERSION,
                    "convert the model again by a current TensorFlow");
        }
        if (model.subgraphsLength() == 0) {
            throw refuse(DiagnosticCode.INVALID_MODEL, "the model has no graph", "");
        }
        if (model.subgraphsLength() > MAX_SUBGRAPHS) {
            throw refuse(DiagnosticCode.LIMIT_EXCEEDED, "the model has " + model.subgraphsLength() + " graphs", "");
        }
        long operators = 0;
        for (int i = 0; i < model.subgraphsLength(); i++) {
            operators += model.subgraphs(i).operatorsLength();
        }
        if (operators > MAX_OPERATORS) {
            throw refuse(DiagnosticCode.LIMIT_EXCEEDED, "the model has " + operators + " operators", "");
        }
    }

    private ConversionException refuse(DiagnosticCode code, String reason, String remedy) {
        return new ConversionException(code, Where.file(file.name()), reason, remedy);
    }

    /** Whether the file comes from a converter that tells unknown ranks. */
    private boolean ranksAreTold() {
        Tensor tensor = new Tensor();
        for (int i = 0; i < model.subgraphsLength(); i++) {
            SubGraph subgraph = model.subgraphs(i);
            for (int j = 0; j < subgraph.tensorsLength(); j++) {
                if (subgraph.tensors(tensor, j).hasRank()) {
                    return true;
                }
            }
        }
        return false;
    }
}
