package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.Described;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * An operator on integers that can stand for a unit.
 *
 * @param name the public name, kebab-case
 * @param summary what it does, in one sentence
 * @param drawing a graph before and after
 * @param selector the units that it can stand for
 * @param replacement builds the values that take the place of the quantized results, or of the results if none is
 *     quantized
 */
record UnitRule(
        String name, String summary, String drawing, Selector selector, BiFunction<Unit, Edit, List<Value>> replacement)
        implements Described {
    /**
     * Which units.
     *
     * @param action the name that ONNX Runtime saves the optimization under
     * @param ops the operators in the middle
     * @param fits what else must hold
     */
    record Selector(String action, Set<String> ops, Predicate<Unit> fits) {}

    boolean fits(Unit unit) {
        return selector.ops().contains(unit.target().op().name())
                && selector.fits().test(unit);
    }
}
