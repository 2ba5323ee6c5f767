"""The trained upscaler → one ONNX file with both steps, in which the pictures' sizes are free.

Each step has an input of its own; whoever wants only one feeds the other 2 x 2 pixels. Knows
nothing about training or snapshots.
"""

from pathlib import Path

import torch
from torch.export import Dim

from sfumato.training.checkpoint import load_checkpoint
from sfumato.training.onnx_file import compact
from sfumato.training.upscaler_network import CHANNELS, Upscaler, UpscalerConfig

OPSET = 20


def export_upscaler(model: Upscaler, path: Path) -> None:
    """Write `canvas (1, 4, h, w), picture (1, 4, y, x) → first (1, 4, 4h, 4w), next (1, 4, 2y, 2x)`
    in float32."""
    sizes = {2: Dim("rows", min=2, max=8192), 3: Dim("columns", min=2, max=8192)}
    free = {2: Dim("y", min=2, max=8192), 3: Dim("x", min=2, max=8192)}
    torch.onnx.export(
        model.eval(),
        (torch.zeros(1, CHANNELS, 24, 32), torch.zeros(1, CHANNELS, 40, 48)),
        str(path),
        dynamo=True,
        opset_version=OPSET,
        input_names=["canvas", "picture"],
        output_names=["first", "next"],
        dynamic_shapes=(sizes, free),
        external_data=False,
        verbose=False,
    )
    compact(path)


def prepare_upscaler(data: Path, checkpoint: Path, config: UpscalerConfig | None = None) -> Path:
    """`data/upscaler.onnx`, exported from a checkpoint's weights when it is not there yet.

    FileNotFoundError when there is no checkpoint either.
    """
    path = data / "upscaler.onnx"
    if not path.is_file():
        saved = load_checkpoint(checkpoint)
        if saved is None:
            raise FileNotFoundError(
                f"No upscaler in {checkpoint}: train it, `python -m sfumato.training.upscaler`."
            )
        model = Upscaler(config or UpscalerConfig())
        model.load_state_dict(dict(saved.tensors), strict=True)
        data.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        export_upscaler(model, fresh)
        fresh.rename(path)
    return path
