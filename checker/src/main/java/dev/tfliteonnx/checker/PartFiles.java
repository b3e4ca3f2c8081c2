package dev.tfliteonnx.checker;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.exporter.tflite.TfliteWriter;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Parts of a model in a folder, as {@code part.tflite} and {@code part.onnx}. */
public final class PartFiles {
    private static final WriteOptions OVERWRITE = WriteOptions.DEFAULT.withForce(true);

    /** Converts the part that a file holds to another file. */
    @FunctionalInterface
    public interface Maker {
        /** Gives the content of the file written. */
        Model convert(Path from, Path to) throws ConversionException, IOException;
    }

    private final Model source;
    private final Path tflite;
    private final Path onnx;

    private PartFiles(Model source, Path folder) {
        this.source = source;
        this.tflite = folder.resolve("part.tflite");
        this.onnx = folder.resolve("part.onnx");
    }

    /** Parts that are converted each by itself. */
    public static Bisection.Parts converted(Model source, Path folder, Maker maker) {
        PartFiles files = new PartFiles(source, folder);
        return new Bisection.Parts() {
            @Override
            public boolean canStartAt(Value tensor) {
                return true;
            }

            @Override
            public Bisection.Part make(Value output, Set<Value> given) throws ConversionException, IOException {
                Cutout cut = Cutout.of(source.main(), List.of(output), given);
                List<Value> inputs = Cutout.ordered(source.main(), cut.needed());
                Subject part = files.write(cut.toGraph(inputs, List.of(output)));
                return new Bisection.Part(
                        part, new Subject(files.onnx, maker.convert(files.tflite, files.onnx)), inputs);
            }
        };
    }

    /** Parts that are cut out of a model and of its conversion, at tensors that both name. */
    public static Bisection.Parts cut(Model source, Model result, Path folder) {
        PartFiles files = new PartFiles(source, folder);
        Map<Value, Value> pairs = files.pairs(result.main());
        return new Bisection.Parts() {
            @Override
            public boolean canStartAt(Value tensor) {
                return pairs.containsKey(tensor);
            }

            @Override
            public Bisection.Part make(Value output, Set<Value> given) throws ConversionException, IOException {
                return files.cut(result, pairs, output, given);
            }
        };
    }

    /** What stands for what: computed tensors by their names, inputs and outputs by their places. */
    private Map<Value, Value> pairs(Graph result) {
        Pairs names = new Pairs(result);
        Map<Value, Value> pairs = new HashMap<>();
        for (Node node : source.main().nodes()) {
            node.outputs().forEach(v -> names.of(v).ifPresent(r -> pairs.put(v, r)));
        }
        List<Value> inputs = source.main().inputs();
        for (int i = 0; i < Math.min(inputs.size(), result.inputs().size()); i++) {
            pairs.put(inputs.get(i), result.inputs().get(i));
        }
        List<Value> outputs = source.main().outputs();
        for (int i = 0; i < Math.min(outputs.size(), result.outputs().size()); i++) {
            pairs.put(outputs.get(i), result.outputs().get(i));
        }
        return pairs;
    }

    private Bisection.Part cut(Model result, Map<Value, Value> pairs, Value output, Set<Value> given)
            throws ConversionException, IOException {
        Value other = pairs.get(output);
        if (other == null) {
            throw impossible("nothing in the conversion stands for " + output.name());
        }
        Set<Value> stops = new HashSet<>();
        given.forEach(v -> Optional.ofNullable(pairs.get(v)).ifPresent(stops::add));
        Cutout from = Cutout.of(source.main(), List.of(output), given);
        Cutout to = Cutout.of(result.main(), List.of(other), stops);
        Set<Value> needed = new HashSet<>(from.needed());
        Set<Value> met = new HashSet<>();
        pairs.forEach((s, r) -> {
            if (to.needed().contains(r) && met.add(r)) {
                needed.add(s);
            }
        });
        if (!met.containsAll(to.needed())) {
            throw impossible("the part takes inputs that the source does not have");
        }
        List<Value> inputs = Cutout.ordered(source.main(), needed);
        List<Value> others = new ArrayList<>();
        for (Value input : inputs) {
            Value pair = pairs.get(input);
            if (pair == null) {
                throw impossible("nothing in the conversion stands for " + input.name());
            }
            others.add(pair);
        }
        Subject part = write(from.toGraph(inputs, List.of(output)));
        Model made = new Model(List.of(to.toGraph(others, List.of(other))), List.of(), "", Map.of(), result.opsets());
        new OnnxWriter().write(made, onnx, OVERWRITE);
        return new Bisection.Part(part, new Subject(onnx, made), inputs);
    }

    /** The part as a file, with the other graphs of the model if it runs any. */
    private Subject write(Graph part) throws ConversionException {
        boolean runsOthers = part.nodes().stream()
                .flatMap(n -> n.attributes().asMap().keySet().stream())
                .anyMatch(key -> key.contains("subgraph"));
        List<Graph> graphs = new ArrayList<>(List.of(part));
        if (runsOthers) {
            graphs.addAll(source.graphs().subList(1, source.graphs().size()));
        }
        Model model = new Model(graphs, List.of(), "", Map.of());
        try {
            new TfliteWriter().write(model, tflite, OVERWRITE);
        } catch (IllegalArgumentException e) {
            throw impossible(String.valueOf(e.getMessage()));
        }
        return new Subject(tflite, TfliteReader.read(tflite).model());
    }

    private static ConversionException impossible(String reason) {
        return new ConversionException(DiagnosticCode.CHECK_IMPOSSIBLE, Where.NOWHERE, reason, "");
    }
}
