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
import dev.tfliteonnx.importer.tflite.Import;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.OnnxVerifier;
import dev.tfliteonnx.onnx.OpsetVersions;
import dev.tfliteonnx.optimizers.runtime.FitKernelTypes;
import dev.tfliteonnx.report.ConversionReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    Conversion run(Import source, Bytes bytes) throws ConversionException {
        diagnostics.addAll(source.warnings());
        Model model = source.model();
        HandlerTable table = HandlerTable.with(options.extraOps());
        Optional<Signature> signature = signature(model);
        int index = signature.map(Signature::graph).orElse(0);
        Graph tflite = model.graphs().get(index);
        int operators = tflite.size();

        List<Value> inputs = tflite.inputs();
        List<Value> outputs = tflite.outputs();
        refuseIfAny(Preflight.check(tflite, table));
        Lowering.Result lowered = Lowering.lower(model, index, table, new LoweringOptions(options.quant()));
        report(lowered.diagnostics());
        Graph onnx = lowered.graph();
        onnx.removeDeadNodes();
        PassContext context = new PassContext(PassOptions.DEFAULT.withSkip(options.skip()));
        new FitKernelTypes().run(onnx, context);
        onnx.verify();
        // names are given last, so that no pass has to keep them
        if (!options.keepTensorNames() && signature.isPresent()) {
            Naming.rename(onnx, aliases(signature.get(), inputs, outputs, onnx));
        }
        int opset = opset(onnx);
        OnnxVerifier.verify(onnx, opset);
        Map<String, String> metadata = Metadata.of(model, lowered.states(), signature, bytes);
        Model result = new Model(List.of(onnx), List.of(), model.description(), metadata);
        int transposes =
                (int) onnx.nodes().stream().filter(n -> n.is("Transpose")).count();
        ConversionReport report = new ConversionReport(
                file, bytes.size(), operators, onnx.size(), transposes, opset, context.fired(), diagnostics);
        return new Conversion(result, report);
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

    /** The signature's names for the inputs and outputs of the ONNX graph. */
    private static Map<Value, String> aliases(
            Signature signature, List<Value> inputs, List<Value> outputs, Graph onnx) {
        Map<Value, String> names = new LinkedHashMap<>();
        signature.inputs().forEach((alias, value) -> {
            int i = inputs.indexOf(value);
            if (i >= 0) {
                names.put(onnx.inputs().get(i), alias);
            }
        });
        signature.outputs().forEach((alias, value) -> {
            int i = outputs.indexOf(value);
            if (i >= 0) {
                names.put(onnx.outputs().get(i), alias);
            }
        });
        return names;
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
