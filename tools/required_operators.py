#!/usr/bin/env python3
"""Writes what ONNX Runtime's own tool says that a reduced build needs for .ort files, one by one and together.

Needs the Python package onnxruntime.
Usage: python3 tools/required_operators.py FOLDER OUTPUT.tsv

The folder is written by the test RequiredOperatorsTest with -Dort.configs.write=FOLDER. Columns of the output: file,
configuration, configuration with types; lines of a configuration are joined by |, its comments left out. The last row, of
the file *, is the configuration of all files together with its comments.
"""

import pathlib
import sys
import tempfile

from onnxruntime.tools.ort_format_model import create_config_from_models


def config(files, types):
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "a.config"
        create_config_from_models(files, output, types)
        return output.read_text().splitlines()


def row(name, files, comments):
    cells = [name]
    for types in (False, True):
        cells.append("|".join(line for line in config(files, types) if comments or not line.startswith("#")))
    return "\t".join(cells) + "\n"


def main(folder, output):
    files = sorted(pathlib.Path(folder).glob("*.ort"))
    rows = [row(f.name, [f], False) for f in files]
    rows.append(row("*", files, True).replace(f"{folder}/", ""))
    pathlib.Path(output).write_text("".join(rows))


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
