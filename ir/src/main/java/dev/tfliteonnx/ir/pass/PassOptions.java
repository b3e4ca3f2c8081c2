package dev.tfliteonnx.ir.pass;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What passes are told by the caller.
 *
 * @param skip names of rules and passes not to run
 * @param explain names of rules whose nearest miss is to be recorded
 * @param inputsAsNchw names of graph inputs that are to take channels second
 * @param outputsAsNchw names of graph outputs that are to give channels second
 * @param dump names of passes after which the graph is to be recorded as text
 * @param opset the opset that was asked for; 0 if none was
 * @param foldGrowth how many bytes the model may grow by computing constants ahead
 */
public record PassOptions(
        Set<String> skip,
        Set<String> explain,
        Set<String> inputsAsNchw,
        Set<String> outputsAsNchw,
        Set<String> dump,
        int opset,
        long foldGrowth) {
    /** Everything runs, nothing is explained, and constants may grow by 4 MiB. */
    public static final PassOptions DEFAULT =
            new PassOptions(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), 0, 4L << 20);

    public PassOptions {
        skip = copy(skip);
        explain = copy(explain);
        inputsAsNchw = copy(inputsAsNchw);
        outputsAsNchw = copy(outputsAsNchw);
        dump = copy(dump);
    }

    private static Set<String> copy(Set<String> names) {
        return java.util.Collections.unmodifiableSet(new LinkedHashSet<>(names));
    }

    /** These options with other rules and passes left out. */
    public PassOptions withSkip(Set<String> names) {
        return new PassOptions(names, explain, inputsAsNchw, outputsAsNchw, dump, opset, foldGrowth);
    }

    /** These options with other rules to be explained. */
    public PassOptions withExplain(Set<String> names) {
        return new PassOptions(skip, names, inputsAsNchw, outputsAsNchw, dump, opset, foldGrowth);
    }

    /** These options with other inputs and outputs that have their channels second. */
    public PassOptions withNchw(Set<String> inputs, Set<String> outputs) {
        return new PassOptions(skip, explain, inputs, outputs, dump, opset, foldGrowth);
    }

    /** These options with other passes after which the graph is recorded. */
    public PassOptions withDump(Set<String> names) {
        return new PassOptions(skip, explain, inputsAsNchw, outputsAsNchw, names, opset, foldGrowth);
    }

    /** These options with the operators of another opset. */
    public PassOptions withOpset(int version) {
        return new PassOptions(skip, explain, inputsAsNchw, outputsAsNchw, dump, version, foldGrowth);
    }

    /** These options with another limit to the growth by constants. */
    public PassOptions withFoldGrowth(long bytes) {
        return new PassOptions(skip, explain, inputsAsNchw, outputsAsNchw, dump, opset, bytes);
    }
}
