"""Makes the models of testmodels that test control flow, recurrence and text, and their golden numbers.

    python make_programs.py [FOLDER]        # default: the resources of testmodels

They are what the TensorFlow converter writes today for LSTM, GRU, bidirectional and masked networks, loops, branches, a
transformer encoder, a text classifier, non-maximum suppression and two signatures that share weights. The format of the
files is that of make_models.py.
"""
import os
import pathlib
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import keras
import numpy as np
import tensorflow as tf
from keras import layers

from make_models import RUNS, quietly, write

WORDS = 20


def sequence():
    return layers.Input((8, 6), batch_size=1, name="sequence")


def words():
    return layers.Input((10,), batch_size=1, dtype="int32", name="words")


def recurrent(layer):
    x = sequence()
    return keras.Model(x, layer(x))


def masked(layer):
    x = words()
    return keras.Model(x, layer(layers.Embedding(WORDS, 6, mask_zero=True)(x)))


def transformer_encoder():
    x = words()
    h = layers.Embedding(WORDS, 16)(x)
    h = layers.LayerNormalization()(layers.Add()([h, layers.MultiHeadAttention(4, 4)(h, h)]))
    dense = layers.Dense(16)(layers.Dense(32, activation="gelu")(h))
    h = layers.LayerNormalization()(layers.Add()([h, dense]))
    return keras.Model(x, layers.Dense(4, activation="softmax")(layers.GlobalAveragePooling1D()(h)))


def text_classifier():
    x = words()
    h = layers.Conv1D(8, 3, activation="relu")(layers.Embedding(WORDS, 16)(x))
    return keras.Model(x, layers.Dense(2, activation="softmax")(layers.GlobalMaxPooling1D()(h)))


NETWORKS = {
    "lstm": lambda: recurrent(layers.LSTM(5, return_sequences=True)),
    "gru": lambda: recurrent(layers.GRU(5, return_sequences=True)),
    "gru_reset_before": lambda: recurrent(layers.GRU(5, reset_after=False)),
    "simple_rnn": lambda: recurrent(layers.SimpleRNN(5)),
    "bidirectional_lstm": lambda: recurrent(layers.Bidirectional(layers.LSTM(4, return_sequences=True))),
    "bidirectional_gru": lambda: recurrent(layers.Bidirectional(layers.GRU(4))),
    "masked_lstm": lambda: masked(layers.LSTM(4)),
    "masked_gru": lambda: masked(layers.GRU(4, return_sequences=True)),
    "transformer_encoder": transformer_encoder,
    "text_classifier": text_classifier,
}


def real(*shape):
    return tf.TensorSpec(shape, tf.float32)


@tf.function(input_signature=[real(3), tf.TensorSpec([], tf.int32)])
def while_loop(v, n):
    return tf.while_loop(lambda i, _: i < n, lambda i, v: (i + 1, v * 1.1 + tf.cast(i, tf.float32)), [0, v])


@tf.function(input_signature=[real(4, 4)])
def nested_while(v):
    def outer(i, v):
        _, v = tf.while_loop(lambda j, _: j < i, lambda j, v: (j + 1, tf.matmul(v, v) * 0.1 + 1.0), [0, v])
        return i + 1, v

    return tf.while_loop(lambda i, v: tf.logical_and(i < 4, tf.reduce_sum(v) < 1e4), outer, [0, v])[1]


@tf.function(input_signature=[real(2, 3)])
def branches(v):
    wide = lambda: tf.reduce_max(v, 1, keepdims=True) + tf.zeros_like(v)
    return tf.cond(tf.reduce_sum(v) > 0, lambda: tf.sin(v), wide)


def boxes_of(v):
    return tf.concat([tf.minimum(v[:, :2], v[:, 2:]), tf.maximum(v[:, :2], v[:, 2:])], 1)


@tf.function(input_signature=[real(20, 4), real(20)])
def suppression(v, scores):
    return tf.image.non_max_suppression_with_scores(
        boxes_of(v), scores, 10, iou_threshold=0.4, score_threshold=0.1, soft_nms_sigma=0.5)


@tf.function(input_signature=[real(6, 5)])
def tensor_moves(v):
    unique = tf.unique(tf.cast(v[:, 0] * 3, tf.int32))
    return (tf.where(v > 0.3), tf.linalg.band_part(v[:5], 1, 1), tf.cumsum(v, 1, exclusive=True, reverse=True),
            tf.einsum("ij,kj->ik", v, v), unique.y,
            tf.reverse(v, [1]), tf.math.top_k(v, 3), tf.roll(v, 2, 1))


@tf.function(input_signature=[real(1, 400)])
def spectrogram(x):
    return tf.math.log(tf.abs(tf.signal.stft(x, 128, 64, fft_length=128)) + 1e-3)


PROGRAMS = [while_loop, nested_while, branches, suppression, tensor_moves, spectrogram]


class Autoencoder(tf.Module):
    """Two signatures, one weight."""

    def __init__(self):
        self.w = tf.Variable(np.random.default_rng(11).normal(0, 1, (64, 8)).astype(np.float32))

    @tf.function(input_signature=[real(1, 64)])
    def encode(self, image):
        return {"code": tf.nn.relu(image @ self.w)}

    @tf.function(input_signature=[real(1, 8)])
    def decode(self, code):
        return {"image": tf.sigmoid(code @ tf.transpose(self.w))}


def two_signatures():
    module = Autoencoder()
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, signatures={"encode": module.encode, "decode": module.decode})
        return quietly(tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=["encode", "decode"]).convert)


def inputs_for(content, seed):
    rng = np.random.default_rng(seed)
    values = []
    for detail in tf.lite.Interpreter(model_content=content).get_input_details():
        shape, kind = detail["shape"], detail["dtype"]
        whole = np.issubdtype(kind, np.integer)
        values.append((rng.integers(0, WORDS, shape) if whole else rng.uniform(-1, 1, shape)).astype(kind))
    return values


def main():
    here = pathlib.Path(__file__).resolve().parent
    default = here.parent.parent / "testmodels/src/main/resources/dev/tfliteonnx/testmodels/real/programs"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    contents = {}
    for i, (name, maker) in enumerate(NETWORKS.items()):
        keras.utils.set_random_seed(20 + i)
        contents[name] = quietly(tf.lite.TFLiteConverter.from_keras_model(maker()).convert)
    for program in PROGRAMS:
        converter = tf.lite.TFLiteConverter.from_concrete_functions([program.get_concrete_function()])
        contents[program.__name__] = quietly(converter.convert)
    contents["two_signatures"] = two_signatures()
    rows = ["model\trun\tgroup\ttensor\ttype\tshape\toffset\tbytes"]
    for name, content in contents.items():
        rows += write(folder, name, content, [inputs_for(content, 100 + i) for i in range(RUNS)])
    (folder / "index.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
