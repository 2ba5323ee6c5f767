"""Checkpoint → snapshot: export, address by content, write the manifest. Moves no alias.

A released snapshot never changes; only its card, which decides nothing, is added later.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import torch

from sfumato.errors import InvalidRequest
from sfumato.native.memory import Memory
from sfumato.native.pipeline import PIPELINE_REVISION
from sfumato.registry.catalogue import read_catalogue
from sfumato.registry.snapshot import (
    Capabilities,
    Preset,
    Snapshot,
    SnapshotFile,
    write_snapshot,
)
from sfumato.training.checkpoint import load_checkpoint
from sfumato.training.config import TrainingConfig
from sfumato.training.denoiser import Denoiser
from sfumato.training.export import export_denoiser
from sfumato.training.lineage import Counts, lineage
from sfumato.training.prepare import (
    prepare_assets,
    prepare_encoder,
    prepare_fonts,
    prepare_memory,
)
from sfumato.training.upscaler_export import prepare_upscaler

UPSCALER = Path("checkpoints/upscaler")
NATIVE_CAPABILITIES = Capabilities(
    tasks=("generate", "edit"),
    output_formats=("png", "jpeg", "webp", "svg", "gif"),
    extensions=("seed", "memory", "negative_prompt", "response_format", "markup"),
)
PRESETS = {
    "low": Preset(steps=4, guidance=2.0, t0=0.15),
    "medium": Preset(steps=12, guidance=2.0, t0=0.2),
    "high": Preset(steps=40, guidance=2.0, t0=0.3),
}


def release(
    config: TrainingConfig,
    run: Path,
    data: Path,
    target: Path,
    *,
    version: str = "gpt-image-2",
    presets: Mapping[str, Preset] = PRESETS,
    day: date | None = None,
    upscaler: Path = UPSCALER,
) -> Snapshot:
    """Write a snapshot of the run's EMA weights into `target`, dated `day` or the next free one.

    InvalidRequest when the run has no checkpoint yet.
    """
    checkpoint = load_checkpoint(run / "checkpoint")
    if checkpoint is None:
        raise InvalidRequest(f"{run} has no checkpoint to release: train first.")
    created = free_day(target, version, day or datetime.now(UTC).date())
    with tempfile.TemporaryDirectory() as scratch:
        denoiser = Path(scratch) / "denoiser.onnx"
        export_denoiser(_averaged(config, checkpoint.tensors), denoiser)
        encoder = prepare_encoder(data, threads=1)
        files = {
            "denoiser": denoiser,
            "text": data / "text/text.onnx",
            "tokenizer": data / "text/tokenizer.json",
            "memory": prepare_memory(config, data, encoder),
            "fonts": prepare_fonts(data),
            "upscaler": prepare_upscaler(data, upscaler),
        }
        stored = tuple(_store(role, path, target / "objects") for role, path in files.items())
    snapshot = Snapshot(
        id=f"{version}-{created}",
        engine="native",
        created=created,
        pipeline_revision=PIPELINE_REVISION,
        files=stored,
        presets=dict(presets),
        capabilities=NATIVE_CAPABILITIES,
        recipe={
            "config": json.loads(json.dumps(asdict(config))),
            "steps": checkpoint.step,
            "samples": checkpoint.step * config.batch,
            "commit": _commit(),
        },
        data=lineage(config, _counts(config, data), data),
        folder=target,
    )
    write_snapshot(snapshot)
    return snapshot


def read_presets(path: Path) -> dict[str, Preset]:
    """Presets as JSON: quality → steps, guidance, t0."""
    return {name: Preset(**raw) for name, raw in json.loads(path.read_text("utf-8")).items()}


def free_day(target: Path, version: str, day: date) -> str:
    """The first date from `day` on that no snapshot of `version` has, or had: ids never return."""
    gone = {row.id for row in read_catalogue(target / "catalogue.toml").unserved}
    while (name := f"{version}-{day.isoformat()}") in gone or (target / f"{name}.json").exists():
        day += timedelta(days=1)
    return day.isoformat()


def _averaged(config: TrainingConfig, tensors: Mapping[str, torch.Tensor]) -> Denoiser:
    """The network with the EMA of its weights."""
    model = Denoiser(config.denoiser)
    ema = {k.removeprefix("ema."): v for k, v in tensors.items() if k.startswith("ema.")}
    model.load_state_dict(ema, strict=True)
    return model


def _counts(config: TrainingConfig, data: Path) -> Counts:
    """How many pictures of each set the weights saw, and memory holds."""
    assets = prepare_assets(config, data)
    seen = assets.only(~assets.held_out).sources
    held = Memory.open(data / f"memory-{config.name}.zip")
    return {"weights": Counter(seen), "memory": Counter(asset.source for asset in held)}


def _store(role: str, path: Path, objects: Path) -> SnapshotFile:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    objects.mkdir(parents=True, exist_ok=True)
    if not (objects / sha256).exists():
        shutil.copyfile(path, objects / f"{sha256}.new")
        os.replace(objects / f"{sha256}.new", objects / sha256)
    return SnapshotFile(role=role, sha256=sha256, size=len(content))


def _commit() -> str | None:
    """The commit that the code stands at, with `+` when the tree has changes; None outside git."""
    command = ["git", "describe", "--always", "--dirty=+", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(
            command, cwd=Path(__file__).parent, check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
