"""A checkpoint: the resumable state of a run, in parts under 16 MB, written all or not at all.

In float32 a resumed run follows its curve exactly; a bfloat16 copy is half the size and follows it
closely. Knows nothing about networks or optimisers.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

PART_BYTES = 15 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """`tensors` by name (model., ema., muon., adam.) after `step` steps, which seeds the next."""

    step: int
    tensors: Mapping[str, Tensor]


def save_checkpoint(
    folder: Path, checkpoint: Checkpoint, dtype: torch.dtype = torch.float32
) -> None:
    """Write beside, then swap: a kill leaves the old checkpoint or the new one."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    tensors = {name: tensor.to(dtype) for name, tensor in checkpoint.tensors.items()}
    for number, part in enumerate(_parts(tensors)):
        save_file(part, fresh / f"part-{number:03}.safetensors")
    (fresh / "state.json").write_text(json.dumps({"step": checkpoint.step}))
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.rename(folder, old)
    os.rename(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The newest complete checkpoint, or None where a run has not written one yet."""
    for candidate in (folder, folder.with_name(f"{folder.name}.old")):
        if (candidate / "state.json").is_file():
            step = json.loads((candidate / "state.json").read_text())["step"]
            tensors: dict[str, Tensor] = {}
            for part in sorted(candidate.glob("part-*.safetensors")):
                tensors.update({name: t.float() for name, t in load_file(part).items()})
            return Checkpoint(step=step, tensors=tensors)
    return None


def _parts(tensors: Mapping[str, Tensor]) -> Iterator[dict[str, Tensor]]:
    part: dict[str, Tensor] = {}
    size = 0
    for name, tensor in tensors.items():
        bytes_ = tensor.numel() * tensor.element_size()
        if part and size + bytes_ > PART_BYTES:
            yield part
            part, size = {}, 0
        part[name] = tensor.contiguous()
        size += bytes_
    if part:
        yield part
