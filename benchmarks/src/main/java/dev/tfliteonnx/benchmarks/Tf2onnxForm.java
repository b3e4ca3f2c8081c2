package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A quantized model in the form that tf2onnx gives it: every Transpose stands between QuantizeLinear and
 * DequantizeLinear, which leaves no whole unit around what it moves, and the scale of a bias is not the product of the
 * scales of what it is added to.
 *
 * <pre>
 * q ─DQ─Transpose─Conv─Transpose─Q─▶      becomes      q ─Transpose─DQ─Conv─Q─Transpose─▶
 * </pre>
 */
final class Tf2onnxForm {
    private static final String NAME = "tf2onnx-form";
    /** ONNX Runtime takes a bias to fit if its scale is off by no more than 1 %. */
    private static final float OFF = 1.05f;

    private Tf2onnxForm() {}

    /** Writes it. */
    static void write(Path model, Path to) throws IOException, ConversionException {
        Conversion conversion = Converter.convert(model, ConversionOptions.DEFAULT.withSkipped("layout"));
        Graph graph = conversion.model().main();
        for (Node node : graph.nodes()) {
            if (node.isAttached() && node.is("Transpose")) {
                moveBetween(graph, node);
            }
        }
        for (Node node : graph.nodes()) {
            if (node.isAttached() && node.is("Conv") && node.inputs().size() > 2) {
                unmatch(graph, node);
            }
        }
        conversion.write(to, WriteOptions.DEFAULT.withForce(true));
    }

    private static void moveBetween(Graph graph, Node transpose) {
        Node before = transpose.input(0).producer().orElse(null);
        Node after = transpose.output().hasOneUse()
                ? transpose.output().uses().get(0).user()
                : null;
        Edit edit = graph.edit(NAME);
        if (before != null && before.is("DequantizeLinear") && isPerTensor(before)) {
            Onnx onnx = new Onnx(edit, transpose.output().name(), transpose.origin());
            Value moved = onnx.op("Transpose", transpose.attributes(), before.input(0));
            Value by = onnx.op("DequantizeLinear", before.attributes(), moved, before.input(1), before.input(2));
            edit.replace(transpose.output(), by).apply();
        } else if (after != null && after.is("QuantizeLinear") && isPerTensor(after)) {
            Onnx onnx = new Onnx(edit, after.output().name(), after.origin());
            Value q = onnx.op("QuantizeLinear", after.attributes(), transpose.input(0), after.input(1), after.input(2));
            edit.replace(after.output(), onnx.op("Transpose", transpose.attributes(), q))
                    .apply();
        }
    }

    private static boolean isPerTensor(Node node) {
        return node.input(1).shape().hasRank(0) && node.inputs().size() == 3;
    }

    private static void unmatch(Graph graph, Node conv) {
        Node bias = conv.input(2).producer().orElse(null);
        if (bias == null || !bias.is("DequantizeLinear") || !bias.input(0).isConstant()) {
            return;
        }
        Tensor scale = bias.input(1).constant().orElseThrow();
        float[] scales = scale.toFloats();
        for (int i = 0; i < scales.length; i++) {
            scales[i] *= OFF;
        }
        Tensor integers = bias.input(0).constant().orElseThrow();
        long[] values = Arrays.stream(integers.toLongs())
                .map(v -> Math.round(v / (double) OFF))
                .toArray();
        Edit edit = graph.edit(NAME);
        Onnx onnx = new Onnx(edit, bias.output().name(), bias.origin());
        Value q = onnx.constant(bias.input(0).name(), Tensor.ofIntegers(integers.type(), integers.shape(), values));
        Value s = onnx.constant(bias.input(1).name(), Tensor.ofFloats(scale.shape(), scales));
        edit.replace(bias.output(), onnx.op("DequantizeLinear", bias.attributes(), q, s))
                .apply();
    }
}
