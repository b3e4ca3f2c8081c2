package dev.tfliteonnx.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in the order that they run, the values between them, and who uses what. It is built by appending; afterwards it
 * changes only through {@link Edit}. Not safe for use by several threads.
 *
 * <p>A graph that a node of another graph runs is nested in it: it shares its names and may read its values.
 */
public final class Graph implements Sink {
    private static final long GAP = 1L << 20;

    private final Dialect dialect;
    private final String name;
    private final Names names;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> outputs = new ArrayList<>();
    private final Map<Value, Tensor> defaults = new LinkedHashMap<>();

    @Nullable
    Node first;

    private @Nullable Node last;
    private int size;

    /** An empty graph. */
    public Graph(Dialect dialect, String name) {
        this(dialect, name, new Names());
    }

    private Graph(Dialect dialect, String name, Names names) {
        this.dialect = dialect;
        this.name = name;
        this.names = names;
    }

    /** An empty graph for a node of this graph to run. */
    public Graph nested(String nestedName) {
        return new Graph(dialect, nestedName, names);
    }

    /** The vocabulary of the nodes. */
    public Dialect dialect() {
        return dialect;
    }

    /** The name; may be empty. */
    public String name() {
        return name;
    }

    /** The values that are fed in, in order. */
    public List<Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /** The values that come out, in order; one may stand there twice. */
    public List<Value> outputs() {
        return Collections.unmodifiableList(outputs);
    }

    /** The nodes, producers first, as they are now: edits may be applied while the list is walked. */
    public List<Node> nodes() {
        List<Node> nodes = new ArrayList<>(size);
        for (Node n = first; n != null; n = n.next) {
            nodes.add(n);
        }
        return nodes;
    }

    /** How many nodes there are, without those of nested graphs. */
    public int size() {
        return size;
    }

    /** A number that is another one after every change of this graph, of the graphs nested in it or of those around it. */
    public long revision() {
        return names.changes;
    }

    /** All constants that nodes read or the graph gives out, by first use; not those read by nested graphs alone. */
    public List<Value> constants() {
        Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Value> constants = new ArrayList<>();
        Consumer<Value> visit = v -> {
            if (v.isConstant() && seen.add(v)) {
                constants.add(v);
            }
        };
        for (Node n = first; n != null; n = n.next) {
            n.inputs.forEach(visit);
        }
        outputs.forEach(visit);
        return constants;
    }

    /** A name that starts as {@code wanted} and that no value of this graph or its nested graphs has. */
    public String uniqueName(String wanted) {
        return names.claim(wanted);
    }

    /** Adds an input. */
    public Value input(ValueInfo info) {
        Value value = new Value(info.named(names.claim(info.name())), null);
        inputs.add(value);
        return value;
    }

    @Override
    public Value constant(String constantName, Tensor tensor) {
        return constant(constantName, tensor, null);
    }

    /** Adds a constant of quantized elements. */
    public Value constant(String constantName, Tensor tensor, @Nullable QuantParams quant) {
        return new Value(names.claim(constantName), tensor.type(), tensor.shape(), quant, tensor, null);
    }

    @Override
    public List<Value> add(
            OpType op, List<Value> nodeInputs, Attributes attributes, List<ValueInfo> infos, Origin origin) {
        Node node = new Node(op, nodeInputs, attributes, infos, origin);
        node.outputs().stream().filter(Value::isPresent).forEach(o -> o.name = names.claim(o.name));
        insertBefore(null, node);
        return node.outputs();
    }

    /** Says which values come out. */
    public void setOutputs(List<Value> values) {
        names.changes++;
        outputs.forEach(v -> v.timesOutput--);
        outputs.clear();
        outputs.addAll(values);
        outputs.forEach(v -> v.timesOutput++);
    }

    /** Gives a value another name, made unique. */
    public void rename(Value value, String wanted) {
        if (!value.name.equals(wanted)) {
            names.release(value.name);
            value.name = names.claim(wanted);
        }
    }

    /** Adds what became known about a shape. */
    public void refine(Value value, Shape shape) {
        names.changes++;
        value.shape = Shape.merge(shape, value.shape)
                .orElseThrow(() -> new IllegalGraphException(value + " cannot have the shape " + shape));
    }

    /** Removes inputs that nothing reads. */
    public void removeInput(Value value) {
        if (!value.uses.isEmpty() || value.isGraphOutput()) {
            throw new IllegalArgumentException(value + " is in use");
        }
        inputs.remove(value);
        defaults.remove(value);
        names.release(value.name);
    }

    /** Says what an input holds if a caller leaves it out: a tensor of its type and shape. */
    public void setDefault(Value input, Tensor tensor) {
        if (input.type() != tensor.type() || !input.shape().equals(tensor.shape())) {
            throw new IllegalArgumentException(tensor + " for " + input);
        }
        defaults.put(input, tensor);
    }

    /** What inputs hold if nothing is fed in; those that must be fed are not among them. */
    public Map<Value, Tensor> defaults() {
        return Collections.unmodifiableMap(defaults);
    }

    /** Puts the inputs in another order. */
    public void orderInputs(List<Value> order) {
        if (order.size() != inputs.size() || !new HashSet<>(order).equals(new HashSet<>(inputs))) {
            throw new IllegalArgumentException(order + " are not the inputs " + inputs);
        }
        inputs.clear();
        inputs.addAll(order);
        names.changes++;
    }

    @Override
    public Graph graph() {
        return this;
    }

    /** Starts a change that goes by the name of a rule or pass. */
    public Edit edit(String rule) {
        return new Edit(this, rule);
    }

    void apply(List<Node> added, Map<Value, Value> replaced, Collection<Node> removed) {
        names.changes++;
        Set<Node> fresh = Collections.newSetFromMap(new IdentityHashMap<>());
        fresh.addAll(added);
        List<Value> wereOutputs =
                replaced.keySet().stream().filter(outputs::contains).toList();
        Node before = new Placement(this, fresh).firstUser(replaced.keySet());
        added.forEach(node -> insertBefore(before, node));
        replaced.forEach((old, by) -> rewire(old, by, fresh));
        if (added.stream().anyMatch(Placement::readsLater)) {
            sort();
        }
        replaced.keySet().forEach(old -> old.producer().ifPresent(this::removeIfDead));
        removed.forEach(this::removeIfDead);
        for (int i = added.size() - 1; i >= 0; i--) {
            removeIfDead(added.get(i));
        }
        replaced.forEach((old, by) -> {
            boolean gone = old.producer().map(n -> !n.isAttached()).orElse(false);
            boolean isNew = by.producer().map(fresh::contains).orElse(false);
            if (gone && (isNew || wereOutputs.contains(old))) {
                rename(by, old.name);
            }
        });
    }

    private void rewire(Value old, Value by, Set<Node> fresh) {
        for (Use use : List.copyOf(old.uses)) {
            if (!fresh.contains(use.user())) {
                use.user().inputs.set(use.input(), by);
                old.uses.remove(use);
                by.uses.add(use);
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            if (outputs.get(i) == old) {
                outputs.set(i, by);
                old.timesOutput--;
                by.timesOutput++;
            }
        }
    }

    private void insertBefore(@Nullable Node before, Node node) {
        node.graph = this;
        node.next = before;
        node.previous = before == null ? last : before.previous;
        if (node.previous == null) {
            first = node;
        } else {
            node.previous.next = node;
        }
        if (before == null) {
            last = node;
        } else {
            before.previous = node;
        }
        size++;
        long low = node.previous == null ? 0 : node.previous.position;
        long high = before == null ? low + 2 * GAP : before.position;
        node.position = low + (high - low) / 2;
        if (node.position <= low) {
            number();
        }
        for (int i = 0; i < node.inputs.size(); i++) {
            Value in = node.inputs.get(i);
            if (in.isPresent()) {
                in.uses.add(new Use(node, i));
            }
        }
    }

    private void number() {
        long at = GAP;
        for (Node n = first; n != null; n = n.next) {
            n.position = at;
            at += GAP;
        }
    }

    private void removeIfDead(Node node) {
        ArrayDeque<Node> queue = new ArrayDeque<>(List.of(node));
        while (!queue.isEmpty()) {
            Node n = queue.poll();
            boolean used =
                    n.outputs().isEmpty() || n.outputs().stream().anyMatch(o -> !o.uses.isEmpty() || o.isGraphOutput());
            if (n.graph != this || used) {
                continue;
            }
            unlink(n);
            for (Value in : new HashSet<>(n.inputs)) {
                in.producer().ifPresent(queue::add);
            }
            n.subgraphs().forEach(g -> g.detach(queue));
        }
    }

    private void detach(ArrayDeque<Node> queue) {
        setOutputs(List.of());
        for (Node n = last; n != null; n = n.previous) {
            unlink(n);
            for (Value in : n.inputs) {
                in.producer().filter(p -> p.graph != this).ifPresent(queue::add);
            }
        }
    }

    /** Takes a node out of the list; its own links stay, so that a walk over it can go on. */
    private void unlink(Node n) {
        if (n.previous == null) {
            first = n.next;
        } else {
            n.previous.next = n.next;
        }
        if (n.next == null) {
            last = n.previous;
        } else {
            n.next.previous = n.previous;
        }
        n.graph = null;
        size--;
        for (int i = 0; i < n.inputs.size(); i++) {
            Value in = n.inputs.get(i);
            if (in.isPresent()) {
                in.uses.remove(new Use(n, i));
            }
        }
        n.outputs().forEach(o -> names.release(o.name));
    }

    /** Removes every node whose results nothing reads. */
    public void removeDeadNodes() {
        for (Node n = last; n != null; n = n.previous) {
            removeIfDead(n);
        }
    }

    /** Puts producers before users again, keeping the order otherwise. */
    private void sort() {
        List<Node> order = TopologicalOrder.of(this);
        first = null;
        last = null;
        for (Node n : order) {
            n.previous = last;
            n.next = null;
            if (last == null) {
                first = n;
            } else {
                last.next = n;
            }
            last = n;
        }
        number();
    }

    /**
     * Checks that producers stand before users and that uses are recorded truly, in nested graphs too.
     *
     * @throws IllegalGraphException naming the node and the rule that it breaks
     */
    public void verify() {
        GraphVerifier.verify(this, new HashSet<>(), new HashMap<>());
    }

    /** One line per node, the same for the same graph. */
    public String toText() {
        return GraphText.of(this);
    }

    @Override
    public String toString() {
        return "graph " + name + " of " + size + " nodes";
    }
}
