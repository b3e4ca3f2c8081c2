package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.executor.NoKernelException;
import dev.tfliteonnx.executor.NodeFailedException;
import dev.tfliteonnx.executor.Observer;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A model in the reference executor.
 *
 * @param model of either dialect; its first graph is run
 */
record JavaSide(Model model) implements Side {
    @Override
    public String engine() {
        return "the reference executor";
    }

    @Override
    public List<TensorSpec> inputs() {
        return specs(model.main().inputs());
    }

    @Override
    public List<TensorSpec> outputs() {
        return specs(model.main().outputs());
    }

    private static List<TensorSpec> specs(List<Value> values) {
        return values.stream()
                .map(v -> new TensorSpec(v.name(), v.type(), v.shape(), v.quant()))
                .toList();
    }

    @Override
    public List<List<Tensor>> run(List<List<Tensor>> steps) throws EngineException {
        return run(steps, (value, tensor) -> {});
    }

    /** As {@link #run(List)}, and shows every computed value. */
    List<List<Tensor>> run(List<List<Tensor>> steps, Observer observer) throws EngineException {
        List<List<Tensor>> results = new ArrayList<>();
        try {
            if (model.main().dialect() == Dialect.TFLITE) {
                TfliteExecutor executor = TfliteExecutor.of(model);
                for (List<Tensor> inputs : steps) {
                    results.add(executor.run(inputs, observer));
                }
            } else {
                Executor executor = Executor.of(model.main());
                for (List<Tensor> inputs : steps) {
                    results.add(executor.run(inputs, observer));
                }
            }
        } catch (NoKernelException | NodeFailedException | IllegalArgumentException e) {
            throw new EngineException(engine() + ": " + e.getMessage(), e);
        }
        return results;
    }
}
