"""Edits by the shipped snapshot, small: what may not change does not; what was asked is there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sfumato
from sfumato.core import EditInputs, ImageParams, Picture, Pixels, Preview, Progress, Source
from sfumato.engines.native import NativeEngine
from sfumato.errors import ImageUserError, InvalidRequest
from sfumato.evals.editing_region import footprints, untouched
from sfumato.registry.snapshot import read_snapshot

SIZE = 128
SHIPPED = Path(sfumato.__file__).parent / "snapshots"
FOX = ImageParams(
    prompt="a fox next to a tree on a meadow", width=SIZE, height=SIZE, seed=5, quality="low"
)


@pytest.fixture(scope="module")
def engine() -> Iterator[NativeEngine]:
    native = NativeEngine(threads=2)
    native.load(read_snapshot(max(SHIPPED.glob("*.json"))))
    yield native
    native.unload()


@pytest.fixture(scope="module")
def fox(engine: NativeEngine) -> Picture:
    *_, picture = engine.generate(FOX)
    assert isinstance(picture, Picture)
    return picture


def _edit(engine: NativeEngine, said: str, *sources: Source, **changes: object) -> Picture:
    mask = changes.pop("mask", None)
    params = replace(FOX, prompt=said, **changes)  # type: ignore[arg-type]  # fields by name
    inputs = EditInputs(pictures=sources, mask=mask)  # type: ignore[arg-type]  # a mask or None
    *_, picture = engine.edit(params, inputs)
    assert isinstance(picture, Picture)
    return picture


def _ours(picture: Picture) -> Source:
    return Source(pixels=picture.pixels, scene=picture.scene)


def _foreign() -> Pixels:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    ramp = np.stack([x + 60, y + 40, 255 - x, np.full_like(x, 255)], -1)
    return ramp.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("said", ["make it blue", "remove the tree", "move the fox up a bit"])
def test_only_what_changed_and_its_rim_is_redrawn(
    engine: NativeEngine, fox: Picture, said: str
) -> None:
    after = _edit(engine, said, _ours(fox))
    touched = footprints(engine, fox.scene, after.scene, SIZE)
    facts = untouched(fox.pixels, after.pixels, touched)
    assert facts["identical"] == 1
    assert facts["canvas"] > 0.4
    assert not np.array_equal(after.pixels, fox.pixels)
    assert after.settings["inputs"] == [_ours(fox).sha256]
    assert len(after.settings["changes"]) == 1


def test_edits_chain(engine: NativeEngine, fox: Picture) -> None:
    blue = _edit(engine, "make it blue", _ours(fox))
    night = _edit(engine, "now at night", _ours(_edit(engine, "remove the tree", _ours(blue))))
    (thing,) = night.scene["things"]
    assert (thing["concept"], thing["colour"]) == ("fox", "blue")
    assert night.scene["backdrop"]["night"]
    assert night.pixels[..., :3].mean() < 0.7 * fox.pixels[..., :3].mean()
    assert {asset.id for asset in night.assets} == {thing["asset"]}


def test_the_same_edit_gives_the_same_pixels(engine: NativeEngine, fox: Picture) -> None:
    one, two = (_edit(engine, "add a balloon", _ours(fox)) for _ in range(2))
    assert np.array_equal(one.pixels, two.pixels)
    assert one.scene == two.scene


def test_frames_come_as_in_generation(engine: NativeEngine, fox: Picture) -> None:
    params = replace(FOX, prompt="make it red", partial_images=2)
    frames = list(engine.edit(params, EditInputs(pictures=(_ours(fox),))))
    steps = [f.step for f in frames if isinstance(f, Progress)]
    assert steps == list(range(1, len(steps) + 1))
    assert sum(isinstance(f, Preview) for f in frames) == 2
    assert isinstance(frames[-1], Picture)


@pytest.mark.parametrize("memory", ["on", "off"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_mask_keeps_what_it_covers_and_blends_between(
    engine: NativeEngine, fox: Picture, memory: str, ours: bool
) -> None:
    source = _ours(fox) if ours else Source(pixels=_foreign())
    mask = np.full((SIZE, SIZE), 255, np.uint8)
    mask[20:90, 30:110] = 0
    mask[60:90, 30:110] = 128
    after = _edit(engine, "a red balloon", source, mask=mask, memory=memory)
    assert np.array_equal(after.pixels[mask == 255], source.pixels[mask == 255])
    inside = after.pixels[mask == 0].astype(int) - source.pixels[mask == 0]
    assert np.abs(inside).max() > 40
    assert after.settings["from"] == ("draft" if memory == "on" else "noise")
    assert bool(after.assets) == (memory == "on")


def test_a_mask_over_a_thing_says_what_it_means(engine: NativeEngine, fox: Picture) -> None:
    thing = next(t for t in fox.scene["things"] if t["concept"] == "fox")
    y, x = (np.mgrid[0:SIZE, 0:SIZE] + 0.5) / SIZE
    near = np.hypot(x - thing["x"], y - thing["y"]) < 0.6 * thing["size"]
    after = _edit(engine, "remove it", _ours(fox), mask=np.where(near, 0, 255).astype(np.uint8))
    assert [t["concept"] for t in after.scene["things"]] == [
        t["concept"] for t in fox.scene["things"] if t["concept"] != "fox"
    ]


def test_a_hole_in_a_foreign_picture_is_closed_by_what_is_around_it(engine: NativeEngine) -> None:
    pixels = np.full((SIZE, SIZE, 4), (90, 140, 200, 255), np.uint8)
    pixels[50:80, 50:80] = (250, 0, 0, 255)
    mask = np.full((SIZE, SIZE), 255, np.uint8)
    mask[40:90, 40:90] = 0
    after = _edit(engine, "remove it", Source(pixels=pixels), mask=mask)
    assert after.pixels[65, 65, 0] < 150
    assert after.assets == ()


def test_masks_of_another_size_and_full_ones_are_refused(
    engine: NativeEngine, fox: Picture
) -> None:
    for mask, said in ((np.zeros((8, 8), np.uint8), "8x8"), (np.full((SIZE, SIZE), 255), "every")):
        with pytest.raises(InvalidRequest, match=said) as caught:
            _edit(engine, "a cat", _ours(fox), mask=mask.astype(np.uint8))
        assert caught.value.param == "mask"


def test_a_foreign_picture_gets_a_new_thing_on_top(engine: NativeEngine) -> None:
    source = Source(pixels=_foreign())
    after = _edit(engine, "add a red balloon on the left", source)
    same = (after.pixels == source.pixels).all(-1)
    assert same[:, SIZE // 2 :].all()
    assert 0.5 < same.mean() < 1
    assert after.settings["scene_is_whole"] is False
    assert [asset.title for asset in after.assets] == ["balloon"]


@pytest.mark.parametrize("said", ["make the dog blue", "make it night", "remove the ball"])
def test_what_needs_understanding_of_a_foreign_picture_is_refused(
    engine: NativeEngine, said: str
) -> None:
    with pytest.raises(ImageUserError, match="give a mask"):
        _edit(engine, said, Source(pixels=_foreign()))


def test_with_memory_off_the_denoiser_tries_to_understand_a_foreign_picture(
    engine: NativeEngine,
) -> None:
    after = _edit(engine, "make the dog blue", Source(pixels=_foreign()), memory="off")
    assert after.settings["from"] in ("source", "noise")
    assert after.assets == ()


def test_a_thing_of_our_other_picture_comes_as_a_drawing(
    engine: NativeEngine, fox: Picture
) -> None:
    *_, other = engine.generate(replace(FOX, prompt="a red balloon"))
    assert isinstance(other, Picture)
    said = "put the balloon of the second picture to the left of the tree"
    after = _edit(engine, said, _ours(fox), _ours(other))
    assert "balloon" in [t["concept"] for t in after.scene["things"]]
    assert after.settings["scene_is_whole"] is True


def test_a_foreign_thing_is_cut_out_and_pasted(engine: NativeEngine, fox: Picture) -> None:
    other = np.full((60, 60, 4), 255, np.uint8)
    other[15:45, 15:45] = (250, 0, 250, 255)
    after = _edit(engine, "put it on the left", _ours(fox), Source(pixels=other))
    pink = (after.pixels[..., 0] > 200) & (after.pixels[..., 1] < 90) & (after.pixels[..., 2] > 180)
    assert pink[:, : SIZE // 2].sum() > 100
    assert not pink[:, int(0.7 * SIZE) :].any()
    assert after.settings["scene_is_whole"] is False


def test_a_picture_that_the_instruction_forgets_is_not_ignored(
    engine: NativeEngine, fox: Picture
) -> None:
    with pytest.raises(InvalidRequest, match="picture 2"):
        _edit(engine, "make it blue", _ours(fox), _ours(fox))


def test_what_cannot_be_followed_is_refused_with_what_can(
    engine: NativeEngine, fox: Picture
) -> None:
    with pytest.raises(InvalidRequest, match=r"fox.*make it blue") as caught:
        _edit(engine, "remove the submarine", _ours(fox))
    assert caught.value.param == "prompt"
    with pytest.raises(ImageUserError, match="transparent"):
        _edit(engine, "remove the background", _ours(fox))


def test_a_removed_background_leaves_real_alpha(engine: NativeEngine, fox: Picture) -> None:
    after = _edit(engine, "remove the background", _ours(fox), background="transparent")
    assert (after.pixels[..., 3] == 0).mean() > 0.3


def test_a_scene_that_the_picture_does_not_show_is_not_drawn(
    engine: NativeEngine, fox: Picture
) -> None:
    liar = Source(pixels=_foreign()[::-1], scene=fox.scene)
    after = _edit(engine, "make the fox blue", liar)
    assert after.settings["from"] == "noise"
    assert after.assets == ()


def test_another_size_is_drawn_anew(engine: NativeEngine, fox: Picture) -> None:
    after = _edit(engine, "make it blue", _ours(fox), width=192, height=128)
    assert after.pixels.shape == (128, 192, 4)


def test_an_edit_that_keeps_everything_gives_the_same_picture(
    engine: NativeEngine, fox: Picture
) -> None:
    said = "keep everything as it is"
    assert np.array_equal(_edit(engine, said, _ours(fox)).pixels, fox.pixels)
    foreign = _foreign()
    assert np.array_equal(_edit(engine, said, Source(pixels=foreign)).pixels, foreign)
    larger = _edit(engine, said, _ours(fox), width=2 * SIZE, height=2 * SIZE)
    assert larger.pixels.shape == (2 * SIZE, 2 * SIZE, 4)
    assert larger.scene["things"][0]["concept"] == fox.scene["things"][0]["concept"]
