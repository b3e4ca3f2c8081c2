/** Other shapes of a model's inputs, and another number of examples, carried through a TFLite graph. */
@NullMarked
package dev.tfliteonnx.rewriters.shape;

import org.jspecify.annotations.NullMarked;
