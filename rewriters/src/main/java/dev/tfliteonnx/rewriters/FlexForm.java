package dev.tfliteonnx.rewriters;

import dev.tfliteonnx.ir.Value;
import java.util.List;
import java.util.Optional;

/** How a TensorFlow operator is said with builtin operators. */
@FunctionalInterface
interface FlexForm {
    /** One value for each of the operator's first results, which are all that are read; empty if it cannot be said. */
    Optional<List<Value>> make(FlexNode node);
}
