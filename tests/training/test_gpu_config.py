"""The `gpu` config is a row of the same table: on a CPU only the name and the device differ."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from sfumato.cli import app
from sfumato.registry.snapshot import read_snapshot
from sfumato.training.config import CONFIGS
from tests.training.toy import SHIPPED, assets


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as `prepare` leaves it, with toy drawings at the config's size."""
    toys = assets()
    pixels = np.repeat(np.repeat(toys.pixels, 2, axis=1), 2, axis=2)
    size = CONFIGS["gpu"].asset_size
    replace(toys, pixels=pixels).save(tmp_path / f"assets-gpu-{size}.npz")
    snapshot = read_snapshot(max(SHIPPED.glob("*.json")))
    (tmp_path / "text").mkdir()
    shutil.copy(snapshot.path("text"), tmp_path / "text" / "text.onnx")
    shutil.copy(snapshot.path("tokenizer"), tmp_path / "text" / "tokenizer.json")
    return tmp_path


def test_two_steps_of_the_gpu_config_on_a_cpu(data: Path) -> None:
    command = "train --config gpu --device cpu --steps 2 --batch 1".split()
    command += ["--threads", str(torch.get_num_threads())]  # the whole process keeps what is set
    places = ["--run", str(data / "run"), "--data", str(data)]
    done = CliRunner().invoke(app, [*command, *places], catch_exceptions=False)
    assert done.exit_code == 0
    assert "step 2  samples 2" in done.stdout
    assert "after step 2" in done.stdout
    parts = list((data / "run" / "checkpoint").glob("*.safetensors"))
    assert parts
    assert all(part.stat().st_size <= 16_000_000 for part in parts)
