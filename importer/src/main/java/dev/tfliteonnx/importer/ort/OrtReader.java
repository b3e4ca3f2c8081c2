package dev.tfliteonnx.importer.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.formats.ort.OrtSlots.InferenceSession;
import dev.tfliteonnx.formats.ort.OrtSlots.Pair;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.importer.ort.FlatFile.Table;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an {@code .ort} file into a graph of ONNX operators in the forms that the file has them, with the versions of its
 * operator sets beside it. Weights stay where they are in the mapped file. Graphs have no names in such files and get
 * some. Edges, kernel types and optimizations left for the time of loading are not read, as all of these follow from the
 * rest.
 *
 * <p>Whatever the bytes are, there is a model or a {@link ConversionException}.
 *
 * <p>Source: ONNX Runtime's {@code ort.fbs} up to version 6, {@code InferenceSession::LoadOrtModel}.
 */
public final class OrtReader {
    private static final int NEWEST = 6;

    private OrtReader() {}

    /**
     * Reads a file.
     *
     * @throws ConversionException if the file cannot be read, is no model or is broken
     */
    public static Import read(Path path) throws ConversionException {
        return read(ModelFile.map(path));
    }

    /**
     * Reads bytes, up to {@link Bytes#WINDOW} of them.
     *
     * @param name what messages call them
     * @throws ConversionException if the bytes are no model or a broken one
     */
    public static Import read(Bytes bytes, String name) throws ConversionException {
        return read(ModelFile.of(bytes, name));
    }

    private static Import read(ModelFile file) throws ConversionException {
        Table session = FlatFile.root(file, OrtSlots.IDENTIFIER);
        requireVersion(session);
        Optional<Table> model = session.table(InferenceSession.MODEL);
        Optional<Table> graph = model.isEmpty() ? Optional.empty() : model.get().table(OrtSlots.Model.GRAPH);
        if (model.isEmpty() || graph.isEmpty()) {
            throw session.in().failure(DiagnosticCode.NOT_A_MODEL, "it holds no graph where an .ort file has one");
        }
        Graph main = new Graph(Dialect.ONNX, "main");
        Map<String, String> metadata = metadata(model.get());
        OrtGraphs graphs = new OrtGraphs(input -> metadata.containsKey(Model.STATE + input));
        graphs.main(graph.get(), main);
        String description = model.get().text(OrtSlots.Model.DOC_STRING);
        Model read = new Model(List.of(main), List.of(), description, metadata, opsets(model.get()));
        return new Import(
                read,
                graphs.overridden().stream()
                        .map(input -> new Diagnostic(
                                DiagnosticCode.IGNORED,
                                Where.tensor(Problems.clip(input)).in(file.name()),
                                "the input has a value in the file; it is a constant now",
                                ""))
                        .toList());
    }

    private static void requireVersion(Table session) throws ConversionException {
        String version = session.text(InferenceSession.ORT_VERSION);
        boolean known = version.length() == 1 && version.charAt(0) >= '0' && version.charAt(0) <= '0' + NEWEST;
        if (!known) {
            throw session.in()
                    .failure(
                            DiagnosticCode.UNSUPPORTED_VERSION,
                            "it states the version \"" + Problems.clip(version) + "\" of the ORT format, " + NEWEST
                                    + " is the newest that is known");
        }
    }

    /** The domain as graphs have it: {@code ai.onnx} is the empty string. */
    static String domain(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    private static Map<String, Integer> opsets(Table model) throws ConversionException {
        Map<String, Integer> opsets = new HashMap<>();
        for (Table in : model.tables(OrtSlots.Model.OPSET_IMPORT)) {
            long version = in.getLong(Pair.VALUE, 0);
            String domain = domain(in.text(Pair.KEY));
            if (version < 0 || version > Integer.MAX_VALUE) {
                throw in.in()
                        .failure(
                                DiagnosticCode.INVALID_MODEL,
                                "the operator set \"" + Problems.clip(domain) + "\" has the version " + version);
            }
            opsets.put(domain, (int) version);
        }
        opsets.putIfAbsent("", 1);
        return opsets;
    }

    private static Map<String, String> metadata(Table model) throws ConversionException {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Table in : model.tables(OrtSlots.Model.METADATA_PROPS)) {
            metadata.put(in.text(Pair.KEY), in.text(Pair.VALUE));
        }
        return metadata;
    }
}
