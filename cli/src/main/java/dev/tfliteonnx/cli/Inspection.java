package dev.tfliteonnx.cli;

import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.handlers.OpRow;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.rewriters.TfliteRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a model holds, and what would become of it: the conversion is tried, but nothing is written.
 *
 * @param file the file
 * @param bytes its size
 * @param model what was read
 * @param operators the kinds of operators, the most frequent first
 * @param weights bytes of constants by element type, each stored one counted once
 * @param problems why it cannot be converted; empty if it can
 * @param notes what is told of it although it can
 * @param fault what this program did wrong when it tried; empty unless it did
 */
record Inspection(
        Path file,
        long bytes,
        Model model,
        List<OpCount> operators,
        Map<DataType, Long> weights,
        List<Diagnostic> problems,
        List<Diagnostic> notes,
        String fault) {
    /**
     * A kind of operator.
     *
     * @param op which
     * @param count how often it is there, in all graphs
     * @param first the number of the first in its graph
     * @param name the name of the first one's result; may be empty
     * @param refusal why it cannot be converted; empty if it can
     */
    record OpCount(OpType op, int count, OptionalInt first, String name, Optional<Refused> refusal) {}

    /**
     * Why operators of a kind cannot be converted.
     *
     * @param code the code of the reason
     * @param reason why
     * @param remedy what to do; may be empty
     */
    record Refused(String code, String reason, String remedy) {}

    /** Reads a model and tries to convert it. */
    static Inspection of(Path file) throws ConversionException {
        Import read = TfliteReader.read(file);
        List<Diagnostic> problems = List.of();
        List<Diagnostic> notes = read.warnings();
        String fault = "";
        try {
            notes = Converter.convert(file, ConversionOptions.DEFAULT).report().notes();
        } catch (ConversionException e) {
            problems = e.diagnostics();
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            fault = Main.internal(e);
        }
        Model model = read.model();
        return new Inspection(
                file,
                ModelFile.map(file).bytes().size(),
                model,
                operators(model, simplified(file), problems),
                weights(model),
                problems,
                notes,
                fault);
    }

    /** Whether the conversion succeeds. */
    boolean converts() {
        return problems.isEmpty() && fault.isEmpty();
    }

    /** The operators that the table is asked for: the first stage of the conversion leaves them. */
    private static Set<OpType> simplified(Path file) throws ConversionException {
        Set<OpType> left = new HashSet<>();
        for (Graph graph : TfliteReader.read(file).model().graphs()) {
            TfliteRules.runner().run(graph, new PassContext(PassOptions.DEFAULT));
            graph.nodes().forEach(node -> left.add(node.op()));
        }
        return left;
    }

    private static List<OpCount> operators(Model model, Set<OpType> left, List<Diagnostic> problems) {
        Map<OpType, List<Node>> byOp = new LinkedHashMap<>();
        for (Graph graph : model.graphs()) {
            for (Node node : graph.nodes()) {
                byOp.computeIfAbsent(node.op(), op -> new ArrayList<>()).add(node);
            }
        }
        List<OpCount> counts = new ArrayList<>();
        byOp.forEach((op, nodes) -> {
            Node first = nodes.get(0);
            Optional<Refused> refusal = refusal(op, left.contains(op), problems);
            String name = first.outputs().isEmpty() ? "" : first.output().name();
            counts.add(new OpCount(op, nodes.size(), first.origin().operator(), name, refusal));
        });
        counts.sort((a, b) -> Integer.compare(b.count(), a.count()));
        return counts;
    }

    private static Optional<Refused> refusal(OpType op, boolean isLeft, List<Diagnostic> problems) {
        String name = SupportTable.name(op);
        for (Diagnostic d : problems) {
            if (d.where().op().equals(name)) {
                return Optional.of(new Refused(d.code().code(), d.reason(), d.remedy()));
            }
        }
        OpRow row = HandlerTable.standard().find(op);
        return row.isHandled() || !isLeft
                ? Optional.empty()
                : Optional.of(new Refused(row.refusal().code(), row.note(), row.remedy()));
    }

    /** Bytes of constants by element type, each stored one counted once. */
    static Map<DataType, Long> weights(Model model) {
        Map<DataType, Long> weights = new EnumMap<>(DataType.class);
        Set<String> seen = new HashSet<>();
        for (Graph graph : model.graphs()) {
            for (Value constant : graph.constants()) {
                Tensor tensor = constant.constant().orElseThrow();
                if (seen.add(tensor.source() + tensor.type())) {
                    weights.merge(tensor.type(), tensor.byteSize(), Long::sum);
                }
            }
        }
        return weights;
    }

    /** Bytes of all constants. */
    long weightBytes() {
        long sum = 0;
        for (long bytes : weights.values()) {
            sum += bytes;
        }
        return sum;
    }
}
