"""Makes the recurrent models of testmodels that the converter leaves as loops, and their golden numbers.

    python make_recurrent.py [FOLDER]        # default: the resources of testmodels
    python make_recurrent.py --large FOLDER  # as large as in practice, to measure; models alone

They are the forms that make_programs.py does not have: biases that are not 0, several examples, other activations, states
that go in and come out, sequences from the last to the first or of open length, cells of TensorFlow 1 and cells written
by hand. The format of the files is that of make_models.py.
"""
import pathlib
import sys

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from make_models import RUNS, quietly, write

STEPS, FED, UNITS = 7, 6, 5


def drawn(model):
    """The model with weights drawn: all of them if they are small, otherwise biases, since large ones would run wild."""
    rng = np.random.default_rng(9)
    model.set_weights([
        rng.uniform(-0.6, 0.6, w.shape).astype(np.float32) if w.ndim == 1 or w.shape[0] < 16 else w
        for w in model.get_weights()])
    return model


def converted(model):
    return quietly(tf.lite.TFLiteConverter.from_keras_model(drawn(model)).convert)


def network(layer, examples=2, steps=STEPS, fed=FED):
    x = layers.Input((steps, fed), batch_size=examples, name="sequence")
    return converted(keras.Model(x, layer(x)))


def with_states(layer, count):
    x = layers.Input((STEPS, FED), batch_size=2, name="sequence")
    states = [layers.Input((UNITS,), batch_size=2, name=f"state{i}") for i in range(count)]
    return converted(keras.Model([x, *states], layer(x, initial_state=states)))


def program(body, *states):
    """A loop over the steps of a sequence, the first of which are rows; body(x, states) gives the states."""
    def run(x):
        def one(t, ys, *before):
            after = body(x[t], *before)
            return (t + 1, ys.write(t, after[0]), *after)

        ys = tf.TensorArray(tf.float32, STEPS, element_shape=(2, UNITS))
        start = [tf.zeros((2, UNITS)) for _ in range(states[0])]
        return tf.while_loop(lambda t, *_: t < STEPS, one, [0, ys, *start])[1].stack()

    spec = tf.TensorSpec((STEPS, 2, FED), tf.float32)
    return quietly(tf.lite.TFLiteConverter.from_concrete_functions([tf.function(run).get_concrete_function(spec)]).convert)


def weights(seed, *shape):
    return tf.constant(np.random.default_rng(seed).normal(0, 0.5, shape).astype(np.float32))


def joined_lstm():
    """The cell of TensorFlow 1: one product for step and state, diagonal weights, and 1 added to the forget gate."""
    w, b = weights(1, FED + UNITS, 4 * UNITS), weights(2, 4 * UNITS)
    diagonal = [weights(3 + i, UNITS) for i in range(3)]

    def body(x, h, c):
        i, j, f, o = tf.split(tf.concat([x, h], 1) @ w + b, 4, 1)
        c = tf.sigmoid(f + 1.0 + diagonal[0] * c) * c + tf.sigmoid(i + diagonal[1] * c) * tf.tanh(j)
        return tf.sigmoid(o + diagonal[2] * c) * tf.tanh(c), c

    return program(body, 2)


def sliced_gru():
    """The cell as other frameworks write it: gates cut from products, and the state moved by a share of the difference."""
    w, r = weights(6, FED, 3 * UNITS), weights(7, UNITS, 3 * UNITS)
    bw, br = weights(8, 3 * UNITS), weights(9, 3 * UNITS)

    def body(x, h):
        a, u = x @ w + bw, h @ r + br
        gates = tf.sigmoid(a[:, :2 * UNITS] + u[:, :2 * UNITS])
        new = tf.tanh(a[:, 2 * UNITS:] + gates[:, :UNITS] * u[:, 2 * UNITS:])
        return (new + gates[:, UNITS:] * (h - new),)

    return program(body, 1)


LAYERS = {
    "gru_last_reset": lambda: network(layers.GRU(UNITS, return_sequences=True)),
    "gru_first_reset": lambda: network(layers.GRU(UNITS, reset_after=False, return_sequences=True)),
    "gru_hard": lambda: network(layers.GRU(UNITS, recurrent_activation="hard_sigmoid", activation="relu")),
    "gru_open": lambda: network(layers.GRU(UNITS, return_sequences=True), steps=None),
    "gru_sliced": sliced_gru,
    "lstm_backward": lambda: network(layers.LSTM(UNITS, go_backwards=True, return_sequences=True)),
    "lstm_bidirectional": lambda: network(layers.Bidirectional(layers.LSTM(UNITS, return_sequences=True))),
    "lstm_linear": lambda: network(layers.LSTM(UNITS, activation="linear")),
    "lstm_softsign": lambda: network(layers.LSTM(UNITS, activation="softsign")),
    "lstm_joined": joined_lstm,
    "lstm_states": lambda: with_states(layers.LSTM(UNITS, return_sequences=True, return_state=True), 2),
    "rnn_relu": lambda: network(layers.SimpleRNN(UNITS, activation="relu", return_sequences=True)),
}

LARGE = {
    "lstm": lambda: network(layers.LSTM(128, return_sequences=True), 1, 100, 64),
    "gru": lambda: network(layers.GRU(128, return_sequences=True), 1, 100, 64),
    "gru_first_reset": lambda: network(layers.GRU(128, reset_after=False), 1, 100, 64),
    "simple_rnn": lambda: network(layers.SimpleRNN(128), 1, 100, 64),
    "lstm_8_examples": lambda: network(layers.LSTM(128, return_sequences=True), 8, 100, 64),
    "bidirectional_lstm": lambda: network(layers.Bidirectional(layers.LSTM(64, return_sequences=True)), 1, 100, 64),
    "lstm_small": lambda: network(layers.LSTM(16, return_sequences=True), 1, 50, 8),
}


def inputs_for(content, seed):
    rng = np.random.default_rng(seed)
    shapes = [np.where(d["shape_signature"] < 0, STEPS, d["shape"])
              for d in tf.lite.Interpreter(model_content=content).get_input_details()]
    return [rng.uniform(-1, 1, shape).astype(np.float32) for shape in shapes]


def main():
    if sys.argv[1:2] == ["--large"]:
        keras.utils.set_random_seed(20)
        for name, maker in LARGE.items():
            (pathlib.Path(sys.argv[2]) / f"{name}.tflite").write_bytes(maker())
        return
    here = pathlib.Path(__file__).resolve().parent
    default = here.parent.parent / "testmodels/src/main/resources/dev/tfliteonnx/testmodels/real/recurrent"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["model\trun\tgroup\ttensor\ttype\tshape\toffset\tbytes"]
    for name, maker in LAYERS.items():
        content = maker()
        rows += write(folder, name, content, [inputs_for(content, 100 + i) for i in range(RUNS)])
    (folder / "index.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
