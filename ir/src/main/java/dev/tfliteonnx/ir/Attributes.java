package dev.tfliteonnx.ir;

import java.util.Collections;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The options of a node, in the order of their names. */
public final class Attributes {
    /** No options. */
    public static final Attributes NONE = new Attributes(new TreeMap<>());

    private final SortedMap<String, Object> values;

    private Attributes(SortedMap<String, Object> values) {
        this.values = values;
    }

    /** One option. */
    public static <T> Attributes of(Key<T> key, T value) {
        return NONE.with(key, value);
    }

    /** These options and one more, or with another value. */
    public <T> Attributes with(Key<T> key, T value) {
        if (!key.type().isInstance(value)) {
            throw new IllegalArgumentException("attribute " + key + " cannot be " + value);
        }
        SortedMap<String, Object> copy = new TreeMap<>(values);
        copy.put(key.name(), value);
        return new Attributes(copy);
    }

    /** These options without one. */
    public Attributes without(Key<?> key) {
        SortedMap<String, Object> copy = new TreeMap<>(values);
        copy.remove(key.name());
        return new Attributes(copy);
    }

    /**
     * The value of an option.
     *
     * @throws NoSuchElementException if it is absent
     */
    public <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new NoSuchElementException("no attribute " + key));
    }

    /** The value of an option, or another if it is absent. */
    public <T> T get(Key<T> key, T otherwise) {
        return find(key).orElse(otherwise);
    }

    /** The value of an option. */
    @SuppressWarnings("unchecked") // with() admits only values of the key's class
    public <T> Optional<T> find(Key<T> key) {
        Object value = values.get(key.name());
        if (value == null) {
            return Optional.empty();
        }
        if (!key.type().isInstance(value)) {
            throw new IllegalStateException("attribute " + key + " is a "
                    + value.getClass().getSimpleName() + ", asked for as "
                    + key.type().getSimpleName());
        }
        return Optional.of((T) value);
    }

    /** Names and values in the order of the names. */
    public Map<String, Object> asMap() {
        return Collections.unmodifiableMap(values);
    }

    /** Whether there are no options. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Attributes a && values.equals(a.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
