/** Builders of small models, tables of operator cases, and golden data: support for the tests of all modules. */
@NullMarked
package dev.tfliteonnx.testmodels;

import org.jspecify.annotations.NullMarked;
