/** What a conversion did, as data and as text. */
@NullMarked
package dev.tfliteonnx.report;

import org.jspecify.annotations.NullMarked;
