"""Times ONNX's own reference evaluator: reference_evaluator.py MODEL.onnx BUDGET_MS prints the median in microseconds.

Inputs are random; extents that the model leaves open are 1. The first run does not count unless it is the only one that
fits the budget.
"""

import statistics
import sys
import time

import numpy
import onnx
from onnx.reference import ReferenceEvaluator


def random_input(info, generator):
    tensor = info.type.tensor_type
    shape = [dim.dim_value if dim.HasField("dim_value") else 1 for dim in tensor.shape.dim]
    dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
    if numpy.issubdtype(dtype, numpy.floating):
        return generator.uniform(-1, 1, shape).astype(dtype)
    return generator.integers(0, 8, shape).astype(dtype)


def main():
    model = onnx.load(sys.argv[1])
    if any(node.op_type == "DequantizeLinear" for node in model.graph.node):
        # the evaluator knows it from version 19 on, where one scale for a tensor or an axis means the same
        for opset in model.opset_import:
            if opset.domain == "":
                opset.version = max(opset.version, 19)
    budget = float(sys.argv[2]) / 1000
    generator = numpy.random.default_rng(1)
    feeds = {info.name: random_input(info, generator) for info in model.graph.input}
    evaluator = ReferenceEvaluator(model)
    times = []
    start = time.perf_counter()
    while not times or time.perf_counter() - start < budget:
        before = time.perf_counter()
        evaluator.run(None, feeds)
        times.append(time.perf_counter() - before)
    print(statistics.median(times[1:] or times) * 1e6)


main()
