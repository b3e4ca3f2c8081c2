package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.optimizers.recurrence.Gate.Place;
import dev.tfliteonnx.optimizers.recurrence.Gate.Weighted;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The equations of a GRU: {@code h' = z∘h + (1 − z)∘g}, where g is a function of {@code W x + r∘(R h + b)} or of
 * {@code W x + R (r∘h)}. Source: GRU-22.
 */
final class GatedState {
    private final int index;
    private final Atom state;
    private final Sum next;
    private final Proof proof;

    /** A state of a loop. */
    GatedState(Carried carried, Proof proof) {
        this.index = carried.index();
        this.state = carried.before();
        this.next = carried.next();
        this.proof = proof;
    }

    /**
     * What the state is mixed of.
     *
     * @param turned whether the gate is the share of the candidate and not that of the state
     */
    private record Mix(Atom gate, Atom candidate, boolean turned) {}

    /** The update gate, the step that is read, and what the candidate is a function of. */
    private record Part(Gate update, Atom.Step step, Atom.Curved candidate) {}

    Optional<Cell> cell() {
        Optional<Mix> mix = next.list().stream().flatMap(t -> mix(t).stream()).findFirst();
        boolean mixed = proof.holds(
                mix.isPresent(), "a state is a mean of itself and of another, weighted by a gate", Shown.of(next));
        Optional<Atom.Step> step = mixed ? Cells.step(List.of(next), proof) : Optional.empty();
        if (step.isEmpty()) {
            return Optional.empty();
        }
        Optional<Gate> update = gate(mix.get().gate(), step.get())
                .filter(g -> !mix.get().turned() || g.curve().name().equals("Sigmoid"))
                .map(g -> mix.get().turned() ? g.negated() : g);
        boolean gated = proof.holds(
                update.isPresent(),
                "the gate is a function of products of the step and of the state",
                Shown.of(mix.get().gate()));
        Optional<Atom.Curved> candidate = Gate.curved(mix.get().candidate());
        boolean curved = gated
                && proof.holds(
                        candidate.isPresent(),
                        "what is mixed in is a function",
                        Shown.of(mix.get().candidate()));
        return curved ? cell(new Part(update.get(), step.get(), candidate.get())) : Optional.empty();
    }

    /** How the state is mixed, if this is the product of the gate and the state itself. */
    private Optional<Mix> mix(Sum.Term kept) {
        boolean turned = kept.scale().is(-1);
        Atom gate = kept.partner(state).orElse(null);
        if (gate == null || !(turned || kept.scale().is(1)) || next.terms().size() != 3) {
            return Optional.empty();
        }
        return next.list().stream()
                .filter(t -> !t.equals(kept) && t.scale().is(turned ? 1 : -1))
                .flatMap(t -> t.partner(gate).stream())
                .filter(candidate -> next.has(turned ? state : candidate, 1))
                .map(candidate -> new Mix(gate, candidate, turned))
                .findFirst();
    }

    private Optional<Gate> gate(Atom atom, Atom.Step step) {
        return Gate.curved(atom).flatMap(c -> Gate.of(c, a -> Cells.place(a, step, state)));
    }

    private Optional<Cell> cell(Part part) {
        for (Sum.Term term : part.candidate().of().products()) {
            Optional<Cell> found = resetFirst(term, part).or(() -> resetLast(term, part));
            if (found.isPresent()) {
                return found;
            }
        }
        proof.holds(
                false,
                "that is a function of a product of the step and of one of the state, with a gate that has the same"
                        + " function as the other",
                Shown.of(part.candidate().of()));
        return Optional.empty();
    }

    /** {@code R (r∘h)}. */
    private Optional<Cell> resetFirst(Sum.Term term, Part part) {
        if (!(term.atom().orElse(null) instanceof Atom.Product p)
                || p.row().terms().size() != 1) {
            return Optional.empty();
        }
        Sum.Term row = p.row().list().get(0);
        List<Weighted> hidden = List.of(new Weighted(term.scale(), p.matrix()));
        return row.partner(state)
                .filter(reset -> row.scale().is(1))
                .flatMap(reset -> cell(part, term, reset, hidden, Scale.ZERO));
    }

    /** {@code r∘(R h + b)}. */
    private Optional<Cell> resetLast(Sum.Term term, Part part) {
        List<Atom> pair = term.pair().orElse(List.of());
        for (int i = 0; i < pair.size() && term.scale().is(1); i++) {
            Atom reset = pair.get(1 - i);
            Optional<Gate> inner = Gate.curved(pair.get(i))
                    .filter(c -> c.curve().equals(Curve.IDENTITY))
                    .flatMap(c -> Gate.of(c, a -> a.equals(state) ? Optional.of(Place.HIDDEN) : Optional.empty()));
            Optional<Cell> found = inner.flatMap(g -> cell(part, term, reset, g.hidden(), g.bias()));
            if (found.isPresent()) {
                return found.map(
                        c -> new Cell(c.operator(), c.step(), c.hidden(), c.cell(), c.gates(), c.curves(), true));
            }
        }
        return Optional.empty();
    }

    private Optional<Cell> cell(Part part, Sum.Term term, Atom reset, List<Weighted> hidden, Scale hiddenBias) {
        Sum rest = part.candidate().of().without(term);
        Optional<Gate> fed = Gate.of(
                new Atom.Curved(part.candidate().curve(), rest),
                a -> a.equals(part.step()) ? Optional.of(Place.INPUT) : Optional.empty());
        Optional<Gate> gate = gate(reset, part.step())
                .filter(g -> g.curve().equals(part.update().curve()));
        return fed.flatMap(f -> gate.map(r -> {
            Gate candidate = new Gate(f.curve(), f.input(), hidden, f.bias(), hiddenBias, Scale.ZERO);
            return new Cell(
                    "GRU",
                    part.step(),
                    index,
                    OptionalInt.empty(),
                    List.of(part.update(), r, candidate),
                    List.of(r.curve(), f.curve()),
                    false);
        }));
    }
}
