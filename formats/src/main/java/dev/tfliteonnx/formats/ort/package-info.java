/** The slots of the tables of ONNX Runtime's own format; written by hand, since a slot is all that is needed of each. */
package dev.tfliteonnx.formats.ort;
