from pathlib import Path

import pytest

from sfumato.core import EncodedImage, ImageParams
from sfumato.errors import NotFound, ServerError
from sfumato.store import Store, StoredPicture


def add(store: Store, caller: str = "ada", data: bytes = b"\x89PNG") -> StoredPicture:
    image = EncodedImage(
        data=data,
        media_type="image/png",
        output_format="png",
        width=64,
        height=48,
        seed=2**32 - 1,
        sha256="ab" * 32,
        recipe={"prompt": "a 🦊 fox", "scene": {"things": []}},
    )
    params = ImageParams(prompt="a 🦊 fox", quality="high", background="transparent")
    return store.pictures.add(image, params=params, snapshot_id="fake-1", caller=caller)


def test_a_picture_is_kept_with_its_facts_over_a_restart(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        added = add(store)
    with Store.open(tmp_path) as store:
        assert store.pictures.get("ada", added.id) == added
        assert store.pictures.read("ada", added.id) == b"\x89PNG"
    assert added.id.startswith("img_")
    assert (added.prompt, added.quality, added.background) == ("a 🦊 fox", "high", "transparent")
    assert (added.seed, added.width, added.height, added.bytes) == (2**32 - 1, 64, 48, 4)
    assert added.recipe["scene"] == {"things": []}


def test_the_history_is_newest_first_and_can_be_read_page_by_page(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        ids = [add(store).id for _ in range(5)][::-1]
        first = store.pictures.list("ada", limit=2)
        second = store.pictures.list("ada", limit=2, before=first[-1].id)
        last = store.pictures.list("ada", limit=2, before=second[-1].id)
        assert [p.id for p in (*first, *second, *last)] == ids
        assert store.pictures.list("ada", before=ids[-1]) == ()


def test_a_picture_is_nothing_to_any_other_caller(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        hers = add(store, "ada")
        his = add(store, "charles")
        assert [p.id for p in store.pictures.list("charles")] == [his.id]
        assert store.pictures.list("charles", before=hers.id) == ()
        for ask in (store.pictures.get, store.pictures.read):
            with pytest.raises(NotFound, match=hers.id):
                ask("charles", hers.id)


def test_a_file_that_somebody_removed_is_told(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        picture = add(store)
        (tmp_path / "objects" / picture.object_key).unlink()
        with pytest.raises(ServerError, match="gone from the disk"):
            store.pictures.read("ada", picture.id)


def test_a_row_that_cannot_be_written_takes_its_file_along(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        with store.database.write() as connection:
            connection.exec_driver_sql("DROP TABLE pictures")
        with pytest.raises(Exception, match="no such table"):
            add(store)
        assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
