from pathlib import Path

import numpy as np
import pytest

from sfumato.errors import SnapshotDamaged
from sfumato.native.memory import Memory
from sfumato.training.drawings import read_drawings
from sfumato.training.memory_pack import LICENCES, pack
from tests.native.shelf import LetterEncoder, shelf_assets, source_asset


def test_the_same_assets_give_the_same_file(tmp_path: Path) -> None:
    assets = shelf_assets()[:6]
    for name, order in (("one.zip", assets), ("two.zip", assets[::-1])):
        pack(order, LetterEncoder(), tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_assets_of_other_licences_stay_out(tmp_path: Path) -> None:
    foreign = source_asset("fox", "flat", "twemoji", "Animals & Nature")
    object.__setattr__(foreign, "licence", "CC-BY-4.0")
    pack([foreign], LetterEncoder(), tmp_path / "memory.zip")
    memory = Memory.open(tmp_path / "memory.zip")
    assert "twemoji/fox" not in memory
    assert {asset.licence for asset in memory} <= set(LICENCES)
    assert len(memory) == len(read_drawings())  # our own always belong


def test_a_drawing_comes_back_as_it_was_packed(shelf: Memory) -> None:
    assert '<rect x="4"' in shelf.svg("noto/fox")
    with pytest.raises(KeyError):
        shelf.svg("noto/../../secret")


def test_a_name_is_found_in_the_wanted_style_and_else_in_the_next(shelf: Memory) -> None:
    found = [shelf.find("fox", style) for style in (None, "flat", "noto", "icon")]
    assert [a.id for a in found if a] == [
        "fluent-emoji-flat/fox-whole",
        "fluent-emoji-flat/fox-whole",
        "noto/fox",
        "fluent-emoji-flat/fox-whole",
    ]
    assert shelf.find("unheard of") is None


@pytest.mark.parametrize(
    ("said", "title"),
    [("bike", "bicycle"), ("Sofa", "sofa"), ("kitten", "cat"), ("T-Shirt", "t shirt")],
)
def test_people_say_other_names_than_the_titles(said: str, title: str, shelf: Memory) -> None:
    found = shelf.find(said)
    assert found is not None and found.title == title


def test_an_emoji_is_found_whatever_its_skin_tone(shelf: Memory) -> None:
    assert shelf.drawn("👍🏽") == shelf.drawn("👍\ufe0f") == shelf.drawn("👍")


def test_a_drawing_knows_its_natural_colour(shelf: Memory) -> None:
    assert shelf["fluent-emoji-flat/red-apple"].colour == "red"
    assert shelf["fluent-emoji-flat/tangerine"].colour == "orange"


def test_a_title_is_the_nearest_to_its_own_meaning(shelf: Memory) -> None:
    vector = LetterEncoder().sentence(["octopus"])[0]
    score, asset = shelf.nearest(vector, 1)[0]
    assert asset.title == "octopus" and score == pytest.approx(1, abs=0.02)
    assert shelf.similarity(asset.id, vector) == pytest.approx(score)
    assert np.isfinite(score)


@pytest.mark.parametrize("data", [b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_pack_is_a_clear_error(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "memory.zip").write_bytes(data)
    with pytest.raises(SnapshotDamaged, match=r"memory\.zip is damaged"):
        Memory.open(tmp_path / "memory.zip")
