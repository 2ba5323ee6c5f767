"""What a release says of itself; the road from a run to a served snapshot is `make train-smoke`."""

from datetime import date
from pathlib import Path

import pytest

from sfumato.errors import InvalidRequest
from sfumato.native.pipeline import PIPELINE_REVISION
from sfumato.registry.snapshot import Snapshot, read_snapshot, write_snapshot
from sfumato.training.config import CONFIGS
from sfumato.training.lineage import lineage
from sfumato.training.reissue import reissue
from sfumato.training.release import NATIVE_CAPABILITIES, PRESETS, free_day, release


def test_a_run_without_a_checkpoint_cannot_be_released(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="no checkpoint"):
        release(CONFIGS["smoke"], tmp_path / "run", tmp_path / "data", tmp_path / "target")


def test_a_day_that_is_or_was_taken_gives_the_next_free_one(tmp_path: Path) -> None:
    for day in (23, 24):
        (tmp_path / f"gpt-image-2-2026-11-{day}.json").touch()
    assert free_day(tmp_path, "gpt-image-2", date(2026, 11, 22)) == "2026-11-25"


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


def snapshot(folder: Path, revision: str) -> Snapshot:
    return Snapshot(
        id="gpt-image-2-2026-01-01",
        engine="fake",
        created="2026-01-01",
        pipeline_revision=revision,
        files=(),
        presets=PRESETS,
        card={"snapshot": "gpt-image-2-2026-01-01"},
        folder=folder,
    )


def test_a_snapshot_is_issued_again_with_other_capabilities(tmp_path: Path) -> None:
    parent = snapshot(tmp_path, PIPELINE_REVISION)
    write_snapshot(parent)
    new = reissue(parent, tmp_path, NATIVE_CAPABILITIES)
    read = read_snapshot(tmp_path / f"{new.id}.json")
    assert (read.parent, read.files, read.presets) == (parent.id, parent.files, parent.presets)
    assert read.capabilities == NATIVE_CAPABILITIES
    assert read.card == parent.card  # it measured these files, and says whose name they had
    assert read.digest not in (parent.digest, "")
    assert read_snapshot(tmp_path / f"{parent.id}.json").digest == parent.digest


def test_a_snapshot_issued_again_is_for_this_pipeline(tmp_path: Path) -> None:
    new = reissue(snapshot(tmp_path, "native-0"), tmp_path, NATIVE_CAPABILITIES)
    assert new.pipeline_revision == PIPELINE_REVISION
