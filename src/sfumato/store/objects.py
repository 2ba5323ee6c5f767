"""The files, by key, on the local disk through obstore. Knows nothing about rows.

obstore writes beside the target and renames, so a key holds a whole file or none; it does not sync,
which is done here before `put` returns.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

import obstore
from obstore.store import LocalStore

from sfumato.store.full_disk import full_disk_is_told

STAGED_FILES = "*#*"  # obstore's name for a file that is not renamed yet
ABANDONED_AFTER_SECONDS = 3600


class Objects:
    """Whole files under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._disk = LocalStore(folder, mkdir=True)

    @property
    def root(self) -> Path:
        """The folder under which all keys lie."""
        return self._folder

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` durably. StorageFull when there is no room; then nothing is left behind."""
        try:
            with full_disk_is_told():
                obstore.put(self._disk, key, data)
                self._sync(key)
        except BaseException:
            self.discard(key)
            raise

    def path(self, key: str) -> Path:
        """Where the file of `key` lies, whether there is one or not; a key never leads outside."""
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise ValueError(f"{key!r} is not a key")
        return path

    def adopt(self, key: str, file: Path) -> None:
        """Move a finished file of the same disk under `key`, durably, over one that is there."""
        path = self.path(key)
        with full_disk_is_told():
            path.parent.mkdir(parents=True, exist_ok=True)
            file.replace(path)
            self._sync(key)

    def touch(self, key: str) -> bool:
        """Mark the file as used now; False when there is none."""
        try:
            os.utime(self.path(key))
        except FileNotFoundError:
            return False
        return True

    def get(self, key: str) -> bytes:
        """The file; FileNotFoundError when there is none."""
        return bytes(obstore.get(self._disk, key).bytes())

    def discard(self, key: str) -> None:
        """Remove the file and what was staged for it, if there is any."""
        path = self._folder / key
        for leftover in (path, *path.parent.glob(f"{path.name}#*")):
            leftover.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove staged files of processes that were killed; young ones may be of a living one."""
        limit = time.time() - ABANDONED_AFTER_SECONDS
        for staged in self._folder.rglob(STAGED_FILES):
            with suppress(FileNotFoundError):  # a server that runs beside us has renamed it
                if staged.is_file() and staged.stat().st_mtime < limit:
                    staged.unlink()

    def _sync(self, key: str) -> None:
        """The file, then each folder on the way to it: its name must survive as well."""
        path = self._folder / key
        _sync(path)
        for folder in path.parents:
            if os.name == "posix":  # elsewhere a folder cannot be opened
                _sync(folder)
            if folder == self._folder:
                break


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
