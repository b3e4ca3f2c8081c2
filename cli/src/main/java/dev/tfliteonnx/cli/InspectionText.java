package dev.tfliteonnx.cli;

import dev.tfliteonnx.cli.Inspection.OpCount;
import dev.tfliteonnx.cli.Inspection.Refused;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** An inspection as text. */
final class InspectionText {
    private static final int LONGEST = 72;

    private final Inspection inspection;
    private final Model model;
    private final StringBuilder text = new StringBuilder();

    private InspectionText(Inspection inspection) {
        this.inspection = inspection;
        this.model = inspection.model();
    }

    static String of(Inspection inspection) {
        return new InspectionText(inspection).toText();
    }

    private String toText() {
        text.append(inspection.file()).append("  ").append(Amounts.bytes(inspection.bytes()));
        if (!model.description().isEmpty()) {
            text.append("\ndescription  ").append(oneLine(model.description()));
        }
        interfaces();
        graphs();
        weights();
        operators();
        metadata();
        verdict();
        return text.toString();
    }

    private void interfaces() {
        text.append("\n\nmain graph\n")
                .append(sides(model.main().inputs(), model.main().outputs()));
        for (Signature signature : model.signatures()) {
            text.append("\nsignature ").append(signature.key());
            text.append(signature.graph() == 0 ? "" : ", subgraph " + signature.graph())
                    .append('\n');
            TextTable table = new TextTable("  ");
            signature.inputs().forEach((name, value) -> table.row("in", name, described(value)));
            signature.outputs().forEach((name, value) -> table.row("out", name, described(value)));
            text.append(table.toText());
        }
    }

    private static String sides(List<Value> inputs, List<Value> outputs) {
        TextTable table = new TextTable("  ");
        inputs.forEach(value -> table.row("in", value.name(), described(value)));
        outputs.forEach(value -> table.row("out", value.name(), described(value)));
        return table.toText();
    }

    /** Type, shape and quantization. */
    private static String described(Value value) {
        String quant = value.quant().map(q -> "  " + q).orElse("");
        return SupportTable.type(value.type()) + " " + value.shape() + quant;
    }

    private void graphs() {
        if (model.graphs().size() > 1) {
            TextTable table = new TextTable("  ");
            for (int i = 0; i < model.graphs().size(); i++) {
                var graph = model.graphs().get(i);
                table.row("#" + i, graph.name(), Amounts.count(graph.size(), "operator", "operators"));
            }
            text.append("\n\nsubgraphs\n").append(table.toText());
        }
    }

    private void weights() {
        List<String> parts = new ArrayList<>();
        inspection.weights().forEach((type, bytes) -> parts.add(SupportTable.type(type) + " " + Amounts.bytes(bytes)));
        text.append("\n\nweights  ").append(Amounts.bytes(inspection.weightBytes()));
        text.append(parts.isEmpty() ? "" : "  (" + String.join(", ", parts) + ")");
    }

    private void operators() {
        int total = 0;
        TextTable table = new TextTable("  ");
        for (OpCount op : inspection.operators()) {
            total += op.count();
            String first = op.first().isPresent() ? "#" + op.first().getAsInt() : "";
            String support = op.refusal().map(r -> "refused " + r.code()).orElse("handled");
            table.row(Integer.toString(op.count()), SupportTable.name(op.op()), support, first, shortened(op.name()));
        }
        text.append("\n\noperators  ").append(total);
        text.append(table.isEmpty() ? "" : "\n" + table.toText());
        for (OpCount op : inspection.operators()) {
            op.refusal().ifPresent(refused -> append(op, refused));
        }
    }

    private void append(OpCount op, Refused refused) {
        text.append('\n').append(refused.code()).append("  ").append(SupportTable.name(op.op()));
        text.append("\n  reason  ").append(refused.reason());
        text.append(refused.remedy().isEmpty() ? "" : "\n  remedy  " + refused.remedy());
    }

    private void metadata() {
        if (!model.metadata().isEmpty()) {
            TextTable table = new TextTable("  ");
            model.metadata().forEach((key, value) -> table.row(key, oneLine(value)));
            text.append("\n\nmetadata\n").append(table.toText());
        }
    }

    private void verdict() {
        if (inspection.converts()) {
            text.append("\n\nThe model can be converted.");
            if (!inspection.notes().isEmpty()) {
                text.append('\n').append(new DiagnosticText(inspection.notes()).toText());
            }
        } else {
            text.append("\n\nThe model cannot be converted.\n");
            text.append(
                    inspection.fault().isEmpty()
                            ? new DiagnosticText(inspection.problems()).toText()
                            : inspection.fault());
        }
    }

    private static String oneLine(String value) {
        int end = value.indexOf('\n');
        String first = end < 0 ? value : value.substring(0, end) + " ...";
        return shortened(first);
    }

    private static String shortened(String value) {
        return value.length() <= LONGEST ? value : value.substring(0, LONGEST - 4) + " ...";
    }
}
