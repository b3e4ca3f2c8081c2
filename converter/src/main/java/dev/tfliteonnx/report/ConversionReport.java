package dev.tfliteonnx.report;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a conversion did.
 *
 * @param source the file that was read
 * @param sourceBytes its size in bytes
 * @param operators how many operators the TFLite graph had
 * @param nodes how many nodes the ONNX graph has
 * @param transposes how many of them are Transpose
 * @param opset the least opset that the graph needs
 * @param rulesFired how often each rule or pass changed something
 * @param diagnostics warnings and notes
 * @param trace what was asked of passes
 */
public record ConversionReport(
        String source,
        long sourceBytes,
        int operators,
        int nodes,
        int transposes,
        int opset,
        Map<String, Integer> rulesFired,
        List<Diagnostic> diagnostics,
        TraceLog trace) {
    public ConversionReport {
        rulesFired = Collections.unmodifiableMap(new TreeMap<>(rulesFired));
        diagnostics = List.copyOf(diagnostics);
    }

    /** With one more diagnostic. */
    public ConversionReport with(Diagnostic diagnostic) {
        List<Diagnostic> more = new ArrayList<>(diagnostics);
        more.add(diagnostic);
        return new ConversionReport(source, sourceBytes, operators, nodes, transposes, opset, rulesFired, more, trace);
    }

    /** With what was asked of passes. */
    public ConversionReport with(TraceLog log) {
        return new ConversionReport(
                source, sourceBytes, operators, nodes, transposes, opset, rulesFired, diagnostics, log);
    }

    /** The notes: what is not exact, or was left out. */
    public List<Diagnostic> notes() {
        return diagnostics.stream().filter(d -> d.severity() != Severity.ERROR).toList();
    }
}
