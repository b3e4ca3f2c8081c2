package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Operators that ONNX Runtime's CPU provider has no kernel for, as the functions that ONNX defines them by. ONNX Runtime
 * puts these in the place of the node when it loads {@code .onnx}, but not when it loads {@code .ort}.
 *
 * <p>Source: the function bodies of the ONNX operator documentation, HardSwish-14, Mish-18, CastLike-15, Swish-24; the
 * kernel registry of onnxruntime 1.30.0.
 */
final class FunctionBodies {
    private record Call(Node node, List<Value> in) {
        Value x() {
            return in.get(0);
        }
    }

    private static final Map<String, BiFunction<Onnx, Call, Value>> BODIES = Map.of(
            "HardSwish",
            (onnx, c) -> onnx.mul(
                    c.x(),
                    onnx.op("HardSigmoid", Attributes.of(OnnxOps.ALPHA, 1f / 6).with(OnnxOps.BETA, 0.5f), c.x())),
            "Mish",
            (onnx, c) -> onnx.mul(c.x(), onnx.op("Tanh", onnx.op("Softplus", c.x()))),
            "Swish",
            (onnx, c) -> onnx.mul(c.x(), onnx.op("Sigmoid", scaled(onnx, c))),
            "CastLike",
            (onnx, c) -> onnx.op(
                    "Cast",
                    c.node.attributes()
                            .with(OnnxOps.TO, (long) c.in.get(1).type().onnxCode()),
                    c.x()));

    /** Operators without a kernel whose functions are not written here. */
    private static final Set<String> MISSING = Set.of(
            "Bernoulli",
            "CenterCropPad",
            "GroupNormalization",
            "NegativeLogLikelihoodLoss",
            "SequenceMap",
            "SoftmaxCrossEntropyLoss");

    private FunctionBodies() {}

    /** Whether a node can be loaded from this format neither as it is nor as a function. */
    static boolean isMissing(Node node) {
        return node.op().domain().isEmpty() && MISSING.contains(node.op().name());
    }

    /** Adds the body of a node's operator to a graph and gives its result; empty if there is a kernel. */
    static Optional<Value> expand(Node node, List<Value> inputs, Graph to) {
        if (!node.op().domain().isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(BODIES.get(node.op().name()))
                .map(body -> body.apply(
                        new Onnx(to, "_inlined/" + node.output().name(), node.origin()), new Call(node, inputs)));
    }

    private static Value scaled(Onnx onnx, Call c) {
        float alpha = c.node.attributes().get(OnnxOps.ALPHA, 1f);
        return alpha == 1 ? c.x() : onnx.mul(c.x(), onnx.scalarLike(c.x(), alpha));
    }
}
