package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.OpType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of all operators of the domains {@code ai.onnx} (written as the empty string) and {@value #ML}, every
 * version of each. The table is read once, when the first schema is asked for; a schema is parsed when it is asked for.
 *
 * <p>Source: the schema registry of onnx 1.23.1.
 */
public final class OnnxSchemas {
    /** The domain of classical machine learning. */
    public static final String ML = "ai.onnx.ml";

    /** The newest opset of {@code ai.onnx} that the table covers. */
    public static final int NEWEST = 28;

    /** The newest version of {@value #ML} that the table covers. */
    public static final int NEWEST_ML = 5;

    private static final String DEFAULT_DOMAIN = "ai.onnx";

    private final String table;
    private final Map<Operator, List<Row>> rows = new ConcurrentHashMap<>();

    private OnnxSchemas(String table) {
        this.table = table;
    }

    /** The schemas of these domains are known, so that an operator that has none does not exist. */
    public static boolean covers(String domain) {
        return domain.isEmpty() || domain.equals(DEFAULT_DOMAIN) || domain.equals(ML);
    }

    /**
     * The form that an operator has in a version of its domain; empty if it came later or is withdrawn by then.
     *
     * @param domain empty for {@code ai.onnx}
     * @param opset the version of that domain
     */
    public static Optional<OnnxSchema> find(String domain, String op, int opset) {
        return Table.INSTANCE.get(domain.isEmpty() ? DEFAULT_DOMAIN : domain, op, opset);
    }

    /**
     * As {@link #find}, with the operators that ONNX Runtime has beside those of ONNX: of {@code com.microsoft},
     * {@code com.microsoft.nchwc}, and some of {@code ai.onnx}. An operator of ONNX comes first.
     *
     * <p>Source: the schema registry of onnxruntime 1.30.0.
     */
    public static Optional<OnnxSchema> findForRuntime(String domain, String op, int opset) {
        String name = domain.isEmpty() ? DEFAULT_DOMAIN : domain;
        return Table.INSTANCE.get(name, op, opset).or(() -> RuntimeTable.INSTANCE.get(name, op, opset));
    }

    private Optional<OnnxSchema> get(String domain, String op, int opset) {
        Row best = null;
        for (Row row : rows.computeIfAbsent(new Operator(domain, op), this::rows)) {
            if (row.since <= opset && (best == null || row.since > best.since)) {
                best = row;
            }
        }
        return best == null || best.deprecated ? Optional.empty() : Optional.of(best.schema());
    }

    /** The lines that begin with a key, found by halving: the table is sorted by domain and operator. */
    private List<Row> rows(Operator operator) {
        String key = operator.domain + '\t' + operator.name + '\t';
        int low = 0;
        int high = table.length();
        while (low < high) {
            int start = table.lastIndexOf('\n', (low + high) / 2 - 1) + 1;
            String prefix = table.substring(start, Math.min(start + key.length(), table.length()));
            if (prefix.compareTo(key) < 0) {
                low = table.indexOf('\n', start) + 1;
            } else {
                high = start;
            }
        }
        List<Row> found = new ArrayList<>();
        while (table.startsWith(key, low)) {
            int end = table.indexOf('\n', low);
            found.add(new Row(table.substring(low, end).split("\t", -1)));
            low = end + 1;
        }
        return found;
    }

    private static OnnxSchema parse(String[] cells) {
        String domain = cells[0].equals(DEFAULT_DOMAIN) ? "" : cells[0];
        Map<String, Set<String>> types = new HashMap<>();
        for (String constraint : parts(cells[10], ";")) {
            int is = constraint.indexOf('=');
            types.put(constraint.substring(0, is), ordered(parts(constraint.substring(is + 1), "\\|")));
        }
        Map<String, OnnxSchema.Attribute> attributes = new HashMap<>();
        for (String text : parts(cells[11], ",")) {
            String[] f = text.split(":", -1);
            OnnxSchema.Kind kind = OnnxSchema.Kind.valueOf(f[1]);
            attributes.put(f[0], new OnnxSchema.Attribute(f[0], kind, f[2].equals("1"), decoded(f[3])));
        }
        return new OnnxSchema(
                new OpType(Dialect.ONNX, domain, cells[1]),
                Integer.parseInt(cells[2]),
                operands(cells[4], cells[5], cells[8], types),
                operands(cells[6], cells[7], cells[9], types),
                attributes);
    }

    private static OnnxSchema.Operands operands(String min, String max, String list, Map<String, Set<String>> types) {
        List<OnnxSchema.Operand> operands = new ArrayList<>();
        for (String text : parts(list, ",")) {
            String[] f = text.split(":", -1);
            OnnxSchema.Option option =
                    switch (f[2].charAt(0)) {
                        case 's' -> OnnxSchema.Option.SINGLE;
                        case 'o' -> OnnxSchema.Option.OPTIONAL;
                        default -> OnnxSchema.Option.VARIADIC;
                    };
            Set<String> allowed = types.getOrDefault(f[1], Set.of(f[1]));
            operands.add(new OnnxSchema.Operand(f[0], f[1], option, f[2].charAt(1) == 'h', allowed));
        }
        return new OnnxSchema.Operands(Integer.parseInt(min), Integer.parseInt(max), operands);
    }

    private static String[] parts(String text, String separator) {
        return text.isEmpty() ? new String[0] : text.split(separator, -1);
    }

    private static Set<String> ordered(String... words) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(List.of(words)));
    }

    private static String decoded(String text) {
        return text.indexOf('%') < 0 ? text : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private record Operator(String domain, String name) {}

    /** A line of the table. */
    private static final class Row {
        private final String[] cells;
        final int since;
        final boolean deprecated;
        private @Nullable OnnxSchema schema;

        Row(String[] cells) {
            this.cells = cells;
            this.since = Integer.parseInt(cells[2]);
            this.deprecated = cells[3].equals("1");
        }

        /** Parsed when first asked for. */
        synchronized OnnxSchema schema() {
            if (schema == null) {
                schema = parse(cells);
            }
            return schema;
        }
    }

    private static OnnxSchemas read(String resource) {
        try (InputStream in = OnnxSchemas.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the program");
            }
            return new OnnxSchemas(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Read when first touched. */
    private static final class Table {
        private static final OnnxSchemas INSTANCE = read("onnx-schemas.tsv");
    }

    /** Read when first touched. */
    private static final class RuntimeTable {
        private static final OnnxSchemas INSTANCE = read("onnxruntime-schemas.tsv");
    }
}
