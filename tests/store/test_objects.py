import os
from pathlib import Path

import pytest

from sfumato.errors import StorageFull
from sfumato.store.full_disk import full_disk_is_told
from sfumato.store.objects import ABANDONED_AFTER_SECONDS, Objects


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_what_was_put_is_read_back(tmp_path: Path) -> None:
    objects = Objects(tmp_path / "objects")
    objects.put("pictures/ab/cd.png", b"\x89PNG")
    assert objects.get("pictures/ab/cd.png") == b"\x89PNG"
    assert names(tmp_path / "objects") == {"pictures/ab/cd.png"}


def test_a_key_that_was_never_put_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Objects(tmp_path).get("pictures/nothing.png")


def test_a_file_that_cannot_be_made_durable_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    objects = Objects(tmp_path)
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageFull):
        objects.put("a.png", b"data")
    assert names(tmp_path) == set()


def test_a_file_is_synced_and_then_every_folder_on_the_way_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        found = os.fstat(descriptor).st_ino
        synced.extend(p.name for p in (tmp_path, *tmp_path.rglob("*")) if p.stat().st_ino == found)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    Objects(tmp_path).put("pictures/ab/cd.png", b"data")
    assert synced == ["cd.png", "ab", "pictures", tmp_path.name]


def test_staged_files_of_the_dead_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    objects.put("pictures/kept.png", b"data")
    old, young = tmp_path / "pictures/old.png#1", tmp_path / "pictures/young.png#1"
    for staged in (old, young):
        staged.write_bytes(b"half")
    os.utime(old, (0, old.stat().st_mtime - ABANDONED_AFTER_SECONDS - 1))
    objects.sweep()
    assert names(tmp_path) == {"pictures/kept.png", "pictures/young.png#1"}


def test_other_errors_are_not_taken_for_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), full_disk_is_told():
        raise PermissionError(13, "no")
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(Exception, match="taken") as error:
        Objects(tmp_path).put("taken/a.png", b"data")
    assert not isinstance(error.value, StorageFull)
