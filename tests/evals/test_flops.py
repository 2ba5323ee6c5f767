"""Operations counted from shapes; tests/training/test_export.py compares them with PyTorch's."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from sfumato.evals.flops import flops

CANVAS = np.zeros((1, 4, 12, 20), np.float32)


def written(path: Path, nodes: list[onnx.NodeProto], **weights: np.ndarray) -> Path:
    """A graph from `canvas` to `out`."""
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("canvas", TensorProto.FLOAT, CANVAS.shape)],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value.astype(np.float32), n) for n, value in weights.items()],
    )
    opset = helper.make_opsetid("", 20)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=10), str(path))
    return path


def test_a_product_and_a_grouped_convolution_count_two_per_multiply_add(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["canvas", "kernel"], ["seen"], group=2, strides=[2, 2]),
        helper.make_node("MatMul", ["seen", "matrix"], ["out"]),
    ]
    path = written(
        tmp_path / "a.onnx", nodes, kernel=np.ones((8, 2, 2, 2)), matrix=np.ones((10, 3))
    )
    convolution, product = 8 * 6 * 10 * (2 * 2 * 2), 8 * 6 * 3 * 10
    more = np.zeros(1, np.float32)
    assert flops(path, {"canvas": CANVAS, "unknown": more}) == 2 * (convolution + product)


def test_a_quantised_graph_is_refused_rather_than_counted_as_free(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["canvas"], ["q", "scale", "zero"]),
        helper.make_node("MatMulInteger", ["q", "q2"], ["out"]),
        helper.make_node("Transpose", ["q"], ["q2"], perm=[0, 1, 3, 2]),
    ]
    path = written(tmp_path / "b.onnx", [nodes[0], nodes[2], nodes[1]])
    model = onnx.load(str(path))
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.INT32
    onnx.save(model, str(path))
    with pytest.raises(ValueError, match="MatMulInteger"):
        flops(path, {"canvas": CANVAS})
