"""Floating-point operations of one network evaluation, counted from the shapes that really ran.

ONNX Runtime runs the unoptimised graph once with its profiler on; each product of matrices and each
convolution counts two operations per multiply-add, everything else nothing, as is usual. Knows
nothing about presets or pictures.
"""

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray


def flops(model: Path, inputs: Mapping[str, NDArray[Any]]) -> int:
    """Operations of one run of `model`; inputs that it does not have are left out.

    ValueError for a fused or quantised graph, whose products go by other names.
    """
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.disable_prepacking", "1")  # would hide weights
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_profiling = True
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = str(Path(folder) / "run")
        session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        names = [found.name for found in session.get_inputs()]
        session.run(None, {name: inputs[name] for name in names})
        events = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    nodes = [e["args"] for e in events if e["name"].endswith("_kernel_time")]
    return sum(_of_node(node) for node in nodes)


def denoiser_inputs(height: int, width: int, words: int = 24) -> dict[str, NDArray[Any]]:
    """Zeros in the shapes of a denoiser's inputs: a canvas, a prompt, no letters, no references."""
    return {
        "canvas": np.zeros((1, 5, height, width), np.float32),
        "t": np.full(1, 0.5, np.float32),
        "text": np.zeros((1, words, 384), np.float32),
        "letters": np.zeros((1, 0), np.int64),
        "references": np.zeros((1, 0, 4, 64, 64), np.float32),
    }


def _of_node(node: Mapping[str, Any]) -> int:
    kind = node["op_name"]
    if kind in ("MatMul", "Gemm"):
        (left, *_), (out,) = _shapes(node["input_type_shape"]), _shapes(node["output_type_shape"])
        return 2 * math.prod(out) * left[-1]
    if kind == "Conv":
        weight, (out,) = _shapes(node["input_type_shape"])[1], _shapes(node["output_type_shape"])
        return 2 * math.prod(out) * math.prod(weight[1:])
    if any(word in kind for word in ("MatMul", "Gemm", "Conv", "Attention", "Einsum")):
        raise ValueError(f"The operations of '{kind}' cannot be counted: count the float graph.")
    return 0


def _shapes(typed: Sequence[Mapping[str, Sequence[int]]]) -> list[Sequence[int]]:
    """[{"float": [1, 2]}, …] → [[1, 2], …]."""
    return [shape for entry in typed for shape in entry.values()]
