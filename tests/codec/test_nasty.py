"""Every nasty file is read or refused in our own words, by everything that reads files."""

import io
from pathlib import Path

import pytest
from PIL import Image

from fuzz.images import look, readers
from sfumato.codec.decode import decode
from sfumato.codec.encode import encode
from tests.codec.nasty import nasty

FILES = nasty()
GOOD = ("plain", "turned", "cmyk", "several", "polyglot png", "polyglot jpeg", "polyglot webp")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.mark.parametrize("name", FILES)
def test_a_nasty_file_is_read_or_refused(name: str, home: Path) -> None:
    look(FILES[name], readers(home))


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_beside_something_odd_is_read(name: str) -> None:
    assert decode(FILES[name]).size


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("polyglot")])
def test_nothing_of_a_polyglot_but_its_pixels_comes_out_again(name: str) -> None:
    again = encode(decode(FILES[name]), "png", 100)
    assert b"script" in FILES[name] and b"script" not in again
    with Image.open(io.BytesIO(again)) as image:
        assert not image.info
