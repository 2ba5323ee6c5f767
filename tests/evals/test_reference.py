"""The reference: as small files, as it was, with the prompts that ask for each row."""

from pathlib import Path

import numpy as np
import pytest

from sfumato.evals.held_out import render_held_out
from sfumato.evals.reference import MAX_BYTES, read_reference, write_reference
from sfumato.evals.reference_pack import prompt, reference_of
from sfumato.evals.rendering import open_engine
from sfumato.registry.snapshot import Snapshot
from sfumato.training.raster import AssetTensor, held_out
from tests.evals.reference_toys import toy_reference

SHIPPED = Path(__file__).parents[2] / "evals" / "reference"


def test_it_reads_back_as_it_was_written(tmp_path: Path) -> None:
    reference = toy_reference()
    size = write_reference(reference, tmp_path / "toy.npz")
    again = read_reference(tmp_path, "toy")
    assert size == (tmp_path / "toy.npz").stat().st_size
    assert np.array_equal(again.pixels, reference.pixels)
    assert np.array_equal(again.held_out, reference.held_out)
    assert (again.titles, again.styles, again.prompts) == (
        reference.titles,
        reference.styles,
        reference.prompts,
    )


def test_a_missing_one_says_how_it_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="reference_pack --config gpu"):
        read_reference(tmp_path, "gpu")


def test_the_shipped_one_follows_trainings_rule_of_what_is_held_out() -> None:
    reference = read_reference(SHIPPED, "cpu")
    pairs = zip(reference.titles, reference.styles, strict=True)
    assert (SHIPPED / "cpu.npz").stat().st_size <= MAX_BYTES
    rows = reference.rows(held_out=True)
    assert len(rows) > 50
    ruled = [held_out(*pair) for pair in pairs]
    assert all(ruled[row] for row in rows)
    seen = {reference.titles[row] for row in reference.rows(held_out=False)}
    assert all(reference.titles[row] in seen for row in rows)


def test_packing_keeps_rows_and_makes_alpha_straight() -> None:
    red = np.zeros((1, 128, 128, 4), np.uint8)
    red[:, 32:96, 32:96] = (100, 0, 0, 128)  # premultiplied
    assets = AssetTensor(pixels=red, titles=("ant",), styles=("flat",), sources=("noto",))
    reference = reference_of(assets, "toy")
    assert reference.pixels.shape == (1, 64, 64, 4)
    assert reference.pixels[0, 32, 32].tolist() == [199, 0, 0, 128]
    assert reference.pixels[0, 0, 0].tolist() == [0, 0, 0, 0]
    assert reference.prompts == ("an ant, flat style",)
    assert prompt("cat", "noto") == "a cat, noto style"


def test_each_held_out_pair_is_asked_for_once_in_both_columns(snapshot: Snapshot) -> None:
    heard: list[str] = []
    made = render_held_out(open_engine(snapshot, 1), toy_reference(), heard.append)
    assert made.rows == tuple(toy_reference().rows(held_out=True))
    for column, memory in (("from_noise", "off"), ("with_memory", "on")):
        assert {params.memory for params in made.params[column]} == {memory}
        assert {params.background for params in made.params[column]} == {"transparent"}
        assert len(made.pictures[column]) == len(made.rows)
    assert len(heard) == 2 * len(made.rows)
