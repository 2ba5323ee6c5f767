from pathlib import Path

import numpy as np
import torch

from sfumato.training.text_export import weights
from sfumato.training.text_torch import TorchTextEncoder, pack_text_encoder
from tests.training.toy import encoder

CAPTIONS = ("a red apple on a meadow", "three cats to the left of a lighthouse at night")


def test_the_encoder_in_torch_says_what_the_shipped_one_says(tmp_path: Path) -> None:
    packed = pack_text_encoder(weights(), tmp_path)
    assert packed.stat().st_size < 36e6
    (tmp_path / "tokenizer.json").write_bytes((weights() / "tokenizer.json").read_bytes())
    there = TorchTextEncoder(tmp_path, torch.device("cpu")).batch(CAPTIONS, 16).numpy()
    here = encoder().batch(CAPTIONS, 16)
    assert (there[0, 9:] == 0).all()
    cosine = (there * here).sum(-1) / np.maximum(
        np.linalg.norm(there, axis=-1) * np.linalg.norm(here, axis=-1), 1e-6
    )
    assert cosine[here.any(axis=-1)].min() > 0.95
