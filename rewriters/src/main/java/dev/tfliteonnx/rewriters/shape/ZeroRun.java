package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.executor.NoKernelException;
import dev.tfliteonnx.executor.NodeFailedException;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run of a model's main graph on zeros, which finds the shapes that TFLite finds when it prepares the model, and what
 * the model computes from shapes and constants alone. Inputs must have fixed shapes.
 */
final class ZeroRun {
    private final Map<Value, Shape> shapes = new HashMap<>();
    private final Map<Value, Tensor> elements = new HashMap<>();

    private ZeroRun() {}

    /** Whether a model can be fed zeros. */
    static boolean isPossible(Model model) {
        return model.main().inputs().stream()
                .allMatch(v -> v.shape().isStatic() && v.type() != DataType.STRING && v.type() != DataType.RESOURCE);
    }

    /**
     * Runs a model.
     *
     * @throws NodeFailedException if a node cannot be run on the shapes of its operands
     * @throws NoKernelException if an operator has no kernel
     */
    static ZeroRun of(Model model) {
        List<Tensor> zeros = new ArrayList<>();
        for (Value input : model.main().inputs()) {
            zeros.add(Tensor.splat(input.type(), input.shape(), 0));
        }
        DataShapes settled = DataShapes.of(model.main());
        ZeroRun run = new ZeroRun();
        TfliteExecutor.of(model).run(zeros, (value, tensor) -> {
            if (settled.hasShape(value)) {
                run.shapes.put(value, tensor.shape());
            }
            if (settled.hasElements(value) && tensor.shape().elementCount() <= Tensor.SMALL) {
                run.elements.put(value, tensor);
            }
        });
        return run;
    }

    /** The shapes of computed values that do not depend on what is fed in. */
    Map<Value, Shape> shapes() {
        return shapes;
    }

    /** The elements of computed values that do not depend on what is fed in, if they are few. */
    Map<Value, Tensor> elements() {
        return elements;
    }
}
