package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.List;
import java.util.function.Supplier;

/** What a kernel may ask of the executor that runs it. */
public interface Host {
    /** Runs a subgraph of the model by its number. */
    List<Array> run(int subgraph, List<Array> inputs);

    /** How many subgraphs the model has. */
    int subgraphs();

    /** Gives a tensor other elements: a variable for later runs, too, any other for the rest of this run. */
    void assign(Value variable, Array elements);

    /** What was made for a node before, or makes it. */
    Object prepared(Node node, Supplier<?> maker);

    /** Variables and tables that outlive a run. */
    Resources resources();
}
