package dev.tfliteonnx.optimizers.recurrence;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A sum of products, each with a factor for every column. Products of sums are multiplied out, but for long ones and
 * those in which a matrix product stands; so there is one way alone to write a sum down.
 *
 * @param width how many columns there are
 * @param terms the factor of each product; a product holds its atoms and how often each stands in it, none for 1
 */
record Sum(int width, Map<Map<Atom, Integer>, Scale> terms) {
    private static final Map<Atom, Integer> UNIT = Map.of();

    /** Sums of more terms are not multiplied out. */
    private static final int MOST = 8;

    /**
     * A product and its factor for every column.
     *
     * @param product atoms and how often each stands in it
     */
    record Term(Map<Atom, Integer> product, Scale scale) {
        /** The atom that the product is, if it is one alone. */
        Optional<Atom> atom() {
            return product.size() == 1 && product.containsValue(1)
                    ? Optional.of(product.keySet().iterator().next())
                    : Optional.empty();
        }

        /** The two atoms that the product is made of, if it is. */
        Optional<List<Atom>> pair() {
            boolean once = product.values().stream().allMatch(times -> times == 1);
            return product.size() == 2 && once ? Optional.of(List.copyOf(product.keySet())) : Optional.empty();
        }

        /** What an atom is multiplied by, if that is one atom. */
        Optional<Atom> partner(Atom known) {
            return pair().filter(p -> p.contains(known)).map(p -> p.get(p.get(0).equals(known) ? 1 : 0));
        }
    }

    Sum {
        terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
    }

    static Sum of(Atom atom) {
        return new Sum(atom.width(), Map.of(Map.of(atom, 1), Scale.ONE));
    }

    static Sum constant(int width, Scale scale) {
        return new Sum(width, scale.is(0) ? Map.of() : Map.of(UNIT, scale));
    }

    /** How many atoms it is made of, those within others too. */
    int size() {
        return terms.keySet().stream()
                .flatMap(p -> p.keySet().stream())
                .mapToInt(Atom::size)
                .sum();
    }

    /** What is added to all products. */
    Scale constant() {
        return terms.getOrDefault(UNIT, Scale.ZERO);
    }

    boolean isConstant() {
        return terms.keySet().stream().allMatch(Map::isEmpty);
    }

    /** What is added up, but for constants. */
    List<Term> products() {
        return list().stream().filter(t -> !t.product().isEmpty()).toList();
    }

    /** All that is added up. */
    List<Term> list() {
        return terms.entrySet().stream()
                .map(e -> new Term(e.getKey(), e.getValue()))
                .toList();
    }

    /** What stands in the sum beside a term. */
    Sum without(Term term) {
        Map<Map<Atom, Integer>, Scale> rest = new LinkedHashMap<>(terms);
        rest.remove(term.product());
        return new Sum(width, rest);
    }

    /** Whether a product stands in the sum with that factor. */
    boolean has(Atom atom, double factor) {
        Scale scale = terms.get(Map.of(atom, 1));
        return scale != null && scale.is(factor);
    }

    /** The atom that it is, if it is one alone. */
    Optional<Atom> atom() {
        if (terms.size() != 1) {
            return Optional.empty();
        }
        Term only = list().get(0);
        return only.scale().is(1) ? only.atom() : Optional.empty();
    }

    Sum plus(Sum other) {
        Map<Map<Atom, Integer>, Scale> out = new LinkedHashMap<>(terms);
        other.terms.forEach((product, scale) -> add(out, product, scale));
        return new Sum(width, out);
    }

    Sum scaled(Scale factor) {
        Optional<Atom> alone = atom();
        if (factor.isUniform() && alone.isPresent() && alone.get() instanceof Atom.Curved c) {
            Curve scaled = c.curve().scaled(factor.at(0));
            if (!scaled.equals(c.curve())) {
                return of(new Atom.Curved(scaled, c.of()));
            }
        }
        Map<Map<Atom, Integer>, Scale> out = new LinkedHashMap<>();
        terms.forEach((product, scale) -> add(out, product, scale.times(factor)));
        return new Sum(width, out);
    }

    Sum times(Sum other) {
        if (other.isConstant()) {
            return scaled(other.constant());
        }
        if (isConstant()) {
            return other.scaled(constant());
        }
        Map<Map<Atom, Integer>, Scale> out = new LinkedHashMap<>();
        factor().terms.forEach((a, x) -> other.factor().terms.forEach((b, y) -> add(out, product(a, b), x.times(y))));
        return new Sum(width, out);
    }

    private static Map<Atom, Integer> product(Map<Atom, Integer> a, Map<Atom, Integer> b) {
        Map<Atom, Integer> product = new LinkedHashMap<>(a);
        b.forEach((atom, times) -> product.merge(atom, times, Integer::sum));
        return Collections.unmodifiableMap(product);
    }

    /** This sum as it is multiplied. */
    private Sum factor() {
        boolean hasMatrix = terms.keySet().stream()
                .anyMatch(p -> p.keySet().stream().anyMatch(a -> a instanceof Atom.Product || a instanceof Atom.Group));
        return (hasMatrix || terms.size() > MOST) && atom().isEmpty() ? of(new Atom.Group(this)) : this;
    }

    Sum columns(int from, int to) {
        if (from == 0 && to == width) {
            return this;
        }
        Map<Map<Atom, Integer>, Scale> out = new LinkedHashMap<>();
        terms.forEach((product, scale) -> add(out, map(product, a -> a.columns(from, to)), scale.columns(from, to)));
        return new Sum(to - from, out);
    }

    private static Map<Atom, Integer> map(Map<Atom, Integer> product, UnaryOperator<Atom> f) {
        Map<Atom, Integer> out = new LinkedHashMap<>();
        product.forEach((atom, times) -> out.merge(f.apply(atom), times, Integer::sum));
        return Collections.unmodifiableMap(out);
    }

    private static void add(Map<Map<Atom, Integer>, Scale> terms, Map<Atom, Integer> product, Scale scale) {
        Scale sum = terms.getOrDefault(product, Scale.ZERO).plus(scale);
        if (sum.is(0)) {
            terms.remove(product);
        } else {
            terms.put(product, sum);
        }
    }
}
