/** What each operator computes: one table, and the kernels in small families. */
@NullMarked
package dev.tfliteonnx.executor.kernels;

import org.jspecify.annotations.NullMarked;
