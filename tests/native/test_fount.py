"""Fonts of boxes again, but these join and run from right to left as real ones do."""

from pathlib import Path

import numpy as np
import pytest
from fontTools.feaLib.builder import (  # type: ignore[import-untyped]  # fonttools has no types
    addOpenTypeFeaturesFromString,
)
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fonttools has no types

from sfumato.native.fount import Face, Fount, attributes, fount
from sfumato.native.raster import rasterise
from sfumato.native.scripts import directed
from tests.native.drawings import box_font

BEH, ALEF = "\u0628", "\u05d0"


def face(path: Path, characters: str, advance: int = 600) -> Face:
    box_font(path, characters, advance)
    points = sorted(ord(c) for c in characters)
    return Face(
        key="sans",
        family="Boxes",
        weight=400,
        file=str(path),
        ranges=tuple((p, p) for p in points),
    )


@pytest.fixture
def joining(tmp_path: Path) -> Face:
    """A letter that is narrow at the end of a word: its final form is the glyph of a full stop."""
    made = face(tmp_path / "joining.ttf", f" .{BEH}")
    with TTFont(made.file) as font:
        font["hmtx"]["u002e"] = (200, 50)
        addOpenTypeFeaturesFromString(
            font, "languagesystem arab dflt; feature fina { sub u0628 by u002e; } fina;"
        )
        font.save(made.file)
    return made


def test_joined_letters_are_measured_as_they_are_drawn(joining: Face) -> None:
    alone, pair = (fount((joining,), text).length(text) for text in (BEH, BEH + BEH))
    assert pair < 2 * alone - 0.2


def test_words_of_joining_letters_add_up(joining: Face) -> None:
    written = fount((joining,), f"{BEH} {BEH}")
    assert written.length(f"{BEH} {BEH}") == pytest.approx(2 * written.length(BEH) + 0.6, abs=0.05)


def test_a_line_of_hebrew_runs_from_right_to_left(tmp_path: Path) -> None:
    one = face(tmp_path / "one.ttf", f" !{ALEF}")
    line = directed(f"{ALEF}!", ALEF).replace(ALEF, f'<tspan fill="#ff0000">{ALEF}</tspan>')
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60">'
        f'<text x="100" y="50" text-anchor="middle" font-size="50" {attributes((one,))}>'
        f"{line}</text></svg>"
    )
    pixels = np.asarray(rasterise(svg, 200, 60, (one.file,)))
    letter, mark = (
        np.flatnonzero(((pixels[..., 0] > 128) == red)[pixels[..., 3] > 200])
        for red in (True, False)
    )
    assert letter.size and mark.size
    columns = np.nonzero(pixels[..., 3] > 200)[1]
    assert columns[letter].mean() > columns[mark].mean() + 20


def test_letters_come_from_the_first_face_that_has_them(tmp_path: Path) -> None:
    wide, narrow = face(tmp_path / "a.ttf", " ab", 600), face(tmp_path / "c.ttf", " ac", 300)
    written = fount((wide, narrow), "abc")
    assert written.length("abc") == pytest.approx(1.5, abs=0.02)


def test_what_is_taller_than_capitals_gets_wider_lines(tmp_path: Path) -> None:
    han: Fount = fount((face(tmp_path / "han.ttf", "日本H"),), "日本")
    latin: Fount = fount((face(tmp_path / "latin.ttf", "abH"),), "ab")
    assert han.ascent == pytest.approx(0.7, abs=0.02)
    assert latin.descent == 0 and latin.leading == 1.12


def test_a_face_knows_its_characters(tmp_path: Path) -> None:
    some = face(tmp_path / "some.ttf", "acz")
    assert [some.has(c) for c in "abcz{"] == [True, False, True, True, False]
