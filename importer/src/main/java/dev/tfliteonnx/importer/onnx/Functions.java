package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.OpType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions that a model brings along, by domain, name and overload. */
final class Functions {
    private final Map<List<String>, Function> functions = new HashMap<>();

    /**
     * A function.
     *
     * @param op its domain and name
     * @param inputs what its inputs are called in it
     * @param outputs what its outputs are called in it
     * @param nodes its nodes
     * @param defaults its attributes that have a value where a call gives none
     * @param opsets the versions of the operator sets that its nodes are written for
     */
    record Function(
            OpType op,
            List<String> inputs,
            List<String> outputs,
            List<ProtoMessage> nodes,
            Map<String, ProtoMessage> defaults,
            Map<String, Integer> opsets) {}

    /** Adds a {@code FunctionProto}. */
    void add(ProtoMessage in) throws ConversionException {
        String name = "";
        String domain = "";
        String overload = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        List<ProtoMessage> nodes = new ArrayList<>();
        Map<String, ProtoMessage> defaults = new HashMap<>();
        Map<String, Integer> opsets = new HashMap<>();
        ProtoMessage message = in.again();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> name = message.text();
                case 4 -> inputs.add(message.text());
                case 5 -> outputs.add(message.text());
                case 7 -> nodes.add(message.message());
                case 9 -> OnnxReader.opset(message.message(), opsets);
                case 10 -> domain = message.text();
                case 11 -> {
                    ProtoMessage attribute = message.message();
                    defaults.put(AttributeMessages.name(attribute.again()), attribute);
                }
                case 13 -> overload = message.text();
                default -> {}
            }
        }
        OpType op = new OpType(Dialect.ONNX, NodeMessages.domain(domain), name);
        functions.put(List.of(op.domain(), name, overload), new Function(op, inputs, outputs, nodes, defaults, opsets));
    }

    /** The function that a node calls. */
    Optional<Function> find(String domain, String name, String overload) {
        return Optional.ofNullable(functions.get(List.of(domain, name, overload)));
    }
}
