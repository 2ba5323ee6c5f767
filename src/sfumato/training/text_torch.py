"""The frozen text encoder in torch, for a device that would wait for the one of ONNX Runtime.

One file: the word embeddings in int8 with a scale per row, as in the ONNX file, the rest in half
precision. Knows nothing about captions' meaning.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

WEIGHTS = "encoder.safetensors"
WORDS = "embeddings.word_embeddings.weight"


class TorchTextEncoder:
    """MiniLM-L6 on `device`, from the folder that `pack_text_encoder` wrote, with its tokenizer."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        packed = load_file(folder / WEIGHTS)
        scale = packed.pop(f"{WORDS}.scale")
        packed[WORDS] = packed[WORDS].float() * scale
        self._model = _bert(packed[WORDS].shape[0])
        self._model.load_state_dict({k: v.float() for k, v in packed.items()}, strict=True)
        self._model.to(device)
        self._device = device
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()

    @torch.no_grad()
    def batch(self, texts: Sequence[str], length: int) -> Tensor:
        """(B, length, 384) on the device, zero where a text is shorter."""
        ids = torch.zeros(len(texts), length, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        for row, encoding in enumerate(self._tokenizer.encode_batch(list(texts))):
            kept = encoding.ids[:length]
            ids[row, : len(kept)] = torch.tensor(kept)
            mask[row, : len(kept)] = 1
        ids, mask = ids.to(self._device), mask.to(self._device)
        hidden: Tensor = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden * mask[..., None]


def pack_text_encoder(source: Path, folder: Path) -> Path:
    """Write the weights in `source` (a transformers folder) as one small file into `folder`."""
    weights = load_file(source / "model.safetensors")
    words = weights.pop(WORDS).float()
    scale = words.abs().amax(dim=1, keepdim=True).clamp_min(1e-6) / 127
    packed = {name: w.half() for name, w in weights.items() if "position_ids" not in name}
    packed = {name: w for name, w in packed.items() if not name.startswith("pooler.")}
    packed |= {WORDS: (words / scale).round().to(torch.int8), f"{WORDS}.scale": scale}
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{WEIGHTS}.new"
    save_file(packed, fresh)
    return fresh.replace(folder / WEIGHTS)


def _bert(vocabulary: int) -> Any:
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
    )
    model: Any = BertModel(config, add_pooling_layer=False)
    return model.eval()
