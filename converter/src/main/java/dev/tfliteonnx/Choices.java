package dev.tfliteonnx;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import dev.tfliteonnx.optimizers.quant.EdgeTypes;
import dev.tfliteonnx.optimizers.quant.HalfWeights;
import dev.tfliteonnx.optimizers.quant.IntegerOperators;
import dev.tfliteonnx.optimizers.quant.StoredAs;
import dev.tfliteonnx.optimizers.runtime.ChannelBlocks;
import dev.tfliteonnx.optimizers.runtime.FitKernelTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the options choose of how numbers are stored: at the edges, as weights, for a runtime. */
final class Choices {
    /** Of one rounding to 8 bits, if the numbers use an eighth of the range to each side, in dB: 20·log₁₀(32·√12). */
    private static final double ONE_ROUNDING = 40.9;

    private final ConversionOptions options;
    private final EdgeTypes edges;
    private final int roundings;
    private final List<Diagnostic> notes = new ArrayList<>();

    /** For a TFLite graph before it is expressed in ONNX. */
    Choices(ConversionOptions options, Graph tflite) {
        this.options = options;
        this.edges = new EdgeTypes(options.io(), stored(tflite.inputs()), stored(tflite.outputs()));
        this.roundings = (int) tflite.nodes().stream()
                .flatMap(n -> n.outputs().stream())
                .filter(v -> v.type().bits() == 8 && v.quant().isPresent())
                .count();
    }

    private static List<Optional<StoredAs>> stored(List<Value> values) {
        return values.stream().map(v -> StoredAs.of(v.type(), v.quant())).toList();
    }

    /** What comes before all other passes. */
    void begin(Graph onnx, PassContext context) {
        new PassRunner(List.of(edges), 1).run(onnx, context);
    }

    /** What comes after all other passes. */
    void end(Graph onnx, PassContext context) {
        List<GraphPass> passes = new ArrayList<>(List.of(new IntegerOperators()));
        passes.addAll(options.weights().passes());
        passes.add(new ChannelBlocks());
        if (options.halfWeights()) {
            passes.add(new HalfWeights());
        }
        passes.add(new FitKernelTypes());
        new PassRunner(passes, 1).run(onnx, context);
    }

    /**
     * What is to be said of the choices, once the graph is done.
     *
     * @param states how many of the last inputs and outputs are states
     */
    List<Diagnostic> notes(Graph onnx, int states) {
        if (options.quant() == QuantMode.FLOAT && roundings > 0) {
            double expected = ONE_ROUNDING - 10 * Math.log10(roundings);
            notes.add(new Diagnostic(
                    DiagnosticCode.EXPECTED_ERROR,
                    Where.NOWHERE,
                    String.format(
                            Locale.ROOT,
                            "TFLite rounds %d results to 8 bits, this model none: the ratio of signal to noise between both"
                                    + " is expected to be about %.0f dB",
                            roundings,
                            expected),
                    ""));
        }
        if (options.io() == EdgeType.UINT8 || options.io() == EdgeType.INT8) {
            tellReal(onnx.inputs().subList(0, onnx.inputs().size() - states), "input");
            tellReal(onnx.outputs().subList(0, onnx.outputs().size() - states), "output");
        }
        notes.addAll(TargetLimits.of(options.target(), onnx));
        return notes;
    }

    private void tellReal(List<Value> values, String what) {
        for (Value value : values) {
            if (value.type() == DataType.FLOAT32) {
                notes.add(new Diagnostic(
                        DiagnosticCode.PARTLY_APPLIED,
                        Where.tensor(value.name()),
                        "the " + what + " stays float32, as the model does not quantize it",
                        ""));
            }
        }
    }

    /** Scale and zero point of every input and output of integers, by name. */
    Map<String, String> metadata(Graph onnx) {
        Map<String, String> words = new LinkedHashMap<>();
        for (int i = 0; i < edges.inputs(); i++) {
            put(words, onnx.inputs().get(i), edges.input(i));
        }
        for (int i = 0; i < edges.outputs(); i++) {
            put(words, onnx.outputs().get(i), edges.output(i));
        }
        return words;
    }

    private static void put(Map<String, String> words, Value edge, Optional<StoredAs> stored) {
        stored.filter(s -> s.type() == edge.type())
                .ifPresent(s -> words.put("tflite.quantization." + edge.name(), s.scale() + " " + s.zeroPoint()));
    }
}
