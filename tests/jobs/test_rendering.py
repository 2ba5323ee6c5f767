from pathlib import Path

import pytest

from sfumato.core import Progress
from sfumato.errors import SnapshotDamaged
from sfumato.jobs.engine_worker import ENGINES
from sfumato.jobs.messages import Cancel, Done, Load, Next, Run
from sfumato.jobs.rendering import Renderer
from tests.jobs.workplace import fake_snapshot, small, steps_logged


def test_only_next_computes_and_only_one_step(tmp_path: Path) -> None:
    log = tmp_path / "steps"
    renderer = Renderer(ENGINES, 1, tmp_path)
    assert renderer(Load(snapshot=fake_snapshot(step_log=str(log)))) == Done()
    assert renderer(Run(run=1, params=small(seed=7))) == Done()
    assert steps_logged(log) == []
    assert renderer(Next(run=1)) == Progress(step=1, steps=4)
    assert steps_logged(log) == ["7 1"]
    assert renderer(Cancel(run=1)) == Done()
    assert steps_logged(log) == ["7 1"]
    with pytest.raises(KeyError):
        renderer(Next(run=1))


def test_another_snapshot_takes_the_place_of_the_first(tmp_path: Path) -> None:
    renderer = Renderer(ENGINES, 1, tmp_path)
    renderer(Load(snapshot=fake_snapshot("first")))
    renderer(Run(run=1, params=small()))
    renderer(Load(snapshot=fake_snapshot("first")))  # the same: nothing is lost
    renderer(Next(run=1))
    renderer(Load(snapshot=fake_snapshot("second")))
    with pytest.raises(KeyError):
        renderer(Next(run=1))


def test_an_engine_that_nobody_knows_is_a_damaged_snapshot(tmp_path: Path) -> None:
    renderer = Renderer(ENGINES, 1, tmp_path)
    with pytest.raises(SnapshotDamaged, match=r"'abacus'.*known: fake, native"):
        renderer(Load(snapshot=fake_snapshot(engine="abacus")))
