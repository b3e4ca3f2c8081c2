/** How problems are told: coded diagnostics with place, reason and remedy. */
@NullMarked
package dev.tfliteonnx.diag;

import org.jspecify.annotations.NullMarked;
