"""The trained denoiser → one ONNX file in which the picture's size, the prompt's length and the
number of reference pictures are free. Knows nothing about snapshots.
"""

from pathlib import Path

import torch
from torch.export import Dim

from sfumato.training.denoiser import (
    CANVAS_CHANNELS,
    LETTERS,
    MAX_REFERENCES,
    PIXEL_CHANNELS,
    Denoiser,
)
from sfumato.training.onnx_file import compact

OPSET = 20
INPUTS = ("canvas", "t", "text", "letters", "references")


def export_denoiser(model: Denoiser, path: Path) -> None:
    """Write `canvas, t, text, letters, references → x_0` for ONNX Runtime."""
    size, reference = model.config.patch, model.config.reference_size
    inputs = (
        torch.zeros(1, CANVAS_CHANNELS, 7 * size, 9 * size),
        torch.full((1,), 0.5),
        torch.ones(1, 30, model.config.text_width),
        torch.zeros(1, LETTERS, dtype=torch.int64),
        torch.zeros(1, 3, PIXEL_CHANNELS, reference, reference),
    )
    rows, columns = Dim("rows", min=2, max=64), Dim("columns", min=2, max=64)
    torch.onnx.export(
        model.eval(),
        inputs,
        str(path),
        dynamo=True,
        opset_version=OPSET,
        input_names=list(INPUTS),
        output_names=["x_0"],
        dynamic_shapes=(
            {2: size * rows, 3: size * columns},
            None,
            {1: Dim("words", min=2, max=512)},
            # letters and references: none at all, and one, work too; a test holds it
            {1: Dim("letters", min=2, max=LETTERS)},
            {1: Dim("references", min=2, max=MAX_REFERENCES)},
        ),
        external_data=False,
        verbose=False,
    )
    compact(path)
