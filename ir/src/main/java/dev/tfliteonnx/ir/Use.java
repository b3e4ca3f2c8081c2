package dev.tfliteonnx.ir;

/**
 * One place that a value is read.
 *
 * @param user the node that reads it
 * @param input which of the node's inputs it is
 */
public record Use(Node user, int input) {}
