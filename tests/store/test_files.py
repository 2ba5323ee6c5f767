import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from sfumato.errors import Conflict, NotFound
from sfumato.store import Store
from sfumato.store.files import StoredFile
from sfumato.store.tables import batches, files


def add(store: Store, caller: str = "ada", data: bytes = b"three", **more: object) -> StoredFile:
    spooled = store.inputs.spool()
    spooled.write_bytes(data)
    asked = {"filename": "a 🦊.png", "purpose": "vision", "expires_at": None, "file_id": None}
    given: dict[str, object] = {**asked, "sha256": "ab" * 32, "size": len(data), **more}
    return store.files.add(caller, spooled, **given)  # type: ignore[arg-type]  # of several types, each right


def read_by_a_batch(store: Store, file: StoredFile, status: str) -> None:
    row = {
        "id": f"batch_{status}",
        "caller": file.caller,
        "created_at": 1,
        "status": status,
        "endpoint": "/v1/images/generations",
        "input_file": file.id,
        "facts": {},
    }
    with store.database.write() as connection:
        connection.execute(insert(batches).values(row))


def expire(store: Store, file: StoredFile) -> None:
    with store.database.write() as connection:
        past = int(time.time()) - 1
        connection.execute(update(files).where(files.c.id == file.id).values(expires_at=past))


def objects(root: Path) -> Sequence[Path]:
    return [path for path in (root / "objects" / "files").rglob("*") if path.is_file()]


def test_a_file_is_kept_with_its_facts_over_a_restart(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        added = add(store)
    with Store.open(tmp_path) as store:
        assert store.files.get("ada", added.id) == added
        assert store.files.path("ada", added.id).read_bytes() == b"three"
        assert store.files.space() == 5
    assert added.id.startswith("file-")
    assert (added.filename, added.purpose, added.bytes) == ("a 🦊.png", "vision", 5)
    assert list((tmp_path / "spool").iterdir()) == []


def test_files_are_listed_page_by_page_in_both_orders_and_by_purpose(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        ids = [add(store, purpose=purpose).id for purpose in ("vision", "batch", "vision")]
        newest = store.files.list("ada", limit=2)
        assert [f.id for f in newest] == [ids[2], ids[1]]
        assert [f.id for f in store.files.list("ada", limit=9, after=ids[1])] == [ids[0]]
        oldest = store.files.list("ada", limit=9, after=ids[0], ascending=True)
        assert [f.id for f in oldest] == [ids[1], ids[2]]
        batch = store.files.list("ada", limit=9, purpose="batch")
        assert [f.id for f in batch] == [ids[1]]
        with pytest.raises(NotFound):
            store.files.list("ada", limit=9, after="file-none")


def test_a_file_is_nothing_to_any_other_caller(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        hers = add(store, "ada")
        assert store.files.list("charles", limit=9) == ()
        for ask in (store.files.get, store.files.path, store.files.delete):
            with pytest.raises(NotFound, match=hers.id):
                ask("charles", hers.id)
        assert store.files.get("ada", hers.id) == hers


def test_an_expired_file_is_gone_at_once_and_its_bytes_at_the_next_sweep(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        file = add(store, expires_at=int(time.time()) + 3600)
        assert store.files.get("ada", file.id) == file
        expire(store, file)
        with pytest.raises(NotFound, match=file.id):
            store.files.get("ada", file.id)
        assert store.files.list("ada", limit=9) == ()
        assert len(objects(tmp_path)) == 1
        store.files.sweep()
        assert objects(tmp_path) == []


def test_a_deleted_file_takes_its_bytes_along(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.files.delete("ada", add(store).id)
        assert (store.files.list("ada", limit=9), objects(tmp_path)) == ((), [])


@pytest.mark.parametrize("status", ["validating", "in_progress", "finalizing", "cancelling"])
def test_the_input_of_a_running_batch_neither_expires_nor_can_be_deleted(
    tmp_path: Path, status: str
) -> None:
    with Store.open(tmp_path) as store:
        file = add(store)
        read_by_a_batch(store, file, status)
        expire(store, file)
        store.files.sweep()
        assert store.files.path("ada", file.id).read_bytes() == b"three"
        with pytest.raises(Conflict, match=f"batch_{status}"):
            store.files.delete("ada", file.id)


@pytest.mark.parametrize("status", ["completed", "failed", "expired", "cancelled"])
def test_the_input_of_a_batch_that_is_over_is_a_file_like_others(
    tmp_path: Path, status: str
) -> None:
    with Store.open(tmp_path) as store:
        file = add(store)
        read_by_a_batch(store, file, status)
        store.files.delete("ada", file.id)
        with pytest.raises(NotFound):
            store.files.get("ada", file.id)


def test_adding_under_an_id_that_is_there_changes_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        first = add(store, file_id="file-given")
        second = add(store, data=b"another", file_id="file-given")
        assert second == first
        assert store.files.path("ada", "file-given").read_bytes() == b"three"
        assert len(objects(tmp_path)) == 1


def test_a_row_that_cannot_be_written_takes_its_file_along(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        with store.database.write() as connection:
            connection.exec_driver_sql("DROP TABLE files")
        with pytest.raises(Exception, match="no such table"):
            add(store)
        assert objects(tmp_path) == []


def test_bytes_without_a_row_are_swept_once_they_are_old(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        kept = add(store)
        orphan = store.objects.path("files/ab/abandoned")
        orphan.parent.mkdir(parents=True)
        orphan.write_bytes(b"half")
        store.files.sweep()
        assert orphan.exists()
        os.utime(orphan, (0, 0))
        store.files.sweep()
        assert not orphan.exists()
        assert store.files.path("ada", kept.id).exists()
