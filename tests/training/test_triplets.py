from dataclasses import replace

import numpy as np
import pytest
import torch

from sfumato.training.sketches import Sketch, SynthesisConfig, Vocabulary, sketch
from sfumato.training.synthesis import Synthesiser
from sfumato.training.triplets import triplet
from tests.training.toy import assets

WORDS = ("on a meadow", "on a red background", None)
CONFIG = SynthesisConfig(single_share=0.4, pair_share=0.4)


def _vocabulary() -> Vocabulary:
    toys = assets()
    return Vocabulary.of(toys.titles, toys.styles, WORDS)


def _sketches(count: int) -> list[Sketch]:
    rng = np.random.default_rng(1)
    return [sketch(_vocabulary(), CONFIG, False, rng) for _ in range(count)]


def test_an_edit_changes_what_it_says_and_nothing_else() -> None:
    rng = np.random.default_rng(2)
    kept = {
        "make": {"colours", "places"},
        "replace": {"rows"},
        "redraw": {"rows"},
        "put": {"backdrop", "rows", "colours", "places", "flips"},
        "move": {"places"},
        "remove": {"rows", "colours", "places", "flips"},
        "add": {"rows", "colours", "places", "flips"},
    }
    for drawn in _sketches(200):
        edit = triplet(drawn, _vocabulary(), rng)
        parts = ("rows", "colours", "places", "flips", "backdrop")
        changed = {p for p in parts if getattr(edit.before, p) != getattr(edit.after, p)}
        assert changed <= kept[edit.after.caption.split()[0]], edit.after.caption


def test_what_is_removed_or_added_is_named_and_the_other_stays_in_its_place() -> None:
    rng = np.random.default_rng(3)
    edits = [triplet(each, _vocabulary(), rng) for each in _sketches(300)]
    fewer = [e for e in edits if e.after.caption.startswith("remove")]
    more = [e for e in edits if e.after.caption.startswith("add")]
    assert fewer
    assert more
    for few, many in [(e.after, e.before) for e in fewer] + [(e.before, e.after) for e in more]:
        assert set(few.places) < set(many.places)


def test_a_thing_is_brought_from_the_second_picture() -> None:
    rng = np.random.default_rng(4)
    edits = [triplet(each, _vocabulary(), rng) for each in _sketches(300)]
    brought = [e for e in edits if e.brought is not None]
    assert brought
    for edit in brought:
        assert edit.brought in edit.after.rows
        assert "second picture" in edit.after.caption


def test_edited_batches_bring_the_picture_before_and_what_is_put_in() -> None:
    config = SynthesisConfig(
        canvases=((64, 64),), square_share=1.0, edited_share=1.0, single_share=0.0, pair_share=1.0
    )
    synthesiser = Synthesiser(assets(), config, torch.device("cpu"))
    batch = synthesiser.batch(48, np.random.default_rng(0))
    assert batch.references.shape == (48, 2, 4, 64, 64)
    seconds = [(row[1] > -1).any() for row in batch.references]
    assert any(seconds)
    assert not all(seconds)


@pytest.mark.parametrize("way", ["left", "right", "up", "down"])
def test_a_move_goes_the_way_it_says(way: str) -> None:
    rng = np.random.default_rng(5)
    single = replace(_sketches(1)[0], rows=(0,), colours=(None,), places=((0.5, 0.5, 0.5),))
    single = replace(single, flips=(False,))
    edits = [triplet(single, _vocabulary(), rng) for _ in range(200)]
    moved = [e.after.places[0] for e in edits if e.after.caption.startswith("move")]
    said = [e.after.caption.split()[-1] for e in edits if e.after.caption.startswith("move")]
    x, y = next(place[:2] for place, word in zip(moved, said, strict=True) if word == way)
    assert {"left": x < 0.5, "right": x > 0.5, "up": y < 0.5, "down": y > 0.5}[way]
