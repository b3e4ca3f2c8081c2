/**
 * Loops that are recurrent layers. What a body computes is written out as sums of products, however its nodes are arranged,
 * and compared with the equations of LSTM, GRU and RNN.
 */
@NullMarked
package dev.tfliteonnx.optimizers.recurrence;

import org.jspecify.annotations.NullMarked;
