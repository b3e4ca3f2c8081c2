package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Changing the element type: x [...] → [...]. Floats become integers by truncation, and saturate where ONNX leaves the
 * result open, but for types of fewer than eight bits, which keep the lowest bits as ONNX's own test data does; integers
 * wrap. Source: Cast-19, CastLike-19. Refuses to round to 8-bit floats.
 */
final class Casting {
    private static final Key<Long> TO = Key.ofInt("to");

    private Casting() {}

    static Array cast(Call call) {
        int code = call.option(TO, 0);
        DataType to = DataType.ofOnnxCode(code)
                .orElseThrow(() -> new IllegalArgumentException("no element type has the number " + code));
        return cast(call.in(0), to);
    }

    static Array castLike(Call call) {
        return cast(call.in(0), call.in(1).type());
    }

    /** The elements as another type. */
    static Array cast(Array a, DataType to) {
        if (a.type() == to) {
            return a;
        }
        if (a.type() == DataType.STRING) {
            return parsed(a, to);
        }
        if (to == DataType.STRING) {
            return printed(a);
        }
        if (a.type().isFloat() && to.isInteger() && to.bits() < 8) {
            return Array.ofLongs(
                    to,
                    a.dims(),
                    Array.ofDoubles(DataType.INT64, a.dims(), a.doubles()).longs());
        }
        if (a.type().isFloat()) {
            return Lane.of(to) == Lane.FLOAT && Lane.of(a.type()) == Lane.FLOAT
                    ? Array.ofFloats(to, a.dims(), a.floats().clone())
                    : Array.ofDoubles(to, a.dims(), a.doubles());
        }
        return to.isFloat() ? Array.ofDoubles(to, a.dims(), a.doubles()) : Array.ofLongs(to, a.dims(), a.longs());
    }

    private static Array parsed(Array a, DataType to) {
        byte[][] strings = a.strings();
        double[] values = new double[strings.length];
        long[] whole = new long[strings.length];
        for (int i = 0; i < strings.length; i++) {
            String text = new String(strings[i], StandardCharsets.UTF_8).strip();
            if (to.isInteger()) {
                whole[i] = to == DataType.UINT64 ? Long.parseUnsignedLong(text) : Long.parseLong(text);
            } else {
                values[i] = parse(text.toLowerCase(Locale.ROOT));
            }
        }
        return to.isInteger() ? Array.ofLongs(to, a.dims(), whole) : Array.ofDoubles(to, a.dims(), values);
    }

    private static double parse(String text) {
        return switch (text) {
            case "nan" -> Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static Array printed(Array a) {
        byte[][] out = new byte[a.size()][];
        double[] real = a.type().isFloat() ? a.doubles() : new double[0];
        long[] whole = a.type().isFloat() ? new long[0] : a.longs();
        for (int i = 0; i < out.length; i++) {
            String text = a.type().isFloat()
                    ? print(real[i], a.type())
                    : a.type() == DataType.UINT64 ? Long.toUnsignedString(whole[i]) : Long.toString(whole[i]);
            out[i] = text.getBytes(StandardCharsets.UTF_8);
        }
        return new Array(DataType.STRING, a.dims(), out);
    }

    /** The fewest digits that give the number back. */
    private static String print(double value, DataType type) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "INF" : "-INF";
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; ; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            boolean same =
                    type == DataType.FLOAT64 ? rounded.doubleValue() == value : rounded.floatValue() == (float) value;
            if (same || digits == 17) {
                String text = rounded.stripTrailingZeros().toPlainString();
                return text.contains(".") ? text : text + ".0";
            }
        }
    }
}
