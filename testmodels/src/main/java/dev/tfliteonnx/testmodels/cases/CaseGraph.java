package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TestModel;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.OptionField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The model of a case under construction. Unless outputs are named, those of the last operator are the model's. */
final class CaseGraph {
    private final TfliteBuilder model = TfliteBuilder.model();
    private final SeededValues random;
    private final List<TestModel.Input> inputs = new ArrayList<>();
    private final Set<String> tags = new TreeSet<>();
    private final boolean open;
    private List<TensorRef> last = List.of();
    private int constants;
    private int results;

    /**
     * A model without anything in it.
     *
     * @param open whether inputs that are not given tensors leave out extents in their signatures, and results all
     */
    CaseGraph(String caseName, boolean open) {
        random = SeededValues.fixed(caseName.hashCode());
        this.open = open;
    }

    TfliteBuilder model() {
        return model;
    }

    SeededValues random() {
        return random;
    }

    /** An input that may hold any value of its type. */
    TensorRef input(TensorSpec spec) {
        return input(spec, Values.anyOf(spec.type()));
    }

    TensorRef input(TensorSpec spec, Values values) {
        TensorSpec known = open && !(values instanceof Values.Exactly) ? opened(spec) : spec;
        TensorSpec named = known.name().isEmpty() ? known.named("input" + inputs.size()) : known;
        inputs.add(new TestModel.Input(named, values));
        return model.input(named);
    }

    /** With a signature in which about half of the extents are left out. */
    private TensorSpec opened(TensorSpec spec) {
        if (spec.signature().isPresent()) {
            return spec;
        }
        int[] signature = spec.sizes();
        for (int i = 0; i < signature.length; i++) {
            signature[i] = random.next(0L, 1L) == 0 ? -1 : signature[i];
        }
        return spec.signature(signature);
    }

    TensorRef input(DataType type, int... shape) {
        return input(TensorSpec.of(type, shape));
    }

    TensorRef input(Numeric kind, double low, double high, int... shape) {
        return input(
                kind.spec(low, high, shape), kind.isFloat() ? Values.between(low, high) : Values.anyOf(kind.type()));
    }

    TensorRef constant(TensorSpec spec) {
        return model.tensor(spec.name().isEmpty() ? spec.named("constant" + constants++) : spec);
    }

    TensorRef constant(Tensor data) {
        return constant(TensorSpec.of(data));
    }

    /** A constant of a spec without data, filled with any value of its type. */
    TensorRef randomConstant(TensorSpec spec) {
        return constant(spec.data(Values.anyOf(spec.type()).draw(random, spec.type(), spec.shape())));
    }

    TensorRef ints(int... values) {
        return constant(integers(DataType.INT32, values));
    }

    TensorRef longs(int... values) {
        return constant(integers(DataType.INT64, values));
    }

    /** A single int32 of rank 0. */
    TensorRef scalar(int value) {
        return constant(Tensor.ofIntegers(DataType.INT32, Shape.SCALAR, value));
    }

    /** A vector of int32 that is an input although its value is known: a computed shape, axis or begin. */
    TensorRef dynamicInts(int... values) {
        return input(TensorSpec.of(DataType.INT32, values.length), Values.exactly(integers(DataType.INT32, values)));
    }

    static Tensor integers(DataType type, int... values) {
        return Tensor.ofIntegers(
                type,
                Shape.of(values.length),
                Arrays.stream(values).asLongStream().toArray());
    }

    TensorRef op(String op, Attributes options, TensorSpec output, TensorRef... operands) {
        return add(OpSpec.of(op, options).inputs(operands).outputs(output)).get(0);
    }

    TensorRef op(String op, TensorSpec output, TensorRef... operands) {
        return add(OpSpec.of(op).inputs(operands).outputs(output)).get(0);
    }

    List<TensorRef> add(OpSpec spec) {
        TensorSpec[] named = spec.outputs().stream()
                .map(o -> open && o.signature().isEmpty() ? o.signature(Shapes.open(o.sizes())) : o)
                .map(o -> o.name().isEmpty() ? o.named("output" + results++) : o)
                .toArray(TensorSpec[]::new);
        last = model.add(spec.outputs(named));
        collectTags(spec);
        return last;
    }

    /** Notes something else that the case covers. */
    void tag(String tag) {
        tags.add(tag);
    }

    private void collectTags(OpSpec spec) {
        String op = spec.op().name();
        spec.inputs().stream()
                .filter(i -> i.index() >= 0)
                .forEach(i -> tags.add(op + " reads " + i.spec().type()));
        spec.outputs().forEach(o -> tags.add(op + " writes " + o.type()));
        if (spec.inputs().contains(TensorRef.ABSENT)) {
            tags.add(op + " without an input");
        }
        spec.options().ifPresent(options -> {
            Attributes all = spec.op().defaults();
            for (OptionField field : spec.op().fields()) {
                Object value = options.asMap()
                        .getOrDefault(
                                field.key().name(), all.asMap().get(field.key().name()));
                if (value instanceof Boolean || value instanceof Enum<?>) {
                    tags.add(op + "." + field.key().name() + "=" + value);
                }
            }
        });
    }

    TestModel build() {
        if (model.main().outputs().isEmpty()) {
            model.outputs(last.toArray(TensorRef[]::new));
        }
        List<TensorSpec> outputs =
                model.main().outputs().stream().map(TensorRef::spec).toList();
        return new TestModel(Bytes.of(model.build(), "case"), inputs, outputs, tags);
    }
}
