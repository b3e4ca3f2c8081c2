package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Severity;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.handlers.HandlerTable;
import dev.tfliteonnx.handlers.Lowering;
import dev.tfliteonnx.handlers.LoweringOptions;
import dev.tfliteonnx.handlers.Preflight;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.onnx.OnnxVerifier;
import dev.tfliteonnx.onnx.OpsetVersions;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.report.ConversionReport;
import dev.tfliteonnx.report.TraceLog;
import dev.tfliteonnx.rewriters.TfliteRules;
import dev.tfliteonnx.rewriters.shape.Batch;
import dev.tfliteonnx.rewriters.shape.InputShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The stops of a conversion, in their order. */
final class Pipeline {
    /** The newest opset that the handlers' forms are valid in and that current runtimes load. */
    static final int CEILING = 25;

    private final ConversionOptions options;
    private final String file;
    private final List<Diagnostic> diagnostics = new ArrayList<>();

    Pipeline(ConversionOptions options, String file) {
        this.options = options;
        this.file = file;
    }

    Conversion run(Import source, Bytes bytes, SourceDigest digest) throws ConversionException {
        Passes.requireKnown(options.skip());
        diagnostics.addAll(source.warnings());
        HandlerTable table = options.keepCustomOps()
                ? HandlerTable.keepingUnknown(options.extraOps())
                : HandlerTable.with(options.extraOps());
        Optional<Signature> signature = signature(source.model());
        int index = signature.map(Signature::graph).orElse(0);
        Graph read = source.model().graphs().get(index);
        int operators = read.size();
        Names names = new Names(options.keepTensorNames() ? Optional.empty() : signature, read);
        Tracing tracing = new Tracing(options.trace());
        tracing.after("import", read);

        // stage 1: TFLite graph to simpler TFLite graph
        PassContext rewriting = new PassContext(tracing.in(PassOptions.DEFAULT.withSkip(options.skip())));
        PassRunner builtins = TfliteRules.builtins();
        source.model().graphs().forEach(g -> builtins.run(g, rewriting));
        Model model = reshaped(source.model(), index, names);
        PassRunner rules = TfliteRules.simplifications();
        model.graphs().forEach(g -> rules.run(g, rewriting));
        Graph tflite = model.graphs().get(index);
        tracing.after(rewriting);
        refuseIfAny(Preflight.check(model, index, table));

        // stage 2: TFLite to ONNX
        Lowering.Result lowered = Lowering.lower(model, index, table, new LoweringOptions(options.quant()));
        report(lowered.diagnostics());
        Graph onnx = lowered.graph();
        onnx.removeDeadNodes();
        onnx.verify();
        tracing.after("lowering", onnx);

        // stage 3: ONNX graph to better ONNX graph
        PassContext optimizing = new PassContext(tracing.in(PassOptions.DEFAULT
                .withSkip(options.skip())
                .withOpset(options.opset())
                .withNchw(
                        names.current(onnx.inputs(), options.inputsAsNchw(), "input"),
                        names.current(onnx.outputs(), options.outputsAsNchw(), "output"))));
        Choices choices = new Choices(options, tflite);
        choices.begin(onnx, optimizing);
        DefaultPasses.runner().run(onnx, optimizing);
        choices.end(onnx, optimizing);
        Metadata metadata = new Metadata(model, signature, digest);
        names.give(onnx);
        int opset = opset(onnx);
        OnnxVerifier.verify(onnx, opset);
        tracing.after(optimizing);
        tracing.after("result", onnx);

        report(choices.notes(onnx, lowered.states().size()));
        List<State> states = states(lowered.states(), onnx);
        if (options.stateDefaults()) {
            setDefaults(states, onnx);
        }
        Model result =
                new Model(List.of(onnx), List.of(), model.description(), metadata.with(states, choices.metadata(onnx)));
        ConversionReport report = report(bytes, operators, onnx, opset, fired(rewriting, optimizing));
        return new Conversion(result, states, report.with(tracing.log(rewriting, optimizing)));
    }

    /** With the shapes and the batch that are asked for. */
    private Model reshaped(Model model, int index, Names names) throws ConversionException {
        Model changed = model;
        if (!options.shapes().isEmpty()) {
            Graph graph = model.graphs().get(index);
            Map<Value, Shape> wanted = new LinkedHashMap<>();
            for (Map.Entry<String, Shape> e : options.shapes().entrySet()) {
                wanted.put(names.input(graph, e.getKey()), e.getValue());
            }
            changed = InputShapes.of(changed, index, wanted);
        }
        if (options.batch().isEmpty()) {
            return changed;
        }
        Batch.Result batched = Batch.of(changed, index, options.batch().get());
        diagnostics.addAll(batched.notes());
        return batched.model();
    }

    /** Names are given after the lowering: states stand last among inputs and outputs. */
    private static List<State> states(List<Lowering.State> lowered, Graph onnx) {
        int firstIn = onnx.inputs().size() - lowered.size();
        int firstOut = onnx.outputs().size() - lowered.size();
        List<State> states = new ArrayList<>();
        for (int i = 0; i < lowered.size(); i++) {
            String in = onnx.inputs().get(firstIn + i).name();
            String out = onnx.outputs().get(firstOut + i).name();
            states.add(new State(in, out, lowered.get(i).initial()));
        }
        return states;
    }

    /** A state of an open batch is as long as the batch is: it has no one value to begin with. */
    private static void setDefaults(List<State> states, Graph onnx) {
        int first = onnx.inputs().size() - states.size();
        for (int i = 0; i < states.size(); i++) {
            Value input = onnx.inputs().get(first + i);
            if (input.shape().isStatic()) {
                onnx.setDefault(input, states.get(i).initial());
            }
        }
    }

    private static Map<String, Integer> fired(PassContext rewriting, PassContext optimizing) {
        Map<String, Integer> fired = new TreeMap<>(rewriting.fired());
        optimizing.fired().forEach((name, times) -> fired.merge(name, times, Integer::sum));
        return fired;
    }

    private ConversionReport report(Bytes bytes, int operators, Graph onnx, int opset, Map<String, Integer> fired) {
        int transposes =
                (int) onnx.nodes().stream().filter(n -> n.is("Transpose")).count();
        return new ConversionReport(
                file, bytes.size(), operators, onnx.size(), transposes, opset, fired, diagnostics, TraceLog.NONE);
    }

    /** The signature that was asked for, or the first of the first graph. */
    private Optional<Signature> signature(Model model) throws ConversionException {
        if (options.signature().isEmpty()) {
            return model.signatures().stream().filter(s -> s.graph() == 0).findFirst();
        }
        Optional<Signature> found = model.signatures().stream()
                .filter(s -> s.key().equals(options.signature()))
                .findFirst();
        if (found.isEmpty()) {
            List<String> keys = model.signatures().stream().map(Signature::key).toList();
            throw new ConversionException(
                    DiagnosticCode.BAD_OPTION,
                    Where.file(file),
                    "the model has no signature \"" + options.signature() + "\"",
                    keys.isEmpty() ? "it has none at all: leave the option out" : "it has " + keys);
        }
        return found;
    }

    private int opset(Graph graph) {
        OpsetVersions.Fit fit = OpsetVersions.lowest(graph, OpsetVersions.FLOOR, CEILING);
        if (fit instanceof OpsetVersions.Fit.At at) {
            return at.opset();
        }
        throw new IllegalStateException("no opset carries the result: " + ((OpsetVersions.Fit.Nowhere) fit).reasons());
    }

    private void report(List<Diagnostic> found) throws ConversionException {
        diagnostics.addAll(found);
        refuseIfAny(found.stream().filter(d -> d.severity() == Severity.ERROR).toList());
    }

    private static void refuseIfAny(List<Diagnostic> errors) throws ConversionException {
        if (!errors.isEmpty()) {
            throw new ConversionException(errors);
        }
    }
}
