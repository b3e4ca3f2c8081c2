/** What all readers share: files as mapped bytes, files beside them, and the collection of problems. */
@NullMarked
package dev.tfliteonnx.importer;

import org.jspecify.annotations.NullMarked;
