"""Input pictures: a spool for uploads on their way in, and the files that were accepted.

Accepted files lie under the hash of their content; those that nothing used for a month are swept.
Knows nothing about what is in them. Every call blocks: use a thread from async code.
"""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from sfumato.store.full_disk import full_disk_is_told
from sfumato.store.objects import Objects

FOLDER = "inputs"
KEPT_SECONDS = 30 * 86_400  # since the last use
SPOOLED_SECONDS = 3_600


class Inputs:
    """spool, keep, touch, sweep."""

    def __init__(self, spool: Path, objects: Objects) -> None:
        self._spool = spool
        self._objects = objects

    def spool(self) -> Path:
        """A new empty private file on the objects' disk. Whoever asked removes or keeps it."""
        with full_disk_is_told():
            self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._spool)
        os.close(descriptor)
        return Path(name)

    def keep(self, file: Path, sha256: str) -> str:
        """Move a spooled file, whose content has that hash, among the accepted; its key."""
        key = f"{FOLDER}/{sha256[:2]}/{sha256}"
        self._objects.adopt(key, file)
        return key

    def touch(self, key: str) -> bool:
        """Count the file as used now; False when it is gone."""
        return self._objects.touch(key)

    def sweep(self) -> None:
        """Remove what a kill left in the spool, and accepted files that were not used for long."""
        now = time.time()
        _remove_older(self._spool, now - SPOOLED_SECONDS)
        _remove_older(self._objects.path(FOLDER), now - KEPT_SECONDS)


def _remove_older(folder: Path, limit: float) -> None:
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a server that runs beside us moves its files on
            if file.is_file() and file.stat().st_mtime < limit:
                file.unlink()
