package dev.tfliteonnx.exporter.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.exporter.AtomicFiles;
import dev.tfliteonnx.exporter.AtomicFiles.Output;
import dev.tfliteonnx.exporter.ModelWriter;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxSchemas;
import dev.tfliteonnx.onnx.OnnxVerifier;
import dev.tfliteonnx.onnx.OpsetVersions;
import dev.tfliteonnx.onnx.OpsetVersions.Fit;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a model as an {@code .onnx} file: its main graph, which must be in the ONNX vocabulary, with the graphs nested
 * in it, its description and its metadata. Weights are streamed and never held as a whole. A model that would not fit
 * into one protobuf message, or is asked to, keeps its weights in a file beside it, {@code x.onnx.data} for
 * {@code x.onnx}.
 */
public final class OnnxWriter implements ModelWriter {
    private static final int REASONS_SHOWN = 3;

    /**
     * {@inheritDoc}
     *
     * @throws IllegalGraphException if the graph is not valid at the opset chosen
     */
    @Override
    public List<Path> write(Model model, Path to, WriteOptions options) throws IOException, ConversionException {
        return writeAll(Map.of(to, model), options);
    }

    /**
     * Writes several models: all files come into place or none does. Weights that do not stand in the models themselves
     * stand in one file, named after the first model.
     *
     * @param targets models by their files
     * @return the files written, that of the weights first
     * @throws IllegalGraphException if a graph is not valid at the opset chosen
     */
    public List<Path> writeAll(Map<Path, Model> targets, WriteOptions options) throws IOException, ConversionException {
        Path first = targets.keySet().iterator().next();
        ExternalData data = new ExternalData(first.getFileName() + ".data");
        List<Output> outputs = new ArrayList<>();
        for (Map.Entry<Path, Model> target : targets.entrySet()) {
            Message message = message(target.getValue(), target.getKey(), options, data);
            outputs.add(new Output(target.getKey(), message::writeTo));
        }
        if (!data.isEmpty()) {
            outputs.add(0, new Output(first.resolveSibling(data.location()), data::writeTo));
        }
        AtomicFiles.write(outputs, options.force());
        return outputs.stream().map(Output::to).toList();
    }

    private static Message message(Model model, Path to, WriteOptions options, ExternalData data)
            throws ConversionException {
        Map<String, Integer> opsets = checkedOpsets(model, options);
        Message whole = OnnxMessages.of(model, opsets, options.producerVersion(), Optional.empty());
        if (!options.externalData() && whole.size() <= options.inlineLimit()) {
            return whole;
        }
        Message slim = OnnxMessages.of(model, opsets, options.producerVersion(), Optional.of(data));
        requireFits(slim, Where.file(to.toString()), "even without its weights");
        return slim;
    }

    /**
     * Writes a model, weights and all, to a stream, which stays open.
     *
     * @throws ConversionException {@code TOO_LARGE} if it exceeds the inline limit
     * @throws IllegalArgumentException if the options ask for external data
     * @throws IllegalGraphException if the graph is not valid at the opset chosen
     */
    public void writeTo(Model model, OutputStream out, WriteOptions options) throws IOException, ConversionException {
        Message message = inline(model, options);
        message.writeTo(Channels.newChannel(out));
        out.flush();
    }

    /** The bytes of a model; as {@link #writeTo}. */
    public byte[] toBytes(Model model, WriteOptions options) throws ConversionException {
        Message message = inline(model, options);
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(message.size()));
        try {
            message.writeTo(new ByteSink(out::put));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.array();
    }

    private static Message inline(Model model, WriteOptions options) throws ConversionException {
        if (options.externalData()) {
            throw new IllegalArgumentException("external data needs a file to stand beside");
        }
        Map<String, Integer> opsets = checkedOpsets(model, options);
        Message message = OnnxMessages.of(model, opsets, options.producerVersion(), Optional.empty());
        if (message.size() > options.inlineLimit()) {
            throw tooLarge(message, Where.NOWHERE, "with its weights");
        }
        return message;
    }

    private static void requireFits(Message message, Where where, String how) throws ConversionException {
        if (message.size() > WriteOptions.MESSAGE_LIMIT) {
            throw tooLarge(message, where, how);
        }
    }

    private static ConversionException tooLarge(Message message, Where where, String how) {
        return new ConversionException(
                DiagnosticCode.TOO_LARGE,
                where,
                "the model has " + message.size() + " bytes " + how,
                "write it to a file, where its weights can stand beside it");
    }

    /** A model that tells the versions of its operator sets is written as it stands, unless another one is asked for. */
    private static Map<String, Integer> checkedOpsets(Model model, WriteOptions options) throws ConversionException {
        Graph graph = model.main();
        if (graph.dialect() != Dialect.ONNX) {
            throw new IllegalArgumentException(graph + " is in the " + graph.dialect() + " vocabulary");
        }
        if (!model.opsets().isEmpty()
                && (options.opset() == 0 || options.opset() == model.opsets().getOrDefault("", 0))) {
            graph.verify();
            Map<String, Integer> opsets = new TreeMap<>(model.opsets());
            OpsetVersions.imports(graph, 1).forEach(opsets::putIfAbsent);
            return opsets;
        }
        int opset = opset(graph, options.opset());
        OnnxVerifier.verify(graph, opset);
        requireComputedOutputs(graph);
        return OpsetVersions.imports(graph, opset);
    }

    private static int opset(Graph graph, int wanted) throws ConversionException {
        int newest = OnnxSchemas.NEWEST;
        if (wanted != 0 && (wanted < OpsetVersions.FLOOR || wanted > newest)) {
            throw new ConversionException(
                    DiagnosticCode.BAD_OPTION,
                    Where.NOWHERE,
                    "opset " + wanted + " cannot be written",
                    "choose one from " + OpsetVersions.FLOOR + " to " + newest);
        }
        Fit fit = OpsetVersions.lowest(graph, wanted == 0 ? OpsetVersions.FLOOR : wanted, newest);
        if (fit instanceof Fit.Nowhere nowhere) {
            throw new IllegalGraphException("nodes fit no opset: " + first(nowhere.reasons()));
        }
        int least = ((Fit.At) fit).opset();
        if (wanted != 0 && least != wanted) {
            List<String> reasons = ((Fit.Nowhere) OpsetVersions.lowest(graph, wanted, wanted)).reasons();
            throw new ConversionException(
                    DiagnosticCode.OPSET_TOO_LOW,
                    Where.NOWHERE,
                    "opset " + wanted + " was asked for: " + first(reasons),
                    "ask for opset " + least);
        }
        return least;
    }

    private static String first(List<String> reasons) {
        int more = reasons.size() - REASONS_SHOWN;
        String shown = String.join(" | ", reasons.subList(0, Math.min(REASONS_SHOWN, reasons.size())));
        return more > 0 ? shown + " | and " + more + " more" : shown;
    }

    /** Not every reader takes a graph whose output is an input, a constant or a value of a graph around it. */
    private static void requireComputedOutputs(Graph graph) {
        Set<Value> computed = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (node.outputs().isEmpty()) {
                throw new IllegalGraphException("node " + node + " computes nothing");
            }
            computed.addAll(node.outputs());
            node.subgraphs().forEach(OnnxWriter::requireComputedOutputs);
        }
        for (Value output : graph.outputs()) {
            if (!computed.contains(output)) {
                throw new IllegalGraphException(
                        "output " + output + " of " + graph + " is not computed by a node of its own");
            }
        }
    }
}
