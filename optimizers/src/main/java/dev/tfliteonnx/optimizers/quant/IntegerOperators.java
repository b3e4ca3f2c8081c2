package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.OnnxRuntimeKernels;
import dev.tfliteonnx.onnx.OpsetVersions;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Operators that ONNX Runtime keeps on real numbers although they only move, choose or clamp them work on the integers
 * themselves. Rounding is monotone, so that the results are the same to the bit. A clamp behind a convolution goes behind
 * its rounding, so that the convolution is a whole unit.
 *
 * <pre>
 * q ─DQ─Pad─Q─▶ r         becomes      q ─Pad─▶ r
 * x ─Conv─Clip─Q─▶ r      becomes      x ─Conv─Q─Clip─▶ r
 * </pre>
 *
 * <p>Runtimes that want every operator between DequantizeLinear and QuantizeLinear (NNAPI, QNN, TensorRT) are better off
 * without this pass.
 */
public final class IntegerOperators implements GraphPass {
    private static final Set<String> MOVES = Set.of("DepthToSpace", "GatherND", "Pad", "SpaceToDepth");
    private static final Set<String> CLAMPS = Set.of("Clip", "Relu");
    private static final Set<String> CHOICES = Set.of("Max", "Min");
    private static final Set<String> PLACES = Set.of("ArgMax", "ArgMin");

    /** What is a unit of integers once its result is rounded at once. */
    private static final Set<String> UNITS = Set.of("Add", "Conv", "Gemm", "MatMul", "Mul");

    @Override
    public String name() {
        return "integer-operators";
    }

    @Override
    public String summary() {
        return "Lets Pad, Clip, Max and others that ONNX Runtime has no quantized kernel for work on the integers.";
    }

    @Override
    public String drawing() {
        return "q → DequantizeLinear → Pad → QuantizeLinear → r\n=> q → Pad → r\n"
                + "x → Conv → Clip → QuantizeLinear → r\n=> x → Conv → QuantizeLinear → Clip → r";
    }

    @Override
    public Set<String> after() {
        return Set.of("unsigned-activations", "fusion");
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int changes = 0;
        for (Node node : graph.nodes()) {
            if (node.isAttached() && node.op().domain().isEmpty() && rewrite(graph, node)) {
                changes++;
            }
        }
        if (changes > 0) {
            context.fired(name(), changes);
        }
        return changes > 0;
    }

    private boolean rewrite(Graph graph, Node node) {
        String op = node.op().name();
        Edit edit = graph.edit(name());
        if (PLACES.contains(op)) {
            Optional<Node> dq = dequantize(node.input(0));
            return dq.isPresent() && hasKernel(op, dq.get().input(0).type()) && place(node, dq.get(), edit);
        }
        Optional<Rounding> rounding = Rounding.behind(node);
        if (rounding.isEmpty()
                || !hasKernel(op.equals("Relu") ? "Clip" : op, rounding.get().type())) {
            return false;
        }
        Rounding r = rounding.get();
        Onnx onnx = new Onnx(edit, r.quantize().output().name(), node.origin());
        Optional<Value> result = MOVES.contains(op)
                ? r.undone(node.input(0)).flatMap(q -> moved(node, q, r, onnx))
                : CLAMPS.contains(op)
                        ? clamped(node, r, onnx)
                        : CHOICES.contains(op) ? chosen(node, r, onnx) : Optional.empty();
        result.ifPresent(v -> edit.replace(r.quantize().output(), v).apply());
        return result.isPresent();
    }

    /** Whether it lets an operator work on integers if nothing but their places or limits change. */
    public static boolean takes(String op) {
        return MOVES.contains(op) || CLAMPS.contains(op) || CHOICES.contains(op) || PLACES.contains(op);
    }

    private static Optional<Node> dequantize(Value x) {
        return x.producer()
                .filter(n -> n.is("DequantizeLinear")
                        && !n.input(0).isConstant()
                        && Content.single(n.input(1)).filter(s -> s > 0).isPresent());
    }

    private static boolean hasKernel(String op, DataType type) {
        Set<String> types = OnnxRuntimeKernels.types(op, OpsetVersions.FLOOR, "T");
        return OnnxRuntimeKernels.admits(types, type);
    }

    private static boolean place(Node node, Node dq, Edit edit) {
        Onnx onnx = new Onnx(edit, node.output().name(), node.origin());
        edit.replace(node.output(), onnx.op(node.op().name(), node.attributes(), dq.input(0)))
                .apply();
        return true;
    }

    private static Optional<Value> moved(Node node, Value q, Rounding r, Onnx onnx) {
        List<Value> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, q);
        boolean padsByNumber = node.is("Pad")
                && node.attributes().get(OnnxOps.MODE, "constant").equals("constant");
        if (padsByNumber) {
            double value = bound(node.input(2), 0);
            if (Double.isNaN(value)) {
                return Optional.empty();
            }
            Value by = onnx.scalar(r.type(), r.of(value));
            if (inputs.size() > 2) {
                inputs.set(2, by);
            } else {
                inputs.add(by);
            }
        }
        return Optional.of(onnx.op(node.op().name(), node.attributes(), inputs.toArray(new Value[0])));
    }

    private static Optional<Value> clamped(Node node, Rounding r, Onnx onnx) {
        Value x = node.input(0);
        Optional<Value> q = r.undone(x);
        boolean behindUnit = x.hasOneUse()
                && x.producer().filter(n -> UNITS.contains(n.op().name())).isPresent();
        if (q.isEmpty() && !behindUnit) {
            return Optional.empty();
        }
        double low = node.is("Relu") ? 0 : bound(node.input(1), Double.NEGATIVE_INFINITY);
        double high = node.is("Relu") ? Double.POSITIVE_INFINITY : bound(node.input(2), Double.POSITIVE_INFINITY);
        if (Double.isNaN(low) || Double.isNaN(high)) {
            return Optional.empty();
        }
        Value integers = q.orElseGet(() -> r.again(x, onnx));
        boolean all = r.of(low) <= r.type().min() && r.of(high) >= r.type().max();
        return Optional.of(
                all && q.isEmpty()
                        ? integers
                        : onnx.op(
                                "Clip", integers, onnx.scalar(r.type(), r.of(low)), onnx.scalar(r.type(), r.of(high))));
    }

    /** The only element of a constant; not a number if it is not known. */
    private static double bound(Value value, double otherwise) {
        return value.isPresent() ? Content.single(value).orElse(Double.NaN) : otherwise;
    }

    private static Optional<Value> chosen(Node node, Rounding r, Onnx onnx) {
        List<Value> inputs = new ArrayList<>();
        for (Value in : node.inputs()) {
            Optional<Value> integers = r.undone(in).or(() -> r.constant(in, onnx));
            if (integers.isEmpty()) {
                return Optional.empty();
            }
            inputs.add(integers.get());
        }
        return Optional.of(onnx.op(node.op().name(), node.attributes(), inputs.toArray(new Value[0])));
    }

    /** The QuantizeLinear, of one scale and 8 bits, that alone reads a result. */
    private record Rounding(Node quantize, float scale, long zero) {
        static Optional<Rounding> behind(Node node) {
            if (node.outputs().size() != 1 || !node.output().hasOneUse()) {
                return Optional.empty();
            }
            Use use = node.output().uses().get(0);
            Node q = use.user();
            boolean rounds = q.is("QuantizeLinear")
                    && use.input() == 0
                    && q.output().type().bits() == 8
                    && q.output().type().isInteger();
            Optional<Double> scale = rounds ? Content.single(q.input(1)) : Optional.empty();
            Optional<Double> zero = !rounds || q.input(2).isPresent() ? Content.single(q.input(2)) : Optional.of(0.0);
            return scale.filter(s -> s > 0).flatMap(s -> zero.map(z -> new Rounding(q, s.floatValue(), z.longValue())));
        }

        DataType type() {
            return quantize.output().type();
        }

        /** The integers that a number was dequantized from with the same parameters. */
        Optional<Value> undone(Value x) {
            return dequantize(x)
                    .filter(dq -> dq.input(0).type() == type() && QuantizationRules.sameParameters(dq, quantize))
                    .map(dq -> dq.input(0));
        }

        /** What a small constant, dequantized or not, is rounded to. */
        Optional<Value> constant(Value x, Onnx onnx) {
            Optional<Node> dq = x.producer().filter(n -> n.is("DequantizeLinear"));
            Value stored = dq.map(n -> n.input(0)).orElse(x);
            Optional<Double> by = dq.map(n -> Content.single(n.input(1))).orElse(Optional.of(1.0));
            Optional<Double> from = dq.filter(n -> n.input(2).isPresent())
                    .map(n -> Content.single(n.input(2)))
                    .orElse(Optional.of(0.0));
            if (!stored.isConstant()
                    || !Content.isSmall(stored.constant().orElseThrow())
                    || by.isEmpty()
                    || from.isEmpty()) {
                return Optional.empty();
            }
            double[] numbers = stored.constant().orElseThrow().toDoubles();
            long[] integers = new long[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                integers[i] = of(
                        dq.isPresent()
                                ? (float) (numbers[i] - from.get()) * by.get().floatValue()
                                : numbers[i]);
            }
            return Optional.of(onnx.constant(Tensor.ofIntegers(type(), stored.shape(), integers)));
        }

        /** What a number is rounded to. */
        long of(double real) {
            double steps = Math.rint((float) real / scale) + zero;
            return (long) Math.max(type().min(), Math.min(type().max(), steps));
        }

        /** The same rounding of another number. */
        Value again(Value x, Onnx onnx) {
            Attributes attributes = quantize.attributes();
            return quantize.input(2).isPresent()
                    ? onnx.op("QuantizeLinear", attributes, x, quantize.input(1), quantize.input(2))
                    : onnx.op("QuantizeLinear", attributes, x, quantize.input(1));
        }
    }
}
