"""The shipped snapshot renders: lazily, the same bytes again, and what its recipe says."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, takewhile
from pathlib import Path

import numpy as np
import pytest

import sfumato
from sfumato.core import ImageParams, Memory, Picture, Pixels, Preview, Progress
from sfumato.engines.native import NativeEngine
from sfumato.errors import SnapshotDamaged
from sfumato.native.canvas import enlarge, opaque
from sfumato.native.pipeline import Sampling
from sfumato.registry.snapshot import Snapshot, read_snapshot

SHIPPED = Path(sfumato.__file__).parent / "snapshots"
FOX = ImageParams(prompt="a red fox under a tree at night", width=832, height=832, seed=7)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return read_snapshot(max(SHIPPED.glob("*.json")))


@pytest.fixture(scope="module")
def engine(snapshot: Snapshot) -> Iterator[NativeEngine]:
    native = NativeEngine(threads=2)
    native.load(snapshot)
    yield native
    native.unload()


def _picture(engine: NativeEngine, params: ImageParams) -> Picture:
    *_, picture = engine.generate(params)
    assert isinstance(picture, Picture)
    return picture


def _hash(pixels: Pixels) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()


@pytest.mark.parametrize("memory", ["on", "off"])
def test_the_same_params_give_the_same_pixels_in_a_fresh_engine(
    engine: NativeEngine, snapshot: Snapshot, memory: Memory
) -> None:
    params = replace(FOX, memory=memory, quality="low")
    fresh = NativeEngine(threads=2)
    fresh.load(snapshot)
    assert _hash(_picture(engine, params).pixels) == _hash(_picture(fresh, params).pixels)


def test_another_seed_gives_another_picture(engine: NativeEngine) -> None:
    one, two = (_picture(engine, replace(FOX, quality="low", seed=s)) for s in (1, 2))
    assert _hash(one.pixels) != _hash(two.pixels)


@pytest.mark.parametrize("memory", ["on", "off"])
def test_a_partial_is_the_estimate_of_the_sampler_stopped_there(
    engine: NativeEngine, snapshot: Snapshot, memory: Memory
) -> None:
    params = replace(FOX, partial_images=3, memory=memory, quality="low")
    previews = [f for f in engine.generate(params) if isinstance(f, Preview)]
    model, preset = engine.model, snapshot.presets["low"]
    scene = model.scene(params, model.plan(params))
    drafted = model.draft(scene, params)
    sampling = Sampling(
        steps=preset.steps,
        guidance=preset.guidance,
        t0=preset.t0,
        draft_guidance=preset.draft_guidance,
    )
    assert len(previews) == 3
    for preview in previews:
        sampler = model.paint(params, scene, sampling, drafted)
        stopped = list(islice(sampler, preview.step))[-1]
        decoded = opaque(enlarge(stopped, params.width, params.height))
        assert np.array_equal(preview.pixels, decoded)


def test_one_frame_per_step_and_previews_in_between(engine: NativeEngine) -> None:
    frames = list(engine.generate(replace(FOX, quality="low", partial_images=3)))
    steps = [f.step for f in frames if isinstance(f, Progress)]
    assert steps == list(range(1, len(steps) + 1))
    assert sum(isinstance(f, Preview) for f in frames) == 3
    assert isinstance(frames[-1], Picture)
    before = list(takewhile(lambda f: not isinstance(f, Preview), frames))
    assert len(before) == 1  # a preview follows its own step at once


def test_more_quality_is_more_steps(engine: NativeEngine) -> None:
    params = replace(FOX, memory="off")
    steps = [_picture(engine, replace(params, quality=q)).steps for q in ("low", "medium", "high")]
    assert steps == sorted(set(steps))


def test_without_memory_painting_starts_from_noise_and_names_no_asset(
    engine: NativeEngine,
) -> None:
    picture = _picture(engine, replace(FOX, memory="off", quality="low"))
    assert picture.t0 == 1
    assert picture.assets == ()
    assert picture.settings["from"] == "noise"


def test_with_memory_every_asset_drawn_is_credited(engine: NativeEngine) -> None:
    picture = _picture(engine, replace(FOX, quality="low"))
    drawn = {thing["asset"] for thing in picture.scene["things"]}
    assert {credit.id for credit in picture.assets} == drawn
    assert all(credit.licence for credit in picture.assets)
    assert {"fox", "deciduous tree"} <= {thing["concept"] for thing in picture.scene["things"]}


def test_the_scene_of_a_recipe_gives_the_same_picture_without_planning(
    engine: NativeEngine,
) -> None:
    first = _picture(engine, replace(FOX, quality="low"))
    scene = json.loads(json.dumps(first.scene))
    again = _picture(engine, replace(FOX, quality="low", scene=scene))
    assert _hash(first.pixels) == _hash(again.pixels)


@pytest.mark.parametrize("memory", ["on", "off"])
def test_transparent_pictures_have_real_alpha_and_opaque_ones_none(
    engine: NativeEngine, memory: Memory
) -> None:
    params = replace(FOX, prompt="a red apple", memory=memory, quality="low")
    clear = _picture(engine, replace(params, background="transparent")).pixels
    assert clear[..., 3].min() < 8
    assert (_picture(engine, params).pixels[..., 3] == 255).all()


@pytest.mark.parametrize(("width", "height"), [(1440, 480), (480, 1440), (1280, 720), (816, 816)])
def test_any_size_comes_out_as_asked(engine: NativeEngine, width: int, height: int) -> None:
    params = replace(FOX, width=width, height=height, quality="low")
    assert _picture(engine, params).pixels.shape == (height, width, 4)


def test_a_damaged_file_is_refused_by_name(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    for file in snapshot.files:
        shutil.copy(snapshot.path(file.role), tmp_path / "objects")
    (tmp_path / "objects" / snapshot.files[0].sha256).write_bytes(b"not it")
    damaged = replace(snapshot, folder=tmp_path)
    with pytest.raises(SnapshotDamaged, match=snapshot.files[0].role):
        NativeEngine().load(damaged)


def test_a_snapshot_of_another_pipeline_is_not_served_silently(snapshot: Snapshot) -> None:
    with pytest.raises(SnapshotDamaged, match="native-0"):
        NativeEngine().load(replace(snapshot, pipeline_revision="native-0"))
