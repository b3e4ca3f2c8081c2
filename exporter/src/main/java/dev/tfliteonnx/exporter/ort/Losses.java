package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;
import java.util.Optional;

/**
 * The functions of the two losses of ONNX: of scores {@code [N,C,d1,…]} and classes {@code [N,d1,…]}, with a weight for
 * each class and a class to ignore, if they are given.
 *
 * <p>Source: the function bodies of NegativeLogLikelihoodLoss-13 and SoftmaxCrossEntropyLoss-13 in onnx 1.23.1.
 */
final class Losses {
    private static final Key<Long> IGNORE_INDEX = Key.ofInt("ignore_index");

    private Losses() {}

    static Value negativeLogLikelihood(FunctionCall c) {
        return negativeLogLikelihood(c, c.x(), c.in(1), c.in(2));
    }

    private static Value negativeLogLikelihood(FunctionCall c, Value scores, Value classes, Value weights) {
        Onnx onnx = c.onnx();
        Optional<Long> ignored = c.option(IGNORE_INDEX);
        Value target = onnx.unsqueeze(classes, 1);
        Value mask = Value.ABSENT;
        if (ignored.isPresent()) {
            mask = c.op("Equal", onnx.cast(target, DataType.INT64), onnx.ints(ignored.get()));
            target = onnx.where(mask, onnx.sub(target, target), target);
        }
        Value zero = onnx.constant(Tensor.splat(scores.type(), Shape.of(1), 0));
        Value picked = c.op("GatherElements", Attributes.of(OnnxOps.AXIS, 1L), scores, target);
        Value known = mask.isPresent() ? onnx.where(mask, zero, picked) : picked;
        Value losses = onnx.squeeze(c.op("Neg", known), 1);
        Value each = Value.ABSENT;
        if (weights.isPresent()) {
            Value gathered = onnx.gather(weights, target, 0);
            each = onnx.squeeze(mask.isPresent() ? onnx.where(mask, zero, gathered) : gathered, 1);
        } else if (mask.isPresent()) {
            Value one = onnx.constant(Tensor.splat(scores.type(), Shape.of(1), 1));
            each = onnx.where(onnx.squeeze(mask, 1), zero, one);
        }
        return reduced(c, each.isPresent() ? onnx.mul(losses, each) : losses, each);
    }

    private static Value reduced(FunctionCall c, Value losses, Value weights) {
        Attributes all = Attributes.of(OnnxOps.KEEPDIMS, 0L);
        String reduction = c.option(OnnxOps.REDUCTION).orElse("mean");
        if (reduction.equals("none")) {
            return losses;
        } else if (reduction.equals("sum")) {
            return c.op("ReduceSum", all, losses);
        } else if (!weights.isPresent()) {
            return c.op("ReduceMean", all, losses);
        }
        return c.onnx().div(c.op("ReduceSum", all, losses), c.op("ReduceSum", all, weights));
    }

    /** The loss and, if the node has it, the logarithms of the probabilities. */
    static List<Value> softmaxCrossEntropy(FunctionCall c) {
        Onnx onnx = c.onnx();
        Value flat = c.op("Reshape", c.x(), onnx.ints(0, 0, -1));
        Value log = c.op("LogSoftmax", Attributes.of(OnnxOps.AXIS, 2L), onnx.transpose(flat, 0, 2, 1));
        Value logs = c.op("Reshape", onnx.transpose(log, 0, 2, 1), onnx.shapeOf(c.x()));
        Value loss = negativeLogLikelihood(c, logs, c.in(1), c.in(2));
        return c.node().outputs().size() == 1 ? List.of(loss) : List.of(loss, c.op("Identity", logs));
    }
}
