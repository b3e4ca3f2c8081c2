package dev.tfliteonnx;

import dev.tfliteonnx.ir.Tensor;

/**
 * A tensor that persists from one run of a model to the next: the caller feeds what the last run gave.
 *
 * @param input the name of the input that takes its value before a run
 * @param output the name of the output that gives its value after the run
 * @param initial its value before the first run; if it is as long as the batch of the run, that of one example
 */
public record State(String input, String output, Tensor initial) {}
