package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The element types that ONNX Runtime's CPU kernels take, which are fewer than the schemas allow.
 *
 * <p>Source: the kernel registry of onnxruntime, written to a table by {@code tools/onnxruntime_kernels.py}. The table is
 * read when it is first asked.
 */
public final class OnnxRuntimeKernels {
    private static final String RESOURCE = "onnxruntime-kernels.tsv";

    private OnnxRuntimeKernels() {}

    /**
     * The types that a kernel takes for one of the operator's type variables.
     *
     * @param op an operator of the default domain
     * @param opset the version of the default domain
     * @param variable the schema's name of the variable
     * @return names of types as schemas write them, such as {@code float}; empty if nothing is known
     */
    public static Set<String> types(String op, int opset, String variable) {
        for (Kernel kernel : Table.ROWS.getOrDefault(op, new Kernel[0])) {
            if (kernel.first <= opset && opset <= kernel.last) {
                return kernel.types.getOrDefault(variable, Set.of());
            }
        }
        return Set.of();
    }

    /**
     * Whether there is a kernel for a node of the default domain, by the types of its inputs and outputs.
     *
     * @param schema the form of its operator
     */
    public static boolean runs(Node node, OnnxSchema schema) {
        return runs(node, schema, UnaryOperator.identity());
    }

    /** As {@link #runs(Node, OnnxSchema)}, if element types were others. */
    public static boolean runs(Node node, OnnxSchema schema, UnaryOperator<DataType> as) {
        return Arrays.stream(Table.ROWS.getOrDefault(node.op().name(), new Kernel[0]))
                .anyMatch(kernel -> kernel.isFor(schema.sinceVersion())
                        && kernel.admits(node.inputs(), schema.inputs(), as)
                        && kernel.admits(node.outputs(), schema.outputs(), as));
    }

    /** Whether a type is among those that {@link #types} gave. */
    public static boolean admits(Set<String> types, DataType type) {
        return types.contains(OnnxSchema.typeName(type));
    }

    private record Kernel(int first, int last, Map<String, Set<String>> types) {
        /** A kernel without a last version is for the form that it was written for alone. */
        boolean isFor(int since) {
            return first == since || first < since && since <= last && last != Integer.MAX_VALUE;
        }

        boolean admits(List<Value> values, OnnxSchema.Operands operands, UnaryOperator<DataType> as) {
            for (int i = 0; i < values.size(); i++) {
                Value value = values.get(i);
                Set<String> admitted = operands.at(i)
                        .map(o -> types.getOrDefault(o.type(), Set.of()))
                        .orElse(Set.of());
                boolean known = value.isPresent() && value.containers().isEmpty() && value.type() != DataType.UNKNOWN;
                if (known && !admitted.isEmpty() && !OnnxRuntimeKernels.admits(admitted, as.apply(value.type()))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Loaded when first asked. */
    private static final class Table {
        static final Map<String, Kernel[]> ROWS = read();

        private static Map<String, Kernel[]> read() {
            Map<String, Kernel[]> rows = new HashMap<>();
            InputStream in = Objects.requireNonNull(OnnxRuntimeKernels.class.getResourceAsStream(RESOURCE));
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.startsWith("#")) {
                        String[] cells = line.split("\t", -1);
                        int last = cells[2].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(cells[2]);
                        Kernel kernel = new Kernel(Integer.parseInt(cells[1]), last, types(cells[3]));
                        rows.merge(cells[0], new Kernel[] {kernel}, Table::join);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return rows;
        }

        private static Kernel[] join(Kernel[] a, Kernel[] b) {
            Kernel[] both = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, both, a.length, b.length);
            return both;
        }

        private static Map<String, Set<String>> types(String cell) {
            Map<String, Set<String>> types = new LinkedHashMap<>();
            for (String part : cell.split(";")) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    types.put(
                            part.substring(0, equals),
                            new HashSet<>(
                                    Arrays.asList(part.substring(equals + 1).split("\\|"))));
                }
            }
            return types;
        }
    }
}
