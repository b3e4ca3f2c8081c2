package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.Dense;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.SparseElements;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What {@code Constant} nodes hold.
 *
 * <p>Source: ONNX operator documentation, Constant-13.
 */
final class Constants {
    private Constants() {}

    /** The tensor among the attributes; empty if there is not exactly one attribute, or one of another kind. */
    static Optional<Tensor> of(ProtoMessage in, Attributes attributes) throws ConversionException {
        if (attributes.asMap().size() != 1) {
            return Optional.empty();
        }
        Object value = attributes.asMap().values().iterator().next();
        if (value instanceof Tensor t) {
            return Optional.of(t);
        } else if (value instanceof SparseElements s) {
            return Optional.of(Dense.of(s, in::unsupported));
        } else if (value instanceof Float f) {
            return Optional.of(Tensor.ofFloats(Shape.SCALAR, f));
        } else if (value instanceof Long i) {
            return Optional.of(Tensor.ofIntegers(dev.tfliteonnx.ir.DataType.INT64, Shape.SCALAR, i));
        } else if (value instanceof Floats many) {
            float[] all = new float[many.size()];
            for (int i = 0; i < all.length; i++) {
                all[i] = many.get(i);
            }
            return Optional.of(Tensor.ofFloats(Shape.of(all.length), all));
        } else if (value instanceof Ints many) {
            long[] all = new long[many.size()];
            Arrays.setAll(all, many::get);
            return Optional.of(Tensor.ofLongs(all));
        } else if (value instanceof String s) {
            return Optional.of(Tensor.ofStrings(Shape.SCALAR, List.of(s.getBytes(StandardCharsets.UTF_8))));
        } else if (value instanceof Strings many) {
            List<byte[]> all = many.values().stream()
                    .map(s -> s.getBytes(StandardCharsets.UTF_8))
                    .toList();
            return Optional.of(Tensor.ofStrings(Shape.of(all.size()), all));
        }
        return Optional.empty();
    }
}
