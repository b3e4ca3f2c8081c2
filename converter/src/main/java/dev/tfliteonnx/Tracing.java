package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.report.TraceLog;
import dev.tfliteonnx.rewriters.TfliteRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Notes what a {@link Trace} asks for while a conversion goes on. */
final class Tracing {
    /** The stages that are no passes. */
    private static final List<String> STAGES = List.of("import", "lowering", "result");

    private final Trace wanted;
    private final Set<String> rules;
    private final Map<String, String> dumps = new LinkedHashMap<>();

    /**
     * Ready to note.
     *
     * @throws ConversionException if there is no rule or stage of a name that is asked for
     */
    Tracing(Trace wanted) throws ConversionException {
        this.wanted = wanted;
        this.rules = wanted.equals(Trace.NONE) ? Set.of() : rules(wanted);
    }

    private static Set<String> rules(Trace wanted) throws ConversionException {
        List<GraphPass> passes = new ArrayList<>(TfliteRules.runner().passes());
        passes.addAll(DefaultPasses.all());
        Map<String, List<String>> known = new LinkedHashMap<>();
        Set<String> stages = new LinkedHashSet<>(STAGES);
        for (GraphPass pass : passes) {
            List<String> parts = pass.parts().stream().map(p -> p.name()).toList();
            stages.add(pass.name());
            known.put(pass.name(), parts);
            parts.forEach(p -> known.put(p, List.of(p)));
        }
        for (String name : wanted.dumpAfter()) {
            if (!stages.contains(name)) {
                throw new ConversionException(
                        DiagnosticCode.BAD_OPTION,
                        Where.NOWHERE,
                        "there is no stage \"" + name + "\"",
                        "there are " + stages);
            }
        }
        Set<String> rules = new LinkedHashSet<>();
        for (String name : wanted.whyNot()) {
            rules.addAll(known.getOrDefault(name, List.of()));
            if (known.getOrDefault(name, List.of()).isEmpty()) {
                throw untold(name, known.keySet());
            }
        }
        return rules;
    }

    private static ConversionException untold(String name, Set<String> known) {
        return Passes.names().contains(name)
                ? new ConversionException(
                        DiagnosticCode.BAD_OPTION,
                        Where.NOWHERE,
                        "nothing is noted of \"" + name + "\"",
                        known.contains(name)
                                ? "it is a pass without rules"
                                : "it is not one of the passes of a conversion")
                : Passes.unknown("rule", name, known);
    }

    /** The same options for passes, with what is asked of them. */
    PassOptions in(PassOptions options) {
        return options.withExplain(rules).withDump(wanted.dumpAfter());
    }

    /** Notes a graph after a stage. */
    void after(String stage, Graph graph) {
        if (wanted.dumpAfter().contains(stage)) {
            dumps.put(stage, graph.toText());
        }
    }

    /** Notes the graphs after passes. */
    void after(PassContext context) {
        dumps.putAll(context.dumps());
    }

    /** What was noted. */
    TraceLog log(PassContext rewriting, PassContext optimizing) {
        Map<String, String> texts = new LinkedHashMap<>();
        Set<String> early = rules.isEmpty() ? Set.of() : TfliteRules.runner().names();
        for (String rule : rules) {
            texts.put(rule, text(rule, early.contains(rule) ? rewriting : optimizing));
        }
        return new TraceLog(texts, dumps);
    }

    private static String text(String rule, PassContext context) {
        if (!context.allows(rule)) {
            return "it was skipped";
        }
        int times = context.fired().getOrDefault(rule, 0);
        String miss = context.nearestMiss(rule).orElse("nothing else came near");
        return times == 0 ? miss : "fired " + times + (times == 1 ? " time; " : " times; ") + miss;
    }
}
