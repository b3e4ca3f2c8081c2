package dev.tfliteonnx.cli;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.Severity;
import dev.tfliteonnx.diag.Where;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Diagnostics as text for one screen. Those of the same kind are told once, with the other places behind: same code,
 * same operator, and same reason but for names in quotes. Errors come first.
 */
final class DiagnosticText {
    private static final int SCREEN = 20;
    private static final int PLACES = 3;

    private final List<List<Diagnostic>> kinds;

    /** The text of these. */
    DiagnosticText(List<Diagnostic> diagnostics) {
        Map<String, List<Diagnostic>> byKind = new LinkedHashMap<>();
        for (Severity severity : Severity.values()) {
            for (Diagnostic d : diagnostics) {
                if (d.severity() == severity) {
                    byKind.computeIfAbsent(kind(d), k -> new ArrayList<>()).add(d);
                }
            }
        }
        kinds = List.copyOf(byKind.values());
    }

    /** How many different problems there are. */
    int kinds() {
        return kinds.size();
    }

    /** The text, as many kinds as fit a screen, and where to read more; empty if there are no diagnostics. */
    String toText() {
        StringBuilder text = new StringBuilder();
        Set<String> codes = new LinkedHashSet<>();
        int lines = 0;
        int shown = 0;
        for (List<Diagnostic> kind : kinds) {
            String one = toText(kind);
            int height = (int) one.chars().filter(c -> c == '\n').count() + 1;
            if (shown > 0 && lines + height > SCREEN) {
                break;
            }
            text.append(one).append('\n');
            codes.add(kind.get(0).code().code());
            lines += height;
            shown++;
        }
        if (shown < kinds.size()) {
            text.append("and ").append(kinds.size() - shown).append(" more kinds\n");
        }
        return kinds.isEmpty() ? "" : text.append(see(codes)).toString();
    }

    /** Where the codes are explained. */
    static String see(Collection<String> codes) {
        return "  see: " + Help.PROGRAM + " explain " + String.join(" ", codes);
    }

    private static String toText(List<Diagnostic> kind) {
        StringBuilder text = new StringBuilder(kind.get(0).toText());
        int others = kind.size() - 1;
        if (others > 0) {
            text.append("\n  also    ").append(others).append(" more of the same kind: ");
            for (int i = 1; i <= Math.min(others, PLACES); i++) {
                text.append(i == 1 ? "" : ", ").append(place(kind.get(i).where()));
            }
            text.append(others > PLACES ? ", ..." : "");
        }
        return text.toString();
    }

    private static String place(Where where) {
        StringBuilder text = new StringBuilder();
        where.operator().ifPresent(n -> text.append('#').append(n).append(' '));
        String name = where.node().isEmpty() ? String.join("\", \"", where.tensors()) : where.node();
        return text.append(name.isEmpty() ? where.file() : "\"" + name + "\"").toString();
    }

    private static String kind(Diagnostic d) {
        return d.code() + "\n" + d.where().op() + "\n" + withoutNames(d.reason());
    }

    /** The text without what stands in double quotes. */
    private static String withoutNames(String reason) {
        StringBuilder rest = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            quoted ^= c == '"';
            if (!quoted) {
                rest.append(c);
            }
        }
        return rest.toString();
    }

    /** The same as members of a JSON array. */
    static void write(Json json, List<Diagnostic> diagnostics) {
        json.array();
        for (Diagnostic d : diagnostics) {
            Where where = d.where();
            json.object().key("code").value(d.code().code());
            json.key("severity").value(d.severity().name().toLowerCase(java.util.Locale.ROOT));
            json.key("title").value(d.code().title());
            if (!where.op().isEmpty()) {
                json.key("op").value(where.op());
            }
            where.operator().ifPresent(n -> json.key("operator").value(n));
            if (!where.node().isEmpty()) {
                json.key("node").value(where.node());
            }
            if (!where.tensors().isEmpty()) {
                json.key("tensors").array();
                where.tensors().forEach(json::value);
                json.end();
            }
            json.key("reason").value(d.reason());
            json.key("remedy").value(d.remedy()).end();
        }
        json.end();
    }
}
