from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sfumato.core import (
    EditInputs,
    Frame,
    ImageParams,
    Picture,
    Preview,
    Progress,
    Source,
    partial_steps,
)
from sfumato.engines.fake import FakeEngine
from sfumato.errors import SnapshotDamaged
from sfumato.native.scene import scene_from_json
from sfumato.registry.snapshot import Preset, Snapshot, SnapshotFile

SNAPSHOT = Snapshot(
    id="fake-1",
    engine="fake",
    created="2026-01-01",
    pipeline_revision="fake-1",
    files=(),
    presets={
        "low": Preset(steps=2, guidance=1.0, t0=0.5),
        "medium": Preset(steps=4, guidance=1.0, t0=0.5),
    },
)
PARAMS = ImageParams(prompt="a red fox", width=96, height=64)


def frames(params: ImageParams, snapshot: Snapshot = SNAPSHOT) -> list[Frame]:
    engine = FakeEngine()
    engine.load(snapshot)
    return list(engine.generate(params))


def picture(params: ImageParams) -> Picture:
    last = frames(params)[-1]
    assert isinstance(last, Picture)
    return last


def test_the_same_params_give_the_same_pixels() -> None:
    assert np.array_equal(picture(PARAMS).pixels, picture(PARAMS).pixels)


@pytest.mark.parametrize(
    "change", [{"prompt": "a cat"}, {"seed": 1}, {"memory": "off"}, {"negative_prompt": "a cat"}]
)
def test_prompt_seed_and_memory_change_the_picture(change: dict[str, str]) -> None:
    assert not np.array_equal(
        picture(PARAMS).pixels,
        picture(replace(PARAMS, **change)).pixels,  # type: ignore[arg-type]  # parametrised
    )


def test_size_and_quality_are_honoured() -> None:
    assert picture(PARAMS).pixels.shape == (64, 96, 4)
    assert [f.step for f in frames(PARAMS) if isinstance(f, Progress)] == [1, 2, 3, 4]
    quick = frames(replace(PARAMS, quality="low"))
    assert [f.step for f in quick if isinstance(f, Progress)] == [1, 2]


def test_a_transparent_picture_has_real_alpha() -> None:
    alpha = picture(replace(PARAMS, background="transparent")).pixels[..., 3]
    assert set(np.unique(alpha)) == {0, 255}
    assert set(np.unique(picture(PARAMS).pixels[..., 3])) == {255}


def test_a_partial_image_is_an_estimate_of_the_same_picture_that_gets_better() -> None:
    found = frames(replace(PARAMS, partial_images=3))
    final = found[-1]
    assert isinstance(final, Picture)
    assert np.array_equal(final.pixels, picture(PARAMS).pixels)
    gaps = [
        np.abs(f.pixels.astype(int) - final.pixels).mean() for f in found if isinstance(f, Preview)
    ]
    assert len(gaps) == 3
    assert gaps == sorted(gaps, reverse=True)


def test_partials_are_never_more_than_the_steps_before_the_last() -> None:
    assert partial_steps(4, 3) == {1, 2, 3}
    assert partial_steps(2, 3) == {1}
    assert partial_steps(8, 0) == set()


def test_nothing_is_computed_before_it_is_pulled(tmp_path: Path) -> None:
    log = tmp_path / "steps"
    engine = FakeEngine()
    engine.load(replace(SNAPSHOT, recipe={"step_log": str(log)}))
    run = engine.generate(replace(PARAMS, seed=5))
    assert not log.exists()
    next(run)
    next(run)
    assert log.read_text().splitlines() == ["5 1", "5 2"]


def test_a_replayed_scene_gives_the_same_picture_and_another_scene_another() -> None:
    first = picture(PARAMS)
    again = picture(replace(PARAMS, scene=first.scene))
    other = picture(replace(PARAMS, scene={"things": [{"concept": "a cat"}]}))
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, other.pixels)
    scene_from_json(first.scene)  # is one that a replay accepts


def test_a_file_that_differs_from_the_manifest_is_refused(tmp_path: Path) -> None:
    file = SnapshotFile(role="weights", sha256="0" * 64, size=1)
    snapshot = replace(SNAPSHOT, files=(file,), folder=tmp_path)
    with pytest.raises(SnapshotDamaged, match="weights"):
        FakeEngine().load(snapshot)


def test_an_edit_keeps_what_the_mask_covers_and_changes_the_rest() -> None:
    engine = FakeEngine()
    engine.load(SNAPSHOT)
    pixels = picture(PARAMS).pixels
    mask = np.full(pixels.shape[:2], 255, np.uint8)
    mask[:, :40] = 0
    inputs = EditInputs(pictures=(Source(pixels=pixels),), mask=mask)
    *_, after = engine.edit(replace(PARAMS, prompt="make it blue"), inputs)
    assert isinstance(after, Picture)
    assert np.array_equal(after.pixels[:, 40:], pixels[:, 40:])
    assert not np.array_equal(after.pixels[:, :40], pixels[:, :40])
    assert after.settings["inputs"] == [inputs.pictures[0].sha256]


def test_a_gif_has_as_many_frames_as_asked_and_they_differ() -> None:
    shown = picture(replace(PARAMS, frames=5)).frames
    assert len({frame.tobytes() for frame in shown}) == 5
    assert picture(PARAMS).frames == ()
