/**
 * What each TFLite operator computes, with the arithmetic of TFLite's reference kernels.
 *
 * <p>{@link dev.tfliteonnx.executor.tflite.TfliteKernels} is the table: operator → {@link
 * dev.tfliteonnx.executor.tflite.TfliteKernel}, put together from families. A family is a final class of static methods
 * named after the operators, {@code CONV_2D} → {@code conv2d}, each {@code Array f(TfliteCall call)}, or {@code
 * List<Array>} for several outputs; its rows stand in its own {@code static void rows(TfliteKernels.Rows rows)}.
 *
 * <p>How a kernel is written:
 *
 * <ul>
 *   <li>It sees a {@link dev.tfliteonnx.executor.tflite.TfliteCall}: operands with {@code in(i)}, {@code optional(i)}, {@code
 *       has(i)}; how their integers stand for real numbers with {@code quant(i)} and {@code outQuant()}; options with {@code
 *       option(Tfl.KEY)}, which are always there, since the reader fills in the defaults; types of results with {@code
 *       outType()}. Extents of results follow from the operands, never from the file: a model may run on other extents
 *       than it was written with.
 *   <li>Quantized elements stay in their integers: an {@link dev.tfliteonnx.executor.kernels.Array} of INT8 holds a {@code
 *       byte[]}, UINT8 too, INT16 a {@code short[]}. Of fewer than 8 bits each element has a byte. Nothing is boxed.
 *   <li>An array is not changed once a kernel has returned it; a kernel may return an operand, or its elements under other
 *       extents.
 *   <li>What follows from the node and its constants alone (tables, multipliers, rearranged weights) is made in {@code
 *       call.prepared(Supplier)} and kept for later runs.
 *   <li>Subgraphs are run by number with {@code call.run(subgraph, inputs)}. State is kept in two ways: a variable tensor is
 *       an operand that {@code call.assign(i, array)} gives new elements, seen by later nodes and later runs; a resource
 *       (variable or table) stands in {@code call.resources()} under a handle, an INT32 element of type RESOURCE.
 *   <li>What does not fit is an {@link java.lang.IllegalArgumentException} that names the value; the executor adds the node.
 *   <li>The Javadoc of a kernel ends with the source file of TFLite that its behaviour was read from.
 * </ul>
 *
 * <p>What families share: {@code Fixed} has multipliers, rounding and tables of integers, {@code ShortFixed} functions
 * of 16-bit ones; {@code Integers} reads and makes arrays of integers as {@code int[]}; {@code Sums} brings sums of
 * products to the scale of a result; {@code RoundedRows} rounds float activations beside weights of integers; {@code
 * Window} and {@code Volume} say which places a filter joins; {@code WeightMatrix} and {@code Sequence} serve recurrent
 * layers; {@code FusedActivation} has the bounds of fused activations; {@code CustomOptions} reads options of custom
 * operators. Moving elements of any type is in {@link dev.tfliteonnx.executor.kernels.Moves}, index arithmetic in {@link
 * dev.tfliteonnx.executor.kernels.Dims} and {@link dev.tfliteonnx.executor.kernels.Walk}.
 */
@NullMarked
package dev.tfliteonnx.executor.tflite;

import org.jspecify.annotations.NullMarked;
