package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.optimizers.recurrence.Gate.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** The equations of RNN and LSTM, found in how the states of a loop follow from those before. Source: RNN-22, LSTM-22. */
final class Cells {
    private final List<Carried> states;
    private final Proof proof;

    /** The equations of a loop that carries these states. */
    Cells(List<Carried> states, Proof proof) {
        this.states = states;
        this.proof = proof;
    }

    /** {@code h' = f(W x + R h + b)}. */
    Optional<Cell> rnn() {
        List<Supplier<Optional<Cell>>> forms = new ArrayList<>();
        states.forEach(h -> forms.add(() -> rnn(h)));
        return first(forms);
    }

    /** {@code h' = z∘h + (1 − z)∘g}; see {@link GatedState}. */
    Optional<Cell> gru() {
        List<Supplier<Optional<Cell>>> forms = new ArrayList<>();
        states.forEach(h -> forms.add(() -> new GatedState(h, proof).cell()));
        return first(forms);
    }

    /** {@code c' = f∘c + i∘g} and {@code h' = o∘k(c')}. */
    Optional<Cell> lstm() {
        List<Supplier<Optional<Cell>>> forms = new ArrayList<>();
        for (Carried c : states) {
            states.stream().filter(h -> h.index() != c.index()).forEach(h -> forms.add(() -> lstm(c, h)));
        }
        return first(forms);
    }

    private Optional<Cell> first(List<Supplier<Optional<Cell>>> forms) {
        int mark = proof.passed();
        for (Supplier<Optional<Cell>> form : forms) {
            proof.backTo(mark);
            Optional<Cell> cell = form.get();
            if (cell.isPresent()) {
                return cell;
            }
        }
        return Optional.empty();
    }

    private Optional<Cell> rnn(Carried h) {
        Sum sum = h.next();
        Atom.Curved curved = sum.atom().flatMap(Gate::curved).orElseGet(() -> new Atom.Curved(Curve.IDENTITY, sum));
        Optional<Atom.Step> step = step(List.of(sum), proof);
        if (step.isEmpty()) {
            return Optional.empty();
        }
        Optional<Gate> gate = Gate.of(curved, a -> place(a, step.get(), h.before()));
        boolean found = proof.holds(
                gate.isPresent(), "a state is a function of products of the step and of the state", Shown.of(sum));
        return found
                ? Optional.of(new Cell(
                        "RNN",
                        step.get(),
                        h.index(),
                        OptionalInt.empty(),
                        List.of(gate.get()),
                        List.of(gate.get().curve()),
                        false))
                : Optional.empty();
    }

    /** The one step that sums read. */
    static Optional<Atom.Step> step(List<Sum> sums, Proof proof) {
        List<Atom.Step> steps =
                sums.stream().flatMap(s -> Gate.steps(s).stream()).distinct().toList();
        boolean one = proof.holds(
                steps.size() == 1,
                "each round reads the next step of one sequence",
                steps.isEmpty() ? "none" : steps.size() + " of them");
        return one ? Optional.of(steps.get(0)) : Optional.empty();
    }

    /** Where a row may stand in a gate without diagonal weights. */
    static Optional<Place> place(Atom atom, Atom.Step step, Atom state) {
        return atom.equals(step)
                ? Optional.of(Place.INPUT)
                : atom.equals(state) ? Optional.of(Place.HIDDEN) : Optional.empty();
    }

    private Optional<Cell> lstm(Carried c, Carried h) {
        Sum cell = c.next();
        Atom state = c.before();
        Optional<Sum.Term> kept =
                cell.list().stream().filter(t -> t.partner(state).isPresent()).findFirst();
        Optional<Atom> forget = kept.flatMap(t -> t.partner(state));
        Optional<List<Atom>> added = kept.map(cell::without).flatMap(Cells::pair);
        boolean mixes = proof.holds(
                forget.isPresent() && kept.get().scale().is(1) && added.isPresent(),
                "a state is multiplied by a gate, and a product is added to it",
                Shown.of(cell));
        if (!mixes) {
            return Optional.empty();
        }
        Optional<List<Atom>> out = pair(h.next());
        for (int o = 0; o < 2 && out.isPresent(); o++) {
            Optional<Curve> shown = shown(out.get().get(1 - o), c.after());
            for (int i = 0; i < 2 && shown.isPresent(); i++) {
                List<Atom> atoms = List.of(
                        added.get().get(i),
                        out.get().get(o),
                        forget.get(),
                        added.get().get(1 - i));
                Optional<Cell> found = lstm(c, h, atoms, shown.get());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** The factors of a sum that is one product of two atoms. */
    private static Optional<List<Atom>> pair(Sum sum) {
        return sum.terms().size() == 1 && sum.list().get(0).scale().is(1)
                ? sum.list().get(0).pair()
                : Optional.empty();
    }

    /** The function of the cell state that comes out. */
    private static Optional<Curve> shown(Atom atom, Atom cell) {
        if (atom.equals(cell)) {
            return Optional.of(Curve.IDENTITY);
        }
        return Gate.curved(atom)
                .filter(c -> c.of().atom().filter(cell::equals).isPresent())
                .map(Atom.Curved::curve);
    }

    /**
     * An LSTM of gates in the order of the operator.
     *
     * @param shown the function of the cell state
     */
    private Optional<Cell> lstm(Carried c, Carried h, List<Atom> atoms, Curve shown) {
        List<Sum> inner = atoms.stream()
                .flatMap(a -> Gate.curved(a).stream())
                .map(Atom.Curved::of)
                .toList();
        boolean curved = proof.holds(inner.size() == 4, "all gates have functions", Shown.of(atoms));
        Optional<Atom.Step> step = curved ? step(inner, proof) : Optional.empty();
        if (step.isEmpty()) {
            return Optional.empty();
        }
        List<Atom> diagonals = List.of(c.before(), c.after(), c.before());
        List<Gate> gates = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Optional<Atom> diagonal = diagonals.stream().skip(i).findFirst();
            Gate.curved(atoms.get(i))
                    .flatMap(a -> Gate.of(a, x -> place(x, step.get(), h.before())
                            .or(() -> diagonal.filter(x::equals).map(y -> Place.DIAGONAL))))
                    .ifPresent(gates::add);
        }
        boolean linear = proof.holds(
                gates.size() == 4, "all gates are functions of products of the step and of the state", Shown.of(inner));
        boolean same = linear
                && proof.holds(
                        gates.stream().limit(3).map(Gate::curve).distinct().count() == 1,
                        "input, output and forget gate have the same function",
                        gates.stream().limit(3).map(Gate::curve).toList());
        List<Curve> curves = same ? List.of(gates.get(0).curve(), gates.get(3).curve(), shown) : List.of();
        return same
                ? Optional.of(new Cell("LSTM", step.get(), h.index(), OptionalInt.of(c.index()), gates, curves, false))
                : Optional.empty();
    }
}
