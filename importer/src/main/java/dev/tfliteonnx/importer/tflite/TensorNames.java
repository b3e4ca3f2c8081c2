package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.formats.tflite.SubGraph;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names for all tensors of a subgraph, each unlike the others. Where several ask for the same name, inputs get it before
 * outputs, and these before the rest, since only their names are seen from outside. Tensors without a name are numbered.
 */
final class TensorNames {
    private final SubGraph subgraph;
    private final @Nullable String[] names;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> next = new HashMap<>();

    private TensorNames(SubGraph subgraph) {
        this.subgraph = subgraph;
        this.names = new String[subgraph.tensorsLength()];
    }

    static List<String> of(SubGraph subgraph) {
        TensorNames names = new TensorNames(subgraph);
        names.claimAll(subgraph.inputsAsByteBuffer());
        names.claimAll(subgraph.outputsAsByteBuffer());
        String[] all = new String[names.names.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = names.claim(i);
        }
        return Arrays.asList(all);
    }

    private void claimAll(@Nullable ByteBuffer indices) {
        for (int i : Vectors.ints(indices)) {
            if (i >= 0 && i < names.length) {
                claim(i);
            }
        }
    }

    private String claim(int index) {
        String known = names[index];
        if (known != null) {
            return known;
        }
        String wanted = Vectors.text(subgraph.tensors(index).nameAsByteBuffer());
        String base = wanted.isEmpty() ? "tensor_" + index : wanted;
        String name = base;
        int n = next.getOrDefault(base, 1);
        while (!taken.add(name)) {
            name = base + "_" + n++;
        }
        next.put(base, n);
        names[index] = name;
        return name;
    }
}
