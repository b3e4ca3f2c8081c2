package dev.tfliteonnx.cli;

import dev.tfliteonnx.report.TraceLog;

/** What was asked of the passes of a conversion, as text. */
final class TraceText {
    private TraceText() {}

    /** The answers, one to a line, then the graphs; empty if nothing was asked. */
    static String of(TraceLog log) {
        StringBuilder text = new StringBuilder();
        log.whyNot().forEach((rule, why) -> text.append("why not ")
                .append(rule)
                .append(": ")
                .append(why)
                .append('\n'));
        log.dumps()
                .forEach((stage, graph) ->
                        text.append("after ").append(stage).append(":\n").append(graph));
        return text.toString().stripTrailing();
    }

    /** The same as members of an object. */
    static void write(Json json, TraceLog log) {
        json.key("why_not").object();
        log.whyNot().forEach((rule, why) -> json.key(rule).value(why));
        json.end();
        json.key("dumps").object();
        log.dumps().forEach((stage, graph) -> json.key(stage).value(graph));
        json.end();
    }
}
