"""Partial images of calls: files under the call's id, for as long as somebody may read them again.

Knows nothing about how they are made.
"""

import shutil
import time
from collections.abc import Collection

from sfumato.store.objects import Objects

FOLDER = "partials"
KEPT_SECONDS = 3_600  # after the end of their response


def partial_key(call_id: str, index: int) -> str:
    """Where one lies: the same after a restart, which computes the same pixels."""
    return f"{FOLDER}/{call_id}/{index}"


def discard_partials(call_id: str, objects: Objects) -> None:
    """Remove those of a call, if there are any. Blocks."""
    shutil.rmtree(objects.path(f"{FOLDER}/{call_id}"), ignore_errors=True)


def sweep_partials(objects: Objects, spared: Collection[str]) -> None:
    """Remove what a stop of the server left, but not those of the calls `spared`. Blocks."""
    limit = time.time() - KEPT_SECONDS
    folder = objects.path(FOLDER)
    for call in folder.iterdir() if folder.is_dir() else ():
        if call.name not in spared and call.stat().st_mtime < limit:
            discard_partials(call.name, objects)
