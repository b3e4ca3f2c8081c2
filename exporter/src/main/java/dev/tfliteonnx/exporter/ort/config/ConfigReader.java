package dev.tfliteonnx.exporter.ort.config;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the configuration of a reduced build: comments, and lines of a domain, versions and operators with or without
 * types.
 *
 * <p>Source: {@code tools/python/util/reduced_build_config_parser.py} of ONNX Runtime.
 */
final class ConfigReader {
    private static final String MODEL = "# - ";
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

    /** {@code "inputs": {"0": ["float", …], …}}, and the same of outputs. */
    private static final Pattern PLACES = Pattern.compile("\"(inputs|outputs)\"\\s*:\\s*\\{([^{}]*)}");

    private static final Pattern PLACE = Pattern.compile("\"(\\d{1,4})\"\\s*:\\s*\\[([^\\[\\]]*)]");
    private static final Pattern COMBINATION = Pattern.compile("\\[\\s*(\"[^\\[\\]]*)]");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    private final RequiredOperators required = new RequiredOperators();
    private final String file;

    ConfigReader(String file) {
        this.file = file;
    }

    RequiredOperators read(String text) throws ConversionException {
        for (String raw : text.split("\n", -1)) {
            String line = raw.strip();
            if (raw.startsWith(MODEL)) {
                required.addModel(raw.substring(MODEL.length()).strip());
            } else if (line.startsWith("!")) {
                throw refusal(DiagnosticCode.UNSUPPORTED_OPTION, "it has the line " + line);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                operators(line);
            }
        }
        return required;
    }

    private ConversionException refusal(DiagnosticCode code, String reason) {
        return new ConversionException(
                code,
                Where.file(file),
                reason,
                "let each line be domain;versions;operators, types behind the operator");
    }

    private ConversionException broken(String line) {
        return refusal(DiagnosticCode.BROKEN_FILE, "it has the line " + line);
    }

    private void operators(String line) throws ConversionException {
        String[] parts = line.split(";", -1);
        if (parts.length != 3) {
            throw broken(line);
        }
        String domain = parts[0].strip();
        List<Integer> versions = new ArrayList<>();
        for (String version : parts[1].split(",", -1)) {
            if (!version.strip().matches("\\d{1,6}")) {
                throw broken(line);
            }
            versions.add(Integer.parseInt(version.strip()));
        }
        for (String entry : entries(parts[2], line)) {
            Matcher name = WORD.matcher(entry);
            if (!name.lookingAt() || domain.isEmpty()) {
                throw broken(line);
            }
            versions.forEach(v -> required.addOp(domain, v, name.group()));
            types(
                    RequiredOperators.key(domain, name.group()),
                    entry.substring(name.end()).strip());
        }
    }

    /** What commas outside of braces and brackets separate. */
    private List<String> entries(String list, String line) throws ConversionException {
        List<String> entries = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (c == ',' && depth == 0) {
                entries.add(list.substring(start, i).strip());
                start = i + 1;
            }
        }
        if (depth != 0) {
            throw broken(line);
        }
        entries.add(list.substring(start).strip());
        return entries;
    }

    private void types(String op, String json) throws ConversionException {
        boolean tracked =
                op.equals(TrackedTypes.COMBINED) || TrackedTypes.of(op).isPresent();
        if (json.isEmpty()) {
            if (tracked) {
                required.types(op).addAll();
            }
            return;
        }
        OperatorTypes of = required.types(op);
        boolean found = false;
        Matcher places = PLACES.matcher(json);
        while (places.find()) {
            Matcher place = PLACE.matcher(places.group(2));
            while (place.find()) {
                int index = Integer.parseInt(place.group(1));
                for (String type : quoted(place.group(2))) {
                    if (places.group(1).equals("inputs")) {
                        of.addInput(index, type);
                    } else {
                        of.addOutput(index, type);
                    }
                    found = true;
                }
            }
        }
        if (json.contains("\"custom\"")) {
            Matcher combination = COMBINATION.matcher(json);
            while (combination.find()) {
                of.addTogether(quoted(combination.group(1)));
                found = true;
            }
        }
        if (!found) {
            throw refusal(DiagnosticCode.BROKEN_FILE, "the types of " + op + " are " + json);
        }
    }

    private static List<String> quoted(String list) {
        return QUOTED.matcher(list).results().map(r -> r.group(1)).toList();
    }
}
