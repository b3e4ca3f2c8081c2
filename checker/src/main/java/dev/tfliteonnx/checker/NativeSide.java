package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.EngineOptions;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.Tensor;
import java.nio.file.Path;
import java.util.List;

/** A file in a native engine, in a process of its own, which may crash. */
record NativeSide(String engine, ChildRunner children, EngineOptions options, Path file, ChildRunner.Interface told)
        implements Side {
    static NativeSide open(String engine, ChildRunner children, EngineOptions options, Path file)
            throws EngineException {
        return new NativeSide(engine, children, options, file, children.describe(options, file));
    }

    @Override
    public List<TensorSpec> inputs() {
        return told.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
        return told.outputs();
    }

    @Override
    public List<List<Tensor>> run(List<List<Tensor>> steps) throws EngineException {
        return children.runSteps(options, file, steps);
    }
}
