/** The command line: what is typed becomes calls of the library, and its reports become text or JSON. */
@NullMarked
package dev.tfliteonnx.cli;

import org.jspecify.annotations.NullMarked;
