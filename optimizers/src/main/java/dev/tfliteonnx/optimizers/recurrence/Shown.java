package dev.tfliteonnx.optimizers.recurrence;

import java.util.List;
import java.util.stream.Collectors;

/** Sums as they are shown to those who ask why a loop stays a loop: short, with the operators that were not understood. */
final class Shown {
    private Shown() {}

    static String of(List<?> many) {
        return many.stream().map(Shown::any).collect(Collectors.joining("; "));
    }

    private static String any(Object one) {
        return one instanceof Sum s ? of(s) : one instanceof Atom a ? of(a) : one.toString();
    }

    static String of(Sum sum) {
        return sum.terms().isEmpty() ? "0" : sum.list().stream().map(Shown::of).collect(Collectors.joining(" + "));
    }

    private static String of(Sum.Term term) {
        String factor = term.scale().is(1) && !term.product().isEmpty()
                ? ""
                : term.scale().isUniform() ? term.scale().at(0) + "·" : "b·";
        return factor + term.product().keySet().stream().map(Shown::of).collect(Collectors.joining("∘"));
    }

    static String of(Atom atom) {
        if (atom instanceof Atom.Step) {
            return "x";
        }
        if (atom instanceof Atom.State s) {
            return "s" + s.index();
        }
        if (atom instanceof Atom.Next n) {
            return "s" + n.index() + "'";
        }
        if (atom instanceof Atom.Product p) {
            return "W(" + of(p.row()) + ")";
        }
        if (atom instanceof Atom.Curved c) {
            return c.curve().name() + "(" + of(c.of()) + ")";
        }
        if (atom instanceof Atom.Group g) {
            return "(" + of(g.of()) + ")";
        }
        if (atom instanceof Atom.Part p) {
            return of(p.whole()) + "[" + p.from() + "…]";
        }
        return atom instanceof Atom.Other o
                ? "\"" + o.value().name() + "\""
                        + o.value().producer().map(p -> " by " + p.op()).orElse("")
                : atom.toString();
    }
}
