package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Container;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Inference;
import dev.tfliteonnx.onnx.OnnxSchema;
import dev.tfliteonnx.onnx.OnnxSchemas;
import dev.tfliteonnx.onnx.TypedShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What the results of a node are, where a file does not say it: by the rules of shape inference for forms of operators that
 * these know, else the type alone, by the schema of the operator.
 */
final class ResultTypes {
    private static final int FIRST_KNOWN_FORM = 13;
    private static final int LAST_KNOWN_FORM = 24;

    private ResultTypes() {}

    /** A node as far as it is known before it exists. */
    record Call(String domain, String op, int version, List<Value> in, Attributes attributes) {
        Value in(int i) {
            return i < in.size() ? in.get(i) : Value.ABSENT;
        }
    }

    /** What the results are, one for each of {@code count}. */
    static List<ValueInfo> of(Call call, int count) {
        List<ValueInfo> results = new ArrayList<>(inferred(call, count));
        Optional<OnnxSchema> schema = OnnxSchemas.find(call.domain, call.op, call.version);
        for (int i = results.size(); i < count; i++) {
            results.add(bySchema(call, schema, i));
        }
        return results;
    }

    private static List<ValueInfo> inferred(Call call, int count) {
        List<ValueInfo> contained = contained(call, count);
        if (!contained.isEmpty() || !call.domain.isEmpty() || !Inference.knows(call.op) || !isKnownForm(call)) {
            return contained;
        }
        if (call.in.stream()
                .anyMatch(v -> v.isPresent()
                        && (v.type() == DataType.UNKNOWN || !v.containers().isEmpty()))) {
            return List.of();
        }
        try {
            List<ValueInfo> all = new ArrayList<>();
            for (TypedShape t : Inference.infer(call.op, call.in, call.attributes, count)) {
                all.add(ValueInfo.of("", t.type(), t.shape()));
            }
            return all.subList(0, count);
        } catch (IllegalArgumentException
                | IllegalStateException
                | IndexOutOfBoundsException
                | ArithmeticException
                | NegativeArraySizeException
                | NoSuchElementException e) {
            // the rules take nodes that are valid; whether this one is, a file does not promise
            return List.of();
        }
    }

    private static boolean isKnownForm(Call call) {
        int since = since(call.op, call.version);
        return since >= since(call.op, FIRST_KNOWN_FORM) && since > 0 && since <= LAST_KNOWN_FORM;
    }

    private static int since(String op, int version) {
        return OnnxSchemas.find("", op, version).map(OnnxSchema::sinceVersion).orElse(0);
    }

    /** Results that are, or come out of, sequences and the like; empty if there are none such. */
    private static List<ValueInfo> contained(Call call, int count) {
        Value first = call.in(0);
        if (!call.domain.isEmpty() || count == 0) {
            return List.of();
        }
        return switch (call.op) {
            case "SequenceConstruct", "SplitToSequence" ->
                List.of(wrapped(first, new Container.Sequence(), Shape.UNKNOWN));
            case "SequenceEmpty" ->
                List.of(new ValueInfo(
                        "",
                        coded(call, "dtype", DataType.FLOAT32),
                        Shape.UNKNOWN,
                        Optional.empty(),
                        List.of(new Container.Sequence())));
            case "SequenceInsert", "SequenceErase" -> List.of(info(first, first.containers(), Shape.UNKNOWN));
            case "SequenceAt", "ConcatFromSequence" -> List.of(info(first, inside(first), Shape.UNKNOWN));
            case "Optional" ->
                first.isPresent() ? List.of(wrapped(first, new Container.Maybe(), first.shape())) : List.of();
            case "OptionalGetElement" -> {
                boolean maybe =
                        !first.containers().isEmpty() && first.containers().get(0) instanceof Container.Maybe;
                yield List.of(info(first, maybe ? inside(first) : first.containers(), first.shape()));
            }
            case "OptionalHasElement" -> List.of(ValueInfo.of("", DataType.BOOL, Shape.SCALAR));
            case "SequenceLength" -> List.of(ValueInfo.of("", DataType.INT64, Shape.SCALAR));
            case "Identity" -> List.of(info(first, first.containers(), first.shape()));
            case "If" -> ofGraph(call, "then_branch", 0, 0, count);
            case "Loop" -> ofGraph(call, "body", 1, Math.max(0, call.in.size() - 2), count);
            case "Scan" -> ofGraph(call, "body", 0, Integer.MAX_VALUE, count);
            default -> List.of();
        };
    }

    private static List<ValueInfo> ofGraph(Call call, String attribute, int skipped, int carried, int count) {
        if (!(call.attributes.asMap().get(attribute) instanceof Graph g)) {
            return List.of();
        }
        boolean plain = g.outputs().stream().allMatch(v -> v.containers().isEmpty() && v.type() != DataType.UNKNOWN);
        if (plain && !call.op.equals("Scan") || g.outputs().size() - skipped < count) {
            return List.of();
        }
        List<ValueInfo> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Value v = g.outputs().get(i + skipped);
            Value in = call.op.equals("Loop") && i < carried ? call.in(i + 2) : v;
            Value told = v.type() == DataType.UNKNOWN && in.isPresent() ? in : v;
            results.add(info(told, told.containers(), Shape.UNKNOWN));
        }
        return results;
    }

    private static ValueInfo wrapped(Value v, Container container, Shape shape) {
        List<Container> all = new ArrayList<>(List.of(container));
        all.addAll(v.containers());
        return info(v, all, shape);
    }

    private static ValueInfo info(Value v, List<Container> containers, Shape shape) {
        return new ValueInfo("", v.isPresent() ? v.type() : DataType.UNKNOWN, shape, Optional.empty(), containers);
    }

    private static List<Container> inside(Value v) {
        return v.containers().isEmpty()
                ? List.of()
                : v.containers().subList(1, v.containers().size());
    }

    private static ValueInfo bySchema(Call call, Optional<OnnxSchema> schema, int output) {
        DataType type = told(call).orElse(DataType.UNKNOWN);
        Optional<OnnxSchema.Operand> operand = schema.flatMap(s -> s.outputs().at(output));
        if (type == DataType.UNKNOWN && operand.isPresent()) {
            type = bound(call, schema.get(), operand.get());
        }
        return ValueInfo.of("", type, Shape.UNKNOWN);
    }

    private static DataType bound(Call call, OnnxSchema schema, OnnxSchema.Operand operand) {
        if (operand.allowed().size() == 1) {
            String only = operand.allowed().iterator().next();
            return Arrays.stream(DataType.values())
                    .filter(t -> OnnxSchema.typeName(t).equals(only))
                    .findFirst()
                    .orElse(DataType.UNKNOWN);
        }
        for (int i = 0; i < call.in.size(); i++) {
            Optional<OnnxSchema.Operand> in = schema.inputs().at(i);
            if (in.isPresent()
                    && in.get().type().equals(operand.type())
                    && call.in.get(i).isPresent()) {
                return call.in.get(i).type();
            }
        }
        return DataType.UNKNOWN;
    }

    /** The type that an attribute names, or that a tensor among the attributes has. */
    private static Optional<DataType> told(Call call) {
        Object value = call.attributes.asMap().get("value");
        return switch (call.op) {
            case "Cast" -> Optional.of(coded(call, "to", DataType.UNKNOWN));
            case "Constant" -> value instanceof Tensor t ? Optional.of(t.type()) : Optional.empty();
            case "ConstantOfShape" -> Optional.of(value instanceof Tensor t ? t.type() : DataType.FLOAT32);
            case "RandomNormal", "RandomUniform" -> Optional.of(coded(call, "dtype", DataType.FLOAT32));
            case "EyeLike", "RandomNormalLike", "RandomUniformLike" ->
                Optional.of(coded(call, "dtype", call.in(0).type()));
            case "Bernoulli" -> Optional.of(coded(call, "dtype", call.in(0).type()));
            case "Multinomial" -> Optional.of(coded(call, "dtype", DataType.INT32));
            case "BlackmanWindow", "HannWindow", "HammingWindow" ->
                Optional.of(coded(call, "output_datatype", DataType.FLOAT32));
            case "QuantizeLinear" ->
                Optional.of(call.in(2).isPresent() ? call.in(2).type() : DataType.UINT8);
            default -> Optional.empty();
        };
    }

    private static DataType coded(Call call, String name, DataType otherwise) {
        Object code = call.attributes.asMap().get(name);
        return code instanceof Long c ? DataType.ofOnnxCode(c.intValue()).orElse(DataType.UNKNOWN) : otherwise;
    }
}
