/** Stage 1: rules from a TFLite graph to a simpler TFLite graph. */
@NullMarked
package dev.tfliteonnx.rewriters;

import org.jspecify.annotations.NullMarked;
