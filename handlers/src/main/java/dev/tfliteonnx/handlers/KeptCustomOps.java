package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.FlexOptions;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Custom operators that stay what they are, for a runtime that is given kernels for them: each becomes one node of the
 * domain {@value #DOMAIN} whose name is the custom code. Operands and results are what TFLite stores. Options that are
 * a FlexBuffer map, or the NodeDef of a TensorFlow operator, become attributes of the same names; the attribute {@value #RAW} holds their bytes in any case.
 */
final class KeptCustomOps {
    /** The domain of the nodes. */
    static final String DOMAIN = "tflite.custom";

    private static final String RAW = "custom_options";

    private KeptCustomOps() {}

    static OpRow row(OpType op) {
        String form = DOMAIN + ":" + op.name();
        return new OpRow(op, Set.of(), Optional.of(KeptCustomOps::keep), form, DiagnosticCode.NOT_HANDLED, "");
    }

    private static List<Value> keep(TflOp op, Onnx onnx) {
        List<Value> operands = new ArrayList<>();
        for (int i = 0; i < op.inputs(); i++) {
            operands.add(op.raw(i));
        }
        List<ValueInfo> results = op.node().outputs().stream()
                .map(v -> ValueInfo.of(v.name(), op.lowering().typeOf(v), v.shape()))
                .toList();
        op.note(
                DiagnosticCode.KEPT_CUSTOM_OP,
                "it stays as " + DOMAIN + ":" + op.name() + "; a runtime must be given a kernel for it");
        OpType type = new OpType(Dialect.ONNX, DOMAIN, op.name());
        return onnx.foreign(type, attributes(op), results, operands);
    }

    private static Attributes attributes(TflOp op) {
        Attributes attributes = Attributes.NONE;
        Optional<Bytes> raw = op.node().attributes().find(Tfl.CUSTOM_OPTIONS);
        if (raw.isEmpty() || raw.get().size() == 0) {
            return attributes;
        }
        for (Map.Entry<String, Object> e : op.node().attributes().asMap().entrySet()) {
            attributes = withNodeDef(attributes, e.getKey(), e.getValue());
        }
        attributes = attributes.with(Key.ofBytes(RAW), raw.get());
        try {
            FlexOptions options = FlexOptions.of(raw.get());
            if (options.isMap()) {
                List<String> keys = options.keys();
                List<FlexOptions> values = options.elements();
                for (int i = 0; i < keys.size(); i++) {
                    attributes = with(attributes, keys.get(i), values.get(i));
                }
            }
        } catch (FlexOptions.Malformed e) {
            // the options are of another format: only who wrote the kernel can read them
            return Attributes.of(Key.ofBytes(RAW), raw.get());
        }
        return attributes;
    }

    /** An attribute of a TensorFlow operator, which the importer took from its NodeDef. */
    private static Attributes withNodeDef(Attributes attributes, String name, Object value) {
        if (value instanceof Boolean flag) {
            return attributes.with(Key.ofInt(name), flag ? 1L : 0L);
        }
        boolean plain = value instanceof Long || value instanceof Float || value instanceof String;
        boolean list = value instanceof Ints || value instanceof Floats || value instanceof Strings;
        return (plain || list) && !name.equals(Tfl.VERSION_OF_OP.name())
                ? attributes.with(new Key<>(name, value.getClass()), value)
                : attributes;
    }

    private static Attributes with(Attributes attributes, String name, FlexOptions value) {
        if (name.isEmpty() || name.equals(RAW) || value.isNull() || value.isMap()) {
            return attributes;
        }
        if (value.isNumber()) {
            return value.isReal()
                    ? attributes.with(Key.ofFloat(name), (float) value.asDouble())
                    : attributes.with(Key.ofInt(name), value.asLong());
        }
        if (value.isText()) {
            return attributes.with(Key.ofString(name), value.asString());
        }
        return value.isList() ? withList(attributes, name, value.elements()) : attributes;
    }

    private static Attributes withList(Attributes attributes, String name, List<FlexOptions> list) {
        if (!list.isEmpty() && list.stream().allMatch(FlexOptions::isText)) {
            return attributes.with(
                    Key.ofStrings(name),
                    new Strings(list.stream().map(FlexOptions::asString).toList()));
        }
        if (!list.stream().allMatch(FlexOptions::isNumber)) {
            return attributes;
        }
        if (list.stream().anyMatch(FlexOptions::isReal)) {
            float[] reals = new float[list.size()];
            for (int i = 0; i < reals.length; i++) {
                reals[i] = (float) list.get(i).asDouble();
            }
            return attributes.with(Key.ofFloats(name), Floats.of(reals));
        }
        long[] wholes = list.stream().mapToLong(FlexOptions::asLong).toArray();
        return attributes.with(Key.ofInts(name), Ints.of(wholes));
    }
}
