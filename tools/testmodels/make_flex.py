"""Makes the models of testmodels that run TensorFlow operators as they are, and their golden numbers.

    python make_flex.py [FOLDER]        # default: the resources of testmodels

The converter is told to use TensorFlow's operators alone; the numbers are those of TensorFlow itself. The format of the
files is that of make_models.py.
"""
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf

import make_models
from make_models import RUNS, quietly
from make_programs import inputs_for, real

RANDOM = np.random.default_rng(5)


def weights(*shape):
    return tf.constant(RANDOM.uniform(-0.5, 0.5, shape).astype(np.float32))


@tf.function(input_signature=[real(2, 8, 8, 3)])
def convolutions(x):
    h = tf.nn.bias_add(tf.nn.conv2d(x, weights(3, 3, 3, 4), 2, "SAME"), weights(4))
    h = tf.nn.depthwise_conv2d(h, weights(3, 3, 4, 2), [1, 1, 1, 1], "SAME")
    h = tf.compat.v1.nn.fused_batch_norm(
        h, 1 + weights(8), weights(8), weights(8), 1 + weights(8), epsilon=0.01, is_training=False)[0]
    return tf.nn.max_pool2d(h, 2, 2, "VALID"), tf.nn.avg_pool2d(h, 3, 1, "SAME")


@tf.function(input_signature=[real(1, 4, 6, 6, 2)])
def volumes(x):
    h = tf.nn.conv3d(x, weights(2, 3, 3, 2, 3), [1, 1, 1, 1, 1], "SAME")
    return tf.nn.max_pool3d(h, 2, 2, "VALID"), tf.nn.avg_pool3d(h, 2, 1, "SAME")


@tf.function(input_signature=[real(3, 4), real(3, 5)])
def products(a, b):
    c = tf.stack([a, a + 1])
    return (tf.matmul(a, b, transpose_a=True), tf.matmul(c, c, transpose_b=True), tf.nn.softmax(a),
            tf.nn.leaky_relu(b, 0.3), tf.reduce_mean(c, [0, 2], keepdims=True), tf.reduce_max(b, 1))


@tf.function(input_signature=[real(4, 6)])
def moves(x):
    parts = tf.split(x, 3, 1)
    return (tf.concat([parts[2], parts[0]], 0), x[1:, ::2, tf.newaxis], tf.unstack(x)[2], tf.gather(x, [3, 0], axis=1),
            tf.pad(x, [[1, 0], [2, 1]], "REFLECT"), tf.cumsum(x, 1, exclusive=True, reverse=True),
            tf.reverse(x, [0]), tf.argmax(x, 1), tf.one_hot(tf.argmax(x, 1), 6), tf.transpose(x),
            tf.where(x > 0, x, -x), tf.tile(x, [1, 2]), tf.squeeze(x[tf.newaxis, :, :], [0]), tf.cast(x * 4, tf.int32))


@tf.function(input_signature=[real(3, 5)])
def functions(x):
    return (tf.math.erf(x), tf.nn.selu(x), tf.nn.softsign(x), tf.atan(x),
            tf.math.reciprocal(x), tf.nn.elu(x),
            tf.nn.relu6(x * 9), tf.square(x), tf.math.rsqrt(tf.abs(x)), tf.floor(x * 3), tf.math.floormod(x, 0.3),
            tf.cast(tf.math.is_nan(x), tf.float32), tf.pow(tf.abs(x), 1.5), tf.cast(tf.not_equal(x, 0), tf.float32),
            tf.math.squared_difference(x, 0.5))


def in_tensorflow(function):
    """The interpreter of the goldens: TensorFlow, whichever kernels are asked for."""
    return lambda content, resolver, values: [t.numpy() for t in tf.nest.flatten(function(*map(tf.constant, values)))]


def main():
    here = pathlib.Path(__file__).resolve().parent
    default = here.parent.parent / "testmodels/src/main/resources/dev/tfliteonnx/testmodels/real/flex"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["model\trun\tgroup\ttensor\ttype\tshape\toffset\tbytes"]
    for function in (convolutions, volumes, products, moves, functions):
        converter = tf.lite.TFLiteConverter.from_concrete_functions([function.get_concrete_function()])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.SELECT_TF_OPS]
        content = quietly(converter.convert)
        make_models.run = in_tensorflow(function)
        runs = [inputs_for(content, 100 + i) for i in range(RUNS)]
        rows += make_models.write(folder, function.__name__, content, runs)
    (folder / "index.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
