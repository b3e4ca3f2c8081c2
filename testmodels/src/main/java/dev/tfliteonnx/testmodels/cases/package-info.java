/** The table of operator cases: one row for each way to use an operator that the tests must cover. */
@NullMarked
package dev.tfliteonnx.testmodels.cases;

import org.jspecify.annotations.NullMarked;
