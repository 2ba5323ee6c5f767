from pathlib import Path

import pytest

from sfumato.errors import ImageUserError
from sfumato.native.fonts import Fonts
from sfumato.training.fonts import FONTS, FontFile, pack_fonts
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
    assert fonts.face("sans", "cab é").family == "Boxes"
    with pytest.raises(ImageUserError, match="z"):
        fonts.face("sans", "z")


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
