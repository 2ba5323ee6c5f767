import io
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fonttools has no types

from sfumato.errors import ImageUserError
from sfumato.native.fonts import Fonts
from sfumato.training.fonts import FONTS, FontFile, cut, pack_fonts
from sfumato.training.sources import Source
from tests.native.drawings import box_font

SOURCE = Source(name="font-boxes", package="boxes", version="1", sha256="0" * 64, licence="OFL-1.1")
BOXES = FontFile(key="sans", source=SOURCE, file="Boxes.ttf", family="Boxes", weight=400)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    package = tmp_path / "font-boxes" / "package"
    package.mkdir(parents=True)
    box_font(package / "Boxes.ttf", " abcé")
    (package / "LICENSE_FONT").write_text("SIL Open Font License")
    return tmp_path


def test_a_packed_font_writes_what_it_has_and_nothing_else(root: Path) -> None:
    pack_fonts(root, root / "fonts.zip", (BOXES,))
    fonts = Fonts.open(root / "fonts.zip")
    assert fonts.fount("sans", "cab é").faces[0].family == "Boxes"
    with pytest.raises(ImageUserError, match="z"):
        fonts.fount("sans", "z")


def test_the_font_file_travels_whole_and_with_its_licence(root: Path) -> None:
    pack_fonts(root, root / "fonts.zip", (BOXES,))
    fonts = Fonts.open(root / "fonts.zip")
    assert (
        Path(fonts.faces[0].file).read_bytes()
        == (root / "font-boxes/package/Boxes.ttf").read_bytes()
    )


def test_the_same_packages_give_the_same_bytes(root: Path) -> None:
    for name in ("one.zip", "other.zip"):
        pack_fonts(root, root / name, (BOXES,))
    assert (root / "one.zip").read_bytes() == (root / "other.zip").read_bytes()


def test_every_shipped_face_has_its_own_key_and_an_open_licence() -> None:
    assert len({font.key for font in FONTS}) == len(FONTS)
    assert {font.source.licence for font in FONTS} == {"OFL-1.1"}


def test_a_cut_font_has_the_asked_characters_and_a_name_of_its_own(root: Path) -> None:
    data = (root / "font-boxes/package/Boxes.ttf").read_bytes()
    few = cut(data, frozenset(map(ord, "ac字")), "Sfumato Few")
    with TTFont(io.BytesIO(few)) as font:
        assert set(font.getBestCmap()) == {ord("a"), ord("c")}
        names = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 4, 6)}
        assert names <= {"Sfumato Few", "SfumatoFew"}
    assert len(few) < len(data)


def test_a_cut_font_without_any_of_its_characters_is_refused(root: Path) -> None:
    data = (root / "font-boxes/package/Boxes.ttf").read_bytes()
    with pytest.raises(ValueError, match="none of the characters"):
        cut(data, frozenset(map(ord, "字")), "Sfumato Few")


def test_a_cut_face_is_found_by_its_new_name(root: Path) -> None:
    few = replace(BOXES, key="few", family="Sfumato Few", characters=frozenset(map(ord, "ab")))
    pack_fonts(root, root / "fonts.zip", (BOXES, few))
    fonts = Fonts.open(root / "fonts.zip")
    assert [face.family for face in fonts.fount("few", "ab").faces] == ["Sfumato Few"]
    assert [face.family for face in fonts.fount("few", "abc").faces] == ["Boxes"]


def test_only_the_large_faces_are_cut() -> None:
    changed = {font.source.name for font in FONTS if font.characters is not None}
    assert changed == {
        *(f"font-noto-sans-{region}" for region in ("sc", "jp", "kr")),
        "font-noto-sans-symbols-2",
    }
