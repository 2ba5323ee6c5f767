"""The copying test catches a copier wherever it puts its copies, and every drawing is credited."""

from pathlib import Path

import numpy as np
import pytest

from sfumato.core import AssetCredit, Pixels
from sfumato.evals.copying import credits, distances, measure, nearest
from sfumato.evals.framing import framed
from sfumato.evals.judge import Recogniser
from sfumato.registry.snapshot import Snapshot
from tests.evals.reference_toys import drawing, made_of, picture, toy_reference

REFERENCE = toy_reference()
HELD = REFERENCE.rows(held_out=True)
SEEN = REFERENCE.rows(held_out=False)


@pytest.fixture(scope="module")
def judge(evals: Path) -> Recogniser:
    return Recogniser(evals / "judge")


def moved(pixels: Pixels) -> Pixels:
    """Twice as large, in a corner of a larger canvas."""
    canvas = np.zeros((192, 192, 4), np.uint8)
    canvas[:128, 64:] = pixels.repeat(2, axis=0).repeat(2, axis=1)
    return canvas


def test_distances_are_root_mean_squares() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 3, 5))
    by_hand = [[np.sqrt(((a - b) ** 2).mean()) for b in y] for a in x]
    assert np.allclose(distances(x, y), by_hand)


def test_a_framed_drawing_is_the_same_wherever_it_stood() -> None:
    one, other = (
        framed(p)[..., :3].astype(int) for p in (drawing(3, "flat"), moved(drawing(3, "flat")))
    )
    stranger = framed(drawing(4, "flat"))[..., :3].astype(int)
    assert np.abs(one - other).mean() < 8 < np.abs(one - stranger).mean()


def test_an_empty_picture_is_a_white_one() -> None:
    assert (framed(np.zeros((32, 32, 4), np.uint8)) == 255).all()


def test_a_copier_is_caught_and_real_drawings_are_not(
    judge: Recogniser, snapshot: Snapshot
) -> None:
    copies = measure(
        made_of([moved(REFERENCE.pixels[row]) for row in SEEN[: len(HELD)]]), judge, snapshot
    )
    real = measure(made_of(REFERENCE.pictures(HELD)), judge, snapshot)
    for space in ("pixels", "judge"):
        assert copies["from_noise"][space]["nearer"] > 0.9
        assert real["from_noise"][space]["nearer"] <= 1 / len(HELD)
        assert copies["from_noise"][space]["p50"] < copies["test_to_train"][space]["p1"]
        assert list(real["test_to_train"][space]) == ["p1", "p5", "p25", "p50", "p75", "p95"]
    assert real["from_noise"]["pixels"]["p50"] == real["test_to_train"]["pixels"]["p50"]


def test_the_sheet_shows_the_nearest_first_with_its_neighbour() -> None:
    pictures = REFERENCE.pictures(HELD)
    pictures[5] = REFERENCE.pixels[SEEN[0]]
    facts, sheet = nearest(made_of(pictures))
    assert facts["prompts"][0]["prompt"].endswith(f"→ {REFERENCE.titles[SEEN[0]]}, 0.000")
    assert len(facts["prompts"]) == len(facts["places"]) == len(HELD)
    assert sheet.size == tuple(facts["size"])
    left, top = facts["places"][0]
    pair = np.asarray(sheet)[top : top + 128, left : left + 256]
    assert np.array_equal(pair[:, :128], pair[:, 128:])


def test_every_drawing_of_memory_is_named_in_the_recipe_and_in_the_file(snapshot: Snapshot) -> None:
    fox, owl = (
        AssetCredit(id=f"noto/{n}", title=n, source="noto", licence="Apache-2.0")
        for n in ("fox", "owl")
    )
    drawn = (fox.id, owl.id)
    params = made_of(REFERENCE.pictures(HELD)).params["with_memory"][:3]
    pixels = REFERENCE.pixels[0]
    pictures = [
        picture(pixels, (fox, owl), drawn),
        picture(pixels, (fox,), drawn),  # hides one
        picture(pixels, ()),  # drew nothing
    ]
    assert credits(params, pictures, snapshot) == {
        "pictures": 3,
        "drew": 2,
        "named_in_recipe": 1,
        "named_in_file": 1,
        "share": 0.5,
    }
