/** Runs graphs in plain Java, exactly: the judge of every test, and what constants are folded with. */
@NullMarked
package dev.tfliteonnx.executor;

import org.jspecify.annotations.NullMarked;
