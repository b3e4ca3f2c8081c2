/** Measurements of conversion, as ratios taken side by side in one run. */
@NullMarked
package dev.tfliteonnx.benchmarks;

import org.jspecify.annotations.NullMarked;
