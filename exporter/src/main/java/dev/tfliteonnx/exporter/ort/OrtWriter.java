package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.exporter.AtomicFiles;
import dev.tfliteonnx.exporter.AtomicFiles.Output;
import dev.tfliteonnx.exporter.ModelWriter;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.ByteSink;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.onnx.OnnxSchemas;
import dev.tfliteonnx.onnx.OpsetVersions;
import dev.tfliteonnx.onnx.OpsetVersions.Fit;
import dev.tfliteonnx.onnx.RuntimeOptimization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Writes a model as an {@code .ort} file, with all that a build of ONNX Runtime without operator schemas needs. Weights
 * are streamed and never held as a whole. ONNX Runtime neither optimizes nor inlines what it loads from this format, so
 * Constant nodes become values and operators without a kernel the functions that define them; all else is written as it
 * is. The model itself is not changed.
 *
 * <p>The version stated is {@value #VERSION}, which ONNX Runtime reads since 1.13, or {@value #FLOAT8_VERSION} for models
 * with elements of 8-bit floating point.
 */
public final class OrtWriter implements ModelWriter {
    /** The version of most files. */
    static final String VERSION = "5";

    /** The version that brought floating point numbers of 8 bits. */
    static final String FLOAT8_VERSION = "6";

    /** What ONNX Runtime takes for a model that states no version of its own. */
    private static final long NO_MODEL_VERSION = Long.MAX_VALUE;

    /** The most tables that ONNX Runtime admits. */
    private static final int MAX_TABLES = 1_000_000;

    private final boolean widens;
    private final Function<Graph, List<RuntimeOptimization>> later;

    /** A writer that refuses constants of fewer than 8 bits, which ONNX Runtime does not load since 1.28. */
    public OrtWriter() {
        this(false);
    }

    /**
     * A writer.
     *
     * @param widens whether constants of fewer than 8 bits that are dequantized are written as 8 bits, not refused
     */
    public OrtWriter(boolean widens) {
        this(widens, graph -> List.of());
    }

    private OrtWriter(boolean widens, Function<Graph, List<RuntimeOptimization>> later) {
        this.widens = widens;
        this.later = later;
    }

    /** A writer that also writes which changes to each graph, in the form written, are left to ONNX Runtime. */
    public OrtWriter leaving(Function<Graph, List<RuntimeOptimization>> changes) {
        return new OrtWriter(widens, changes);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalGraphException if the graph is not valid at the opset chosen
     */
    @Override
    public List<Path> write(Model model, Path to, WriteOptions options) throws IOException, ConversionException {
        return write(model, imports(model, options.opset()), to, options);
    }

    /**
     * As {@link #write(Model, Path, WriteOptions)}, whose opset is not looked at.
     *
     * @param imports the version of every operator domain that the model uses, {@code ai.onnx} as the empty string
     */
    public List<Path> write(Model model, Map<String, Integer> imports, Path to, WriteOptions options)
            throws ConversionException {
        FlatFile file = file(model, imports, options.producerVersion(), Where.file(to.toString()));
        AtomicFiles.write(List.of(new Output(to, file::writeTo)), options.force());
        return List.of(to);
    }

    /** The bytes of a model, at the lowest opset that fits or that of the options; as {@link #write}. */
    public byte[] toBytes(Model model, WriteOptions options) throws ConversionException {
        return toBytes(model, imports(model, options.opset()), options);
    }

    /** The bytes of a model; as {@link #write(Model, Map, Path, WriteOptions)}. */
    public byte[] toBytes(Model model, Map<String, Integer> imports, WriteOptions options) throws ConversionException {
        FlatFile file = file(model, imports, options.producerVersion(), Where.NOWHERE);
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(file.size()));
        try {
            file.writeTo(new ByteSink(out::put));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.array();
    }

    /**
     * A model as files of this writer hold it: without constant nodes, without nodes that ONNX Runtime has no kernel for
     * but a function, and without constants of fewer than 8 bits if they are widened.
     *
     * @param imports the version of every operator domain that the model uses
     */
    public Model form(Model model, Map<String, Integer> imports) {
        requireOnnx(model);
        Graph graph = OrtForm.of(model.main(), imports.getOrDefault("", 1), widens);
        graph.verify();
        return new Model(List.of(graph), model.signatures(), model.description(), model.metadata(), imports);
    }

    private FlatFile file(Model model, Map<String, Integer> imports, String producer, Where where)
            throws ConversionException {
        Graph graph = form(model, imports).main();
        Set<DataType> types = OpsetVersions.types(graph);
        boolean float8 = types.contains(DataType.FLOAT8_E4M3FN) || types.contains(DataType.FLOAT8_E5M2);
        int opset = imports.getOrDefault("", 1);
        OrtTables tables = new OrtTables(graph, imports, later);
        FlatTable session = new FlatTable()
                .put(OrtSlots.InferenceSession.ORT_VERSION, float8 ? FLOAT8_VERSION : VERSION)
                .put(
                        OrtSlots.InferenceSession.MODEL,
                        model(model, imports)
                                .put(OrtSlots.Model.PRODUCER_VERSION, producer)
                                .putLong(OrtSlots.Model.IR_VERSION, OpsetVersions.irVersion(opset, types))
                                .put(OrtSlots.Model.GRAPH, tables.graph(graph)))
                .put(
                        OrtSlots.InferenceSession.KERNEL_TYPE_STR_RESOLVER,
                        tables.kernelTypes().table());
        FlatFile file = new FlatFile(session, OrtSlots.IDENTIFIER);
        if (file.size() > Integer.MAX_VALUE || file.tables() > MAX_TABLES) {
            throw new ConversionException(
                    DiagnosticCode.TOO_LARGE,
                    where,
                    "an .ort file of " + file.size() + " bytes and " + file.tables() + " tables, where "
                            + Integer.MAX_VALUE + " and " + MAX_TABLES + " are the most",
                    "keep the model as .onnx, whose weights can stand in a file beside it");
        }
        return file;
    }

    private static FlatTable model(Model model, Map<String, Integer> imports) {
        List<FlatTable> opsets = new ArrayList<>();
        new TreeMap<>(imports)
                .forEach((domain, version) -> opsets.add(
                        new FlatTable().put(OrtSlots.Pair.KEY, domain).putLong(OrtSlots.Pair.VALUE, version)));
        List<FlatTable> metadata = new ArrayList<>();
        model.metadata()
                .forEach((key, value) ->
                        metadata.add(new FlatTable().put(OrtSlots.Pair.KEY, key).put(OrtSlots.Pair.VALUE, value)));
        return new FlatTable()
                .putTables(OrtSlots.Model.OPSET_IMPORT, opsets)
                .put(OrtSlots.Model.PRODUCER_NAME, "tflite-onnx")
                .put(OrtSlots.Model.DOMAIN, "")
                .putLong(OrtSlots.Model.MODEL_VERSION, NO_MODEL_VERSION)
                .put(OrtSlots.Model.DOC_STRING, model.description())
                .putTables(OrtSlots.Model.METADATA_PROPS, metadata);
    }

    private static void requireOnnx(Model model) {
        Graph graph = model.main();
        if (graph.dialect() != Dialect.ONNX) {
            throw new IllegalArgumentException(graph + " is in the " + graph.dialect() + " vocabulary");
        }
    }

    /** Those of the model, if it has any of its own. */
    private static Map<String, Integer> imports(Model model, int wanted) {
        if (!model.opsets().isEmpty()) {
            return model.opsets();
        }
        Graph graph = model.main();
        int floor = wanted == 0 ? OpsetVersions.FLOOR : wanted;
        Fit fit = OpsetVersions.lowest(graph, floor, wanted == 0 ? OnnxSchemas.NEWEST : wanted);
        if (fit instanceof Fit.Nowhere nowhere) {
            throw new IllegalGraphException("nodes fit no opset: " + String.join(" | ", nowhere.reasons()));
        }
        return OpsetVersions.imports(graph, ((Fit.At) fit).opset());
    }
}
