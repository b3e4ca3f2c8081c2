package dev.tfliteonnx.optimizers.recurrence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A function of what the step and the state, each times a matrix, and a bias add up to.
 *
 * @param curve the function
 * @param input what the step is multiplied by, all of which is added
 * @param hidden what the state is multiplied by, all of which is added
 * @param bias what is added to the products
 * @param hiddenBias what is added to the products of the state before they are multiplied by the reset gate
 * @param diagonal what the cell state is multiplied by, element by element
 */
record Gate(Curve curve, List<Weighted> input, List<Weighted> hidden, Scale bias, Scale hiddenBias, Scale diagonal) {
    /** Matrix columns with a factor for each. */
    record Weighted(Scale scale, Matrix matrix) {
        Weighted scaled(Scale by) {
            return new Weighted(scale.times(by), matrix);
        }
    }

    /** What a row is multiplied by in a gate. */
    enum Place {
        INPUT,
        HIDDEN,
        DIAGONAL
    }

    /** The function of an atom, if it is one that recurrent operators have, and what it is a function of. */
    static Optional<Atom.Curved> curved(Atom atom) {
        if (atom instanceof Atom.Curved c) {
            return c.curve().isActivation() ? Optional.of(c) : Optional.empty();
        }
        if (atom instanceof Atom.Group g) {
            return Optional.of(new Atom.Curved(Curve.IDENTITY, g.of()));
        }
        return atom instanceof Atom.Product p
                ? Optional.of(new Atom.Curved(Curve.IDENTITY, Sum.of(p)))
                : Optional.empty();
    }

    /**
     * A function of a sum as a gate.
     *
     * @param places what each row may be, empty if it may not stand here
     */
    static Optional<Gate> of(Atom.Curved gate, Function<Atom, Optional<Place>> places) {
        List<Weighted> input = new ArrayList<>();
        List<Weighted> hidden = new ArrayList<>();
        Scale diagonal = Scale.ZERO;
        for (Sum.Term term : gate.of().products()) {
            Atom atom = term.atom().orElse(null);
            if (atom instanceof Atom.Product p) {
                Place place = p.row().atom().flatMap(places).orElse(Place.DIAGONAL);
                if (place == Place.DIAGONAL) {
                    return Optional.empty();
                }
                (place == Place.INPUT ? input : hidden).add(new Weighted(term.scale(), p.matrix()));
            } else if (atom != null
                    && places.apply(atom).filter(p -> p == Place.DIAGONAL).isPresent()) {
                diagonal = diagonal.plus(term.scale());
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Gate(gate.curve(), input, hidden, gate.of().constant(), Scale.ZERO, diagonal));
    }

    /** This gate with the sign of what it is a function of turned. */
    Gate negated() {
        Scale minus = Scale.of(-1);
        return new Gate(
                curve,
                input.stream().map(w -> w.scaled(minus)).toList(),
                hidden.stream().map(w -> w.scaled(minus)).toList(),
                bias.times(minus),
                hiddenBias.times(minus),
                diagonal.times(minus));
    }

    /** The steps that a sum reads, directly or by what it is made of. */
    static List<Atom.Step> steps(Sum sum) {
        List<Atom.Step> steps = new ArrayList<>();
        sum.terms().keySet().forEach(product -> product.keySet().forEach(atom -> {
            if (atom instanceof Atom.Step s) {
                steps.add(s);
            } else if (atom instanceof Atom.Product p) {
                steps.addAll(steps(p.row()));
            } else if (atom instanceof Atom.Curved c) {
                steps.addAll(steps(c.of()));
            } else if (atom instanceof Atom.Group g) {
                steps.addAll(steps(g.of()));
            }
        }));
        return steps.stream().distinct().toList();
    }
}
