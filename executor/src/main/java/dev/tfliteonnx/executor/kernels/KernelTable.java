package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Which kernel computes which operator. */
public final class KernelTable {
    private static final KernelTable STANDARD = new Rows()
            .all(OnnxKernels::rows)
            .all(ContribKernels::rows)
            .all(ContribFusions::rows)
            .done();

    private final Map<OpType, Kernel> kernels;

    private KernelTable(Map<OpType, Kernel> kernels) {
        this.kernels = Map.copyOf(kernels);
    }

    /** All kernels of this module. */
    public static KernelTable standard() {
        return STANDARD;
    }

    /** The kernel of an operator. */
    public Optional<Kernel> find(OpType op) {
        return Optional.ofNullable(kernels.get(op));
    }

    /** Whether an operator has a kernel. */
    public boolean supports(OpType op) {
        return kernels.containsKey(op);
    }

    /** Every operator that has a kernel. */
    public Set<OpType> ops() {
        return kernels.keySet();
    }

    /** The rows of the table while they are written. */
    static final class Rows {
        private final Map<OpType, Kernel> kernels = new HashMap<>();

        /** A kernel of one output. */
        Rows one(String op, Function<Call, Array> kernel) {
            return many(op, call -> List.of(kernel.apply(call)));
        }

        /** A kernel of any number of outputs. */
        Rows many(String op, Kernel kernel) {
            return put(OpType.onnx(op), kernel);
        }

        /** A kernel of one output for an operator of {@code com.microsoft}. */
        Rows contrib(String op, Function<Call, Array> kernel) {
            OpType type = new OpType(Dialect.ONNX, OnnxOps.MICROSOFT, op);
            return put(type, call -> List.of(kernel.apply(call)));
        }

        private Rows put(OpType op, Kernel kernel) {
            if (kernels.put(op, kernel) != null) {
                throw new IllegalStateException("two kernels for " + op);
            }
            return this;
        }

        /** The rows of a family. */
        Rows all(Consumer<Rows> family) {
            family.accept(this);
            return this;
        }

        KernelTable done() {
            return new KernelTable(kernels);
        }
    }
}
