#!/usr/bin/env python3
"""Writes the facts of every ONNX operator schema version as one tab-separated table.

Needs the Python package onnx; the release in use decides which schema versions exist.
Usage: python3 tools/onnx_schemas.py
"""

import re
from pathlib import Path

import numpy
import onnx
from onnx.defs import OpSchema, get_all_schemas_with_history, onnx_opset_version

DOMAINS = {"": "ai.onnx", "ai.onnx.ml": "ai.onnx.ml"}
TARGET = Path(__file__).resolve().parent.parent / "ir/src/main/resources/dev/tfliteonnx/onnx/onnx-schemas.tsv"
HEADER = (
    "# Written by tools/onnx_schemas.py from onnx {version} (opset {opset}); do not edit."
    " Columns, tab-separated: domain (ai.onnx is the default domain), op, since_version, deprecated, min_inputs,"
    " max_inputs, min_outputs, max_outputs, inputs, outputs, type constraints, attributes."
    " Inputs and outputs: name:type:option, joined by commas; option is s (single), o (optional) or v (variadic),"
    " then h (all of one type) or H (types may differ)."
    " Type constraints: T=type|type, joined by semicolons; tensor(x) is x, seq(tensor(x)) is seq(x),"
    " optional(x) is opt(x). Attributes: name:TYPE:required:default, joined by commas; list elements are"
    " separated by spaces, an empty default means none. %XX is a percent-encoded byte.\n"
)
OPTION = {
    OpSchema.FormalParameterOption.Single: "s",
    OpSchema.FormalParameterOption.Optional: "o",
    OpSchema.FormalParameterOption.Variadic: "v",
}


def encode(text):
    """Percent-encodes what would be read as a separator."""
    return "".join("%{:02X}".format(ord(c)) if c in "%,:; |\t\r\n" else c for c in text)


def abbreviate(type_text):
    short = re.sub(r"tensor\((\w+)\)", r"\1", type_text.replace(" ", ""))
    return short.replace("optional(", "opt(")


def formal(parameters):
    return ",".join(
        f"{encode(p.name)}:{abbreviate(p.type_str)}:{OPTION[p.option]}{'h' if p.is_homogeneous else 'H'}"
        for p in parameters
    )


def constraints(schema):
    return ";".join(
        f"{c.type_param_str}={'|'.join(sorted(map(abbreviate, c.allowed_type_strs)))}"
        for c in sorted(schema.type_constraints, key=lambda c: c.type_param_str)
    )


def scalar(value):
    if isinstance(value, bytes):
        return encode(value.decode("utf-8"))
    if isinstance(value, float):
        return str(numpy.float32(value))
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"no notation for a default of type {type(value).__name__}")


def default(proto):
    if not proto.type:
        return ""
    value = onnx.helper.get_attribute_value(proto)
    return " ".join(map(scalar, value)) if isinstance(value, (list, tuple)) else scalar(value)


def attributes(schema):
    return ",".join(
        f"{name}:{a.type.name}:{int(a.required)}:{default(a.default_value)}"
        for name, a in sorted(schema.attributes.items())
    )


def line(s):
    cells = [DOMAINS[s.domain], s.name, s.since_version, int(s.deprecated), s.min_input, s.max_input]
    cells += [s.min_output, s.max_output, formal(s.inputs), formal(s.outputs), constraints(s), attributes(s)]
    return "\t".join(map(str, cells)) + "\n"


def main():
    schemas = [s for s in get_all_schemas_with_history() if s.domain in DOMAINS]
    schemas.sort(key=lambda s: (DOMAINS[s.domain], s.name, s.since_version))
    text = HEADER.format(version=onnx.__version__, opset=onnx_opset_version()) + "".join(map(line, schemas))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(schemas)} schema versions, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
