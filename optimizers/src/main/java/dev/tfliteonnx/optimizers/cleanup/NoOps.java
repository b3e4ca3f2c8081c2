package dev.tfliteonnx.optimizers.cleanup;

import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.optimizers.layout.Permutation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Nodes whose result is their first operand. */
final class NoOps {
    private NoOps() {}

    static List<Rule> rules() {
        return List.of(
                rule("no-identity", "does nothing by its nature", n -> true, "Identity"),
                rule("no-cast-to-same", "has the type already", n -> type(n.input(0), n), "Cast"),
                rule(
                        "no-reshape-to-same",
                        "has the shape already",
                        n -> isSameShape(n.input(0).shape(), n.output().shape()),
                        "Reshape",
                        "Squeeze",
                        "Unsqueeze",
                        "Flatten"),
                rule("no-transpose-to-same", "moves no axis", NoOps::movesNothing, "Transpose"),
                rule("no-slice-of-all", "takes everything in order", NoOps::takesAll, "Slice"),
                rule("no-pad-by-nothing", "pads by 0 everywhere", n -> Content.all(n.input(1), p -> p == 0), "Pad"),
                rule("no-tile-once", "repeats once", n -> Content.all(n.input(1), r -> r == 1), "Tile"),
                rule("no-expand-to-same", "has the shape already", NoOps::expandsNothing, "Expand"),
                rule("no-concat-of-one", "joins one operand", n -> n.inputs().size() == 1, "Concat"),
                rule("no-split-in-one", "makes one part", n -> n.outputs().size() == 1, "Split"),
                rule("no-scale-by-one", "is by 1", n -> neutral(n, 1), "Mul", "Div"),
                rule("no-sub-of-zero", "is of 0", n -> neutral(n, 0), "Sub"));
    }

    private static Rule rule(String name, String text, Predicate<Node> holds, String... ops) {
        String spelt = String.join("|", ops);
        return new Rule(
                name,
                "A " + spelt + " that " + text + " goes away.",
                "x → " + spelt + " → y\n=> x → y",
                op(ops).where(text, v -> v.producer().filter(holds).isPresent()),
                m -> m.root().input(0));
    }

    private static boolean type(Value x, Node cast) {
        return x.type() == cast.output().type();
    }

    /** Whether two shapes of the same number of elements are the same: one open extent follows from the others. */
    static boolean isSameShape(Shape x, Shape y) {
        if (!x.isRanked() || !y.isRanked() || x.rank() != y.rank()) {
            return false;
        }
        int open = 0;
        for (int i = 0; i < x.rank(); i++) {
            boolean same = x.dim(i).equals(y.dim(i)) && !(x.dim(i) instanceof Dim.Unknown);
            boolean differ = x.isFixed(i) && y.isFixed(i) && !same;
            if (differ || (same && x.dim(i).is(0))) {
                return false;
            }
            open += same ? 0 : 1;
        }
        return open <= 1;
    }

    private static boolean movesNothing(Node transpose) {
        return Permutation.of(transpose).filter(Permutation::isIdentity).isPresent();
    }

    private static boolean takesAll(Node slice) {
        Optional<long[]> starts = Content.longs(slice.input(1));
        Optional<long[]> ends = Content.longs(slice.input(2));
        boolean forward = !slice.input(4).isPresent() || Content.all(slice.input(4), s -> s == 1);
        if (starts.isEmpty() || ends.isEmpty() || !forward) {
            return false;
        }
        Shape x = slice.input(0).shape();
        Optional<long[]> axes = Content.longs(slice.input(3));
        if (!x.isRanked() || (slice.input(3).isPresent() && axes.isEmpty())) {
            return false;
        }
        for (int i = 0; i < starts.get().length; i++) {
            int axis = axes.isPresent() ? (int) axes.get()[i] : i;
            long end = ends.get()[i];
            long start = starts.get()[i];
            boolean fromStart = start == 0 || (start < 0 && x.isFixed(axis) && start + x.size(axis) <= 0);
            boolean toEnd = end >= Integer.MAX_VALUE || (end >= 0 && x.isFixed(axis) && end >= x.size(axis));
            if (!fromStart || !toEnd) {
                return false;
            }
        }
        return true;
    }

    private static boolean expandsNothing(Node expand) {
        Shape x = expand.input(0).shape();
        Optional<long[]> to = Content.longs(expand.input(1));
        boolean ones = to.isPresent()
                && x.isRanked()
                && to.get().length <= x.rank()
                && Arrays.stream(to.get()).allMatch(d -> d == 1);
        return ones || (x.isStatic() && x.equals(expand.output().shape()));
    }

    private static boolean neutral(Node node, double number) {
        return Content.single(node.input(1)).filter(d -> d == number).isPresent()
                && node.input(0).shape().isRanked()
                && node.input(1).shape().rank() <= node.input(0).shape().rank();
    }
}
