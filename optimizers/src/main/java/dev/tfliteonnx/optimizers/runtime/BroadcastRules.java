package dev.tfliteonnx.optimizers.runtime;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A few numbers, one for each channel, that meet an image with its channels last. The kernels treat a run of elements at a
 * time, for as long as neither operand is repeated, and a run of three costs as much as one of three hundred: the numbers
 * are repeated for a whole row ahead.
 *
 * <p>Source: ONNX Runtime's {@code core/providers/cpu/math/element_wise_ops.h}, {@code ProcessBroadcastSpanFuncs}.
 */
final class BroadcastRules {
    /** Runs of as many elements are long enough. */
    private static final long RUN = 64;
    /** An operand does not become longer than so many elements. */
    private static final long LIMIT = 1 << 13;
    /** Fewer runs cost nothing to speak of. */
    private static final long FEW_RUNS = 256;

    private BroadcastRules() {}

    static List<Rule> rules() {
        return List.of(new Rule(
                "row-of-small-operand",
                "An operand of a few numbers that is repeated along the rows of an image is as long as a row.",
                "x:[1,224,224,3] → Sub(c:[3]) → y\n=> x:[1,224,224,3] → Sub(c:[1,1,224,3]) → y",
                op("Add", "Sub", "Mul", "Div", "Max", "Min", "Pow")
                        .in(any("a"), any("b"))
                        .where(
                                "has a fixed shape",
                                v -> v.shape().isStatic() && v.shape().rank() > 1)
                        .given("repeats runs of few elements of one operand", m -> operand(m)
                                .isPresent()),
                BroadcastRules::repeated));
    }

    /** Which operand is to be repeated. */
    private static Optional<Integer> operand(Match m) {
        for (int i = 0; i < 2; i++) {
            Value whole = m.root().input(1 - i);
            Value small = m.root().input(i);
            boolean fits = whole.shape().equals(m.output().shape())
                    && whole.type().bits() >= 8
                    && small.shape().isStatic()
                    && !row(small, whole.shape()).equals(small.shape());
            if (fits) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The shape that a small operand gets beside a large one: its own if it is to stay as it is. */
    private static Shape row(Value value, Shape whole) {
        Shape small = value.shape();
        return value.producer().filter(BroadcastRules::isOfConstant).isPresent() && isPerChannel(small, whole)
                ? small.with(3, whole.dim(3))
                : row(small, whole);
    }

    /** Integers with their channels second, which ONNX Runtime computes with their channels last. */
    private static boolean isPerChannel(Shape small, Shape whole) {
        return small.hasRank(4)
                && whole.hasRank(4)
                && small.size(1) == whole.size(1)
                && small.size(1) > 1
                && small.size(1) < RUN
                && small.elementCount() == small.size(1)
                && whole.size(3) > 1
                && whole.size(2) * whole.size(3) >= FEW_RUNS
                && small.elementCount() * whole.size(3) <= LIMIT;
    }

    private static Shape row(Shape small, Shape whole) {
        int missing = whole.rank() - small.rank();
        if (missing < 0 || whole.dims().stream().anyMatch(d -> d.is(0))) {
            return small;
        }
        long run = 1;
        int axis = whole.rank() - 1;
        while (axis >= missing && small.size(axis - missing) == whole.size(axis)) {
            run *= whole.size(axis--);
        }
        if (run == 1 || whole.elementCount() / run < FEW_RUNS) {
            return small;
        }
        long length = small.elementCount();
        long[] sizes = new long[whole.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i < missing ? 1 : small.size(i - missing);
        }
        boolean longer = false;
        while (axis >= 0 && sizes[axis] == 1 && run < RUN && length * whole.size(axis) <= LIMIT) {
            sizes[axis] = whole.size(axis);
            length *= sizes[axis];
            run *= sizes[axis--];
            longer = true;
        }
        return longer ? Shape.of(sizes) : small;
    }

    private static Value repeated(Match m) {
        int i = operand(m).orElseThrow();
        Value[] operands = {m.root().input(0), m.root().input(1)};
        operands[i] =
                repeated(m.onnx(), operands[i], row(operands[i], m.output().shape()));
        return m.onnx().op(m.root().op().name(), m.root().attributes(), operands);
    }

    private static Value repeated(Onnx onnx, Value small, Shape to) {
        if (small.isConstant()) {
            return onnx.constant(small.name(), repeated(small.constant().orElseThrow(), to));
        }
        Node dequantize = small.producer().filter(BroadcastRules::isOfConstant).orElse(null);
        if (dequantize != null) {
            Value q = repeated(onnx, dequantize.input(0), to);
            return onnx.op("DequantizeLinear", dequantize.attributes(), q, dequantize.input(1), dequantize.input(2));
        }
        return onnx.op("Expand", small, onnx.ints(to.sizes()));
    }

    private static boolean isOfConstant(Node node) {
        return node.is("DequantizeLinear")
                && node.input(0).isConstant()
                && node.input(0).type().bits() >= 8
                && node.input(1).shape().hasRank(0);
    }

    /** Repeats along axes of extent 1, of which none stands behind another. */
    private static Tensor repeated(Tensor small, Shape to) {
        ByteBuffer all = small.load();
        int missing = to.rank() - small.shape().rank();
        int axis = to.rank() - 1;
        int run = small.type().bits() / 8;
        while (axis >= missing && small.shape().size(axis - missing) == to.size(axis)) {
            run *= (int) to.size(axis--);
        }
        int times = (int) (to.elementCount() / small.elementCount());
        ByteBuffer out = ByteBuffer.allocate(all.remaining() * times);
        while (all.hasRemaining()) {
            byte[] some = new byte[run];
            all.get(some);
            for (int i = 0; i < times; i++) {
                out.put(some);
            }
        }
        return Tensor.of(small.type(), to, Bytes.of(out.array(), small.source() + ", repeated"));
    }
}
