import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import torch

from sfumato.training.config import CONFIGS
from sfumato.training.trainer import Run
from tests.training.toy import TOY, assets, encoder

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.training.toy import TOY, assets, encoder
from sfumato.training.trainer import Run
run = Run(TOY, Path(sys.argv[1]), assets(), encoder())
for report in run.train(steps=20):
    pass
for report in run.train(steps=5):
    os.kill(os.getpid(), signal.SIGKILL)  # after the first step beyond the checkpoint
"""


def _final(run: Run) -> dict[str, torch.Tensor]:
    list(run.train())
    return {name: weight.clone() for name, weight in run.model.state_dict().items()}


def test_a_killed_and_resumed_run_ends_where_one_that_never_stopped_ends(tmp_path: Path) -> None:
    straight = _final(Run(TOY, tmp_path / "straight", assets(), encoder()))
    command = [sys.executable, "-c", KILLED, str(tmp_path / "killed")]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": "."}, check=False)
    assert killed.returncode == -signal.SIGKILL
    resumed = Run(TOY, tmp_path / "killed", assets(), encoder())
    assert resumed.step == 20
    final = _final(resumed)
    assert all(torch.equal(final[name], straight[name]) for name in straight)


def test_the_loss_falls(tmp_path: Path) -> None:
    run = Run(replace(TOY, samples=4 * 80), tmp_path, assets(), encoder())
    _, early, *_, late = run.train()
    assert late.loss < 0.7 * early.loss


def test_the_curve_is_written_as_it_grows(tmp_path: Path) -> None:
    reports = list(Run(TOY, tmp_path, assets(), encoder()).train())
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [report.step for report in reports] == [1, 20, 40]


def test_configs_are_named_as_in_their_table() -> None:
    assert {"smoke", "cpu", "gpu"} <= CONFIGS.keys()
    assert all(name == config.name for name, config in CONFIGS.items())


def test_a_fresh_run_can_start_from_another_runs_checkpoint(tmp_path: Path) -> None:
    first = Run(TOY, tmp_path / "first", assets(), encoder())
    list(first.train(steps=1))
    first.save(tmp_path / "copy", torch.bfloat16)
    second = Run(TOY, tmp_path / "second", assets(), encoder(), start=tmp_path / "copy")
    assert second.step == 1
