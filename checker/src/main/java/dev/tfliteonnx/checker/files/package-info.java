/** Tensors in files: {@code .npy}, {@code .npz}, images, sounds, raw bytes. */
@NullMarked
package dev.tfliteonnx.checker.files;

import org.jspecify.annotations.NullMarked;
