package dev.tfliteonnx.cli;

import dev.tfliteonnx.Version;
import dev.tfliteonnx.cli.Inspection.OpCount;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An inspection as JSON. */
final class InspectionJson {
    private final Json json = new Json();

    private InspectionJson() {}

    static String of(Inspection inspection) {
        InspectionJson made = new InspectionJson();
        made.write(inspection);
        return made.json.toText();
    }

    private void write(Inspection inspection) {
        json.object().key("version").value(Version.STRING);
        json.key("file").value(inspection.file().toString());
        json.key("bytes").value(inspection.bytes());
        json.key("description").value(inspection.model().description());
        json.key("converts").value(inspection.converts());
        json.key("subgraphs").array();
        for (Graph graph : inspection.model().graphs()) {
            json.object().key("name").value(graph.name());
            json.key("operators").value(graph.size());
            values("inputs", named(graph.inputs()));
            values("outputs", named(graph.outputs()));
            json.end();
        }
        json.end().key("signatures").array();
        for (Signature signature : inspection.model().signatures()) {
            json.object().key("key").value(signature.key());
            json.key("subgraph").value(signature.graph());
            values("inputs", signature.inputs());
            values("outputs", signature.outputs());
            json.end();
        }
        json.end().key("weight_bytes").object();
        inspection.weights().forEach((type, bytes) -> json.key(SupportTable.type(type))
                .value(bytes));
        json.end().key("operators").array();
        inspection.operators().forEach(this::operator);
        json.end().key("metadata").object();
        inspection.model().metadata().forEach((key, value) -> json.key(key).value(value));
        json.end().key("diagnostics");
        DiagnosticText.write(json, inspection.converts() ? inspection.notes() : inspection.problems());
        if (!inspection.fault().isEmpty()) {
            json.key("fault").value(inspection.fault());
        }
        json.end();
    }

    private void operator(OpCount op) {
        json.object().key("op").value(SupportTable.name(op.op()));
        json.key("count").value(op.count());
        json.key("handled").value(op.refusal().isEmpty());
        op.first().ifPresent(n -> json.key("first").value(n));
        json.key("node").value(op.name());
        op.refusal().ifPresent(refused -> {
            json.key("code").value(refused.code());
            json.key("reason").value(refused.reason());
            json.key("remedy").value(refused.remedy());
        });
        json.end();
    }

    private static Map<String, Value> named(List<Value> values) {
        Map<String, Value> named = new LinkedHashMap<>();
        values.forEach(value -> named.put(value.name(), value));
        return named;
    }

    private void values(String key, Map<String, Value> values) {
        json.key(key).array();
        values.forEach((name, value) -> {
            json.object().key("name").value(name);
            json.key("tensor").value(value.name());
            json.key("type").value(SupportTable.type(value.type()));
            shape(value);
            value.quant().ifPresent(this::quant);
            json.end();
        });
        json.end();
    }

    private void shape(Value value) {
        json.key("shape");
        if (!value.shape().isRanked()) {
            json.value(Optional.empty());
            return;
        }
        json.array();
        for (Dim dim : value.shape().dims()) {
            if (dim instanceof Dim.Fixed fixed) {
                json.value(fixed.size());
            } else {
                json.value(dim.toString());
            }
        }
        json.end();
    }

    private void quant(QuantParams quant) {
        json.key("quantization").object().key("scales").array();
        for (float scale : quant.scales()) {
            json.value(scale);
        }
        json.end().key("zero_points").array();
        for (long zeroPoint : quant.zeroPoints()) {
            json.value(zeroPoint);
        }
        json.end().key("axis").value(quant.axis());
        json.key("block_size").value(quant.blockSize()).end();
    }
}
