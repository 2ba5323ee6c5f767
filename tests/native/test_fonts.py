import json
import zipfile
from pathlib import Path

import pytest

from sfumato.errors import ImageUserError, SnapshotDamaged
from sfumato.native.fonts import INDEX, Fonts, missing
from tests.native.drawings import box_font

FACES = {"sans": " abc", "serif": " abcd", "han": " a日本", "signs": "★"}


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    return Fonts.open(packed(tmp_path_factory.mktemp("faces")))


def packed(folder: Path, **more: object) -> Path:
    index = []
    with zipfile.ZipFile(folder / "fonts.zip", "w") as pack:
        for key, characters in FACES.items():
            box_font(folder / f"{key}.ttf", characters)
            pack.write(folder / f"{key}.ttf", f"{key}.ttf")
            entry = {"key": key, "family": key, "weight": 400, "file": f"{key}.ttf"}
            ranges = [(ord(c), ord(c)) for c in characters]
            index.append({**entry, "ranges": ranges, "writes": [key.title()], **more})
        pack.writestr(INDEX, json.dumps(index))
    return folder / "fonts.zip"


def keys(fonts: Fonts, asked: str, text: str) -> list[str]:
    return [face.key for face in fonts.fount(asked, text).faces]


def test_the_asked_face_writes_what_it_can(fonts: Fonts) -> None:
    assert keys(fonts, "serif", "cab") == ["serif"]


def test_another_face_writes_what_the_asked_one_cannot(fonts: Fonts) -> None:
    assert keys(fonts, "sans", "bad") == ["serif"]


def test_one_face_for_all_is_preferred_to_several(fonts: Fonts) -> None:
    assert keys(fonts, "sans", "a 日本") == ["han"]


def test_several_faces_write_what_none_can_alone(fonts: Fonts) -> None:
    assert keys(fonts, "sans", "abc ★") == ["sans", "signs"]


def test_what_is_invisible_needs_no_glyph(fonts: Fonts) -> None:
    assert missing(fonts.faces[0], "a\u200bb\ufe0f\u2067") == "\u2067"
    assert keys(fonts, "signs", "★\ufe0f") == ["signs"]


def test_a_refusal_names_the_characters_and_the_scripts(fonts: Fonts) -> None:
    with pytest.raises(ImageUserError, match="👋字") as refused:
        fonts.fount("sans", "a👋字👋")
    assert "Sans, Serif, Han and Signs" in str(refused.value)


def test_an_index_that_lists_no_ranges_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(SnapshotDamaged):
        Fonts.open(packed(tmp_path, ranges="all"))
