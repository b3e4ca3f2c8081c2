#!/usr/bin/env python3
"""Writes the facts of the operator schemas that ONNX Runtime has beside those of ONNX, in the form of onnx_schemas.py.

Needs the Python packages onnx and onnxruntime; their releases decide which schema versions exist.
Usage: python3 tools/onnxruntime_schemas.py
"""

import onnx
import onnxruntime
import onnxruntime.capi.onnxruntime_pybind11_state as native
from onnx_schemas import HEADER, TARGET, abbreviate, default, encode

DOMAINS = {"": "ai.onnx", "com.microsoft": "com.microsoft", "com.microsoft.nchwc": "com.microsoft.nchwc"}
OUTPUT = TARGET.with_name("onnxruntime-schemas.tsv")
OPTION = {"Single": "s", "Optional": "o", "Variadic": "v"}


def formal(parameters):
    return ",".join(
        f"{encode(p.name)}:{abbreviate(p.typeStr)}:{OPTION[p.option.name]}{'h' if p.isHomogeneous else 'H'}"
        for p in parameters
    )


def constraints(schema):
    return ";".join(
        f"{c.type_param_str}={'|'.join(sorted(map(abbreviate, c.allowed_type_strs)))}"
        for c in sorted(schema.type_constraints, key=lambda c: c.type_param_str)
    )


def attribute(name, a):
    proto = onnx.AttributeProto.FromString(a._default_value)
    return f"{name}:{a.type.name}:{int(a.required)}:{default(proto)}"


def line(s):
    cells = [DOMAINS[s.domain], s.name, s.since_version, int(s.deprecated), s.min_input, s.max_input]
    cells += [s.min_output, s.max_output, formal(s.inputs), formal(s.outputs), constraints(s)]
    cells.append(",".join(attribute(name, a) for name, a in sorted(s.attributes.items())))
    return "\t".join(map(str, cells)) + "\n"


def main():
    known = {(s.domain, s.name, s.since_version) for s in onnx.defs.get_all_schemas_with_history()}
    schemas = [
        s
        for s in native.get_all_operator_schema()
        if s.domain in DOMAINS and (s.domain, s.name, s.since_version) not in known
    ]
    schemas.sort(key=lambda s: (DOMAINS[s.domain], s.name, s.since_version))
    opset = onnx.defs.onnx_opset_version()
    header = HEADER.format(version=onnx.__version__, opset=opset).replace(
        f"tools/onnx_schemas.py from onnx {onnx.__version__} (opset {opset})",
        f"tools/onnxruntime_schemas.py from onnxruntime {onnxruntime.__version__}, less what onnx {onnx.__version__} has",
    )
    text = header + "".join(map(line, schemas))
    OUTPUT.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(schemas)} schema versions, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
