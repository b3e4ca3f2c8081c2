package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.Tensor;
import java.util.List;

/** One side of a check: a model, and what runs it. */
interface Side {
    /** What runs it, for people. */
    String engine();

    /** What goes in; tensors that persist between runs are last where the model shows them. */
    List<TensorSpec> inputs();

    /** What comes out, likewise. */
    List<TensorSpec> outputs();

    /**
     * Runs the model several times from a fresh start; what it keeps between runs by itself lives on.
     *
     * @throws EngineException if it cannot be run on these inputs
     */
    List<List<Tensor>> run(List<List<Tensor>> steps) throws EngineException;
}
