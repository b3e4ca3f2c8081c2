/** How a model becomes files: the contract of every writer, and how files come into place. */
@NullMarked
package dev.tfliteonnx.exporter;

import org.jspecify.annotations.NullMarked;
