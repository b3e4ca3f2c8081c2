package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.SignatureDef;
import dev.tfliteonnx.formats.tflite.TensorMap;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Reads the ways in which a model may be called. */
final class SignatureReader {
    private final List<Graph> graphs;
    private final List<GraphReader> readers;
    private final Problems problems;

    SignatureReader(List<Graph> graphs, List<GraphReader> readers, Problems problems) {
        this.graphs = graphs;
        this.readers = readers;
        this.problems = problems;
    }

    List<Signature> read(Model model) {
        List<Signature> signatures = new ArrayList<>();
        for (int i = 0; i < model.signatureDefsLength(); i++) {
            SignatureDef s = model.signatureDefs(i);
            String key = Vectors.text(s.signatureKeyAsByteBuffer());
            if (s.subgraphIndex() >= graphs.size()) {
                problems.invalid(
                        Where.NOWHERE,
                        "signature \"" + Problems.clip(key) + "\" calls subgraph " + s.subgraphIndex() + " of "
                                + graphs.size());
                continue;
            }
            int graph = (int) s.subgraphIndex();
            Map<String, Value> inputs = values(s.inputsLength(), s::inputs, graph, key);
            Map<String, Value> outputs = values(s.outputsLength(), s::outputs, graph, key);
            signatures.add(new Signature(key, graph, inputs, outputs));
        }
        return signatures;
    }

    private Map<String, Value> values(int count, IntFunction<TensorMap> entries, int graph, String key) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            TensorMap entry = entries.apply(i);
            String name = Vectors.text(entry.nameAsByteBuffer());
            Value value = readers.get(graph).value(entry.tensorIndex()).orElse(Value.ABSENT);
            String what = "signature \"" + Problems.clip(key) + "\" gives the name \"" + Problems.clip(name) + "\" to ";
            if (!value.isPresent()) {
                problems.invalid(Where.NOWHERE, what + "tensor " + entry.tensorIndex() + ", which is not in use");
            } else if (values.putIfAbsent(name, value) != null) {
                problems.invalid(Where.NOWHERE, what + "two tensors");
            }
        }
        return values;
    }
}
