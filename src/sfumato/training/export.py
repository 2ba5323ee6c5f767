"""The trained denoiser → one ONNX file whose picture size and prompt length are free."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.export import Dim

from sfumato.training.denoiser import CANVAS_CHANNELS, LETTERS, PIXEL_CHANNELS, Denoiser

OPSET = 20


def export_denoiser(model: Denoiser, path: Path) -> None:
    """Write `canvas, t, text, letters → x_0` for ONNX Runtime, in float32."""
    size = model.config.patch
    inputs = (
        torch.zeros(1, CANVAS_CHANNELS, 7 * size, 9 * size),
        torch.full((1,), 0.5),
        torch.ones(1, 30, model.config.text_width),
        torch.zeros(1, LETTERS, dtype=torch.int64),
    )
    rows, columns = Dim("rows", min=2, max=64), Dim("columns", min=2, max=64)
    torch.onnx.export(
        _Unreferenced(model.eval()),
        inputs,
        str(path),
        dynamo=True,
        opset_version=OPSET,
        input_names=["canvas", "t", "text", "letters"],
        output_names=["x_0"],
        dynamic_shapes=(
            {2: size * rows, 3: size * columns},
            None,
            {1: Dim("words", min=2, max=512)},
            {1: Dim("letters", min=2, max=LETTERS)},  # none at all works too: a test holds it
        ),
        external_data=False,
        verbose=False,
    )


class _Unreferenced(nn.Module):
    """The denoiser without reference pictures, which the first snapshots do not use."""

    def __init__(self, model: Denoiser) -> None:
        super().__init__()
        self.model = model

    def forward(self, canvas: Tensor, t: Tensor, text: Tensor, letters: Tensor) -> Tensor:
        references = canvas.new_zeros(
            1, 0, PIXEL_CHANNELS, self.model.config.reference_size, self.model.config.reference_size
        )
        x_0: Tensor = self.model(canvas, t, text, letters, references)
        return x_0
