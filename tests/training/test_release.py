"""What a release says of itself; the road from a run to a served snapshot is `make train-smoke`."""

from datetime import date
from pathlib import Path

import pytest

from sfumato.errors import InvalidRequest
from sfumato.training.config import CONFIGS
from sfumato.training.lineage import lineage
from sfumato.training.release import PRESETS, _free_day, release


def test_a_run_without_a_checkpoint_cannot_be_released(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="no checkpoint"):
        release(CONFIGS["smoke"], tmp_path / "run", tmp_path / "data", tmp_path / "target")


def test_a_taken_day_gives_the_next_free_one(tmp_path: Path) -> None:
    for day in (22, 23):
        (tmp_path / f"gpt-image-2-2026-11-{day}.json").touch()
    assert _free_day(tmp_path, "gpt-image-2", date(2026, 11, 22)) == "2026-11-24"


def test_every_set_is_named_with_its_licence_and_number_of_pictures(tmp_path: Path) -> None:
    counts = {"weights": {"noto": 3}, "memory": {"noto": 2, "openclipart-svg": 1}}
    rows = {row["source"]: row for row in lineage(CONFIGS["cpu"], counts, tmp_path)}
    assert rows["@iconify-json/twemoji"]["use"] == ["weights"]
    assert rows["@iconify-json/noto"]["use"] == ["weights", "memory"]
    assert rows["openclipart-svg"]["use"] == ["memory"]
    assert rows["@iconify-json/noto"]["pictures"] == {"weights": 3, "memory": 2}
    assert all(row["licence"] and row["version"] for row in rows.values())
    pinned = [name for name in rows if name.startswith("@")]
    assert pinned
    assert all(len(rows[name]["sha256"]) == 64 for name in pinned)


def test_more_quality_is_more_steps() -> None:
    steps = [PRESETS[quality].steps for quality in ("low", "medium", "high")]
    assert steps == sorted(set(steps))
