"""What memory drew into a picture is named in its recipe and in its file, also after an edit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import sfumato
from sfumato.codec.credentials import Credentials, open_credentials
from sfumato.codec.finish import finish
from sfumato.codec.provenance import read_ingredients, read_recipe
from sfumato.core import EditInputs, Frame, ImageParams, Picture, Source
from sfumato.engines.native import NativeEngine
from sfumato.registry.snapshot import Snapshot, read_snapshot

SHIPPED = Path(sfumato.__file__).parent / "snapshots"
ASKED = ImageParams(prompt="a fox and an owl", width=256, height=256, quality="low", seed=3)
EDIT = ImageParams(prompt="add a balloon", width=256, height=256, quality="low", seed=3)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return read_snapshot(max(SHIPPED.glob("*.json")))


@pytest.fixture(scope="module")
def engine(snapshot: Snapshot) -> Iterator[NativeEngine]:
    native = NativeEngine(threads=1)
    native.load(snapshot)
    yield native
    native.unload()


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return open_credentials(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def generated(engine: NativeEngine) -> Picture:
    return last(engine.generate(ASKED))


def last(frames: Iterator[Frame]) -> Picture:
    *_, picture = frames
    assert isinstance(picture, Picture)
    return picture


def drawn(picture: Picture) -> set[str]:
    return {thing["asset"] for thing in picture.scene["things"] if thing["asset"]}


def test_a_picture_from_memory_names_every_drawing(
    generated: Picture, snapshot: Snapshot, credentials: Credentials
) -> None:
    assert len(drawn(generated)) == 2
    assert_named(generated, ASKED, snapshot, credentials)


def test_an_edited_picture_names_what_was_added_and_what_stayed(
    engine: NativeEngine, generated: Picture, snapshot: Snapshot, credentials: Credentials
) -> None:
    source = Source(pixels=generated.pixels, scene=generated.scene)
    edited = last(engine.edit(EDIT, EditInputs(pictures=(source,))))
    assert drawn(edited) > drawn(generated)
    assert_named(edited, EDIT, snapshot, credentials)


def assert_named(
    picture: Picture, params: ImageParams, snapshot: Snapshot, credentials: Credentials
) -> None:
    file = finish(picture, params, snapshot.id, snapshot.digest, credentials, 0)
    recipe, ours = read_recipe(file.data, credentials)
    assert ours
    assert {asset["id"] for asset in recipe["assets"]} == drawn(picture)
    said = {(a.title, f"{a.source}, {a.licence}") for a in picture.assets}
    assert {*read_ingredients(file.data)} == said
    assert len(said) == len(drawn(picture))
