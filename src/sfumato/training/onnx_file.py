"""Exported ONNX files made fit to ship: half as large, and silent about where they were made.

Weights are stored in half precision and computed with in float32: ONNX Runtime folds the casts when
it opens the file, so speed stays. Knows nothing about networks.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALL = 256  # a tensor of fewer numbers stays float32


def compact(path: Path) -> None:
    """Rewrite the file with its large float32 tensors as float16, each behind a cast back, and
    without the exporter's notes, which name the folders of the machine that exported."""
    model = onnx.load(str(path))
    for noted in (model, model.graph, *model.graph.node, *model.graph.value_info):
        del noted.metadata_props[:]
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= SMALL:
            name, stored = tensor.name, f"{tensor.name}_half"
            halves = numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(numpy_helper.from_array(halves, stored))
            casts.append(helper.make_node("Cast", [stored], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(path))
