"""Runs every operator case in the real TFLite interpreter.

    java -cp ... dev.tfliteonnx.testmodels.cases.CaseDump FOLDER
    python check_cases.py FOLDER

Each case is allocated and invoked with the reference kernels and with the default resolver, but for engines that it
excuses. Told are: cases that fail, outputs that hold one value only, outputs of which most are saturated, kernels that
differ, and the number of cases for each operator. Workers are forked, so that a crash costs one case.
"""
import collections
import os
import pickle
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

RESOLVERS = {
    "TFLITE_REFERENCE": tf.lite.experimental.OpResolverType.BUILTIN_REF,
    "TFLITE_DEFAULT": tf.lite.experimental.OpResolverType.AUTO,
}
CHUNK = 200


def run(folder, number, resolver):
    interpreter = tf.lite.Interpreter(
        model_path=f"{folder}/{number}.tflite", experimental_op_resolver_type=RESOLVERS[resolver], num_threads=1)
    interpreter.allocate_tensors()
    for i, detail in enumerate(interpreter.get_input_details()):
        path = f"{folder}/{number}.in{i}"
        if detail["dtype"] in (np.object_, np.bytes_):
            value = np.array(open(path, "rb").read().split(b"\n")[:-1], dtype=object).reshape(detail["shape"])
        else:
            value = np.fromfile(path, dtype=detail["dtype"]).reshape(detail["shape"])
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [(d["dtype"], d["quantization_parameters"], output(interpreter, d))
            for d in interpreter.get_output_details()]


def output(interpreter, detail):
    try:
        return interpreter.get_tensor(detail["index"])
    except ValueError:  # the binding refuses some tensors without elements
        if 0 in detail["shape"]:
            return np.zeros(detail["shape"], detail["dtype"])
        raise


def worker(folder, cases, start, pipe):
    with os.fdopen(pipe, "wb") as out:
        for i in range(start, min(start + CHUNK, len(cases))):
            results = {}
            for resolver in RESOLVERS:
                if resolver in cases[i][3]:
                    continue
                pickle.dump(("at", i, resolver), out)
                out.flush()
                try:
                    results[resolver] = run(folder, cases[i][0], resolver)
                except Exception as e:  # the interpreter throws several kinds
                    results[resolver] = str(e).replace("\n", " ")[:300]
            pickle.dump(("done", i, results), out)
            out.flush()


def run_all(folder, cases):
    results = [None] * len(cases)
    start = 0
    while start < len(cases):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            worker(folder, cases, start, write)
            os._exit(0)
        os.close(write)
        at = (start, "?")
        done = start
        with os.fdopen(read, "rb") as stream:
            while True:
                try:
                    kind, i, value = pickle.load(stream)
                except EOFError:
                    break
                if kind == "at":
                    at = (i, value)
                else:
                    results[i] = value
                    done = i + 1
        os.waitpid(child, 0)
        if done < min(start + CHUNK, len(cases)):
            results[done] = {at[1]: "crash"}
            done += 1
        start = done
    return results


def remarks(reference, default):
    out = []
    for o, (dtype, quant, y) in enumerate(reference):
        if y.size == 0 or dtype in (np.object_, np.bytes_):
            continue
        if y.size > 3 and np.all(y == y.flat[0]):
            out.append(f"output {o} holds only {y.flat[0]}")
        if dtype in (np.int8, np.uint8, np.int16) and len(quant["scales"]):
            info = np.iinfo(dtype)
            saturated = np.mean((y == info.min) | (y == info.max))
            if saturated > 0.6 and y.size > 3:
                out.append(f"output {o}: {saturated:.0%} saturated")
        if np.issubdtype(dtype, np.floating) and not np.all(np.isfinite(y)):
            out.append(f"output {o} is not finite")
        other = default[o][2]
        if other.shape != y.shape:
            out.append(f"output {o}: shapes {y.shape} and {other.shape}")
        elif dtype != np.bool_ and y.dtype != np.bool_:
            moved = y != other
            distance = np.max(np.abs(y[moved].astype(np.float64) - other[moved].astype(np.float64)), initial=0)
            limit = 1e-4 * max(1, np.max(np.abs(y[np.isfinite(y)]), initial=0)) if np.issubdtype(dtype, np.floating) else 1
            if not distance <= limit:
                out.append(f"output {o}: reference and default differ by {distance:.6g}")
    return out


def main():
    folder = sys.argv[1]
    cases = [line.rstrip("\n").split("\t") for line in open(f"{folder}/index.tsv", encoding="utf-8")]
    results = run_all(folder, cases)
    counts = collections.Counter()
    bad = 0
    for (number, name, _, _, shapes), result in zip(cases, results):
        counts[name.split("/")[0]] += 1
        failed = {r: v for r, v in result.items() if isinstance(v, str)}
        for r, message in failed.items():
            bad += 1
            print(f"FAIL {number} {name} [{r}]: {message}")
        outputs = list(result.values())
        if outputs and not failed:
            stated = [tuple(int(n) for n in s.strip("[]").split(",") if n) for s in shapes.split(";")[:-1]]
            real = [y.shape for _, _, y in outputs[0]]
            if stated != real:
                bad += 1
                print(f"FAIL {number} {name}: stated shapes {stated}, real {real}")
            for remark in remarks(outputs[0], outputs[-1]):
                print(f"NOTE {number} {name}: {remark}")
    for op in sorted(counts):
        print(f"{op:32} {counts[op]}")
    print(f"{len(cases) - bad} passed, {bad} failed")
    sys.exit(bad > 0)


main()
