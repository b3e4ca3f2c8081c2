package dev.tfliteonnx.cli;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads shapes and extents as they are typed: numbers, and names for what is chosen when the model runs. */
final class Extents {
    private static final String DYNAMIC = "dynamic";

    private Extents() {}

    /** The value of {@code --batch}: a number, {@value #DYNAMIC} or a name. */
    static Optional<Dim> batch(Optional<String> typed) throws UsageException {
        if (typed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(typed.get().equals(DYNAMIC) ? new Dim.Named("batch") : extent(typed.get()));
    }

    /** The values of {@code --shape}: each {@code NAME=D,D,…}, or {@code NAME=} for a single number. */
    static Map<String, Shape> shapes(String @Nullable [] typed) throws UsageException {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String one : typed == null ? new String[0] : typed) {
            int equals = one.lastIndexOf('=');
            if (equals <= 0) {
                throw new UsageException("--shape wants INPUT=D,D,... as in image=1,224,224,3, not \"" + one + "\"");
            }
            String name = one.substring(0, equals);
            if (shapes.put(name, shape(one.substring(equals + 1))) != null) {
                throw new UsageException("--shape names \"" + name + "\" twice");
            }
        }
        return shapes;
    }

    private static Shape shape(String typed) throws UsageException {
        List<Dim> dims = new ArrayList<>();
        for (int from = 0; from < typed.length() || !dims.isEmpty() && from == typed.length(); ) {
            int comma = typed.indexOf(',', from);
            int to = comma < 0 ? typed.length() : comma;
            dims.add(extent(typed.substring(from, to).strip()));
            from = to + 1;
        }
        return Shape.ofDims(dims);
    }

    private static Dim extent(String typed) throws UsageException {
        if (!typed.isEmpty() && typed.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                long size = Long.parseLong(typed);
                if (size > 0 && size <= Integer.MAX_VALUE) {
                    return Dim.of(size);
                }
            } catch (NumberFormatException e) {
                throw new UsageException("an extent of " + typed + " is too large");
            }
        } else if (!typed.isEmpty() && Character.isLetter(typed.charAt(0))) {
            return new Dim.Named(typed);
        }
        throw new UsageException("an extent is a number from 1 on or a name, not \"" + typed + "\"");
    }
}
