package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Graph;
import java.util.List;

/** Where a node runs: what the graphs nested in it are run by. */
@FunctionalInterface
public interface Scope {
    /** Runs a graph nested in the node; it may read values of the graphs around it. */
    List<Array> run(Graph nested, List<Array> inputs);
}
