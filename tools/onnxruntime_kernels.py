"""Writes the table of the element types that ONNX Runtime's CPU kernels take.

Usage: python onnxruntime_kernels.py OUTPUT.tsv   (needs the packages onnx and onnxruntime)

One line per operator of the default domain and kernel version range: operator, first opset, last opset, then the type
variables with the element types that the kernel takes, as `T=float|int32;T1=int64`.
"""

import sys

import onnx.defs
import onnxruntime
import onnxruntime.capi.onnxruntime_pybind11_state as native

OPEN_END = 2147483647


def short(name):
    return name[len("tensor("):-1] if name.startswith("tensor(") else name


def rows():
    merged = {}
    for kernel in native.get_all_opkernel_def():
        if kernel.provider != "CPUExecutionProvider" or kernel.domain not in ("", "ai.onnx"):
            continue
        first, last = kernel.version_range
        types = merged.setdefault((kernel.op_name, first, last), {})
        for variable, allowed in kernel.type_constraints.items():
            types.setdefault(variable, set()).update(short(t) for t in allowed)
    for (op, first, last), types in sorted(merged.items()):
        text = ";".join(f"{v}={'|'.join(sorted(t))}" for v, t in sorted(types.items()))
        yield f"{op}\t{first}\t{'' if last == OPEN_END else last}\t{text}"


def main():
    with open(sys.argv[1], "w", encoding="utf-8", newline="\n") as out:
        out.write(
            f"# Written by tools/onnxruntime_kernels.py from onnxruntime {onnxruntime.__version__}; do not edit. "
            "Columns: operator, first opset, last opset (empty: none), element types by type variable.\n")
        for row in rows():
            out.write(row + "\n")


if __name__ == "__main__":
    main()
