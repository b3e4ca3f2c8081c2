"""Makes the small real models of testmodels and their golden numbers.

    python make_models.py [FOLDER]        # default: the resources of testmodels

Wants TensorFlow 2.21 with Keras. Weights are random from a seed, but for the demo, which is trained on drawn shapes. A
second run gives models of the same structure; the bytes of weights may differ with the release and the processor, so
models and goldens are always written together. The format of the files is described in the folder's README.md.
"""
import contextlib
import io
import os
import pathlib
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import flatbuffers
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils

RUNS = 3
RESOLVERS = {
    "reference": tf.lite.experimental.OpResolverType.BUILTIN_REF,
    "default": tf.lite.experimental.OpResolverType.AUTO,
}
LABELS = ["circle", "square", "triangle", "cross"]


# ---------------------------------------------------------------- networks

def randomize(model, seed):
    """Normalizations that do something, and biases that are not 0."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        weights = layer.get_weights()
        if isinstance(layer, layers.BatchNormalization):
            n = weights[0].shape
            weights = [rng.uniform(0.7, 1.3, n), rng.normal(0, 0.2, n), rng.normal(0, 0.2, n), rng.uniform(0.5, 1.5, n)]
        elif len(weights) == 2 and weights[1].ndim == 1:
            weights[1] = rng.normal(0, 0.1, weights[1].shape)
        layer.set_weights(weights)
    return model


def cnn():
    keras.utils.set_random_seed(1)
    x = inputs = layers.Input((16, 16, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = skip = layers.ReLU(6.0)(x)
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.Conv2D(8, 1, use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Add()([x, skip])
    x = layers.MaxPooling2D(2)(x)
    # weights of fewer than 1024 numbers are left as they are by dynamic range quantization
    x = layers.Conv2D(24, 3, padding="valid", activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(48, activation="relu")(x)
    x = layers.Dense(10, kernel_initializer=keras.initializers.RandomNormal(stddev=3))(x)
    return randomize(keras.Model(inputs, layers.Softmax(name="probabilities")(x)), 2)


def detector():
    keras.utils.set_random_seed(3)
    x = inputs = layers.Input((24, 24, 3), batch_size=1, name="image")
    x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    x = fine = layers.Conv2D(6, 3, strides=2, padding="valid")(x)
    x = layers.LeakyReLU(negative_slope=0.1)(x)
    x = layers.AveragePooling2D(2)(x)
    x = layers.Conv2D(8, 3, padding="same", activation="relu6")(x)
    up = layers.UpSampling2D(2, interpolation="bilinear")(x)
    near = keras.ops.image.resize(x, (12, 12), interpolation="nearest")
    back = layers.Conv2DTranspose(6, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Concatenate()([up, near, back, fine])
    boxes = layers.Conv2D(4, 1)(x)
    boxes = layers.Reshape((144, 4), name="boxes")(boxes)
    scores = layers.Conv2D(3, 1, activation="sigmoid")(x)
    scores = layers.Reshape((144, 3), name="scores")(scores)
    return randomize(keras.Model(inputs, [boxes, scores]), 4)


def attention():
    keras.utils.set_random_seed(5)
    x = inputs = layers.Input((10, 16), batch_size=1, name="tokens")
    h = layers.LayerNormalization()(x)
    q, k, v = (layers.Dense(16)(h) for _ in range(3))
    q, k, v = (layers.Permute((2, 1, 3))(layers.Reshape((10, 2, 8))(t)) for t in (q, k, v))
    scores = layers.Softmax()(keras.ops.matmul(q, keras.ops.transpose(k, (0, 1, 3, 2))) * 8**-0.5)
    h = layers.Reshape((10, 16))(layers.Permute((2, 1, 3))(keras.ops.matmul(scores, v)))
    x = layers.Add()([x, layers.Dense(16)(h)])
    h = layers.Dense(72)(layers.LayerNormalization()(x))
    h = keras.ops.gelu(h, approximate=False)
    x = layers.Add()([x, layers.Dense(16)(h)])
    return randomize(keras.Model(inputs, layers.Dense(5, name="logits")(x)), 6)


def recurrent():
    keras.utils.set_random_seed(7)
    inputs = layers.Input((6, 5), batch_size=1, name="sequence")
    x = layers.LSTM(7, return_sequences=True)(inputs)
    return randomize(keras.Model(inputs, layers.Dense(3, name="result")(x[:, -1])), 8)


class FakeQuantized(tf.Module):
    """A convolution and a dense layer with the fake quantization that training leaves behind."""

    def __init__(self):
        rng = np.random.default_rng(9)
        self.kernel = tf.constant(rng.uniform(-0.5, 0.5, (3, 3, 3, 6)), tf.float32)
        self.dense = tf.constant(rng.uniform(-0.3, 0.3, (96, 4)), tf.float32)

    @tf.function(input_signature=[tf.TensorSpec((1, 8, 8, 3), tf.float32, name="image")])
    def __call__(self, x):
        fake = tf.quantization.fake_quant_with_min_max_args
        x = fake(x, -1.0, 1.0)
        kernel = tf.quantization.fake_quant_with_min_max_vars_per_channel(
            self.kernel, [-0.5] * 6, [0.5] * 6, narrow_range=True)
        x = fake(tf.nn.relu6(tf.nn.conv2d(x, kernel, 2, "SAME")), 0.0, 6.0)
        dense = fake(self.dense, -0.3, 0.3, narrow_range=True)
        return fake(tf.matmul(tf.reshape(x, (1, 96)), dense), -4.0, 4.0)


# ---------------------------------------------------------------- conversion

def samples(shape, count, seed):
    rng = np.random.default_rng(seed)
    return [rng.uniform(-1, 1, (1, *shape[1:])).astype(np.float32) for _ in range(count)]


def quietly(action):
    """What an action gives, without what it prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return action()


def convert(model, kind):
    """kind: float32, float16, dynamic, int8, int8io, int8tensor, int16."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if kind == "float32":
        return quietly(converter.convert)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [tf.float16]
    elif kind != "dynamic":
        shape = model.inputs[0].shape
        converter.representative_dataset = lambda: ([x] for x in samples(shape, 50, 10))
        builtins = tf.lite.OpsSet.TFLITE_BUILTINS_INT8
        if kind == "int16":
            builtins = tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        converter.target_spec.supported_ops = [builtins]
        converter._experimental_disable_per_channel = kind == "int8tensor"
        if kind == "int8io":
            converter.inference_input_type = tf.int8
            converter.inference_output_type = tf.int8
    return quietly(converter.convert)


def convert_fake_quantized():
    module = FakeQuantized()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([module.__call__.get_concrete_function()], module)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return quietly(converter.convert)


# ---------------------------------------------------------------- goldens

def inputs_for(content, seed):
    details = tf.lite.Interpreter(model_content=content).get_input_details()
    rng = np.random.default_rng(seed)
    values = []
    for detail in details:
        real = rng.uniform(-1, 1, detail["shape"])
        values.append(quantize(real, detail))
    return values


def quantize(real, detail):
    if detail["dtype"] == np.float32:
        return real.astype(np.float32)
    scale, zero = detail["quantization"]
    info = np.iinfo(detail["dtype"])
    return np.clip(np.round(real / scale + zero), info.min, info.max).astype(detail["dtype"])


def run(content, resolver, values):
    interpreter = tf.lite.Interpreter(
        model_content=content, experimental_op_resolver_type=RESOLVERS[resolver], num_threads=1)
    for detail, value in zip(interpreter.get_input_details(), values):
        if value.shape != tuple(detail["shape"]):
            interpreter.resize_tensor_input(detail["index"], value.shape)
    interpreter.allocate_tensors()
    for detail, value in zip(interpreter.get_input_details(), values):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(d["index"]).copy() for d in interpreter.get_output_details()]


def write(folder, name, content, runs):
    """Writes a model and the numbers of its runs, and gives the rows of the index."""
    (folder / f"{name}.tflite").write_bytes(content)
    rows = []
    numbers = io.BytesIO()
    for i, values in enumerate(runs):
        groups = {"input": values} | {r: run(content, r, values) for r in RESOLVERS}
        for group, tensors in groups.items():
            for t, tensor in enumerate(tensors):
                raw = np.ascontiguousarray(tensor).astype(tensor.dtype.newbyteorder("<")).tobytes()
                shape = "x".join(map(str, tensor.shape)) or "scalar"
                rows.append(f"{name}\t{i}\t{group}\t{t}\t{tensor.dtype.name.upper()}\t{shape}\t{numbers.tell()}\t{len(raw)}")
                numbers.write(raw)
    (folder / f"{name}.bin").write_bytes(numbers.getvalue())
    spread = [float(np.ptp(o)) for o in run(content, "reference", runs[0])]
    distance = max(float(np.max(np.abs(a.astype(np.float64) - b.astype(np.float64))))
                   for values in runs for a, b in zip(run(content, "reference", values), run(content, "default", values)))
    print(f"{name:24} {len(content):6} bytes, output spread {spread}, kernels differ by {distance:.3g}")
    return rows


# ---------------------------------------------------------------- demo

def draw(kind, rng):
    """A filled shape of some size at some place, grey on grey, with noise; 16 x 16 bytes."""
    y, x = np.mgrid[0:16, 0:16].astype(np.float64)
    r = rng.uniform(3.0, 5.5)
    cy, cx = rng.uniform(r + 1, 14 - r, 2) if r < 6 else (7.5, 7.5)
    if kind == 0:
        inside = (y - cy) ** 2 + (x - cx) ** 2 <= r * r
    elif kind == 1:
        inside = np.maximum(abs(y - cy), abs(x - cx)) <= r * 0.85
    elif kind == 2:
        inside = (y <= cy + r * 0.8) & (abs(x - cx) <= (y - (cy - r)) * 0.6) & (y >= cy - r)
    else:
        near = np.minimum(abs(y - cy), abs(x - cx)) <= r * 0.3
        inside = near & (np.maximum(abs(y - cy), abs(x - cx)) <= r)
    low, high = rng.uniform(10, 90), rng.uniform(150, 240)
    image = np.where(inside, high, low) + rng.normal(0, 10, (16, 16))
    return np.clip(np.round(image), 0, 255).astype(np.uint8)


def drawn(count, seed):
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, len(LABELS), count)
    return np.stack([draw(k, rng) for k in kinds])[..., None], kinds


def demo():
    keras.utils.set_random_seed(11)
    model = keras.Sequential([
        layers.Input((16, 16, 1), batch_size=None, name="image"),
        layers.Conv2D(8, 3, strides=2, padding="same", activation="relu6"),
        layers.DepthwiseConv2D(3, padding="same", activation="relu6"),
        layers.Conv2D(16, 1, activation="relu6"),
        layers.MaxPooling2D(2),
        layers.Conv2D(24, 3, padding="same", activation="relu6"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(len(LABELS), activation="softmax", name="probabilities"),
    ])
    images, kinds = drawn(8000, 12)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(images / 255.0, kinds, batch_size=64, epochs=40, verbose=0)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None].astype(np.float32) / 255] for image in images[:200])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    content = with_labels(quietly(converter.convert))
    images, kinds = drawn(500, 13)
    right = sum(np.argmax(run(content, "reference", [i[None]])[0]) == k for i, k in zip(images, kinds))
    print(f"demo: {right} of 500 drawings recognized")
    return content


def with_labels(content):
    """The model with metadata that name its labels, and the labels in a zip behind it."""
    model = flatbuffer_utils.convert_bytearray_to_object(content)
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(metadata(), np.uint8)
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name = "TFLITE_METADATA"
    entry.buffer = len(model.buffers) - 1
    model.metadata = (model.metadata or []) + [entry]
    out = io.BytesIO()
    out.write(bytes(flatbuffer_utils.convert_object_to_bytearray(model)))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        info = zipfile.ZipInfo("labels.txt", (1980, 1, 1, 0, 0, 0))
        archive.writestr(info, "\n".join(LABELS) + "\n")
    return out.getvalue()


def table(fb, slots):
    """Writes a table from (slot, kind, value), and gives its offset."""
    fb.StartObject(max(s for s, _, _ in slots) + 1)
    for slot, kind, value in slots:
        if kind == "offset":
            fb.PrependUOffsetTRelativeSlot(slot, value, 0)
        else:
            fb.PrependInt8Slot(slot, value, 0)
    return fb.EndObject()


def vector(fb, offsets):
    fb.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        fb.PrependUOffsetTRelative(offset)
    return fb.EndVector()


def floats(fb, values):
    fb.StartVector(4, len(values), 4)
    for value in reversed(values):
        fb.PrependFloat32(value)
    return fb.EndVector()


def metadata():
    """A ModelMetadata FlatBuffer: field ids as in the metadata schema."""
    fb = flatbuffers.Builder(1024)
    text = {t: fb.CreateString(t) for t in (
        "Shape classifier", "Tells drawn circles, squares, triangles and crosses apart.", "image", "probabilities",
        "labels.txt", "1", "1.0.0")}
    labels = table(fb, [(0, "offset", text["labels.txt"]), (2, "byte", 2)])
    labels = vector(fb, [labels])
    options = table(fb, [(0, "offset", floats(fb, [0.0])), (1, "offset", floats(fb, [255.0]))])
    unit = table(fb, [(0, "byte", 1), (1, "offset", options)])
    units = vector(fb, [unit])
    image = table(fb, [(0, "byte", 2)])
    content = table(fb, [(0, "byte", 2), (1, "offset", image)])
    source = table(fb, [(0, "offset", text["image"]), (3, "offset", content), (4, "offset", units)])
    result = table(fb, [(0, "offset", text["probabilities"]), (6, "offset", labels)])
    graph = table(fb, [(2, "offset", vector(fb, [source])), (3, "offset", vector(fb, [result]))])
    root = table(fb, [
        (0, "offset", text["Shape classifier"]),
        (1, "offset", text["Tells drawn circles, squares, triangles and crosses apart."]),
        (2, "offset", text["1"]), (3, "offset", vector(fb, [graph])), (7, "offset", text["1.0.0"])])
    fb.Finish(root, b"M001")
    return bytes(fb.Output())


def write_demo(folder):
    folder.mkdir(parents=True, exist_ok=True)
    content = demo()
    rng = np.random.default_rng(14)
    images = [draw(kind, rng)[None, :, :, None] for kind in range(len(LABELS))]
    for label, image in zip(LABELS, images):
        print(f"demo: {label} is {run(content, 'reference', [image])[0].tolist()}")
    rows = write(folder, "shapes", content, [[image] for image in images])
    for label, image in zip(LABELS, images):
        (folder / f"{label}.png").write_bytes(tf.io.encode_png(image[0]).numpy())
    return rows


# ---------------------------------------------------------------- main

def main():
    here = pathlib.Path(__file__).resolve().parent
    default = here.parent.parent / "testmodels/src/main/resources/dev/tfliteonnx/testmodels/real"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    header = "model\trun\tgroup\ttensor\ttype\tshape\toffset\tbytes"
    rows = [header]
    plan = [
        (cnn, ["float32", "float16", "dynamic", "int8", "int8io", "int8tensor", "int16"]),
        (detector, ["float32", "int8"]),
        (attention, ["float32", "dynamic", "int8"]),
        (recurrent, ["float32"]),
    ]
    for maker, kinds in plan:
        model = maker()
        for kind in kinds:
            name = f"{maker.__name__}_{kind}"
            content = convert(model, kind)
            rows += write(folder, name, content, [inputs_for(content, 100 + i) for i in range(RUNS)])
    content = convert_fake_quantized()
    rows += write(folder, "fakequant", content, [inputs_for(content, 100 + i) for i in range(RUNS)])
    (folder / "index.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    rows = [header] + write_demo(folder / "demo")
    (folder / "demo/index.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
