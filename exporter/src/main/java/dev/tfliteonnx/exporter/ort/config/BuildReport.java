package dev.tfliteonnx.exporter.ort.config;

import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.OnnxSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What a reduced build needs, in words, with the switches of ONNX Runtime's build script that follow from it.
 *
 * <p>Source: {@code docs/ONNX_Runtime_Reduced_Operator_Kernel_build} and {@code tools/ci_build/build.py} of ONNX Runtime.
 */
final class BuildReport {
    private BuildReport() {}

    static String of(
            int models,
            SortedMap<String, SortedMap<Integer, NavigableSet<String>>> ops,
            Map<String, OperatorTypes> types) {
        List<String> lines = new ArrayList<>();
        lines.add("A build of ONNX Runtime for " + models + (models == 1 ? " model" : " models") + " needs");
        ops.forEach((domain, versions) -> {
            NavigableSet<String> names = new TreeSet<>();
            versions.values().forEach(names::addAll);
            lines.add("  operators of " + domain + " (" + names.size() + "): " + String.join(", ", names));
        });
        NavigableSet<String> named = new TreeSet<>();
        NavigableSet<String> whole = new TreeSet<>();
        types.forEach((op, of) -> {
            named.addAll(of.names());
            if (of.isAll()) {
                whole.add(op);
            }
        });
        lines.add("  element types: " + (named.isEmpty() ? "all" : String.join(", ", named)));
        if (!whole.isEmpty()) {
            lines.add("  all element types of: " + String.join(", ", whole));
        }
        lines.add("Switches of its build script");
        lines.add(
                "  --minimal_build            .ort files only; with \"extended\" for styles that optimize at load time");
        lines.add("  --include_ops_by_config    with the configuration of these models");
        lines.add("  --enable_reduced_operator_type_support    if the configuration has types");
        if (!ops.containsKey(OnnxOps.MICROSOFT)) {
            lines.add("  --disable_contrib_ops      no operator of " + OnnxOps.MICROSOFT + " is needed");
        }
        if (!ops.containsKey(OnnxSchemas.ML)) {
            lines.add("  --disable_ml_ops           no operator of " + OnnxSchemas.ML + " is needed");
        }
        return String.join("\n", lines) + "\n";
    }
}
